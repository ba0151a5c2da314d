package io.datafusion;

import io.datafusion.internal.NativePlan;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.exchange.SerializedForm;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a query means, before it is decided how it runs. An immutable value, freed by the collector;
 * it stays usable when the context that made it is closed. In a Java object stream it is its bytes,
 * as {@link io.datafusion.exchange} says.
 */
public final class LogicalPlan implements Serializable {
  private final NativePlan plan;

  LogicalPlan(NativePlan plan) {
    this.plan = plan;
  }

  NativeHandle handle() {
    return plan.handle();
  }

  /**
   * {@return a plan out of bytes that any DataFusion 55 wrote} Nothing of it is run, and no Java
   * class is defined.
   *
   * @param ctx finds tables and functions by name, and says with its codecs and its policy what may
   *     be read
   * @throws MalformedPayloadException if the bytes are not what they should be
   * @throws InliningRefusedException if they hold a function and the policy refuses it
   * @throws UnresolvedFunctionException if they name a function that is not there
   */
  public static LogicalPlan fromBytes(SessionContext ctx, byte[] bytes) {
    return new LogicalPlan(NativePlan.logical(ctx.session(), bytes));
  }

  /**
   * {@return the plan as bytes that any DataFusion 55 reads} Java functions are inside them.
   *
   * @throws UnserializableFunctionException if a function of it cannot travel
   */
  public byte[] toBytes() {
    return plan.toBytes(null);
  }

  /** {@return the plan as bytes, written by the codecs and under the policy of a context} */
  public byte[] toBytes(SessionContext ctx) {
    return plan.toBytes(ctx.session());
  }

  /** {@return the plan after the engine's optimizer} */
  public LogicalPlan optimized(SessionContext ctx) {
    return new LogicalPlan(plan.optimize(ctx.session()));
  }

  /** {@return the whole plan as text, a line a node} */
  public String display() {
    return plan.display(true);
  }

  /** {@return the plans that this one reads from} */
  public List<LogicalPlan> children() {
    return plan.children().stream().map(LogicalPlan::new).toList();
  }

  /**
   * {@return the columns of its result}
   *
   * @throws UnsupportedOperationException as {@link BatchStream#schema}
   */
  public Schema schema() {
    return plan.schema();
  }

  /**
   * Brings every Java function inside to life now, which else happens before the first batch.
   *
   * @throws UnresolvedFunctionException if this process lacks a class, or is older than the code
   * @throws PlanException if there are calls of table functions, which need a session
   */
  public void resolveFunctions() {
    plan.resolveFunctions();
  }

  /**
   * Brings every Java function inside to life now, and makes the calls of table functions in a
   * session.
   *
   * @throws UnresolvedFunctionException if this process lacks a class, or is older than the code
   */
  public void resolveFunctions(SessionContext ctx) {
    plan.resolveFunctions(ctx.session());
  }

  /** {@return the plan's root as one line} */
  @Override
  public String toString() {
    return plan.display(false);
  }

  @Serial
  private Object writeReplace() {
    return SerializedForm.of(this);
  }

  @Serial
  private void readObject(ObjectInputStream stream) throws InvalidObjectException {
    throw SerializedForm.refusal(LogicalPlan.class);
  }
}

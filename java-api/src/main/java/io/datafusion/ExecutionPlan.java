package io.datafusion;

import io.datafusion.internal.NativePlan;
import io.datafusion.internal.boundary.NativeHandle;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * How a query runs: operators, and partitions that run beside each other. An immutable value, freed
 * by the collector; it stays usable when the context that made it is closed.
 */
public final class ExecutionPlan {
  private final NativePlan plan;

  ExecutionPlan(NativePlan plan) {
    this.plan = plan;
  }

  NativeHandle handle() {
    return plan.handle();
  }

  NativePlan plan() {
    return plan;
  }

  /**
   * {@return a plan out of bytes that any DataFusion 55 wrote} Nothing of it is run, and no Java
   * class is defined.
   *
   * @param ctx finds functions by name, and says with its codecs and its policy what may be read
   * @throws MalformedPayloadException if the bytes are not what they should be
   * @throws InliningRefusedException if they hold a function and the policy refuses it
   * @throws UnresolvedFunctionException if they name a function that is not there
   */
  public static ExecutionPlan fromBytes(SessionContext ctx, byte[] bytes) {
    return new ExecutionPlan(NativePlan.execution(ctx.session(), bytes));
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

  /** {@return the whole plan as text, a line an operator} */
  public String display() {
    return plan.display(true);
  }

  /** {@return the plans that this one reads from} */
  public List<ExecutionPlan> children() {
    return plan.children().stream().map(ExecutionPlan::new).toList();
  }

  /**
   * {@return the columns of its result}
   *
   * @throws UnsupportedOperationException as {@link BatchStream#schema}
   */
  public Schema schema() {
    return plan.schema();
  }

  /** {@return how many partitions its result has} */
  public int partitionCount() {
    return plan.partitionCount();
  }

  /**
   * Brings every Java function inside to life now, which else happens before the first batch.
   *
   * @throws UnresolvedFunctionException if this process lacks a class, or is older than the code
   */
  public void resolveFunctions() {
    plan.resolveFunctions();
  }

  /** {@return the plan's root as one line} */
  @Override
  public String toString() {
    return plan.display(false);
  }
}

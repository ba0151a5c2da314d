package io.datafusion;

import io.datafusion.capsule.Capsule;
import io.datafusion.internal.Capsules;
import io.datafusion.internal.NativePhysicalExpr;
import io.datafusion.internal.boundary.NativeHandle;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * An expression that is ready to be evaluated over batches of one schema, outside of any query. An
 * immutable value, freed by the collector; it stays usable when the context that made it is closed.
 *
 * {@snippet :
 * PhysicalExpr twice = PhysicalExpr.of(ctx, Expr.col("n").times(Expr.lit(2L)), batch.getSchema());
 * try (VectorSchemaRoot made = twice.evaluate(batch, allocator)) {
 *   System.out.println(made.getVector(0));
 * }
 * }
 */
public final class PhysicalExpr {
  private final NativePhysicalExpr expr;

  private PhysicalExpr(NativePhysicalExpr expr) {
    this.expr = expr;
  }

  NativeHandle handle() {
    return expr.handle();
  }

  /**
   * {@return an expression over the columns of a schema, planned with the functions and the
   * configuration of a context} Operands are cast to each other as in a query.
   *
   * @param expr what answers a value for each row: no aggregate, no window call, no subquery, no
   *     asynchronous function
   * @throws IllegalStateException if the context is closed
   * @throws SchemaException for a column that the schema lacks
   * @throws DataFusionException for an expression that no row alone answers
   */
  public static PhysicalExpr of(SessionContext ctx, Expr expr, Schema schema) {
    return new PhysicalExpr(NativePhysicalExpr.of(ctx.session(), expr, schema));
  }

  /**
   * {@return the expression of another library's that a capsule holds, over the columns of a
   * schema} The capsule does not say which columns those are, so make sure of them: over others
   * than it was made for the expression may panic, and a panic in another library ends the process.
   *
   * @param expr a {@link Capsule#PHYSICAL_EXPR}, which may be closed afterwards
   * @throws IllegalStateException if the context is closed
   * @throws IllegalCapsuleException for a capsule of another name
   */
  public static PhysicalExpr of(SessionContext ctx, Capsule expr, Schema schema) {
    return new PhysicalExpr(Capsules.physicalExpr(ctx.session(), expr, schema));
  }

  /**
   * {@return a batch of the one column {@link #field}, with a value for each row} The vectors share
   * the engine's memory; the caller closes the batch. Java functions of the expression come to life
   * before the first call.
   *
   * @param batch rows under the schema of the expression: the same names and types, and no null
   *     where the schema has none
   * @throws InvalidArgumentException for a batch of another schema
   * @throws UnsupportedOperationException if Arrow Java cannot hold the result, or it is
   *     dictionary-encoded
   * @throws DataFusionException if the evaluation fails; what a Java function threw is its cause
   */
  public VectorSchemaRoot evaluate(VectorSchemaRoot batch, BufferAllocator allocator) {
    return expr.evaluate(batch, allocator);
  }

  /** {@return the column that the expression makes: its name, its type, whether it may be null} */
  public Field field() {
    return expr.field();
  }

  /** {@return the expression as text; columns with their places in the schema} */
  @Override
  public String toString() {
    return expr.display();
  }
}

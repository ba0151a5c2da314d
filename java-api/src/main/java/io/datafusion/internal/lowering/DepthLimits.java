package io.datafusion.internal.lowering;

import io.datafusion.Expr;
import io.datafusion.Measure;
import io.datafusion.PlanException;

/**
 * How deep an expression may be when it is used. The engine recurses over trees; what is checked
 * here never reaches a stack that is too small for it.
 *
 * @param operators binary operators above each other
 * @param nesting everything else above each other
 */
public record DepthLimits(int operators, int nesting) {
  /** What holds where no session says otherwise. */
  public static final DepthLimits DEFAULT = new DepthLimits(5_000, 500);

  /** Shared parts are written out, so a small tree in memory can be a huge one in a message. */
  private static final long NODES = 5_000_000;

  /**
   * {@return the expression}
   *
   * @throws PlanException with what was measured and what is allowed
   */
  public Expr check(Expr expr) {
    Measure measure = expr.measure();
    if (measure.operatorDepth() > operators) {
      throw tooDeep(measure.operatorDepth(), "operators", operators);
    }
    if (measure.nestingDepth() > nesting) {
      throw tooDeep(measure.nestingDepth(), "nested expressions", nesting);
    }
    if (measure.nodes() > NODES) {
      throw new PlanException(
          "an expression of " + measure.nodes() + " nodes, and the limit is " + NODES, null);
    }
    return expr;
  }

  private static PlanException tooDeep(int measured, String what, int limit) {
    return new PlanException(
        "an expression " + measured + " " + what + " deep, and the limit is " + limit, null);
  }
}

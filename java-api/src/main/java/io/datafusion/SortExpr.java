package io.datafusion;

import java.util.Objects;

/**
 * A sort key.
 *
 * @param expr what is compared
 * @param order the direction
 */
public record SortExpr(Expr expr, Operator.SortOrder order) {
  /** Checks for null. */
  public SortExpr {
    Objects.requireNonNull(expr, "expr");
    Objects.requireNonNull(order, "order");
  }

  /** {@return the key with nulls before everything else} */
  public SortExpr nullsFirst() {
    return new SortExpr(expr, new Operator.SortOrder(order.descending(), true));
  }

  /** {@return the key with nulls after everything else} */
  public SortExpr nullsLast() {
    return new SortExpr(expr, new Operator.SortOrder(order.descending(), false));
  }
}

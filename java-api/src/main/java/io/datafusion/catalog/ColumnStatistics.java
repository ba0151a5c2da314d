package io.datafusion.catalog;

import io.datafusion.Expr;
import java.util.Objects;

/**
 * What is known of a column of a scan.
 *
 * @param nullCount how many rows have no value
 * @param distinctCount how many different values there are
 * @param min the smallest value, a literal of the column's type
 * @param max the largest value, a literal of the column's type
 */
public record ColumnStatistics(
    Precision<Long> nullCount,
    Precision<Long> distinctCount,
    Precision<Expr.Literal> min,
    Precision<Expr.Literal> max) {
  private static final ColumnStatistics UNKNOWN =
      new ColumnStatistics(
          Precision.absent(), Precision.absent(), Precision.absent(), Precision.absent());

  /** Checks for null. */
  public ColumnStatistics {
    Objects.requireNonNull(nullCount, "nullCount");
    Objects.requireNonNull(distinctCount, "distinctCount");
    Objects.requireNonNull(min, "min");
    Objects.requireNonNull(max, "max");
  }

  /** {@return statistics that say nothing} */
  public static ColumnStatistics unknown() {
    return UNKNOWN;
  }
}

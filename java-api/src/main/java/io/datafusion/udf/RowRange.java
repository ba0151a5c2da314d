package io.datafusion.udf;

/**
 * Rows of a partition.
 *
 * @param start the first row
 * @param end the row after the last one; no row belongs to an empty range
 */
public record RowRange(int start, int end) {
  /** Checks that it is one. */
  public RowRange {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException("rows from " + start + " to before " + end);
    }
  }

  /** {@return one row} */
  public static RowRange of(int row) {
    return new RowRange(row, row + 1);
  }
}

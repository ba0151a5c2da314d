package io.datafusion.udf;

/** Ranges of rows, half-open: the row {@code end} is not in it. */
public interface RowRanges {
  /** {@return the number of ranges} */
  int count();

  /** {@return the first row of a range} */
  int start(int index);

  /** {@return the row after the last one of a range} */
  int end(int index);
}

package io.datafusion.udf;

/**
 * What a window function makes of rows that come in the reverse of the order that was asked for.
 * The engine then need not sort rows that it has in reverse.
 */
public enum Reversal {
  /** It needs the order that was asked for. */
  NONE,
  /** The results are the same: those of a sum over a frame, for instance. */
  IDENTICAL,
  /** It is told by {@link WindowContext#isReversed}, and answers as if the rows came in order. */
  AWARE
}

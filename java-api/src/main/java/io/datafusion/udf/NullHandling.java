package io.datafusion.udf;

/** What a function of rows does with null. */
public enum NullHandling {
  /** A null argument makes the result null, and the function is not called for that row. */
  PROPAGATE,
  /** The function is called with nulls. */
  PASS
}

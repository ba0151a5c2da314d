package io.datafusion.udf;

/** How much the result of a function depends on besides its arguments. */
public enum Volatility {
  /** On nothing: a call with constants is computed once, when the query is planned. */
  IMMUTABLE,
  /** On what stays the same during a query. */
  STABLE,
  /** On anything: it is called for every row. */
  VOLATILE
}

package io.datafusion.udf;

import io.datafusion.Expr;

/** A function written in Java. Immutable, and equal to another one that would do the same. */
public sealed interface Udf permits ScalarUdf {
  /** {@return the name that plans and SQL call it by} */
  String name();

  /** {@return how much its result depends on besides its arguments} */
  Volatility volatility();

  /**
   * {@return a call of this function}
   *
   * @throws IllegalArgumentException if it takes another number of arguments
   */
  Expr call(Expr... arguments);
}

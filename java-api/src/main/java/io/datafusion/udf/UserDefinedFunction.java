package io.datafusion.udf;

import io.datafusion.Expr;
import java.io.Serializable;

/**
 * A function written in Java. Immutable, and equal to another one that would do the same. It goes
 * into Java object streams as {@link io.datafusion.exchange} says.
 */
public sealed interface UserDefinedFunction extends Serializable permits ScalarUdf {
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

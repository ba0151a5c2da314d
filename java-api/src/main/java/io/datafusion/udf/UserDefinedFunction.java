package io.datafusion.udf;

import io.datafusion.Expr;
import io.datafusion.internal.NativeUdf;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A function written in Java. Immutable, and equal to another one that would do the same: one with
 * state of its own, such as a captured array, equals itself only where it was defined, while what
 * is read from its bytes is equal, and one function with one state, wherever in a process it is
 * read. It goes into Java object streams as {@link io.datafusion.exchange} says.
 */
public sealed interface UserDefinedFunction extends Serializable
    permits ScalarUdf, AggregateUdf, WindowUdf, NativeUdf {
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

  /** {@return the other names that SQL may call it by} */
  List<String> aliases();

  /** {@return which arguments it takes} */
  Signature signature();

  /**
   * {@return the declared arguments' names, types, nullability and metadata} Nothing where the
   * signature alone says what they are.
   */
  List<Field> arguments();

  /**
   * {@return the result's name, type, nullability and metadata} Nothing where the function computes
   * it from the arguments.
   */
  Optional<Field> result();

  /** {@return the same function with another volatility} It is immutable unless this is called. */
  UserDefinedFunction withVolatility(Volatility volatility);

  /** {@return the same function with other names besides its own} */
  UserDefinedFunction withAliases(String... aliases);

  /**
   * {@return the same function, some of whose classes stay behind} Classes of these packages, and
   * of those below them, travel by reference: a receiver that lacks one of them says so when it
   * would run the function, and one that has another version runs that. A class that stays behind
   * must not mention one that travels, since the receiver's would mean another class by that name:
   * such a function cannot be written to bytes. The function is written down anew by this call,
   * with what it captures now; packages of an earlier call are not remembered.
   *
   * <p>The receiver looks for all of them together, in one class loader: that of this library; if
   * it lacks one, the context class loaders of the threads that made sessions, and those of
   * functions that were defined in the same process with shared packages. Where several of these
   * have the classes, each its own, the function is refused.
   *
   * @throws IllegalArgumentException for what is no name of a package, or a function that came out
   *     of bytes
   */
  UserDefinedFunction withShared(String... packages);
}

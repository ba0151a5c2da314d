package io.datafusion.udf;

import io.datafusion.internal.AnnotatedFunctions;
import io.datafusion.internal.JavaTypes;
import io.datafusion.internal.NativeScalarUdf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A Java function from the values of a row to one value, or from the vectors of a batch to one
 * vector.
 *
 * <p>It is defined once: the lambda, what it captures and every class it reaches are written down
 * at that moment, and travel inside the bytes of expressions and plans. Later changes to captured
 * objects do not travel; static initialisers run anew in the receiver, so that static fields
 * changed at the sender do not travel either. What cannot travel still works in this process; the
 * reason is raised when it would be written to bytes.
 *
 * <p>A null argument makes the result null without a call ({@link #withNullHandling} changes that);
 * a function may return null. It may be called from several threads at once. Types by class are
 * those of {@link io.datafusion.Expr#lit(Object)}; decimals, and names, nullability and metadata,
 * are given as an Arrow field; functions over vectors take every type. Arguments are cast to the
 * declared types within a family: whole numbers of any width, numbers to floats and decimals, times
 * of any unit, text and bytes of any layout. A value that does not fit is an error of the query.
 *
 * <p>Two functions are equal when they are made of the same name, types, code and captured values.
 * One that cannot travel equals itself only, and so does one with state that may change or that
 * does not travel: a captured array or mutable collection, a transient field, a static field that
 * is not final. What is read from its bytes is another function, with the state of the definition.
 */
public sealed interface ScalarUdf extends UserDefinedFunction permits NativeScalarUdf {

  /**
   * {@return a function of one argument}
   *
   * @throws IllegalArgumentException for an empty name, or a class that no type belongs to
   */
  static <A, R> ScalarUdf of(
      String name, Class<A> argument, Class<R> result, ScalarFunction1<A, R> function) {
    return define(name, List.of(argument), result, function);
  }

  /** {@return a function of two arguments} */
  static <A, B, R> ScalarUdf of(
      String name,
      Class<A> first,
      Class<B> second,
      Class<R> result,
      ScalarFunction2<A, B, R> function) {
    return define(name, List.of(first, second), result, function);
  }

  /** {@return a function of three arguments} */
  static <A, B, C, R> ScalarUdf of(
      String name,
      Class<A> first,
      Class<B> second,
      Class<C> third,
      Class<R> result,
      ScalarFunction3<A, B, C, R> function) {
    return define(name, List.of(first, second, third), result, function);
  }

  /** {@return a function of four arguments} */
  static <A, B, C, D, R> ScalarUdf of(
      String name,
      Class<A> first,
      Class<B> second,
      Class<C> third,
      Class<D> fourth,
      Class<R> result,
      ScalarFunction4<A, B, C, D, R> function) {
    return define(name, List.of(first, second, third, fourth), result, function);
  }

  /**
   * {@return a function of one argument of a type}
   *
   * @param argument the type that arguments are converted to
   * @param result the type of the result
   * @throws IllegalArgumentException if the values of a type have no Java class
   */
  static ScalarUdf of(String name, Field argument, Field result, ScalarFunction1<?, ?> function) {
    return NativeScalarUdf.rows(name, List.of(argument), result, function);
  }

  /** {@return a function of two arguments of types} */
  static ScalarUdf of(
      String name, Field first, Field second, Field result, ScalarFunction2<?, ?, ?> function) {
    return NativeScalarUdf.rows(name, List.of(first, second), result, function);
  }

  /** {@return a function of three arguments of types} */
  static ScalarUdf of(
      String name,
      Field first,
      Field second,
      Field third,
      Field result,
      ScalarFunction3<?, ?, ?, ?> function) {
    return NativeScalarUdf.rows(name, List.of(first, second, third), result, function);
  }

  /** {@return a function of four arguments of types} */
  static ScalarUdf of(
      String name,
      Field first,
      Field second,
      Field third,
      Field fourth,
      Field result,
      ScalarFunction4<?, ?, ?, ?, ?> function) {
    return NativeScalarUdf.rows(name, List.of(first, second, third, fourth), result, function);
  }

  /**
   * {@return the functions that a class defines by annotation, ordered by name} These are its own
   * methods with {@link Udf}, not those of classes above it.
   *
   * @throws IllegalArgumentException if there is none, or one cannot be a function: all those, each
   *     with its reason
   */
  static List<ScalarUdf> allOf(Class<?> functions) {
    return AnnotatedFunctions.of(functions);
  }

  /**
   * {@return a function over Arrow vectors}
   *
   * @param arguments what the arguments are cast to
   * @param result the field of the result
   */
  static ScalarUdf vectorized(
      String name, List<Field> arguments, Field result, VectorFunction function) {
    Objects.requireNonNull(result, "result");
    Signature signature = arguments.isEmpty() ? Signature.nullary() : Signature.exact(arguments);
    return NativeScalarUdf.vectors(name, signature, arguments, result, function);
  }

  /** {@return a function over Arrow vectors whose arguments are what a signature says} */
  static ScalarUdf vectorized(
      String name, Signature signature, Field result, VectorFunction function) {
    Objects.requireNonNull(result, "result");
    return NativeScalarUdf.vectors(name, signature, List.of(), result, function);
  }

  /**
   * {@return a function over Arrow vectors that computes its result field}
   *
   * @param function overrides {@link VectorFunction#resultField}
   */
  static ScalarUdf vectorized(String name, Signature signature, VectorFunction function) {
    return NativeScalarUdf.vectors(name, signature, List.of(), null, function);
  }

  /**
   * {@return a function over Arrow vectors that answers later} The engine waits without a thread,
   * and asks for batches of other partitions meanwhile. It has no aliases, and arguments are cast
   * to the declared types as the engine casts: {@code 1} to {@code BIGINT}, not to {@code INT}.
   *
   * @param arguments what the arguments are cast to; at least one
   * @param result the field of the result
   */
  static ScalarUdf async(String name, List<Field> arguments, Field result, AsyncFunction function) {
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("asynchronous function " + name + " has no arguments");
    }
    return NativeScalarUdf.async(
        name, List.copyOf(arguments), Objects.requireNonNull(result, "result"), function);
  }

  /**
   * {@return the same function, asked for so many rows at a time}
   *
   * @throws IllegalArgumentException for less than a row, or a function that is not asynchronous
   */
  ScalarUdf withBatchSize(int rows);

  @Override
  ScalarUdf withVolatility(Volatility volatility);

  /**
   * {@return the same function with another handling of nulls}
   *
   * @throws IllegalArgumentException for a function over vectors, which hold nulls as they are
   */
  ScalarUdf withNullHandling(NullHandling handling);

  @Override
  ScalarUdf withAliases(String... aliases);

  /**
   * {@return the same function, some of whose arguments may not be evaluated} The optimizer then
   * does not compute parts of its arguments ahead of the call.
   */
  ScalarUdf withShortCircuiting();

  /**
   * {@return the same function, whose result is ordered as its arguments are}
   *
   * @param arguments for each argument whether the result never falls while it rises and the others
   *     stay
   */
  ScalarUdf withMonotonic(boolean... arguments);

  @Override
  ScalarUdf withShared(String... packages);

  private static ScalarUdf define(
      String name, List<Class<?>> arguments, Class<?> result, Object function) {
    var fields = new ArrayList<Field>();
    for (Class<?> argument : arguments) {
      fields.add(JavaTypes.field("arg" + (fields.size() + 1), argument));
    }
    return NativeScalarUdf.rows(name, fields, JavaTypes.field(name, result), function);
  }
}

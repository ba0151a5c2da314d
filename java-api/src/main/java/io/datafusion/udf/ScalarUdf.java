package io.datafusion.udf;

import io.datafusion.internal.JavaTypes;
import io.datafusion.internal.NativeScalarUdf;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A Java function from the values of a row to one value.
 *
 * <p>It is defined once: the lambda, what it captures and every class it reaches are written down
 * at that moment, and travel inside the bytes of expressions and plans. Later changes to captured
 * objects do not travel. What cannot travel still works in this process; the reason is raised when
 * it would be written to bytes.
 *
 * <p>A null argument makes the result null without a call ({@link #withNullHandling} changes that);
 * a function may return null. It may be called from several threads at once. Types by class are
 * those of {@link io.datafusion.Expr#lit(Object)}; every other type, and each of them otherwise, is
 * given as an Arrow field.
 *
 * <p>Two functions are equal when they are made of the same name, types, code and captured values;
 * one that cannot travel equals itself only.
 */
public sealed interface ScalarUdf extends Udf permits NativeScalarUdf {

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
    return NativeScalarUdf.define(name, List.of(argument), result, function);
  }

  /** {@return a function of two arguments of types} */
  static ScalarUdf of(
      String name, Field first, Field second, Field result, ScalarFunction2<?, ?, ?> function) {
    return NativeScalarUdf.define(name, List.of(first, second), result, function);
  }

  /** {@return a function of three arguments of types} */
  static ScalarUdf of(
      String name,
      Field first,
      Field second,
      Field third,
      Field result,
      ScalarFunction3<?, ?, ?, ?> function) {
    return NativeScalarUdf.define(name, List.of(first, second, third), result, function);
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
    return NativeScalarUdf.define(name, List.of(first, second, third, fourth), result, function);
  }

  /** {@return the arguments' names, types, nullability and metadata} */
  List<Field> arguments();

  /** {@return the result's name, type, nullability and metadata} */
  Field result();

  /** {@return the same function with another volatility} It is immutable unless this is called. */
  ScalarUdf withVolatility(Volatility volatility);

  /** {@return the same function with another handling of nulls} */
  ScalarUdf withNullHandling(NullHandling handling);

  /**
   * {@return the same function, some of whose classes stay behind} Classes of these packages, and
   * of those below them, travel by reference: a receiver that lacks one of them says so when it
   * would run the function, and one that has another version runs that. The function is written
   * down anew by this call, with what it captures now; packages of an earlier call are not
   * remembered.
   *
   * @throws IllegalArgumentException for what is no name of a package, or a function that came out
   *     of bytes
   */
  ScalarUdf withShared(String... packages);

  private static ScalarUdf define(
      String name, List<Class<?>> arguments, Class<?> result, Object function) {
    var fields = new ArrayList<Field>();
    for (Class<?> argument : arguments) {
      fields.add(JavaTypes.field("arg" + (fields.size() + 1), argument));
    }
    return NativeScalarUdf.define(name, fields, JavaTypes.field(name, result), function);
  }
}

package io.datafusion.udf;

import io.datafusion.internal.JavaTypes;
import io.datafusion.internal.NativeAggregateUdf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A Java function from the rows of a group to one value.
 *
 * <p>There are three ways to define one. {@link #of} takes the parts of a {@link
 * java.util.stream.Collector}, with a record as state: an initial state, what adds a row to a
 * state, what combines two states, and what makes the result of one. {@link #accumulating} takes
 * objects that hold the state of a group and see Arrow vectors, {@link #grouped} objects that hold
 * the states of all groups. The engine makes one call a batch in each of them, never one a group.
 *
 * <p>The components of a state record become columns where the engine works in stages or in several
 * processes, so each is of a type that {@link io.datafusion.Expr#lit(Object)} takes or of the
 * primitive type of one; {@code BigDecimal}, nested records and collections are refused. States
 * keep all of a value: every date and nanosecond that {@code java.time} has, where arguments and
 * results have microseconds. A component of a primitive type is never null. States are values:
 * parts of a function answer new ones. Rows with a null argument are left out unless {@link
 * #withNullHandling} says otherwise; a result may be null.
 *
 * <p>It can be called in {@code GROUP BY} queries and over windows. {@code FILTER}, {@code IGNORE
 * NULLS}, {@code DISTINCT} and {@code ORDER BY} within the call are done before the function sees a
 * row: with the last two, rows are collected and handed over at the end; of equal rows the first in
 * that order counts. A window that loses rows at its beginning needs a function that takes rows
 * back, see {@link #withRetract()}.
 *
 * <p>How it travels, what its arguments are cast to, and when it equals another one is as for
 * {@link ScalarUdf}. The states count in the memory that a query may use.
 */
public sealed interface AggregateUdf extends UserDefinedFunction permits NativeAggregateUdf {

  /**
   * {@return a function of one argument}
   *
   * @param initial the state of no rows
   * @param accumulate makes the state with a row more
   * @param combine makes the state of the rows of both
   * @param finish makes the result; null becomes null
   * @throws IllegalArgumentException for an empty name, a class that no type belongs to, or a state
   *     with a component of such a class
   */
  static <A, S extends Record, R> AggregateUdf of(
      String name,
      Class<A> argument,
      Class<R> result,
      S initial,
      ScalarFunction2<S, A, S> accumulate,
      ScalarFunction2<S, S, S> combine,
      ScalarFunction1<S, R> finish) {
    return define(
        name, List.of(argument), result, parts(name, initial, accumulate, combine, finish));
  }

  /** {@return a function of two arguments} */
  static <A, B, S extends Record, R> AggregateUdf of(
      String name,
      Class<A> first,
      Class<B> second,
      Class<R> result,
      S initial,
      ScalarFunction3<S, A, B, S> accumulate,
      ScalarFunction2<S, S, S> combine,
      ScalarFunction1<S, R> finish) {
    return define(
        name, List.of(first, second), result, parts(name, initial, accumulate, combine, finish));
  }

  /** {@return a function of three arguments} */
  static <A, B, C, S extends Record, R> AggregateUdf of(
      String name,
      Class<A> first,
      Class<B> second,
      Class<C> third,
      Class<R> result,
      S initial,
      ScalarFunction4<S, A, B, C, S> accumulate,
      ScalarFunction2<S, S, S> combine,
      ScalarFunction1<S, R> finish) {
    return define(
        name,
        List.of(first, second, third),
        result,
        parts(name, initial, accumulate, combine, finish));
  }

  /**
   * {@return a function of one argument of a type}
   *
   * @param argument the type that arguments are converted to
   * @param result the type of the result
   * @throws IllegalArgumentException if the values of a type have no Java class
   */
  static <A, S extends Record, R> AggregateUdf of(
      String name,
      Field argument,
      Field result,
      S initial,
      ScalarFunction2<S, A, S> accumulate,
      ScalarFunction2<S, S, S> combine,
      ScalarFunction1<S, R> finish) {
    return NativeAggregateUdf.states(
        name, List.of(argument), result, parts(name, initial, accumulate, combine, finish));
  }

  /** {@return a function of two arguments of types} */
  static <A, B, S extends Record, R> AggregateUdf of(
      String name,
      Field first,
      Field second,
      Field result,
      S initial,
      ScalarFunction3<S, A, B, S> accumulate,
      ScalarFunction2<S, S, S> combine,
      ScalarFunction1<S, R> finish) {
    return NativeAggregateUdf.states(
        name, List.of(first, second), result, parts(name, initial, accumulate, combine, finish));
  }

  /** {@return a function of three arguments of types} */
  static <A, B, C, S extends Record, R> AggregateUdf of(
      String name,
      Field first,
      Field second,
      Field third,
      Field result,
      S initial,
      ScalarFunction4<S, A, B, C, S> accumulate,
      ScalarFunction2<S, S, S> combine,
      ScalarFunction1<S, R> finish) {
    return NativeAggregateUdf.states(
        name,
        List.of(first, second, third),
        result,
        parts(name, initial, accumulate, combine, finish));
  }

  /**
   * {@return a function whose groups each have an object over Arrow vectors}
   *
   * @param arguments what the arguments are cast to, at least one
   * @param result the field of the result
   * @param state the fields of the state, at least one
   * @param factory makes the object of a group
   * @throws IllegalArgumentException for an empty name, no arguments or no state, or a result or
   *     state that is dictionary-encoded
   */
  static AggregateUdf accumulating(
      String name,
      List<Field> arguments,
      Field result,
      List<Field> state,
      Accumulator.Factory factory) {
    return NativeAggregateUdf.accumulators(name, arguments, result, state, factory);
  }

  /**
   * {@return a function whose groups together have an object over Arrow vectors}
   *
   * @param arguments what the arguments are cast to, at least one
   * @param result the field of the result
   * @param state the fields of the state, at least one
   * @param factory makes the object of a call
   * @throws IllegalArgumentException for an empty name, no arguments or no state, or a result or
   *     state that is dictionary-encoded
   */
  static AggregateUdf grouped(
      String name,
      List<Field> arguments,
      Field result,
      List<Field> state,
      GroupsAccumulator.Factory factory) {
    return NativeAggregateUdf.groups(name, arguments, result, state, factory);
  }

  /** {@return the names, types and nullability of the columns that a partial state consists of} */
  List<Field> stateFields();

  @Override
  AggregateUdf withVolatility(Volatility volatility);

  @Override
  AggregateUdf withAliases(String... aliases);

  @Override
  AggregateUdf withShared(String... packages);

  /**
   * {@return the same function with another handling of nulls}
   *
   * @throws IllegalArgumentException for a function over vectors, which hold nulls as they are
   */
  AggregateUdf withNullHandling(NullHandling handling);

  /**
   * {@return the same function, whose objects take rows back by their method {@code retract}}
   * Without this a window whose first row moves on is an error.
   *
   * @throws IllegalArgumentException for a function with a record as state, which is handed what
   *     takes rows back
   */
  AggregateUdf withRetract();

  /**
   * {@return the same function, which can take rows back}
   *
   * @param retract makes the state without a row that was added to it; the types of its parameters
   *     are those of {@code accumulate}
   * @throws IllegalArgumentException for a function over vectors, or of another number of arguments
   */
  <S extends Record, A> AggregateUdf withRetract(ScalarFunction2<S, A, S> retract);

  /** {@return the same function of two arguments, which can take rows back} */
  <S extends Record, A, B> AggregateUdf withRetract(ScalarFunction3<S, A, B, S> retract);

  /** {@return the same function of three arguments, which can take rows back} */
  <S extends Record, A, B, C> AggregateUdf withRetract(ScalarFunction4<S, A, B, C, S> retract);

  private static List<Object> parts(String name, @Nullable Record initial, Object... functions) {
    if (initial == null) {
      throw new NullPointerException(
          "the initial state of aggregate function '%s' is null; pass a record that is the state of no rows"
              .formatted(name));
    }
    return Stream.concat(Stream.of(initial), Stream.of(functions).map(Objects::requireNonNull))
        .toList();
  }

  private static AggregateUdf define(
      String name, List<Class<?>> arguments, Class<?> result, List<Object> parts) {
    var fields = new ArrayList<Field>();
    for (Class<?> argument : arguments) {
      fields.add(JavaTypes.field("arg" + (fields.size() + 1), argument));
    }
    return NativeAggregateUdf.states(name, fields, JavaTypes.field(name, result), parts);
  }
}

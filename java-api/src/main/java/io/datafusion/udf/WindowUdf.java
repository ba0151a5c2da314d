package io.datafusion.udf;

import io.datafusion.internal.JavaTypes;
import io.datafusion.internal.NativeWindowUdf;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A Java function that answers a value for each row, computed from rows around it.
 *
 * <p>It is called {@code OVER} a window, in SQL or by {@code udf.call(...).over(Window)}. For each
 * partition there is a {@link PartitionEvaluator}; which of its methods is called, and how rows
 * come, is said when the function is defined, since the engine asks when it plans, where there may
 * be no code yet. Functions without state are defined by one lambda: {@link #overPartition}, {@link
 * #overFrame}.
 *
 * <p>It travels as a {@link ScalarUdf} does: the evaluator's class, what the function captures and
 * every class it reaches are written down when it is defined.
 */
public sealed interface WindowUdf extends UserDefinedFunction permits NativeWindowUdf {
  /**
   * {@return a function of these arguments} Its evaluators are given whole partitions unless {@link
   * #withFrame}, {@link #withRank} or {@link #withBoundedExecution} say otherwise.
   *
   * @param arguments what the arguments are cast to
   * @throws IllegalArgumentException for an empty name
   */
  static WindowUdf of(String name, List<Field> arguments, Field result, WindowFunction function) {
    Objects.requireNonNull(result, "result");
    return NativeWindowUdf.declared(name, arguments, result, function);
  }

  /**
   * {@return a function of one argument}
   *
   * @throws IllegalArgumentException for an empty name, or a class that no type belongs to
   */
  static WindowUdf of(String name, Class<?> argument, Class<?> result, WindowFunction function) {
    return of(
        name, List.of(JavaTypes.field("arg1", argument)), JavaTypes.field(name, result), function);
  }

  /** {@return a function whose arguments are what a signature says} */
  static WindowUdf of(String name, Signature signature, Field result, WindowFunction function) {
    Objects.requireNonNull(result, "result");
    return NativeWindowUdf.signed(name, signature, result, function);
  }

  /**
   * {@return a function that computes its result field}
   *
   * @param function overrides {@link WindowFunction#resultField}
   */
  static WindowUdf of(String name, Signature signature, WindowFunction function) {
    return NativeWindowUdf.signed(name, signature, null, function);
  }

  /**
   * {@return a function from the vectors of a whole partition to one vector}
   *
   * @param arguments what the arguments are cast to
   */
  static WindowUdf overPartition(
      String name, List<Field> arguments, Field result, VectorFunction function) {
    Objects.requireNonNull(result, "result");
    return NativeWindowUdf.declared(name, arguments, result, function);
  }

  /**
   * {@return a function from the frames of rows to one vector, as {@link #withFrame} has it}
   *
   * @param arguments what the arguments are cast to
   */
  static WindowUdf overFrame(
      String name, List<Field> arguments, Field result, FrameFunction function) {
    Objects.requireNonNull(result, "result");
    return NativeWindowUdf.declared(name, arguments, result, function).withFrame();
  }

  /**
   * {@return the same function, given the frame of each row} The rows of a partition come at once,
   * and with them all frames; with {@link #withBoundedExecution} they come batch by batch.
   */
  WindowUdf withFrame();

  /**
   * {@return the same function, given the groups of rows that are equal by the order} With {@link
   * #withBoundedExecution} its evaluators override {@link PartitionEvaluator#evaluate} too.
   */
  WindowUdf withRank();

  /**
   * {@return the same function, which can be given a partition batch by batch} The engine does so
   * where its input is sorted, or may be endless, and the frame does not reach to the end.
   */
  WindowUdf withBoundedExecution();

  /**
   * {@return the same function, whose result for a row does not depend on later rows} A row is then
   * answered as soon as it is there, and a limit reads no further.
   */
  WindowUdf withCausality();

  /** {@return the same function with what it makes of rows in reverse} */
  WindowUdf withReversal(Reversal reversal);

  @Override
  WindowUdf withVolatility(Volatility volatility);

  @Override
  WindowUdf withAliases(String... aliases);

  @Override
  WindowUdf withShared(String... packages);
}

package io.datafusion.internal.callable;

import org.jspecify.annotations.Nullable;

/**
 * The loops around one part of an aggregate function. As {@link RowKernel}, each part has a
 * subclass of its own, made by {@link StateKernelWriter}, in which records do not outlive their
 * row.
 */
abstract class StateKernel {
  private String name = "";
  private String part = "";
  private Class<?> state = Record.class;
  private Class<?> result = Object.class;

  /** Steps the states of the rows from {@code from} to before {@code to}. */
  abstract void dense(InputColumn[] inputs, int[] groups, Object[] columns, int from, int to)
      throws Exception;

  /** Steps the states of the rows {@code base + i} where bit {@code i} of the mask is set. */
  abstract void sparse(InputColumn[] inputs, int[] groups, Object[] columns, int base, long mask)
      throws Exception;

  /** Writes the results of the groups from {@code from} to before {@code to}. */
  abstract void finish(Object[] columns, OutputColumn out, int from, int to) throws Exception;

  /**
   * {@return this kernel}
   *
   * @param does what it does, as errors name it
   * @param states the record class
   */
  final StateKernel named(StateSignature function, String does, Class<?> states) {
    this.name = function.name();
    this.part = does;
    this.state = states;
    this.result = function.result().javaClass();
    return this;
  }

  /** Refuses what is no state. Called by generated code. */
  final void requireState(@Nullable Object answer) {
    if (answer == null || answer.getClass() != state) {
      throw misfit("state", answer, state);
    }
  }

  /** Refuses what is no result. Called by generated code. */
  final void requireResult(@Nullable Object answer) {
    if (answer != null && !result.isInstance(answer)) {
      throw misfit("result", answer, result);
    }
  }

  private IllegalArgumentException misfit(String role, @Nullable Object answer, Class<?> wanted) {
    String made = answer == null ? "null" : "a " + answer.getClass().getTypeName();
    return new IllegalArgumentException(
        "aggregate function '%s' made %s of a %s: %s is to answer a %s"
            .formatted(name, made, role, part, wanted.getTypeName()));
  }
}

package io.datafusion.internal.callable;

import org.jspecify.annotations.Nullable;

/**
 * The loops around one part of an aggregate function. As {@link RowKernel}, each part has a
 * subclass of its own, made by {@link StateKernelWriter}, in which records do not outlive their
 * row.
 */
abstract class StateKernel {
  private String name = "";

  /** Steps the states of the rows from {@code from} to before {@code to}. */
  abstract void dense(InputColumn[] inputs, int[] groups, Object[] columns, int from, int to)
      throws Exception;

  /** Steps the states of the rows {@code base + i} where bit {@code i} of the mask is set. */
  abstract void sparse(InputColumn[] inputs, int[] groups, Object[] columns, int base, long mask)
      throws Exception;

  /** Writes the results of the groups from {@code from} to before {@code to}. */
  abstract void finish(Object[] columns, OutputColumn out, int from, int to) throws Exception;

  final StateKernel named(String function) {
    this.name = function;
    return this;
  }

  /** Refuses a state that is null. Called by generated code. */
  final void requireState(@Nullable Object state) {
    if (state == null) {
      throw new IllegalArgumentException("aggregate function '" + name + "' made null of a state");
    }
  }
}

package io.datafusion.internal.callable;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/** The states of a call's groups, each a record. One thread at a time uses them. */
public final class RecordStates {
  private final StateFunction function;
  private final MemorySegment space;
  private final MemorySegment release;
  private final StateColumns states;

  /**
   * States of no groups.
   *
   * @param space the whole address space
   * @param release what stands as {@code release} in arrays that are handed out for a call
   * @throws Exception what the accessors of the record throw
   */
  public RecordStates(StateFunction function, MemorySegment space, MemorySegment release)
      throws Exception {
    this.function = function;
    this.space = space;
    this.release = release;
    this.states = new StateColumns(function.type, function.type.components(function.initial));
  }

  /**
   * Takes rows in.
   *
   * @param arrays {@code struct ArrowArray[]}, one an argument, each with offset 0
   * @param groups the group of each row, less than {@code total}
   * @throws Exception what the function throws, as it is
   */
  public void update(MemorySegment arrays, int[] groups, int total) throws Exception {
    rows(function.accumulate, arrays, groups, total);
  }

  /** Takes rows back. */
  public void retract(MemorySegment arrays, int[] groups, int total) throws Exception {
    StateKernel retract = function.retract;
    if (retract == null) {
      throw new UnsupportedOperationException(
          function.signature.name() + " is not handed what takes a row back");
    }
    rows(retract, arrays, groups, total);
  }

  private void rows(StateKernel kernel, MemorySegment arrays, int[] groups, int total)
      throws Exception {
    states.reserve(total);
    InputColumn[] inputs = inputs(arrays, function.signature.arguments(), groups.length);
    boolean nulls = false;
    for (InputColumn input : inputs) {
      nulls |= input.validity.byteSize() != 0;
    }
    if (nulls && !function.nullsReachIt) {
      validRows(kernel, inputs, groups);
    } else {
      kernel.dense(inputs, groups, states.arrays(), 0, groups.length);
    }
    states.weigh(groups);
  }

  private void validRows(StateKernel kernel, InputColumn[] inputs, int[] groups) throws Exception {
    for (int base = 0; base < groups.length; base += Long.SIZE) {
      int count = Math.min(Long.SIZE, groups.length - base);
      long all = -1L >>> (Long.SIZE - count);
      long valid = all;
      for (InputColumn input : inputs) {
        valid &= input.valid(base, count);
      }
      if (valid == all) {
        kernel.dense(inputs, groups, states.arrays(), base, base + count);
      } else {
        kernel.sparse(inputs, groups, states.arrays(), base, valid);
      }
    }
  }

  /** Takes partial states in, a column for each component of the record. */
  public void merge(MemorySegment arrays, int[] groups, int total) throws Exception {
    states.reserve(total);
    InputColumn[] inputs = inputs(arrays, function.type.types(), groups.length);
    function.combine.dense(inputs, groups, states.arrays(), 0, groups.length);
    states.weigh(groups);
  }

  private InputColumn[] inputs(MemorySegment arrays, List<RowType> types, int rows) {
    var inputs = new InputColumn[types.size()];
    for (int i = 0; i < inputs.length; i++) {
      long struct = arrays.address() + i * InputColumn.STRUCT_SIZE;
      inputs[i] = InputColumn.of(types.get(i), space, struct, rows);
    }
    return inputs;
  }

  /**
   * Makes the results of the first groups.
   *
   * @param push is handed a {@code struct ArrowArray}, which lives until it returns
   */
  public void evaluate(int groups, Consumer<MemorySegment> push) throws Exception {
    states.reserve(groups);
    StateSignature signature = function.signature;
    try (Arena arena = Arena.ofConfined()) {
      var column = new OwnColumn(arena, space, signature.name(), signature.result(), groups);
      function.finish.finish(states.arrays(), column.output(), 0, groups);
      push.accept(column.array(release));
    }
  }

  /** Makes the partial states of the first groups, an array for each component of the record. */
  public void state(int groups, Consumer<MemorySegment> push) {
    states.reserve(groups);
    List<RowType> types = function.type.types();
    for (int i = 0; i < types.size(); i++) {
      try (Arena arena = Arena.ofConfined()) {
        String name = function.signature.name();
        var column = new OwnColumn(arena, space, name, types.get(i), groups);
        states.write(i, column.output(), groups);
        push.accept(column.array(release));
      }
    }
  }

  /** Forgets the first groups; the group behind them has number 0 from now on. */
  public void remove(int groups) {
    states.remove(groups);
  }

  /** {@return about how many bytes the states take} */
  public long size() {
    return states.size();
  }
}

package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_results_push;

import io.datafusion.bindings.df_columns;
import io.datafusion.internal.boundary.AggregateUpcalls;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.internal.callable.RecordStates;
import io.datafusion.internal.callable.RowType;
import io.datafusion.internal.callable.StateFunction;
import io.datafusion.internal.callable.StateSignature;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.Accumulator;
import io.datafusion.udf.GroupsAccumulator;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;

/** Aggregate functions as what the engine calls. */
final class AggregateCalls {
  private AggregateCalls() {}

  /** {@return a function whose groups together have an object} */
  static AggregateUpcalls.Aggregate groups(
      InlinedFunction definition, GroupsAccumulator.Factory factory) {
    return fields ->
        new GroupsCalls(
            AggregateFields.of(definition, fields),
            Objects.requireNonNull(
                factory.make(), "the factory answered null, no GroupsAccumulator"));
  }

  /** {@return a function whose groups each have an object} */
  static AggregateUpcalls.Aggregate accumulators(
      InlinedFunction definition, Accumulator.Factory factory) {
    return fields ->
        new GroupsCalls(AggregateFields.of(definition, fields), new AccumulatorGroups(factory));
  }

  /**
   * {@return a function whose groups each have a record}
   *
   * @param parts the initial state, what accumulates, combines and finishes, and perhaps retracts
   * @throws IllegalArgumentException if the parts are not these, or do not fit the definition
   */
  static AggregateUpcalls.Aggregate states(
      InlinedFunction definition, CallForm form, List<?> parts) {
    var function =
        StateFunction.of(signature(definition), parts, form == CallForm.STATES_WITH_NULLS);
    return _ -> new RecordCalls(new RecordStates(function, Buffers.SPACE, Upcalls.lent()));
  }

  /** {@return the types of a function whose groups each have a record} */
  static StateSignature signature(InlinedFunction definition) {
    List<Field> arguments = IpcFields.read(definition.getArgumentFields());
    List<Field> state = IpcFields.read(definition.getStateFields());
    List<Field> result = IpcFields.read(definition.getReturnField());
    if (result.size() != 1) {
      throw new IllegalArgumentException("a function over rows of " + result.size() + " results");
    }
    return new StateSignature(
        definition.getName(),
        arguments.stream().map(RowType::of).toList(),
        state,
        RowType.of(result.getFirst()));
  }

  private record RecordCalls(RecordStates states) implements AggregateUpcalls.Groups {
    @Override
    public void update(MemorySegment columns, int[] groups, int total) throws Exception {
      states.update(df_columns.arrays(columns), groups, total);
    }

    @Override
    public void merge(MemorySegment columns, int[] groups, int total) throws Exception {
      states.merge(df_columns.arrays(columns), groups, total);
    }

    @Override
    public void retract(MemorySegment columns, int[] groups, int total) throws Exception {
      states.retract(df_columns.arrays(columns), groups, total);
    }

    @Override
    public void evaluate(int groups, MemorySegment results) throws Exception {
      states.evaluate(groups, array -> Errors.check(df_results_push(results, array)));
    }

    @Override
    public void state(int groups, MemorySegment results) {
      states.state(groups, array -> Errors.check(df_results_push(results, array)));
    }

    @Override
    public void remove(int groups) {
      states.remove(groups);
    }

    @Override
    public long size() {
      return states.size();
    }
  }
}

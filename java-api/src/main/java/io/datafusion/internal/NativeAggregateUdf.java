package io.datafusion.internal;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.arrow.VectorLimits;
import io.datafusion.internal.boundary.AggregateUpcalls;
import io.datafusion.internal.callable.RowType;
import io.datafusion.internal.callable.StateType;
import io.datafusion.internal.message.FunctionHints;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.Accumulator;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.GroupsAccumulator;
import io.datafusion.udf.NullHandling;
import io.datafusion.udf.ScalarFunction2;
import io.datafusion.udf.ScalarFunction3;
import io.datafusion.udf.ScalarFunction4;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** An aggregate function. */
public final class NativeAggregateUdf extends NativeUdf<AggregateUdf> implements AggregateUdf {
  /** The parts of a function with a record as state, before what takes rows back. */
  private static final int PARTS = 4;

  private NativeAggregateUdf(InlinedFunction definition, NativeDefinition.Local local) {
    super(definition, local);
  }

  NativeAggregateUdf(NativeDefinition.Decoded decoded) {
    super(decoded);
  }

  /**
   * {@return a function with a record as state}
   *
   * @param parts the initial state, then what accumulates, combines and finishes
   */
  public static AggregateUdf states(
      String name, List<Field> arguments, Field result, List<Object> parts) {
    arguments.forEach(RowType::of);
    RowType.of(result);
    List<Field> state = StateType.of(((Record) parts.getFirst()).getClass()).fields();
    var definition = definition(arguments, result, state);
    definition.getHintsBuilder().setStrict(true);
    return aggregate(name, definition, CallForm.STATES, parts);
  }

  /** {@return a function whose groups each have an object} */
  public static AggregateUdf accumulators(
      String name,
      List<Field> arguments,
      Field result,
      List<Field> state,
      Accumulator.Factory factory) {
    var definition = definition(arguments, result, state);
    checkVectors(name, definition);
    return aggregate(name, definition, CallForm.ACCUMULATORS, factory);
  }

  /** {@return a function whose groups together have an object} */
  public static AggregateUdf groups(
      String name,
      List<Field> arguments,
      Field result,
      List<Field> state,
      GroupsAccumulator.Factory factory) {
    var definition = definition(arguments, result, state);
    checkVectors(name, definition);
    return aggregate(name, definition, CallForm.GROUPS, factory);
  }

  private static InlinedFunction.Builder definition(
      List<Field> arguments, Field result, List<Field> state) {
    Objects.requireNonNull(result, "result");
    if (arguments.isEmpty()) {
      throw new IllegalArgumentException("an aggregate function takes an argument at least");
    }
    if (state.isEmpty()) {
      throw new IllegalArgumentException("an aggregate function has a state field at least");
    }
    VectorResults.check(result);
    state.forEach(VectorResults::check);
    return InlinedFunction.newBuilder()
        .setSignature(ArgumentForm.exact(arguments).message())
        .setArgumentFields(IpcFields.write(arguments))
        .setReturnField(IpcFields.write(List.of(result)))
        .setStateFields(IpcFields.write(state))
        .setHints(FunctionHints.newBuilder().setGroups(true));
  }

  /** Refuses fields that Arrow Java has no vector for, or the first batch would. */
  private static void checkVectors(String name, InlinedFunction.Builder definition) {
    try {
      VectorLimits.check(new Schema(IpcFields.read(definition.getArgumentFields())));
      VectorLimits.check(new Schema(IpcFields.read(definition.getStateFields())));
      VectorLimits.check(new Schema(IpcFields.read(definition.getReturnField())));
    } catch (UnsupportedOperationException e) {
      throw new IllegalArgumentException(
          "aggregate function '%s': %s".formatted(name, e.getMessage()), e);
    }
  }

  private static AggregateUdf aggregate(
      String name, InlinedFunction.Builder definition, CallForm form, Object function) {
    NativeDefinition.Local local =
        NativeDefinition.define(
            name, definition.setKind(FunctionKind.FUNCTION_KIND_AGGREGATE), form, function);
    return new NativeAggregateUdf(definition.build(), local);
  }

  @Override
  public List<Field> stateFields() {
    return IpcFields.read(definition().getStateFields());
  }

  @Override
  public AggregateUdf withNullHandling(NullHandling handling) {
    Objects.requireNonNull(handling, "handling");
    NativeDefinition.Local here = requireLocal();
    requireStates(here, " is over vectors, which hold nulls as they are");
    CallForm form = handling == NullHandling.PASS ? CallForm.STATES_WITH_NULLS : CallForm.STATES;
    var changed =
        definition().toBuilder()
            .setCallable(form.before(here.callable().message()))
            .setHints(hints().setStrict(form == CallForm.STATES));
    return with(changed.build(), new NativeDefinition.Local(here.callable(), form, here.loader()));
  }

  @Override
  public AggregateUdf withRetract() {
    if (isOfStates(requireLocal().form())) {
      throw new IllegalArgumentException(
          name() + " has a record as state; hand over what takes a row back");
    }
    return with(definition().toBuilder().setHints(hints().setRetract(true)));
  }

  @Override
  public <S extends Record, A> AggregateUdf withRetract(ScalarFunction2<S, A, S> retract) {
    return withRetract(1, retract);
  }

  @Override
  public <S extends Record, A, B> AggregateUdf withRetract(ScalarFunction3<S, A, B, S> retract) {
    return withRetract(2, retract);
  }

  @Override
  public <S extends Record, A, B, C> AggregateUdf withRetract(
      ScalarFunction4<S, A, B, C, S> retract) {
    return withRetract(3, retract);
  }

  private AggregateUdf withRetract(int arguments, Object retract) {
    Objects.requireNonNull(retract, "retract");
    NativeDefinition.Local here = requireLocal();
    requireStates(here, " is over vectors, whose objects have a method retract: withRetract()");
    if (arguments().size() != arguments) {
      throw new IllegalArgumentException(
          "%s has %d arguments, and is handed what takes a row of %d back"
              .formatted(name(), arguments().size(), arguments));
    }
    var parts = new ArrayList<Object>(((List<?>) here.callable().function()).subList(0, PARTS));
    parts.add(retract);
    var callable = LocalCallable.of(List.copyOf(parts), Set.of());
    var changed =
        definition().toBuilder()
            .setCallable(here.form().before(callable.message()))
            .setHints(hints().setRetract(true));
    return with(changed.build(), new NativeDefinition.Local(callable, here.form(), here.loader()));
  }

  private void requireStates(NativeDefinition.Local here, String otherwise) {
    if (!isOfStates(here.form())) {
      throw new IllegalArgumentException(name() + otherwise);
    }
  }

  private static boolean isOfStates(CallForm form) {
    return form == CallForm.STATES || form == CallForm.STATES_WITH_NULLS;
  }

  private FunctionHints.Builder hints() {
    return definition().getHints().toBuilder();
  }

  @Override
  AggregateUdf with(InlinedFunction definition, NativeDefinition.Local local) {
    return new NativeAggregateUdf(definition, local);
  }

  @Override
  MemorySegment make(
      NativeDefinition.Local here,
      SegmentAllocator arena,
      NativeDefinition.Travelling travelling,
      MemorySegment out) {
    return travelling.make(
        datafusion_c_h::df_function_new_aggregate,
        AggregateUpcalls.callback(arena, held(here)),
        out);
  }
}

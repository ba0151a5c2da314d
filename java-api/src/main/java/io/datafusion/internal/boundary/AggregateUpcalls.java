package io.datafusion.internal.boundary;

import io.datafusion.bindings.df_accumulator_callback;
import io.datafusion.bindings.df_accumulator_functions;
import io.datafusion.bindings.df_aggregate_callback;
import io.datafusion.bindings.df_aggregate_functions;
import io.datafusion.bindings.df_columns;
import io.datafusion.bindings.df_host_functions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Native code calling aggregate functions. */
public final class AggregateUpcalls {
  /** An aggregate function. */
  @FunctionalInterface
  public interface Aggregate {
    /** {@return the states of a call, the last of whose fields is the result's} */
    Groups open(MemorySegment fields) throws Throwable;
  }

  /** The states of one call's groups. */
  public interface Groups {
    /** Takes rows in. */
    void update(MemorySegment columns, int[] groups, int total) throws Throwable;

    /** Takes partial states in. */
    void merge(MemorySegment columns, int[] groups, int total) throws Throwable;

    /** Takes rows back. */
    void retract(MemorySegment columns, int[] groups, int total) throws Throwable;

    /** Pushes the results of the first groups. */
    void evaluate(int groups, MemorySegment results) throws Throwable;

    /** Pushes the partial states of the first groups. */
    void state(int groups, MemorySegment results) throws Throwable;

    /** Forgets the first groups. */
    void remove(int groups) throws Throwable;

    /** {@return the bytes that the states take} */
    long size() throws Throwable;
  }

  private static final MemorySegment AGGREGATE = aggregateFunctions();
  private static final MemorySegment ACCUMULATOR = accumulatorFunctions();
  private static final MemorySegment RESOLVE =
      df_host_functions.resolve_aggregate.allocate(AggregateUpcalls::resolve, Arena.global());

  private AggregateUpcalls() {}

  /** {@return a {@code df_aggregate_callback} whose one owner is native code} */
  public static MemorySegment callback(SegmentAllocator allocator, Upcalls.Held function) {
    MemorySegment callback = df_aggregate_callback.allocate(allocator);
    fill(callback, function);
    return callback;
  }

  /** Lets the host bring aggregate functions to life. */
  static void addTo(MemorySegment hostFunctions) {
    df_host_functions.resolve_aggregate(hostFunctions, RESOLVE);
  }

  private static void fill(MemorySegment callback, Upcalls.Held function) {
    if (!(function.function() instanceof Aggregate)) {
      throw new IllegalArgumentException("no aggregate function: " + function.function());
    }
    df_aggregate_callback.data(callback, Upcalls.hold(function));
    df_aggregate_callback.functions(callback, AGGREGATE);
    df_aggregate_callback.release(callback, Upcalls.RELEASE);
  }

  private static MemorySegment open(long handle, MemorySegment fields, MemorySegment out) {
    return Upcalls.answered(
        handle,
        function -> {
          Object opened = ((Aggregate) function).open(fields);
          MemorySegment callback = out.asSlice(0, df_accumulator_callback.sizeof());
          df_accumulator_callback.data(callback, Upcalls.holdMadeBy(handle, opened));
          df_accumulator_callback.functions(callback, ACCUMULATOR);
          df_accumulator_callback.release(callback, Upcalls.RELEASE);
        });
  }

  @FunctionalInterface
  private interface Take {
    void of(Groups states, int[] groups) throws Throwable;
  }

  @FunctionalInterface
  private interface Give {
    void of(Groups states) throws Throwable;
  }

  private static MemorySegment update(
      long handle, MemorySegment columns, MemorySegment groups, long total, MemorySegment size) {
    Take take = (states, rows) -> states.update(columns, rows, (int) total);
    return taken(handle, new Rows(columns, groups), take, size);
  }

  private static MemorySegment merge(
      long handle, MemorySegment columns, MemorySegment groups, long total, MemorySegment size) {
    Take take = (states, rows) -> states.merge(columns, rows, (int) total);
    return taken(handle, new Rows(columns, groups), take, size);
  }

  private static MemorySegment retract(
      long handle, MemorySegment columns, MemorySegment groups, long total, MemorySegment size) {
    Take take = (states, rows) -> states.retract(columns, rows, (int) total);
    return taken(handle, new Rows(columns, groups), take, size);
  }

  /** The numbers of a batch before, for the next one: most are of one size. */
  private static final ThreadLocal<int @Nullable []> SPARE = new ThreadLocal<>();

  private record Rows(MemorySegment columns, MemorySegment groups) {
    int[] numbers() {
      int rows = (int) df_columns.rows(columns);
      int[] spare = SPARE.get();
      int[] numbers = spare == null || spare.length != rows ? new int[rows] : spare;
      SPARE.remove();
      MemorySegment.copy(groups, ValueLayout.JAVA_INT, 0, numbers, 0, rows);
      return numbers;
    }
  }

  private static MemorySegment taken(long handle, Rows rows, Take take, MemorySegment size) {
    return given(
        handle,
        states -> {
          int[] numbers = rows.numbers();
          take.of(states, numbers);
          SPARE.set(numbers);
        },
        size);
  }

  private static MemorySegment evaluate(
      long handle, long groups, boolean keep, MemorySegment results, MemorySegment size) {
    return given(
        handle,
        states -> {
          states.evaluate((int) groups, results);
          if (!keep) {
            states.remove((int) groups);
          }
        },
        size);
  }

  private static MemorySegment state(
      long handle, long groups, boolean keep, MemorySegment results, MemorySegment size) {
    return given(
        handle,
        states -> {
          states.state((int) groups, results);
          if (!keep) {
            states.remove((int) groups);
          }
        },
        size);
  }

  private static MemorySegment given(long handle, Give give, MemorySegment size) {
    return Upcalls.answered(
        handle,
        function -> {
          Groups states = (Groups) function;
          give.of(states);
          size.asSlice(0, Long.BYTES).set(ValueLayout.JAVA_LONG, 0, states.size());
        });
  }

  private static MemorySegment resolve(
      long handle, MemorySegment body, long length, MemorySegment sha256, MemorySegment out) {
    return Upcalls.resolved(
        () -> {
          byte[] digest = Buffers.copy(sha256, 32);
          var host = (Upcalls.Host) Upcalls.held(handle);
          Upcalls.Held function = host.resolve(Buffers.copy(body, length), digest);
          fill(out.asSlice(0, df_aggregate_callback.sizeof()), function);
        });
  }

  private static MemorySegment aggregateFunctions() {
    MemorySegment functions = df_aggregate_functions.allocate(Arena.global()).fill((byte) 0);
    df_aggregate_functions.open(
        functions, df_aggregate_functions.open.allocate(AggregateUpcalls::open, Arena.global()));
    return functions;
  }

  private static MemorySegment accumulatorFunctions() {
    Arena global = Arena.global();
    MemorySegment functions = df_accumulator_functions.allocate(global);
    df_accumulator_functions.update(
        functions, df_accumulator_functions.update.allocate(AggregateUpcalls::update, global));
    df_accumulator_functions.merge(
        functions, df_accumulator_functions.merge.allocate(AggregateUpcalls::merge, global));
    df_accumulator_functions.retract(
        functions, df_accumulator_functions.retract.allocate(AggregateUpcalls::retract, global));
    df_accumulator_functions.evaluate(
        functions, df_accumulator_functions.evaluate.allocate(AggregateUpcalls::evaluate, global));
    df_accumulator_functions.state(
        functions, df_accumulator_functions.state.allocate(AggregateUpcalls::state, global));
    return functions;
  }
}

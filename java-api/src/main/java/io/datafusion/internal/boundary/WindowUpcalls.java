package io.datafusion.internal.boundary;

import io.datafusion.bindings.df_evaluator_callback;
import io.datafusion.bindings.df_evaluator_functions;
import io.datafusion.bindings.df_window_callback;
import io.datafusion.bindings.df_window_functions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Native code calling window functions. */
public final class WindowUpcalls {
  /** A window function. */
  public interface Window {
    /**
     * {@return the evaluator of a partition}
     *
     * @param fields the arguments' and, last, the result's
     */
    Evaluator open(MemorySegment fields, MemorySegment literals, int flags) throws Throwable;

    /** Computes the result field of a call. */
    void returnField(MemorySegment fields, MemorySegment results) throws Throwable;

    /** Chooses the types of a call's arguments. */
    void coerceTypes(MemorySegment fields, MemorySegment results) throws Throwable;
  }

  /** The evaluator of one partition. */
  public interface Evaluator {
    /** Evaluates a whole partition. */
    void evaluateAll(MemorySegment fields, MemorySegment columns, MemorySegment results)
        throws Throwable;

    /** Evaluates rows, of the columns of the call before where none are new. */
    void evaluate(@Nullable NewColumns columns, Ranges ranges, MemorySegment results)
        throws Throwable;

    /** Evaluates a whole partition by its groups. */
    void evaluateAllWithRank(long rows, Ranges groups, MemorySegment results) throws Throwable;

    /** Writes the rows that each row from the first on depends on. */
    void ranges(long first, long rows, MemorySegment ranges) throws Throwable;

    /** {@return the first row of the last range that is still needed} */
    long memoize(long start, long end) throws Throwable;

    /** Ends it. */
    void close() throws Throwable;
  }

  /** Columns and their fields. */
  public record NewColumns(MemorySegment fields, MemorySegment columns) {}

  /** An array of {@code struct df_range}. */
  public record Ranges(MemorySegment data, long count) {}

  private static final MemorySegment WINDOW = windowFunctions();
  private static final MemorySegment EVALUATOR = evaluatorFunctions();
  private static final MemorySegment CLOSE =
      df_evaluator_callback.release.allocate(WindowUpcalls::close, Arena.global());

  private WindowUpcalls() {}

  /** {@return a {@code df_window_callback} whose one owner is native code} */
  public static MemorySegment callback(SegmentAllocator allocator, Upcalls.Held function) {
    MemorySegment callback = df_window_callback.allocate(allocator);
    fill(callback, function);
    return callback;
  }

  static void fill(MemorySegment callback, Upcalls.Held held) {
    if (!(held.function() instanceof Window)) {
      throw new IllegalArgumentException("no window function: " + held.function());
    }
    df_window_callback.data(callback, Upcalls.hold(held));
    df_window_callback.functions(callback, WINDOW);
    df_window_callback.release(callback, Upcalls.RELEASE);
  }

  private static MemorySegment open(
      long handle, MemorySegment fields, MemorySegment literals, int flags, MemorySegment out) {
    return Upcalls.answered(
        handle,
        function -> {
          Evaluator evaluator = ((Window) function).open(fields, literals, flags);
          MemorySegment callback = out.asSlice(0, df_evaluator_callback.sizeof());
          df_evaluator_callback.data(callback, Upcalls.holdMadeBy(handle, evaluator));
          df_evaluator_callback.functions(callback, EVALUATOR);
          df_evaluator_callback.release(callback, CLOSE);
        });
  }

  private static MemorySegment returnField(
      long handle, MemorySegment fields, MemorySegment results) {
    return Upcalls.answered(handle, function -> ((Window) function).returnField(fields, results));
  }

  private static MemorySegment coerceTypes(
      long handle, MemorySegment fields, MemorySegment results) {
    return Upcalls.answered(handle, function -> ((Window) function).coerceTypes(fields, results));
  }

  private static MemorySegment evaluateAll(
      long handle, MemorySegment fields, MemorySegment columns, MemorySegment results) {
    return Upcalls.answered(
        handle, evaluator -> ((Evaluator) evaluator).evaluateAll(fields, columns, results));
  }

  private static MemorySegment evaluate(
      long handle,
      MemorySegment fields,
      MemorySegment columns,
      MemorySegment ranges,
      long count,
      MemorySegment results) {
    return Upcalls.answered(
        handle,
        evaluator ->
            ((Evaluator) evaluator)
                .evaluate(
                    columns.address() == 0 ? null : new NewColumns(fields, columns),
                    new Ranges(ranges, count),
                    results));
  }

  private static MemorySegment evaluateAllWithRank(
      long handle, long rows, MemorySegment groups, long count, MemorySegment results) {
    return Upcalls.answered(
        handle,
        evaluator ->
            ((Evaluator) evaluator).evaluateAllWithRank(rows, new Ranges(groups, count), results));
  }

  private static MemorySegment ranges(long handle, long first, long rows, MemorySegment ranges) {
    return Upcalls.answered(
        handle, evaluator -> ((Evaluator) evaluator).ranges(first, rows, ranges));
  }

  private static MemorySegment memoize(long handle, MemorySegment range, MemorySegment needed) {
    return Upcalls.answered(
        handle,
        evaluator -> {
          long start = range.get(ValueLayout.JAVA_LONG, 0);
          long end = range.get(ValueLayout.JAVA_LONG, Long.BYTES);
          long first = ((Evaluator) evaluator).memoize(start, end);
          needed.asSlice(0, Long.BYTES).set(ValueLayout.JAVA_LONG, 0, first);
        });
  }

  private static void close(long handle) {
    try {
      if (Upcalls.drop(handle) instanceof Upcalls.Held held) {
        held.within(() -> ((Evaluator) held.function()).close());
      }
    } catch (Throwable _) {
      // There is nobody to tell.
    }
  }

  private static MemorySegment windowFunctions() {
    MemorySegment functions = df_window_functions.allocate(Arena.global());
    df_window_functions.open(
        functions, df_window_functions.open.allocate(WindowUpcalls::open, Arena.global()));
    df_window_functions.return_field(
        functions,
        df_window_functions.return_field.allocate(WindowUpcalls::returnField, Arena.global()));
    df_window_functions.coerce_types(
        functions,
        df_window_functions.coerce_types.allocate(WindowUpcalls::coerceTypes, Arena.global()));
    return functions;
  }

  private static MemorySegment evaluatorFunctions() {
    MemorySegment functions = df_evaluator_functions.allocate(Arena.global());
    df_evaluator_functions.evaluate_all(
        functions,
        df_evaluator_functions.evaluate_all.allocate(WindowUpcalls::evaluateAll, Arena.global()));
    df_evaluator_functions.evaluate(
        functions,
        df_evaluator_functions.evaluate.allocate(WindowUpcalls::evaluate, Arena.global()));
    df_evaluator_functions.evaluate_all_with_rank(
        functions,
        df_evaluator_functions.evaluate_all_with_rank.allocate(
            WindowUpcalls::evaluateAllWithRank, Arena.global()));
    df_evaluator_functions.get_ranges(
        functions,
        df_evaluator_functions.get_ranges.allocate(WindowUpcalls::ranges, Arena.global()));
    df_evaluator_functions.memoize(
        functions, df_evaluator_functions.memoize.allocate(WindowUpcalls::memoize, Arena.global()));
    return functions;
  }
}

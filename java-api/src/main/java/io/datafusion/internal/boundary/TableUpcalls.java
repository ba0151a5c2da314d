package io.datafusion.internal.boundary;

import io.datafusion.bindings.df_table_callback;
import io.datafusion.bindings.df_table_functions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/** Native code calling table functions, and finding tables. */
public final class TableUpcalls {
  /** A table function. */
  @FunctionalInterface
  public interface Table {
    /** Makes the table of a call by the session of that number. */
    void call(long session, byte[] arguments, MemorySegment results) throws Throwable;
  }

  private static final MemorySegment FUNCTIONS = functions();

  private TableUpcalls() {}

  /** {@return a {@code df_table_callback} whose one owner is native code} */
  public static MemorySegment callback(SegmentAllocator allocator, Upcalls.Held function) {
    MemorySegment callback = df_table_callback.allocate(allocator);
    fill(callback, function);
    return callback;
  }

  static void fill(MemorySegment callback, Upcalls.Held function) {
    df_table_callback.data(callback, Upcalls.hold(function));
    boolean source = function.function() instanceof SourceUpcalls.Source;
    df_table_callback.functions(callback, source ? SourceUpcalls.FUNCTIONS : FUNCTIONS);
    df_table_callback.release(callback, Upcalls.RELEASE);
  }

  private static MemorySegment call(
      long handle, long session, MemorySegment arguments, long length, MemorySegment results) {
    return Upcalls.answered(
        handle,
        function -> ((Table) function).call(session, Buffers.copy(arguments, length), results));
  }

  private static MemorySegment functions() {
    MemorySegment functions = df_table_functions.allocate(Arena.global());
    df_table_functions.call(
        functions, df_table_functions.call.allocate(TableUpcalls::call, Arena.global()));
    return functions;
  }
}

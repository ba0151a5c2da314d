package io.datafusion.internal.boundary;

import io.datafusion.bindings.df_reader_callback;
import io.datafusion.bindings.df_reader_functions;
import io.datafusion.bindings.df_rows_callback;
import io.datafusion.bindings.df_rows_functions;
import io.datafusion.bindings.df_table_functions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Native code scanning tables that Java reads itself. */
public final class SourceUpcalls {
  /** A table. */
  public interface Source {
    /** Sets the schema of all columns. */
    void schema(MemorySegment results) throws Throwable;

    /** {@return a number for each filter: 0 not applied, 1 inexactly, 2 exactly} */
    byte[] supportsFilters(Filters filters) throws Throwable;

    /** {@return the rows of a scan} Sets its shape. */
    Rows scan(byte[] request, Filters filters, MemorySegment results) throws Throwable;

    /** {@return how many rows of a stream it took in} The stream is given away. */
    long insert(int op, MemorySegment stream) throws Throwable;
  }

  /** An array of programs, borrowed for a call. */
  public record Filters(MemorySegment data, long count) {
    /** {@return one of them} */
    public MemorySegment program(long index) {
      return data.getAtIndex(ValueLayout.ADDRESS, index);
    }
  }

  /** The rows of a scan. */
  @FunctionalInterface
  public interface Rows {
    /** {@return the reader of a partition, which has not begun} */
    Reader open(int partition) throws Throwable;
  }

  /** The reader of a partition. */
  public interface Reader {
    /** Pushes the next batch; nothing at the end. */
    void next(MemorySegment results) throws Throwable;

    /** Ends a wait in {@link #next}, and makes every later one the end. */
    void interrupt();

    /** Ends it. */
    void close() throws Throwable;
  }

  static final MemorySegment FUNCTIONS = functions();
  private static final MemorySegment ROWS = rowsFunctions();
  private static final MemorySegment READER = readerFunctions();
  private static final MemorySegment CLOSE =
      df_reader_callback.release.allocate(SourceUpcalls::close, Arena.global());

  private SourceUpcalls() {}

  private static MemorySegment schema(long handle, MemorySegment results) {
    return Upcalls.answered(handle, source -> ((Source) source).schema(results));
  }

  private static MemorySegment supportsFilters(
      long handle, MemorySegment filters, long count, MemorySegment out) {
    return Upcalls.answered(
        handle,
        source -> {
          byte[] supported = ((Source) source).supportsFilters(filters(filters, count));
          MemorySegment.copy(
              supported, 0, out.asSlice(0, count), ValueLayout.JAVA_BYTE, 0, (int) count);
        });
  }

  private static Filters filters(MemorySegment filters, long count) {
    return new Filters(filters.asSlice(0, count * ValueLayout.ADDRESS.byteSize()), count);
  }

  private static MemorySegment scan(
      long handle,
      MemorySegment request,
      long length,
      MemorySegment filters,
      long count,
      MemorySegment out,
      MemorySegment results) {
    return Upcalls.answered(
        handle,
        source -> {
          byte[] asked = Buffers.copy(request, length);
          Rows rows = ((Source) source).scan(asked, filters(filters, count), results);
          MemorySegment callback = out.asSlice(0, df_rows_callback.sizeof());
          df_rows_callback.data(callback, Upcalls.holdMadeBy(handle, rows));
          df_rows_callback.functions(callback, ROWS);
          df_rows_callback.release(callback, Upcalls.RELEASE);
        });
  }

  private static MemorySegment insert(
      long handle, int op, MemorySegment stream, MemorySegment rows) {
    return Upcalls.answered(
        handle,
        source ->
            rows.asSlice(0, Long.BYTES)
                .set(ValueLayout.JAVA_LONG, 0, ((Source) source).insert(op, stream)));
  }

  private static MemorySegment open(long handle, long partition, MemorySegment out) {
    return Upcalls.answered(
        handle,
        rows -> {
          Reader reader = ((Rows) rows).open(Math.toIntExact(partition));
          MemorySegment callback = out.asSlice(0, df_reader_callback.sizeof());
          df_reader_callback.data(callback, Upcalls.holdMadeBy(handle, reader));
          df_reader_callback.functions(callback, READER);
          df_reader_callback.release(callback, CLOSE);
        });
  }

  private static MemorySegment next(long handle, MemorySegment results) {
    return Upcalls.answered(handle, reader -> ((Reader) reader).next(results));
  }

  private static void interrupt(long handle) {
    try {
      ((Reader) ((Upcalls.Held) Upcalls.held(handle)).function()).interrupt();
    } catch (Throwable _) {
      // It is read to the end; there is nobody to tell.
    }
  }

  private static void close(long handle) {
    try {
      if (Upcalls.drop(handle) instanceof Upcalls.Held held) {
        held.within(() -> ((Reader) held.function()).close());
      }
    } catch (Throwable _) {
      // Its rows are read, or nobody wants them; there is nobody to tell.
    }
  }

  private static MemorySegment functions() {
    Arena arena = Arena.global();
    MemorySegment functions = df_table_functions.allocate(arena);
    df_table_functions.schema(
        functions, df_table_functions.schema.allocate(SourceUpcalls::schema, arena));
    df_table_functions.supports_filters(
        functions,
        df_table_functions.supports_filters.allocate(SourceUpcalls::supportsFilters, arena));
    df_table_functions.scan(
        functions, df_table_functions.scan.allocate(SourceUpcalls::scan, arena));
    df_table_functions.insert(
        functions, df_table_functions.insert.allocate(SourceUpcalls::insert, arena));
    return functions;
  }

  private static MemorySegment rowsFunctions() {
    MemorySegment functions = df_rows_functions.allocate(Arena.global());
    df_rows_functions.open(
        functions, df_rows_functions.open.allocate(SourceUpcalls::open, Arena.global()));
    return functions;
  }

  private static MemorySegment readerFunctions() {
    Arena arena = Arena.global();
    MemorySegment functions = df_reader_functions.allocate(arena);
    df_reader_functions.next(
        functions, df_reader_functions.next.allocate(SourceUpcalls::next, arena));
    df_reader_functions.interrupt(
        functions, df_reader_functions.interrupt.allocate(SourceUpcalls::interrupt, arena));
    return functions;
  }
}

package io.datafusion.internal.boundary;

import static io.datafusion.bindings.datafusion_c_h.df_error_fallback;
import static io.datafusion.bindings.datafusion_c_h.df_error_new;

import io.datafusion.DataFusionException;
import io.datafusion.bindings.df_failure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What callbacks throw, as native errors. A throwable is kept under a handle of its own until
 * native code has dropped the error made of it.
 */
final class Failures {
  private static final MemorySegment FALLBACK = df_error_fallback();

  private Failures() {}

  /** Loads what {@link #report} needs: the first failure may have no memory left for that. */
  static void prepare() {
    Objects.requireNonNull(TableFault.class);
  }

  /** Makes the native error of a throwable; the fallback takes no memory and little stack. */
  static MemorySegment report(int code, Throwable thrown) {
    try (Arena arena = Arena.ofConfined()) {
      Throwable told = thrown instanceof TableFault fault ? fault.thrown() : thrown;
      String about = thrown instanceof TableFault fault ? "table '" + fault.table() + "': " : "";
      byte[] message = Buffers.lenientUtf8(about + describe(told));
      MemorySegment failure = df_failure.allocate(arena);
      MemorySegment text = Buffers.of(arena, message);
      df_failure.release(failure, Upcalls.RELEASE);
      df_failure.data(failure, Upcalls.hold(told));
      return df_error_new(code, text, message.length, failure);
    } catch (Throwable _) {
      return FALLBACK;
    }
  }

  private static String describe(Throwable thrown) {
    try {
      String message =
          thrown instanceof DataFusionException ? thrown.getMessage() : thrown.toString();
      if (message != null) {
        return message;
      }
    } catch (Throwable _) {
      // What it is called must do.
    }
    return thrown.getClass().getName();
  }

  /**
   * {@return what a callback threw, by the handle that an error carries} Null for an error without
   * one, and for the handle of another class loader that shares the library, which is none of ours.
   */
  static @Nullable Throwable thrown(long handle) {
    return Upcalls.find(handle) instanceof Throwable thrown ? thrown : null;
  }
}

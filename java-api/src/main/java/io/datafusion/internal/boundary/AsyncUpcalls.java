package io.datafusion.internal.boundary;

import static io.datafusion.bindings.datafusion_c_h.DF_ERROR_CALLBACK;
import static io.datafusion.bindings.datafusion_c_h.df_answer_complete;
import static io.datafusion.bindings.datafusion_c_h.df_answer_fail;

import io.datafusion.bindings.df_bound_functions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Native code calling functions whose answer comes later. */
public final class AsyncUpcalls {
  /** An asynchronous function whose types are known. */
  @FunctionalInterface
  public interface Bound {
    /** Takes a batch; what it throws fails the answer. */
    void begin(MemorySegment columns, Answer answer) throws Throwable;
  }

  /** Where the answer to a batch goes: the first one counts, on any thread. */
  public static final class Answer {
    private final AtomicReference<@Nullable MemorySegment> open;

    private Answer(MemorySegment open) {
      this.open = new AtomicReference<>(open);
    }

    /** Answers with an array that is lent for this call. */
    public void complete(MemorySegment array) {
      MemorySegment answer = open.getAndSet(null);
      if (answer != null) {
        Errors.check(df_answer_complete(answer, array));
      }
    }

    /** Answers with what was thrown. */
    public void fail(Throwable thrown) {
      MemorySegment answer = open.getAndSet(null);
      if (answer != null) {
        Errors.check(df_answer_fail(answer, Failures.report(DF_ERROR_CALLBACK(), thrown)));
      }
    }
  }

  static final MemorySegment FUNCTIONS = functions();

  private AsyncUpcalls() {}

  private static void begin(long handle, MemorySegment columns, MemorySegment answer) {
    var once = new Answer(answer);
    try {
      Upcalls.Held held = (Upcalls.Held) Upcalls.held(handle);
      held.within(() -> ((Bound) held.function()).begin(columns, once));
    } catch (Throwable thrown) {
      try {
        once.fail(thrown);
      } catch (Throwable _) {
        // nobody is left to tell
      }
    }
  }

  private static MemorySegment functions() {
    MemorySegment functions = df_bound_functions.allocate(Arena.global());
    df_bound_functions.begin(
        functions, df_bound_functions.begin.allocate(AsyncUpcalls::begin, Arena.global()));
    return functions;
  }
}

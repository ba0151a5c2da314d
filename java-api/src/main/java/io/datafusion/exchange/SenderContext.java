package io.datafusion.exchange;

import io.datafusion.SessionContext;
import java.util.Optional;

/**
 * Whose codecs and policy write an expression, a plan or a function that goes into a Java object
 * stream.
 *
 * <p>A scope's context wins over the thread's. Where neither is there, a fresh default stack writes
 * and Java functions are inside. Both are of the calling thread alone: the threads of an executor
 * do not inherit them, whatever scope hands them a task; only subtasks forked in a
 * StructuredTaskScope have the scope they were forked in. {@code toBytes} looks at none of this:
 * what it is given is what it uses.
 */
public final class SenderContext {
  private static final ContextSlot SLOT = new ContextSlot();

  private SenderContext() {}

  /** {@return the context that writes on this thread now, if one was said} */
  public static Optional<SessionContext> get() {
    return SLOT.get();
  }

  /**
   * Lets a context write on this thread outside of scopes, until {@link #clear} or another. The
   * thread holds on to it for so long, and does not close it.
   */
  public static void set(SessionContext ctx) {
    SLOT.set(ctx);
  }

  /** Takes back what {@link #set} said on this thread. Harmless where it said nothing. */
  public static void clear() {
    SLOT.clear();
  }

  /** Runs a task in whose scope a context writes. Scopes nest: the innermost holds. */
  public static void run(SessionContext ctx, Runnable task) {
    SLOT.bound(ctx).run(task);
  }

  /**
   * {@return what a task makes in whose scope a context writes}
   *
   * @throws X as the task does
   */
  public static <R, X extends Throwable> R call(
      SessionContext ctx, ScopedValue.CallableOp<? extends R, X> task) throws X {
    return SLOT.bound(ctx).call(task);
  }
}

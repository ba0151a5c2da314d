package io.datafusion.internal.boundary;

import static io.datafusion.bindings.datafusion_c_h.df_runtime_inside;
import static io.datafusion.bindings.datafusion_c_h.df_task_cancel;
import static io.datafusion.bindings.datafusion_c_h.df_task_finish;
import static io.datafusion.bindings.datafusion_c_h.df_task_free;
import static io.datafusion.bindings.datafusion_c_h.df_task_is_settled;
import static io.datafusion.bindings.datafusion_c_h.df_task_start;
import static io.datafusion.bindings.datafusion_c_h.df_task_wait;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work on the native runtime, and the caller that waits for it.
 *
 * <p>Off the runtime the caller parks in Java: interruptible, and a virtual thread gives its
 * carrier back. On a runtime thread (a callback that runs a query) it is one blocking downcall.
 */
public final class Task {
  /** How long a wake-up is waited for before the task is asked. */
  private static final long PATIENCE = 1_000_000_000;

  private MemorySegment self;

  private Task(MemorySegment self) {
    this.self = self;
  }

  /**
   * {@return what the work made, a pointer that may be null where its export says so}
   *
   * @param scope cancels the work when it is closed
   * @param maker the export that makes the task
   */
  public static MemorySegment run(CallScope scope, Errors.Call maker) {
    int round = scope.round();
    Task task = new Task(Errors.pointer(maker));
    try {
      scope.enter(task, round);
      task.await();
      return task.finish();
    } finally {
      scope.leave(task);
      task.free();
    }
  }

  /** {@return what the work made; only interruption ends it early} */
  public static MemorySegment run(Errors.Call maker) {
    return run(new CallScope(), maker);
  }

  /** Ends the work soon; harmless after its end. Callable from any thread. */
  synchronized void cancel() {
    if (self.address() != 0) {
      df_task_cancel(self);
    }
  }

  private void await() {
    if (df_task_is_settled(self)) {
      return; // small work was done on this thread
    }
    if (df_runtime_inside()) {
      Errors.check(df_task_wait(self));
      return;
    }
    Waiter waiter = new Waiter(Upcalls.newHandle(), Thread.currentThread());
    try (Arena arena = Arena.ofConfined()) {
      Errors.check(df_task_start(self, Upcalls.completion(arena, waiter)));
    }
    boolean interrupted = false;
    while (!waiter.done && !(waiter.overslept() && df_task_is_settled(self))) {
      LockSupport.parkNanos(this, PATIENCE);
      if (Thread.interrupted()) {
        interrupted = true;
        cancel();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private MemorySegment finish() {
    MemorySegment consumed = consume();
    return Errors.pointer((_, out) -> df_task_finish(consumed, out));
  }

  private void free() {
    df_task_free(consume());
  }

  /** From here on nobody else may touch the task: a late cancel finds nothing. */
  private synchronized MemorySegment consume() {
    MemorySegment consumed = self;
    self = MemorySegment.NULL;
    return consumed;
  }

  /** Woken by the completion upcall, from a runtime thread. */
  static final class Waiter {
    final long handle;

    /** The next one in its bucket of {@link Waiters}. */
    @Nullable Waiter next;

    private final Thread thread;
    private final long since = System.nanoTime();
    private volatile boolean done;

    Waiter(long handle, Thread thread) {
      this.handle = handle;
      this.thread = thread;
    }

    boolean isDone() {
      return done;
    }

    /**
     * {@return whether so long has passed that the wake-up may be lost} It is where the JVM had no
     * memory left to make it.
     */
    boolean overslept() {
      return System.nanoTime() - since > PATIENCE;
    }

    void complete() {
      done = true;
      LockSupport.unpark(thread);
    }
  }
}

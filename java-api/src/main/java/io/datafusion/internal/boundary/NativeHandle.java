package io.datafusion.internal.boundary;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A native object that Java owns. It is freed exactly once: by {@link #close()} as soon as no call
 * uses it any more, or by the collector. Freeing only enqueues the drop, so it never blocks the one
 * cleaner thread.
 */
public final class NativeHandle implements AutoCloseable {
  private static final Cleaner CLEANER =
      Cleaner.create(Thread.ofPlatform().daemon().name("datafusion-cleaner").factory());

  private final String noun;
  private final State state;
  private final Cleaner.Cleanable cleanable;

  /**
   * Takes a native object over.
   *
   * @param noun what a user calls it, for the message of a use after close
   * @param free the export that frees it
   */
  public NativeHandle(String noun, MemorySegment object, Consumer<MemorySegment> free) {
    this.noun = noun;
    this.state = new State(object, free);
    this.cleanable = CLEANER.register(this, state);
  }

  /** {@return a hold on the object that keeps it from being freed until it is closed} */
  public Lease lease() {
    if (!state.acquire()) {
      throw new IllegalStateException(noun + " is closed");
    }
    return new Lease(this);
  }

  /** {@return whether nobody has closed it} */
  public boolean isOpen() {
    return !state.isClosed();
  }

  /** Ends it; what runs now keeps the object until it is done. */
  @Override
  public void close() {
    if (state.close()) {
      cleanable.clean();
    }
  }

  /** {@return the object, which from now on belongs to the caller} The handle is closed by it. */
  public MemorySegment release() {
    MemorySegment object = state.take();
    if (object == null) {
      throw new IllegalStateException(noun + " is closed");
    }
    cleanable.clean();
    return object;
  }

  /** A hold on a native object for the duration of one call. */
  public static final class Lease implements AutoCloseable {
    private final NativeHandle handle;

    private Lease(NativeHandle handle) {
      this.handle = handle;
    }

    /** {@return the object} */
    public MemorySegment segment() {
      return handle.state.object;
    }

    @Override
    public void close() {
      try {
        if (handle.state.leave()) {
          handle.cleanable.clean();
        }
      } finally {
        Reference.reachabilityFence(handle);
      }
    }
  }

  /** What the cleaner keeps: it must not reach the handle. */
  private static final class State implements Runnable {
    private static final int CLOSED = 1 << 30;
    private static final int TAKEN = 1 << 29;

    private final MemorySegment object;
    private final Consumer<MemorySegment> free;
    private final AtomicInteger users = new AtomicInteger();

    State(MemorySegment object, Consumer<MemorySegment> free) {
      this.object = object;
      this.free = free;
    }

    boolean acquire() {
      int before = users.getAndUpdate(n -> (n & CLOSED) == 0 ? n + 1 : n);
      return (before & CLOSED) == 0;
    }

    boolean leave() {
      return users.decrementAndGet() == CLOSED;
    }

    boolean isClosed() {
      return (users.get() & CLOSED) != 0;
    }

    boolean close() {
      int before = users.getAndUpdate(n -> n | CLOSED);
      return before == 0;
    }

    @Nullable MemorySegment take() {
      return users.compareAndSet(0, CLOSED | TAKEN) ? object : null;
    }

    @Override
    public void run() {
      if ((users.get() & TAKEN) == 0) {
        free.accept(object);
      }
    }
  }
}

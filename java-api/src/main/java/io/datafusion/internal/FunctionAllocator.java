package io.datafusion.internal;

import org.apache.arrow.memory.RootAllocator;

/**
 * What functions allocate from: one for all of them, which none of them may close. The engine
 * limits a query's memory, this limits nothing.
 */
final class FunctionAllocator extends RootAllocator {
  /** Refuses: vectors of other calls are allocated from it. */
  @Override
  public void close() {
    throw new IllegalStateException(
        "the allocator of functions is lent to them and stays open: close the vectors that were"
            + " allocated from it, or a child allocator of your own");
  }

  /** Refuses: the limit would be that of every function. */
  @Override
  public void setLimit(long newLimit) {
    throw shared("setLimit");
  }

  /** Refuses: the count would be wrong for every function. */
  @Override
  public void releaseBytes(long size) {
    throw shared("releaseBytes");
  }

  private static IllegalStateException shared(String method) {
    return new IllegalStateException(
        "the allocator of functions is lent to all of them: no "
            + method
            + " on it, but on a child"
            + " allocator of your own");
  }
}

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
    throw new IllegalStateException(
        "the allocator of functions is lent to all of them: no setLimit on it, but on a child"
            + " allocator of your own");
  }
}

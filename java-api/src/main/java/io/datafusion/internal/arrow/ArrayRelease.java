package io.datafusion.internal.arrow;

import java.lang.foreign.MemorySegment;

/** How a native array is given back: what {@code array->release(array)} is in C. */
@FunctionalInterface
public interface ArrayRelease {
  /**
   * Gives the array back. Called exactly once for every batch, on whatever thread drops the last of
   * its buffers.
   *
   * @param arrowArray the struct, moved out of the memory it came in
   */
  void release(MemorySegment arrowArray);
}

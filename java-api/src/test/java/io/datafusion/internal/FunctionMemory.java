package io.datafusion.internal;

/** What functions over vectors have allocated, for tests outside this package. */
public final class FunctionMemory {
  private FunctionMemory() {}

  /** Bytes that are allocated now. */
  public static long allocated() {
    return VectorBatch.ALLOCATOR.getAllocatedMemory();
  }
}

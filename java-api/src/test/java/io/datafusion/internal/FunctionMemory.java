package io.datafusion.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;

/** What functions over vectors have allocated, for tests outside this package. */
public final class FunctionMemory {
  private FunctionMemory() {}

  /** Bytes that are allocated now. */
  public static long allocated() {
    return VectorBatch.ALLOCATOR.getAllocatedMemory();
  }

  /** Bytes that are allocated once what tests before have left is gone; none, as a rule. */
  public static long settled() {
    return await(2, bytes -> bytes == 0);
  }

  /**
   * Waits until as many bytes are allocated as before.
   *
   * <p>A session that closes, and a query that fails, stop the tasks of their partitions without
   * waiting for the batch that each is at.
   */
  public static void awaitReleased(long before) {
    assertThat(await(60, bytes -> bytes == before)).as("memory of functions").isEqualTo(before);
  }

  private static long await(long seconds, LongPredicate reached) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!reached.test(allocated()) && System.nanoTime() < end) {
      LockSupport.parkNanos(1_000_000);
    }
    return allocated();
  }
}

package user;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much of the Java heap the reading of one input may ask for, in all. */
final class FuzzBound {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Of its own, and for each byte of input. */
  private static final long FIXED = 32L << 20;

  private static final long EACH_BYTE = 4_096;

  /** The first times load classes, whose making is no part of an input. */
  private static final int TRIES = 3;

  private FuzzBound() {}

  /** Reads an input that so many bytes are of. */
  interface Reading {
    void run() throws Exception;
  }

  static void check(int size, Reading reading) throws Exception {
    long used = Long.MAX_VALUE;
    for (int i = 0; i < TRIES && used > FIXED + EACH_BYTE * size; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      reading.run();
      used = THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    if (used > FIXED + EACH_BYTE * size) {
      throw new AssertionError(size + " bytes made " + used + " bytes of objects");
    }
  }
}

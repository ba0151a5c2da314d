package io.datafusion.internal.arrow;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/** Bitmaps in native memory. */
final class Bitmaps {
  private Bitmaps() {}

  /** {@return how many bytes {@code bits} bits take} */
  static long bytes(long bits) {
    return (bits + 7) >>> 3;
  }

  /** Sets {@code bits} bits, and clears what the last byte has besides. */
  static void setAll(long target, long bits) {
    MemorySegment to = CData.at(target, bytes(bits)).fill((byte) 0xFF);
    if ((bits & 7) != 0) {
      to.set(JAVA_BYTE, to.byteSize() - 1, (byte) ((1 << (bits & 7)) - 1));
    }
  }

  /**
   * Copies {@code bits} bits from bit {@code first} of {@code source} to the start of {@code
   * target}.
   */
  static void shift(long source, long first, long bits, long target) {
    int shift = (int) (first & 7);
    long available = bytes(shift + bits);
    long wanted = bytes(bits);
    MemorySegment from = CData.at(source + (first >>> 3), available);
    MemorySegment to = CData.at(target, wanted);
    for (long i = 0; i < wanted; i++) {
      int low = (from.get(JAVA_BYTE, i) & 0xFF) >>> shift;
      int high = i + 1 < available ? (from.get(JAVA_BYTE, i + 1) & 0xFF) << (8 - shift) : 0;
      to.set(JAVA_BYTE, i, (byte) (low | high));
    }
  }
}

package io.datafusion.internal.arrow;

/**
 * The runs that a window of a run-end encoded array reaches into.
 *
 * @param array the window, in rows
 * @param bits how wide a run end is
 * @param ends the run ends of those runs
 * @param values their values
 */
record RunWindow(ArrayView array, int bits, ArrayView ends, ArrayView values) {
  static RunWindow of(ArrayView array, int bits) {
    ArrayView ends = array.child(0);
    ArrayView values = array.child(1);
    if (array.length() == 0) {
      return new RunWindow(array, bits, ends.window(0, 0), values.window(0, 0));
    }
    long first = run(ends, bits, array.offset());
    long last = run(ends, bits, array.offset() + array.length() - 1);
    long count = last - first + 1;
    return new RunWindow(array, bits, ends.window(first, count), values.window(first, count));
  }

  /** {@return the run that holds a row: the first whose end lies behind it} */
  private static long run(ArrayView ends, int bits, long row) {
    long low = 0;
    long high = ends.length();
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (end(ends, bits, middle) > row) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private static long end(ArrayView ends, int bits, long index) {
    long address = ends.buffer(1) + (ends.offset() + index) * (bits / Byte.SIZE);
    return switch (bits) {
      case Short.SIZE -> CData.shortAt(address);
      case Integer.SIZE -> CData.intAt(address);
      default -> CData.longAt(address);
    };
  }

  /** {@return whether the run ends can be taken as they are: they count from the first row} */
  boolean isWhole() {
    return array.offset() == 0;
  }

  /** {@return how many bytes the run ends take} */
  long bytes() {
    return ends.length() * (bits / Byte.SIZE);
  }

  /** Writes run ends that count from the window's first row to {@code address}. */
  void writeEnds(long address) {
    for (long i = 0; i < ends.length(); i++) {
      long end = Math.min(end(ends, bits, i) - array.offset(), array.length());
      switch (bits) {
        case Short.SIZE -> CData.putShort(address + i * Short.BYTES, (short) end);
        case Integer.SIZE -> CData.putInt(address + i * Integer.BYTES, (int) end);
        default -> CData.putLong(address + i * Long.BYTES, end);
      }
    }
  }
}

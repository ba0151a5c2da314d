package io.datafusion.internal.arrow;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/**
 * Views as the format has them. A short value stands in its view, and what it leaves free is zero;
 * Arrow Java leaves there what was before, and in the views of nulls whatever it likes.
 */
final class CleanViews {
  static final int BYTES = 16;

  private static final int INLINE = 12;
  private static final int DATA = Integer.BYTES;
  private static final int REST = 2 * Integer.BYTES;

  private CleanViews() {}

  /** {@return where the views of a vector are, or copies of them that are clean} */
  static long address(FieldVector vector, ArrowBuf views, int length, Arena arena) {
    for (int row = 0; row < length; row++) {
      if (!isClean(vector, views, row)) {
        return cleaned(vector, views, length, arena);
      }
    }
    return views.memoryAddress();
  }

  private static boolean isClean(FieldVector vector, ArrowBuf views, int row) {
    long at = (long) row * BYTES;
    int size = views.getInt(at);
    if (vector.isNull(row)) {
      return size == 0 && views.getInt(at + DATA) == 0 && views.getLong(at + REST) == 0;
    }
    if (size < 0 || size >= INLINE) {
      return true;
    }
    int inRest = Math.max(0, size - DATA);
    return (size >= DATA || views.getInt(at + DATA) >>> size * Byte.SIZE == 0)
        && views.getLong(at + REST) >>> inRest * Byte.SIZE == 0;
  }

  private static long cleaned(FieldVector vector, ArrowBuf views, int length, Arena arena) {
    long bytes = (long) length * BYTES;
    MemorySegment copy = arena.allocate(bytes, BYTES);
    copy.copyFrom(CData.at(views.memoryAddress(), bytes));
    for (int row = 0; row < length; row++) {
      if (!isClean(vector, views, row)) {
        long used = vector.isNull(row) ? 0 : DATA + views.getInt((long) row * BYTES);
        copy.asSlice((long) row * BYTES + used, BYTES - used).fill((byte) 0);
      }
    }
    return copy.address();
  }
}

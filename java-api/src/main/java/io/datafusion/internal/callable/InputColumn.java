package io.datafusion.internal.callable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** One argument of a call: the buffers of an {@code ArrowArray}, each sliced to its exact size. */
final class InputColumn {
  /** The size of {@code struct ArrowArray}. */
  static final long STRUCT_SIZE = 80;

  /** Texts are copied to the heap so many bytes at once; longer ones each by itself. */
  private static final int CHUNK = 4096;

  private static final byte[] NO_CHUNK = {};

  private static final long NULL_COUNT = 8;
  private static final long BUFFERS = 40;

  final RowType type;
  final MemorySegment values;

  /** Starts of variable-width values, one more than rows; empty for other types. */
  final MemorySegment offsets;

  /** One bit a row, empty where no row is null. */
  final MemorySegment validity;

  private byte[] chunk = NO_CHUNK;
  private int chunkStart;
  private int chunkEnd;

  private InputColumn(
      RowType type, MemorySegment values, MemorySegment offsets, MemorySegment validity) {
    this.type = type;
    this.values = values;
    this.offsets = offsets;
    this.validity = validity;
  }

  static InputColumn of(RowType type, MemorySegment space, long struct, int rows) {
    long buffers = space.get(JAVA_LONG_UNALIGNED, struct + BUFFERS);
    long bitmap = space.get(JAVA_LONG_UNALIGNED, buffers);
    long first = space.get(JAVA_LONG_UNALIGNED, buffers + Long.BYTES);
    boolean hasNulls = bitmap != 0 && space.get(JAVA_LONG_UNALIGNED, struct + NULL_COUNT) != 0;
    MemorySegment validity = space.asSlice(bitmap, hasNulls ? (rows + 7) >>> 3 : 0);
    if (!type.kind().isVariableWidth()) {
      MemorySegment values = space.asSlice(first, type.kind().sizeOf(rows));
      return new InputColumn(type, values, MemorySegment.NULL, validity);
    }
    MemorySegment offsets = space.asSlice(first, (rows + 1L) * Integer.BYTES);
    int size = offsets.get(JAVA_INT_UNALIGNED, rows * (long) Integer.BYTES);
    long bytes = space.get(JAVA_LONG_UNALIGNED, buffers + 2 * Long.BYTES);
    return new InputColumn(type, space.asSlice(bytes, size), offsets, validity);
  }

  boolean isNull(int row) {
    return validity.byteSize() != 0 && (validity.get(JAVA_BYTE, row >>> 3) & (1 << (row & 7))) == 0;
  }

  /**
   * {@return the validity bits of {@code count} (up to 64) rows from {@code base}, a multiple of
   * 64}
   */
  long valid(int base, int count) {
    if (validity.byteSize() == 0) {
      return -1L;
    }
    int offset = base >>> 3;
    if (count == Long.SIZE) {
      return validity.get(JAVA_LONG_UNALIGNED, offset);
    }
    long word = 0;
    for (int bytes = (count + 7) >>> 3, i = 0; i < bytes; i++) {
      word |= (validity.get(JAVA_BYTE, offset + i) & 0xFFL) << (i * Byte.SIZE);
    }
    return word;
  }

  /** {@return the bytes of a variable-width value} */
  byte[] bytes(int row) {
    int start = offset(row);
    byte[] bytes = new byte[Math.subtractExact(offset(row + 1), start)];
    MemorySegment.copy(values, JAVA_BYTE, start, bytes, 0, bytes.length);
    return bytes;
  }

  /** {@return a variable-width value as text} */
  String text(int row) {
    int start = offset(row);
    int end = offset(row + 1);
    if (start < chunkStart || end > chunkEnd) {
      if (end - start > CHUNK) {
        return new String(bytes(row), StandardCharsets.UTF_8);
      }
      copyFrom(start);
    }
    return new String(chunk, start - chunkStart, end - start, StandardCharsets.UTF_8);
  }

  private void copyFrom(int start) {
    if (chunk.length == 0) {
      chunk = new byte[CHUNK];
    }
    int size = (int) Math.min(CHUNK, values.byteSize() - start);
    MemorySegment.copy(values, JAVA_BYTE, start, chunk, 0, size);
    chunkStart = start;
    chunkEnd = start + size;
  }

  private int offset(int row) {
    return offsets.get(JAVA_INT_UNALIGNED, row * (long) Integer.BYTES);
  }
}

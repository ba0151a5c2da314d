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
  private static final long SIGNS = 0x8080_8080_8080_8080L;

  private static final long NULL_COUNT = 8;
  private static final long BUFFERS = 40;

  final RowType type;
  final MemorySegment values;

  /** Starts of variable-width values, one more than rows; empty for other types. */
  final MemorySegment offsets;

  /** One bit a row, empty where no row is null. */
  final MemorySegment validity;

  /** Some of the values, between two offsets. */
  byte[] chunk = NO_CHUNK;

  int chunkStart;
  int chunkEnd;
  boolean chunkIsAscii;

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
    int start = offsets.get(JAVA_INT_UNALIGNED, row * (long) Integer.BYTES);
    int end = offsets.get(JAVA_INT_UNALIGNED, (row + 1L) * Integer.BYTES);
    return copy(start, new byte[Math.subtractExact(end, start)], end - start);
  }

  /** {@return the text between two offsets} The chunk begins there from now on. */
  String textBeyondChunk(int start, int end) {
    int length = end - start;
    if (length > CHUNK) {
      return new String(copy(start, new byte[length], length), StandardCharsets.UTF_8);
    }
    int size = (int) Math.min(CHUNK, values.byteSize() - start);
    chunk = copy(start, chunk.length == 0 ? new byte[CHUNK] : chunk, size);
    chunkStart = start;
    chunkEnd = start + size;
    chunkIsAscii = isAscii(start, size);
    return new String(chunk, 0, length, StandardCharsets.UTF_8);
  }

  private boolean isAscii(int start, int size) {
    long end = (long) start + size;
    long at = start;
    long bits = 0;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      bits |= values.get(JAVA_LONG_UNALIGNED, at);
    }
    for (; at < end; at++) {
      bits |= values.get(JAVA_BYTE, at);
    }
    return (bits & SIGNS) == 0;
  }

  private byte[] copy(int start, byte[] target, int size) {
    MemorySegment.copy(values, JAVA_BYTE, start, target, 0, size);
    return target;
  }
}

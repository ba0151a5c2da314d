package io.datafusion.internal.callable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/** The result of a call: the buffers of a {@code df_output}, each sliced to its exact size. */
final class OutputColumn {
  private static final long STRUCT_SIZE = 40;
  private static final long VALIDITY = 0;
  private static final long VALUES = 8;
  private static final long OFFSETS = 16;
  private static final long CAPACITY = 24;
  private static final long NULL_COUNT = 32;

  final RowSignature signature;
  MemorySegment values;

  private final RowMemory memory;
  private final MemorySegment struct;
  private final int rows;
  private final MemorySegment validity;
  private final MemorySegment offsets;
  private long nulls;

  /** Variable width: bytes written, and the rows whose end is written. */
  private int position;

  private int ended;

  OutputColumn(RowSignature signature, RowMemory memory, long address, int rows) {
    this.signature = signature;
    this.memory = memory;
    this.rows = rows;
    this.struct = memory.space().asSlice(address, STRUCT_SIZE);
    this.validity = slice(VALIDITY, (rows + 7) >>> 3);
    RowType.Kind kind = signature.result().kind();
    if (kind.isVariableWidth()) {
      this.offsets = slice(OFFSETS, rows == 0 ? 0 : (rows + 1L) * Integer.BYTES);
      this.values = slice(VALUES, capacity());
    } else {
      this.offsets = MemorySegment.NULL;
      this.values = slice(VALUES, kind.sizeOf(rows));
    }
  }

  private MemorySegment slice(long field, long size) {
    return memory.space().asSlice(struct.get(JAVA_LONG_UNALIGNED, field), size);
  }

  private long capacity() {
    return struct.get(JAVA_LONG_UNALIGNED, CAPACITY);
  }

  void setNull(int row) {
    int at = row >>> 3;
    validity.set(JAVA_BYTE, at, (byte) (validity.get(JAVA_BYTE, at) & ~(1 << (row & 7))));
    nulls++;
  }

  /** Clears the bits of {@code count} (up to 64) rows from {@code base}, a multiple of 64. */
  void setNulls(int base, int count, long absent) {
    nulls += Long.bitCount(absent);
    int offset = base >>> 3;
    if (count == Long.SIZE) {
      validity.set(JAVA_LONG_UNALIGNED, offset, ~absent);
      return;
    }
    for (int bytes = (count + 7) >>> 3, i = 0; i < bytes; i++) {
      validity.set(JAVA_BYTE, offset + i, (byte) ~(absent >>> (i * Byte.SIZE)));
    }
  }

  /** Sets the bit of a true value; all are false at first. */
  void setTrue(int row) {
    int at = row >>> 3;
    values.set(JAVA_BYTE, at, (byte) (values.get(JAVA_BYTE, at) | 1 << (row & 7)));
  }

  /** Writes a variable-width value; rows between it and the one before are null. */
  void append(int row, byte[] bytes) {
    long end = (long) position + bytes.length;
    if (end > values.byteSize()) {
      grow(end);
    }
    endRows(row);
    MemorySegment.copy(bytes, 0, values, JAVA_BYTE, position, bytes.length);
    position = (int) end;
    endRows(row + 1);
  }

  private void grow(long needed) {
    if (needed > Integer.MAX_VALUE) {
      throw new ArithmeticException(
          "The results of "
              + signature.name()
              + " for one batch of "
              + rows
              + " rows exceed 2 GiB; a smaller batch size helps");
    }
    memory.reserve().grow(struct, Math.min(Integer.MAX_VALUE, Math.max(needed, 2 * capacity())));
    values = slice(VALUES, capacity());
  }

  private void endRows(int count) {
    for (; ended < count; ended++) {
      offsets.set(JAVA_INT_UNALIGNED, (ended + 1L) * Integer.BYTES, position);
    }
  }

  /** Ends the column: offsets of trailing nulls, and the count of nulls. */
  void finish() {
    if (signature.result().kind().isVariableWidth()) {
      endRows(rows);
    }
    struct.set(JAVA_LONG_UNALIGNED, NULL_COUNT, nulls);
  }

  ArithmeticException misfit(Object value, String reason) {
    return new ArithmeticException(
        "The result " + value + " of " + signature.name() + " does not fit its type: " + reason);
  }
}

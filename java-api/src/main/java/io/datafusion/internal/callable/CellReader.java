package io.datafusion.internal.callable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;

/**
 * Reads one value of a column: one method a kind of {@link RowType.Kind}, named after it, called by
 * generated code. The row is not null.
 *
 * <p>Boxes do not survive compilation. Those of whole numbers are made by their constructors:
 * {@code valueOf} looks into a cache, and what may be one of two objects survives where a row has
 * two such arguments, at twice the time.
 */
@SuppressWarnings("removal")
final class CellReader {
  private static final long MICROS = 1_000_000;
  private static final int NANOS = 1_000;

  private CellReader() {}

  static Long int64(InputColumn column, int row) {
    return new Long(longAt(column, row));
  }

  static Integer int32(InputColumn column, int row) {
    return new Integer(column.values.get(JAVA_INT_UNALIGNED, row * (long) Integer.BYTES));
  }

  static Short int16(InputColumn column, int row) {
    return new Short(column.values.get(JAVA_SHORT_UNALIGNED, row * (long) Short.BYTES));
  }

  static Byte int8(InputColumn column, int row) {
    return new Byte(column.values.get(JAVA_BYTE, row));
  }

  static Double float64(InputColumn column, int row) {
    return column.values.get(JAVA_DOUBLE_UNALIGNED, row * (long) Double.BYTES);
  }

  static Float float32(InputColumn column, int row) {
    return column.values.get(JAVA_FLOAT_UNALIGNED, row * (long) Float.BYTES);
  }

  static Boolean bool(InputColumn column, int row) {
    return (column.values.get(JAVA_BYTE, row >>> 3) & (1 << (row & 7))) != 0;
  }

  @SuppressWarnings(
      "deprecation") // of ASCII, that constructor is right, and so short that it is inlined
  static String utf8(InputColumn column, int row) {
    // no more calls than it needs: the compiler looks fifteen deep, and a segment's get is most of
    // it
    int start = column.offsets.get(JAVA_INT_UNALIGNED, row * (long) Integer.BYTES);
    int end = column.offsets.get(JAVA_INT_UNALIGNED, (row + 1L) * Integer.BYTES);
    if (start < column.chunkStart || end > column.chunkEnd) {
      return column.textBeyondChunk(start, end);
    }
    int at = start - column.chunkStart;
    return column.chunkIsAscii
        ? new String(column.chunk, 0, at, end - start)
        : new String(column.chunk, at, end - start, StandardCharsets.UTF_8);
  }

  static byte[] binary(InputColumn column, int row) {
    return column.bytes(row);
  }

  static LocalDate date32(InputColumn column, int row) {
    return LocalDate.ofEpochDay(int32(column, row));
  }

  static LocalTime time64(InputColumn column, int row) {
    return LocalTime.ofNanoOfDay(Math.multiplyExact(longAt(column, row), NANOS));
  }

  static Instant instant(InputColumn column, int row) {
    long micros = longAt(column, row);
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * NANOS);
  }

  static LocalDateTime timestamp(InputColumn column, int row) {
    long micros = longAt(column, row);
    int nanos = (int) Math.floorMod(micros, MICROS) * NANOS;
    return LocalDateTime.ofEpochSecond(Math.floorDiv(micros, MICROS), nanos, ZoneOffset.UTC);
  }

  static Duration duration(InputColumn column, int row) {
    long micros = longAt(column, row);
    return Duration.ofSeconds(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * NANOS);
  }

  static BigDecimal decimal128(InputColumn column, int row) {
    long low = column.values.get(JAVA_LONG_UNALIGNED, row * 16L);
    long high = column.values.get(JAVA_LONG_UNALIGNED, row * 16L + Long.BYTES);
    int scale = column.type.scale();
    if (high == low >> 63) {
      return BigDecimal.valueOf(low, scale);
    }
    byte[] bigEndian = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    return new BigDecimal(new BigInteger(bigEndian), scale);
  }

  static LocalDate anydate(InputColumn column, int row) {
    return LocalDate.ofEpochDay(longAt(column, row));
  }

  static LocalTime anytime(InputColumn column, int row) {
    return LocalTime.ofNanoOfDay(longAt(column, row));
  }

  static Instant anyinstant(InputColumn column, int row) {
    return Instant.ofEpochSecond(secondsAt(column, row), nanosAt(column, row));
  }

  static LocalDateTime anytimestamp(InputColumn column, int row) {
    return LocalDateTime.ofEpochSecond(
        secondsAt(column, row), nanosAt(column, row), ZoneOffset.UTC);
  }

  static Duration anyduration(InputColumn column, int row) {
    return Duration.ofSeconds(secondsAt(column, row), nanosAt(column, row));
  }

  private static long secondsAt(InputColumn column, int row) {
    return column.values.get(JAVA_LONG_UNALIGNED, column.type.kind().sizeOf(row));
  }

  private static int nanosAt(InputColumn column, int row) {
    return column.values.get(JAVA_INT_UNALIGNED, column.type.kind().sizeOf(row) + Long.BYTES);
  }

  private static long longAt(InputColumn column, int row) {
    return column.values.get(JAVA_LONG_UNALIGNED, row * (long) Long.BYTES);
  }
}

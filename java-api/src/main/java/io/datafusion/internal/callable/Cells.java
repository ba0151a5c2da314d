package io.datafusion.internal.callable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import org.jspecify.annotations.Nullable;

/** Values of any kind, where no code is made for the one. */
final class Cells {
  private Cells() {}

  /** Writes the first values of an array, of primitives or objects. */
  static void write(OutputColumn out, Object values, int count) {
    switch (values) {
      case long[] a -> MemorySegment.copy(a, 0, out.values, JAVA_LONG_UNALIGNED, 0, count);
      case int[] a -> MemorySegment.copy(a, 0, out.values, JAVA_INT_UNALIGNED, 0, count);
      case short[] a -> MemorySegment.copy(a, 0, out.values, JAVA_SHORT_UNALIGNED, 0, count);
      case byte[] a -> MemorySegment.copy(a, 0, out.values, JAVA_BYTE, 0, count);
      case double[] a -> MemorySegment.copy(a, 0, out.values, JAVA_DOUBLE_UNALIGNED, 0, count);
      case float[] a -> MemorySegment.copy(a, 0, out.values, JAVA_FLOAT_UNALIGNED, 0, count);
      case boolean[] a -> {
        for (int row = 0; row < count; row++) {
          CellWriter.bool(out, row, a[row]);
        }
      }
      default -> {
        Object[] objects = (Object[]) values;
        for (int row = 0; row < count; row++) {
          write(out, row, objects[row]);
        }
      }
    }
  }

  private static void write(OutputColumn out, int row, @Nullable Object value) {
    switch (out.signature.result().kind()) {
      case INT64 -> CellWriter.int64(out, row, (Long) value);
      case INT32 -> CellWriter.int32(out, row, (Integer) value);
      case INT16 -> CellWriter.int16(out, row, (Short) value);
      case INT8 -> CellWriter.int8(out, row, (Byte) value);
      case FLOAT64 -> CellWriter.float64(out, row, (Double) value);
      case FLOAT32 -> CellWriter.float32(out, row, (Float) value);
      case BOOL -> CellWriter.bool(out, row, (Boolean) value);
      case UTF8 -> CellWriter.utf8(out, row, (String) value);
      case BINARY -> CellWriter.binary(out, row, (byte[]) value);
      case DATE32 -> CellWriter.date32(out, row, (LocalDate) value);
      case TIME64 -> CellWriter.time64(out, row, (LocalTime) value);
      case INSTANT -> CellWriter.instant(out, row, (Instant) value);
      case TIMESTAMP -> CellWriter.timestamp(out, row, (LocalDateTime) value);
      case DURATION -> CellWriter.duration(out, row, (Duration) value);
      case DECIMAL128 -> CellWriter.decimal128(out, row, (BigDecimal) value);
      case ANYDATE -> CellWriter.anydate(out, row, (LocalDate) value);
      case ANYTIME -> CellWriter.anytime(out, row, (LocalTime) value);
      case ANYINSTANT -> CellWriter.anyinstant(out, row, (Instant) value);
      case ANYTIMESTAMP -> CellWriter.anytimestamp(out, row, (LocalDateTime) value);
      case ANYDURATION -> CellWriter.anyduration(out, row, (Duration) value);
    }
  }

  /** {@return about how many bytes a string or byte string takes} */
  static int bytes(@Nullable Object value) {
    return switch (value) {
      case String text -> text.length();
      case byte[] bytes -> bytes.length;
      case null, default -> 0;
    };
  }
}

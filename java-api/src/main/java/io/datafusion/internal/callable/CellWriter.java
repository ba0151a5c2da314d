package io.datafusion.internal.callable;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Writes one value of the result, null included: one method a kind of {@link RowType.Kind}, named
 * after it, called by generated code. Times finer than a microsecond are cut (towards the past),
 * but not those of states; a value that is out of range, or a decimal with more digits than its
 * type, is an ArithmeticException.
 */
final class CellWriter {
  private static final long MICROS = 1_000_000;
  private static final int NANOS = 1_000;

  private CellWriter() {}

  static void int64(OutputColumn out, int row, @Nullable Long value) {
    if (value == null) {
      out.setNull(row);
    } else {
      putLong(out, row, value);
    }
  }

  static void int32(OutputColumn out, int row, @Nullable Integer value) {
    if (value == null) {
      out.setNull(row);
    } else {
      out.values.set(JAVA_INT_UNALIGNED, row * (long) Integer.BYTES, value);
    }
  }

  static void int16(OutputColumn out, int row, @Nullable Short value) {
    if (value == null) {
      out.setNull(row);
    } else {
      out.values.set(JAVA_SHORT_UNALIGNED, row * (long) Short.BYTES, value);
    }
  }

  static void int8(OutputColumn out, int row, @Nullable Byte value) {
    if (value == null) {
      out.setNull(row);
    } else {
      out.values.set(JAVA_BYTE, row, value);
    }
  }

  static void float64(OutputColumn out, int row, @Nullable Double value) {
    if (value == null) {
      out.setNull(row);
    } else {
      out.values.set(JAVA_DOUBLE_UNALIGNED, row * (long) Double.BYTES, value);
    }
  }

  static void float32(OutputColumn out, int row, @Nullable Float value) {
    if (value == null) {
      out.setNull(row);
    } else {
      out.values.set(JAVA_FLOAT_UNALIGNED, row * (long) Float.BYTES, value);
    }
  }

  static void bool(OutputColumn out, int row, @Nullable Boolean value) {
    if (value == null) {
      out.setNull(row);
    } else if (value) {
      out.setTrue(row);
    }
  }

  static void utf8(OutputColumn out, int row, @Nullable String value) {
    if (value == null) {
      out.setNull(row);
      return;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (isReplaced(value, bytes)) {
      throw out.misfit(
          '"' + value + '"', "it has an unpaired surrogate, which UTF-8 cannot express");
    }
    out.append(row, bytes);
  }

  /**
   * An unpaired surrogate becomes '?', so only a string whose bytes have one is looked at again.
   */
  private static boolean isReplaced(String value, byte[] bytes) {
    boolean question = false;
    for (byte b : bytes) {
      question |= b == '?';
    }
    return question && !new String(bytes, StandardCharsets.UTF_8).equals(value);
  }

  static void binary(OutputColumn out, int row, byte @Nullable [] value) {
    if (value == null) {
      out.setNull(row);
    } else {
      out.append(row, value);
    }
  }

  static void date32(OutputColumn out, int row, @Nullable LocalDate value) {
    if (value == null) {
      out.setNull(row);
      return;
    }
    long day = value.toEpochDay();
    if (day != (int) day) {
      throw out.misfit(value, "a Date32 is within 32 bits of days around 1970");
    }
    out.values.set(JAVA_INT_UNALIGNED, row * (long) Integer.BYTES, (int) day);
  }

  static void time64(OutputColumn out, int row, @Nullable LocalTime value) {
    if (value == null) {
      out.setNull(row);
    } else {
      putLong(out, row, value.toNanoOfDay() / NANOS);
    }
  }

  static void instant(OutputColumn out, int row, @Nullable Instant value) {
    if (value == null) {
      out.setNull(row);
    } else {
      putMicros(out, row, value.getEpochSecond(), value.getNano(), value);
    }
  }

  static void timestamp(OutputColumn out, int row, @Nullable LocalDateTime value) {
    if (value == null) {
      out.setNull(row);
    } else {
      Instant instant = value.toInstant(ZoneOffset.UTC);
      putMicros(out, row, instant.getEpochSecond(), instant.getNano(), value);
    }
  }

  static void duration(OutputColumn out, int row, @Nullable Duration value) {
    if (value == null) {
      out.setNull(row);
    } else {
      putMicros(out, row, value.getSeconds(), value.getNano(), value);
    }
  }

  static void decimal128(OutputColumn out, int row, @Nullable BigDecimal value) {
    if (value == null) {
      out.setNull(row);
      return;
    }
    BigInteger unscaled = unscaled(out, value);
    out.values.set(JAVA_LONG_UNALIGNED, row * 16L, unscaled.longValue());
    long high = unscaled.shiftRight(Long.SIZE).longValue();
    out.values.set(JAVA_LONG_UNALIGNED, row * 16L + Long.BYTES, high);
  }

  private static BigInteger unscaled(OutputColumn out, BigDecimal value) {
    RowType type = out.signature.result();
    String name = "Decimal128(" + type.precision() + ", " + type.scale() + ")";
    if ((long) value.precision() - value.scale() > type.precision() - type.scale()
        && value.signum() != 0) {
      throw out.misfit(value, name + " has no room for its digits before the point");
    }
    if (value.scale() > type.scale() && value.stripTrailingZeros().scale() > type.scale()) {
      throw out.misfit(value, name + " has fewer digits after the point; round it in the function");
    }
    return value.setScale(type.scale()).unscaledValue();
  }

  static void anydate(OutputColumn out, int row, @Nullable LocalDate value) {
    int64(out, row, value == null ? null : value.toEpochDay());
  }

  static void anytime(OutputColumn out, int row, @Nullable LocalTime value) {
    int64(out, row, value == null ? null : value.toNanoOfDay());
  }

  static void anyinstant(OutputColumn out, int row, @Nullable Instant value) {
    if (value == null) {
      out.setNull(row);
    } else {
      putSeconds(out, row, value.getEpochSecond(), value.getNano());
    }
  }

  static void anytimestamp(OutputColumn out, int row, @Nullable LocalDateTime value) {
    if (value == null) {
      out.setNull(row);
    } else {
      putSeconds(out, row, value.toEpochSecond(ZoneOffset.UTC), value.getNano());
    }
  }

  static void anyduration(OutputColumn out, int row, @Nullable Duration value) {
    if (value == null) {
      out.setNull(row);
    } else {
      putSeconds(out, row, value.getSeconds(), value.getNano());
    }
  }

  private static void putSeconds(OutputColumn out, int row, long seconds, int nanos) {
    long at = out.signature.result().kind().sizeOf(row);
    out.values.set(JAVA_LONG_UNALIGNED, at, seconds);
    out.values.set(JAVA_INT_UNALIGNED, at + Long.BYTES, nanos);
  }

  private static void putLong(OutputColumn out, int row, long value) {
    out.values.set(JAVA_LONG_UNALIGNED, row * (long) Long.BYTES, value);
  }

  /**
   * Seconds and nanoseconds to add, as java.time has them; the first second below zero counts too.
   */
  private static void putMicros(OutputColumn out, int row, long seconds, int nanos, Object value) {
    long fraction = nanos / NANOS;
    boolean borrow = seconds < 0;
    long whole = borrow ? seconds + 1 : seconds;
    long high = Math.multiplyHigh(whole, MICROS);
    long low = whole * MICROS;
    long sum = low + (borrow ? fraction - MICROS : fraction);
    boolean overflows = high != low >> 63 || (borrow ? sum > low : sum < low);
    if (overflows) {
      throw out.misfit(value, "it is not within 64 bits of microseconds");
    }
    putLong(out, row, sum);
  }
}

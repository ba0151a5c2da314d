package io.datafusion.internal.callable;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * A type that a row function takes or gives: one Java class, one Arrow type.
 *
 * @param kind all but the size of decimals
 * @param precision digits of a decimal, 0 for all other kinds
 * @param scale digits after the point of a decimal, 0 for all other kinds
 */
public record RowType(Kind kind, int precision, int scale) {
  private static final int MAX_PRECISION = 38;

  /** What arguments and results may be: the other kinds are of states. */
  private static final List<Kind> ROWS = List.copyOf(EnumSet.range(Kind.INT64, Kind.DECIMAL128));

  /** The kinds, each with its Java class, its Arrow type and the bytes of one value. */
  @SuppressWarnings("ImmutableEnumChecker") // Arrow's types are immutable, and do not say so
  public enum Kind {
    /** 64-bit integers. */
    INT64(Long.class, new ArrowType.Int(64, true), 8),
    /** 32-bit integers. */
    INT32(Integer.class, new ArrowType.Int(32, true), 4),
    /** 16-bit integers. */
    INT16(Short.class, new ArrowType.Int(16, true), 2),
    /** 8-bit integers. */
    INT8(Byte.class, new ArrowType.Int(8, true), 1),
    /** Double precision numbers. */
    FLOAT64(Double.class, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), 8),
    /** Single precision numbers. */
    FLOAT32(Float.class, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), 4),
    /** Truth values, one bit each. */
    BOOL(Boolean.class, new ArrowType.Bool(), Kind.BITS),
    /** Strings in UTF-8. */
    UTF8(String.class, new ArrowType.Utf8(), Kind.VARIABLE),
    /** Byte strings. */
    BINARY(byte[].class, new ArrowType.Binary(), Kind.VARIABLE),
    /** Days since 1970-01-01. */
    DATE32(LocalDate.class, new ArrowType.Date(DateUnit.DAY), 4),
    /** Microseconds since midnight. */
    TIME64(LocalTime.class, new ArrowType.Time(TimeUnit.MICROSECOND, 64), 8),
    /** Microseconds since 1970-01-01T00:00:00Z. */
    INSTANT(Instant.class, new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"), 8),
    /** Microseconds since 1970-01-01T00:00:00 of a local clock. */
    TIMESTAMP(LocalDateTime.class, new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), 8),
    /** Microseconds. */
    DURATION(Duration.class, new ArrowType.Duration(TimeUnit.MICROSECOND), 8),
    /** Decimals of 128 bits; precision and scale stand in the row type. */
    DECIMAL128(BigDecimal.class, new ArrowType.Decimal(MAX_PRECISION, 0, 128), 16),
    /** States only: every date, as days since 1970-01-01. */
    ANYDATE(LocalDate.class, new ArrowType.Int(64, true), 8),
    /** States only: nanoseconds since midnight. */
    ANYTIME(LocalTime.class, new ArrowType.Time(TimeUnit.NANOSECOND, 64), 8),
    /** States only: seconds since 1970-01-01T00:00:00Z, and nanoseconds. */
    ANYINSTANT(Instant.class, new ArrowType.FixedSizeBinary(Kind.SECONDS), Kind.SECONDS),
    /** States only: seconds since 1970-01-01T00:00:00 of a local clock, and nanoseconds. */
    ANYTIMESTAMP(LocalDateTime.class, new ArrowType.FixedSizeBinary(Kind.SECONDS), Kind.SECONDS),
    /** States only: seconds, and nanoseconds. */
    ANYDURATION(Duration.class, new ArrowType.FixedSizeBinary(Kind.SECONDS), Kind.SECONDS);

    private static final int BITS = 0;
    private static final int VARIABLE = -1;

    /** 64 bits of seconds and 32 of nanoseconds to add to them, as java.time has them. */
    private static final int SECONDS = Long.BYTES + Integer.BYTES;

    private final Class<?> javaClass;
    private final ArrowType arrowType;
    private final int width;

    Kind(Class<?> javaClass, ArrowType arrowType, int width) {
      this.javaClass = javaClass;
      this.arrowType = arrowType;
      this.width = width;
    }

    Class<?> javaClass() {
      return javaClass;
    }

    boolean isVariableWidth() {
      return width == VARIABLE;
    }

    /** {@return the bytes that {@code rows} values of fixed width take} */
    long sizeOf(long rows) {
      return width == BITS ? (rows + 7) >>> 3 : rows * width;
    }
  }

  /** Checks precision and scale. */
  public RowType {
    if (kind != Kind.DECIMAL128) {
      if (precision != 0 || scale != 0) {
        throw new IllegalArgumentException(kind + " has neither precision nor scale");
      }
    } else if (precision < 1 || precision > MAX_PRECISION || scale < 0 || scale > precision) {
      throw new IllegalArgumentException(
          "A decimal has 1 to 38 digits and 0 to that many after the point, not precision "
              + precision
              + " and scale "
              + scale);
    }
  }

  /**
   * {@return the type of a Java class}
   *
   * @throws IllegalArgumentException if the class has none, or needs precision and scale
   */
  public static RowType of(Class<?> javaClass) {
    if (javaClass == BigDecimal.class) {
      throw new IllegalArgumentException(
          "BigDecimal needs a precision and a scale: give an Arrow Field of type Decimal");
    }
    for (Kind kind : ROWS) {
      if (kind.javaClass == javaClass) {
        return new RowType(kind, 0, 0);
      }
    }
    throw new IllegalArgumentException(
        "no Arrow type belongs to " + javaClass.getTypeName() + "; it does to: " + supported());
  }

  /** {@return decimals of that many digits, {@code scale} of them after the point} */
  public static RowType decimal(int precision, int scale) {
    return new RowType(Kind.DECIMAL128, precision, scale);
  }

  /**
   * {@return the type of the values of a field}
   *
   * @throws IllegalArgumentException if no Java class stands for the field's type
   */
  public static RowType of(Field field) {
    ArrowType type = field.getType();
    if (type instanceof ArrowType.Decimal decimal && decimal.getBitWidth() == 128) {
      return decimal(decimal.getPrecision(), decimal.getScale());
    }
    for (Kind kind : ROWS) {
      if (kind.arrowType.equals(type) && field.getDictionary() == null) {
        return new RowType(kind, 0, 0);
      }
    }
    throw new IllegalArgumentException(
        "Row functions have no Java class for the Arrow type "
            + type
            + " of '"
            + field.getName()
            + "'; these have one: "
            + supported());
  }

  /**
   * {@return the type that keeps every value of the class} Arguments and results have the engine's
   * microseconds and its range of dates, states what {@code java.time} has.
   */
  RowType ofStates() {
    return switch (kind) {
      case DATE32 -> new RowType(Kind.ANYDATE, 0, 0);
      case TIME64 -> new RowType(Kind.ANYTIME, 0, 0);
      case INSTANT -> new RowType(Kind.ANYINSTANT, 0, 0);
      case TIMESTAMP -> new RowType(Kind.ANYTIMESTAMP, 0, 0);
      case DURATION -> new RowType(Kind.ANYDURATION, 0, 0);
      default -> this;
    };
  }

  /** {@return the class of the values that the function sees} */
  public Class<?> javaClass() {
    return kind.javaClass;
  }

  /** {@return the Arrow type of the column} */
  public ArrowType arrowType() {
    return kind == Kind.DECIMAL128 ? new ArrowType.Decimal(precision, scale, 128) : kind.arrowType;
  }

  /** {@return a field of this type without metadata} */
  public Field toField(String name, boolean nullable) {
    return new Field(name, new FieldType(nullable, arrowType(), null), null);
  }

  private static String supported() {
    return ROWS.stream()
        .map(kind -> kind.javaClass.getSimpleName())
        .collect(Collectors.joining(", "));
  }
}

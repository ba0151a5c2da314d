package io.datafusion.internal;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.util.List;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Which Java class holds the values of which Arrow type. */
public final class JavaTypes {
  private JavaTypes() {}

  /**
   * {@return a nullable field of the type that belongs to a Java class}
   *
   * @throws IllegalArgumentException if no type does
   */
  public static Field field(String name, Class<?> type) {
    ArrowType arrow =
        switch (type.getName()) {
          case "java.lang.Long", "long" -> new ArrowType.Int(64, true);
          case "java.lang.Integer", "int" -> new ArrowType.Int(32, true);
          case "java.lang.Short", "short" -> new ArrowType.Int(16, true);
          case "java.lang.Byte", "byte" -> new ArrowType.Int(8, true);
          case "java.lang.Double", "double" ->
              new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
          case "java.lang.Float", "float" ->
              new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
          case "java.lang.Boolean", "boolean" -> ArrowType.Bool.INSTANCE;
          case "java.lang.String" -> ArrowType.Utf8.INSTANCE;
          case "[B" -> ArrowType.Binary.INSTANCE;
          case "java.time.LocalDate" -> new ArrowType.Date(DateUnit.DAY);
          case "java.time.LocalTime" -> new ArrowType.Time(TimeUnit.MICROSECOND, 64);
          case "java.time.Instant" -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC");
          case "java.time.LocalDateTime" -> new ArrowType.Timestamp(TimeUnit.MICROSECOND, null);
          case "java.time.Duration" -> new ArrowType.Duration(TimeUnit.MICROSECOND);
          case "java.math.BigDecimal" ->
              throw new IllegalArgumentException(
                  "BigDecimal needs a precision and a scale: pass an Arrow Field");
          default ->
              throw new IllegalArgumentException(
                  "no Arrow type belongs to " + type.getName() + ": pass an Arrow Field");
        };
    return Field.nullable(name, arrow);
  }

  /**
   * {@return the value as an object of the one class that its type has}
   *
   * @throws IllegalArgumentException if the value does not fit the type exactly
   */
  public static @Nullable Object check(@Nullable Object value, Field type) {
    if (value == null) {
      return null;
    }
    try {
      return checked(value, type.getType());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          value + " does not fit " + type.getType() + ": " + e.getMessage(), e);
    }
  }

  private static Object checked(Object value, ArrowType type) {
    return switch (type) {
      case ArrowType.Int t -> whole(value, t);
      case ArrowType.FloatingPoint t -> floating(value, t);
      case ArrowType.Bool _ -> as(Boolean.class, value, type);
      case ArrowType.Utf8 _, ArrowType.LargeUtf8 _, ArrowType.Utf8View _ ->
          Texts.check(as(String.class, value, type), "a constant");
      case ArrowType.Binary _, ArrowType.LargeBinary _, ArrowType.BinaryView _ ->
          as(byte[].class, value, type).clone();
      case ArrowType.FixedSizeBinary t -> fixed(as(byte[].class, value, type), t);
      case ArrowType.Date t -> {
        LocalDate date = as(LocalDate.class, value, type);
        Times.count(date, t.getUnit());
        yield date;
      }
      case ArrowType.Time t -> counted(as(LocalTime.class, value, type), t.getUnit());
      case ArrowType.Timestamp t when t.getTimezone() == null ->
          counted(as(LocalDateTime.class, value, type), t.getUnit());
      case ArrowType.Timestamp t -> counted(as(Instant.class, value, type), t.getUnit());
      case ArrowType.Duration t -> counted(as(Duration.class, value, type), t.getUnit());
      case ArrowType.Interval t -> interval(value, t);
      case ArrowType.Decimal t -> decimal(as(BigDecimal.class, value, type), t);
      default ->
          throw new IllegalArgumentException(
              "constants of " + type + " are made by functions: makeArray, namedStruct, makeMap");
    };
  }

  private static Object whole(Object value, ArrowType.Int type) {
    BigInteger number =
        switch (value) {
          case BigInteger n -> n;
          case Long n -> BigInteger.valueOf(n);
          case Integer n -> BigInteger.valueOf(n);
          case Short n -> BigInteger.valueOf(n);
          case Byte n -> BigInteger.valueOf(n);
          default -> throw mismatch(value, type);
        };
    int bits = type.getBitWidth();
    if (type.getIsSigned()) {
      return switch (bits) {
        case 8 -> number.byteValueExact();
        case 16 -> number.shortValueExact();
        case 32 -> number.intValueExact();
        default -> number.longValueExact();
      };
    }
    if (number.signum() < 0 || number.bitLength() > bits) {
      throw new ArithmeticException("out of range");
    }
    return switch (bits) {
      case 8, 16 -> number.intValueExact();
      case 32 -> number.longValueExact();
      default -> number;
    };
  }

  private static Object floating(Object value, ArrowType.FloatingPoint type) {
    return switch (type.getPrecision()) {
      case DOUBLE -> value instanceof Float f ? (double) f : as(Double.class, value, type);
      case SINGLE -> as(Float.class, value, type);
      case HALF -> throw new IllegalArgumentException("the engine has no constants of " + type);
    };
  }

  private static byte[] fixed(byte[] value, ArrowType.FixedSizeBinary type) {
    if (value.length != type.getByteWidth()) {
      throw new IllegalArgumentException(value.length + " bytes do not fit " + type);
    }
    return value.clone();
  }

  private static <T> T counted(T value, TimeUnit unit) {
    Times.count(value, unit);
    return value;
  }

  private static Object interval(Object value, ArrowType.Interval type) {
    return switch (type.getUnit()) {
      case YEAR_MONTH -> {
        Period period = as(Period.class, value, type);
        if (period.getDays() != 0) {
          throw new IllegalArgumentException(period + " has days, " + type + " has none");
        }
        Times.months(period);
        yield period.normalized();
      }
      case DAY_TIME -> {
        Duration span = as(Duration.class, value, type);
        Times.days(span);
        yield span;
      }
      case MONTH_DAY_NANO -> {
        PeriodDuration both = as(PeriodDuration.class, value, type);
        Times.months(both.getPeriod());
        Times.count(both.getDuration(), TimeUnit.NANOSECOND);
        yield both;
      }
    };
  }

  private static BigDecimal decimal(BigDecimal value, ArrowType.Decimal type) {
    BigDecimal number = value.stripTrailingZeros();
    // a number of few digits may have a scale that makes millions of them
    long digits = (long) number.precision() - number.scale() + type.getScale();
    if (number.signum() != 0 && digits > type.getPrecision()) {
      throw new ArithmeticException(digits + " digits");
    }
    if (number.scale() > type.getScale()) {
      throw new ArithmeticException("it is finer than a scale of " + type.getScale());
    }
    return number.setScale(type.getScale());
  }

  private static <T> T as(Class<T> wanted, Object value, ArrowType type) {
    if (!wanted.isInstance(value)) {
      throw mismatch(value, type);
    }
    return wanted.cast(value);
  }

  private static IllegalArgumentException mismatch(Object value, ArrowType type) {
    return new IllegalArgumentException("a " + value.getClass().getName() + " is no " + type);
  }

  /** {@return the Java classes that have a type by themselves} */
  public static List<Class<?>> classes() {
    return List.of(
        Long.class,
        Integer.class,
        Short.class,
        Byte.class,
        Double.class,
        Float.class,
        Boolean.class,
        String.class,
        byte[].class,
        LocalDate.class,
        LocalTime.class,
        Instant.class,
        LocalDateTime.class,
        Duration.class);
  }
}

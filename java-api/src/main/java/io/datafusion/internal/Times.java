package io.datafusion.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import org.apache.arrow.vector.types.TimeUnit;

/** Points and spans of time as counts of a unit, exactly. */
public final class Times {
  private static final long NANOS = 1_000_000_000L;

  private Times() {}

  /**
   * {@return how many units the value is from its origin}
   *
   * @throws ArithmeticException if it is no whole number of units, or too many
   */
  public static long count(Object value, TimeUnit unit) {
    return switch (value) {
      case Instant t -> count(t.getEpochSecond(), t.getNano(), unit);
      case LocalDateTime t -> count(t.toEpochSecond(ZoneOffset.UTC), t.getNano(), unit);
      case LocalTime t -> count(t.toSecondOfDay(), t.getNano(), unit);
      case Duration t -> count(t.getSeconds(), t.getNano(), unit);
      default -> throw new IllegalArgumentException("not a time: " + value.getClass().getName());
    };
  }

  private static long count(long seconds, int nanos, TimeUnit unit) {
    long perSecond = perSecond(unit);
    long nanosEach = NANOS / perSecond;
    if (nanos % nanosEach != 0) {
      throw new ArithmeticException(
          "it is finer than a " + unit.name().toLowerCase(java.util.Locale.ROOT));
    }
    return Math.addExact(Math.multiplyExact(seconds, perSecond), nanos / nanosEach);
  }

  /** {@return the span of a count of units} */
  public static Duration duration(long count, TimeUnit unit) {
    long perSecond = perSecond(unit);
    return Duration.ofSeconds(
        Math.floorDiv(count, perSecond), Math.floorMod(count, perSecond) * (NANOS / perSecond));
  }

  private static long perSecond(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> 1;
      case MILLISECOND -> 1_000;
      case MICROSECOND -> 1_000_000;
      case NANOSECOND -> NANOS;
    };
  }
}

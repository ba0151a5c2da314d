package io.datafusion.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;

/** Points and spans of time as counts of a unit, exactly. */
public final class Times {
  private static final long NANOS = 1_000_000_000L;
  private static final long MILLIS_OF_DAY = 86_400_000L;

  private Times() {}

  /**
   * {@return how many days or milliseconds the date is from its origin}
   *
   * @throws ArithmeticException if these are too many
   */
  public static long count(LocalDate date, DateUnit unit) {
    long days = date.toEpochDay();
    return switch (unit) {
      case DAY -> Math.toIntExact(days);
      case MILLISECOND -> Math.multiplyExact(days, MILLIS_OF_DAY);
    };
  }

  /**
   * {@return years and months as months}
   *
   * @throws ArithmeticException if these are too many
   */
  public static int months(Period period) {
    return Math.toIntExact(period.toTotalMonths());
  }

  /**
   * {@return the whole days of a span; the rest of it is {@link #millisOfDay}}
   *
   * @throws ArithmeticException if it is finer than a millisecond, or too long
   */
  public static int days(Duration span) {
    return Math.toIntExact(count(span, TimeUnit.MILLISECOND) / MILLIS_OF_DAY);
  }

  /** {@return the milliseconds of a span beyond its whole days} */
  public static int millisOfDay(Duration span) {
    return (int) (count(span, TimeUnit.MILLISECOND) % MILLIS_OF_DAY);
  }

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
    long units = nanos / nanosEach;
    // towards zero, or the smallest count of all would overflow on the way
    return seconds < 0 && units > 0
        ? Math.addExact(Math.multiplyExact(seconds + 1, perSecond), units - perSecond)
        : Math.addExact(Math.multiplyExact(seconds, perSecond), units);
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

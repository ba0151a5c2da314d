package io.datafusion.internal.lowering;

import static io.datafusion.internal.lowering.Scalars.decimal;
import static io.datafusion.internal.lowering.Scalars.literal;

import datafusion_common.DatafusionCommon.ScalarTimestampValue;
import datafusion_common.DatafusionCommon.ScalarValue;
import io.datafusion.Expr;
import io.datafusion.internal.Times;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** Scalar values of the engine as constants. */
final class ScalarReader {
  private ScalarReader() {}

  /** {@return the constant, or null where Java has none that means exactly the same} */
  static @Nullable Expr read(ScalarValue m) {
    try {
      return switch (m.getValueCase()) {
        case NULL_VALUE -> ArrowTypes.field(m.getNullValue()).map(Expr::nullLit).orElse(null);
        case BOOL_VALUE -> Expr.lit(m.getBoolValue());
        case UTF8_VALUE -> Expr.lit(m.getUtf8Value());
        case LARGE_UTF8_VALUE -> literal(m.getLargeUtf8Value(), ArrowType.LargeUtf8.INSTANCE);
        case UTF8_VIEW_VALUE -> literal(m.getUtf8ViewValue(), ArrowType.Utf8View.INSTANCE);
        case INT8_VALUE -> whole(m.getInt8Value(), 8, true);
        case INT16_VALUE -> whole(m.getInt16Value(), 16, true);
        case INT32_VALUE -> whole(m.getInt32Value(), 32, true);
        case INT64_VALUE -> whole(m.getInt64Value(), 64, true);
        case UINT8_VALUE -> whole(m.getUint8Value(), 8, false);
        case UINT16_VALUE -> whole(m.getUint16Value(), 16, false);
        case UINT32_VALUE -> whole(Integer.toUnsignedLong(m.getUint32Value()), 32, false);
        case UINT64_VALUE ->
            literal(
                new BigInteger(Long.toUnsignedString(m.getUint64Value())),
                new ArrowType.Int(64, false));
        case FLOAT32_VALUE ->
            literal(
                m.getFloat32Value(), new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
        case FLOAT64_VALUE -> Expr.lit(m.getFloat64Value());
        case BINARY_VALUE -> Expr.lit(m.getBinaryValue().toByteArray());
        case LARGE_BINARY_VALUE ->
            literal(m.getLargeBinaryValue().toByteArray(), ArrowType.LargeBinary.INSTANCE);
        case BINARY_VIEW_VALUE ->
            literal(m.getBinaryViewValue().toByteArray(), ArrowType.BinaryView.INSTANCE);
        case FIXED_SIZE_BINARY_VALUE ->
            literal(
                m.getFixedSizeBinaryValue().getValues().toByteArray(),
                new ArrowType.FixedSizeBinary(m.getFixedSizeBinaryValue().getLength()));
        case DECIMAL128_VALUE -> {
          var d = m.getDecimal128Value();
          yield literal(
              decimal(d.getValue(), d.getS()),
              new ArrowType.Decimal((int) d.getP(), (int) d.getS(), 128));
        }
        case DECIMAL256_VALUE -> {
          var d = m.getDecimal256Value();
          yield literal(
              decimal(d.getValue(), d.getS()),
              new ArrowType.Decimal((int) d.getP(), (int) d.getS(), 256));
        }
        default -> time(m);
      };
    } catch (IllegalArgumentException | ArithmeticException | java.time.DateTimeException _) {
      return null;
    }
  }

  private static @Nullable Expr time(ScalarValue m) {
    return switch (m.getValueCase()) {
      case DATE_32_VALUE -> Expr.lit(LocalDate.ofEpochDay(m.getDate32Value()));
      case DATE_64_VALUE -> date64(m.getDate64Value());
      case TIME32_VALUE ->
          m.getTime32Value().hasTime32SecondValue()
              ? ofDay(m.getTime32Value().getTime32SecondValue(), TimeUnit.SECOND)
              : ofDay(m.getTime32Value().getTime32MillisecondValue(), TimeUnit.MILLISECOND);
      case TIME64_VALUE ->
          m.getTime64Value().hasTime64MicrosecondValue()
              ? ofDay(m.getTime64Value().getTime64MicrosecondValue(), TimeUnit.MICROSECOND)
              : ofDay(m.getTime64Value().getTime64NanosecondValue(), TimeUnit.NANOSECOND);
      case TIMESTAMP_VALUE -> timestamp(m.getTimestampValue());
      case DURATION_SECOND_VALUE -> span(m.getDurationSecondValue(), TimeUnit.SECOND);
      case DURATION_MILLISECOND_VALUE ->
          span(m.getDurationMillisecondValue(), TimeUnit.MILLISECOND);
      case DURATION_MICROSECOND_VALUE ->
          span(m.getDurationMicrosecondValue(), TimeUnit.MICROSECOND);
      case DURATION_NANOSECOND_VALUE -> span(m.getDurationNanosecondValue(), TimeUnit.NANOSECOND);
      case INTERVAL_YEARMONTH_VALUE ->
          literal(
              Period.ofMonths(m.getIntervalYearmonthValue()),
              new ArrowType.Interval(IntervalUnit.YEAR_MONTH));
      case INTERVAL_MONTH_DAY_NANO -> {
        var i = m.getIntervalMonthDayNano();
        yield literal(
            new PeriodDuration(
                Period.of(0, i.getMonths(), i.getDays()), Duration.ofNanos(i.getNanos())),
            new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO));
      }
      default -> null;
    };
  }

  private static Expr whole(long value, int bits, boolean signed) {
    return literal(value, new ArrowType.Int(bits, signed));
  }

  private static @Nullable Expr date64(long millis) {
    return millis % 86_400_000L != 0
        ? null
        : literal(
            LocalDate.ofEpochDay(millis / 86_400_000L), new ArrowType.Date(DateUnit.MILLISECOND));
  }

  private static Expr ofDay(long count, TimeUnit unit) {
    int bits = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND ? 32 : 64;
    return literal(
        LocalTime.ofNanoOfDay(Times.duration(count, unit).toNanos()),
        new ArrowType.Time(unit, bits));
  }

  private static Expr span(long count, TimeUnit unit) {
    return literal(Times.duration(count, unit), new ArrowType.Duration(unit));
  }

  private static Expr timestamp(ScalarTimestampValue m) {
    TimeUnit unit =
        switch (m.getValueCase()) {
          case TIME_SECOND_VALUE -> TimeUnit.SECOND;
          case TIME_MILLISECOND_VALUE -> TimeUnit.MILLISECOND;
          case TIME_MICROSECOND_VALUE -> TimeUnit.MICROSECOND;
          default -> TimeUnit.NANOSECOND;
        };
    long count =
        switch (unit) {
          case SECOND -> m.getTimeSecondValue();
          case MILLISECOND -> m.getTimeMillisecondValue();
          case MICROSECOND -> m.getTimeMicrosecondValue();
          case NANOSECOND -> m.getTimeNanosecondValue();
        };
    Duration sinceEpoch = Times.duration(count, unit);
    Instant instant = Instant.EPOCH.plus(sinceEpoch);
    String zone = ArrowTypes.zone(m.getTimezone());
    Object value = zone == null ? LocalDateTime.ofInstant(instant, ZoneOffset.UTC) : instant;
    return literal(value, new ArrowType.Timestamp(unit, zone));
  }
}

package io.datafusion.internal.lowering;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import datafusion_common.DatafusionCommon;
import datafusion_common.DatafusionCommon.ScalarTime32Value;
import datafusion_common.DatafusionCommon.ScalarTime64Value;
import datafusion_common.DatafusionCommon.ScalarTimestampValue;
import datafusion_common.DatafusionCommon.ScalarValue;
import io.datafusion.Expr;
import io.datafusion.MalformedPayloadException;
import io.datafusion.internal.Times;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.util.Arrays;
import java.util.Optional;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.datafusion.protobuf.LogicalExprNode;

/** Constants as the engine's scalar values. The value has been checked against its type. */
public final class Scalars {
  private Scalars() {}

  /** {@return the serialised scalar value of a constant} */
  public static ByteString bytes(Expr.Literal literal) {
    var message = ScalarValue.newBuilder();
    Object value = literal.value();
    if (value == null) {
      message.setNullValue(ArrowTypes.message(literal.type()));
    } else {
      write(message, value, literal.type().getType());
    }
    return message.build().toByteString();
  }

  private static void write(ScalarValue.Builder m, Object value, ArrowType type) {
    switch (type) {
      case ArrowType.Int t -> writeWhole(m, (Number) value, t);
      case ArrowType.FloatingPoint _ -> {
        if (value instanceof Float f) {
          m.setFloat32Value(f);
        } else {
          m.setFloat64Value((Double) value);
        }
      }
      case ArrowType.Bool _ -> m.setBoolValue((Boolean) value);
      case ArrowType.Utf8 _ -> m.setUtf8Value((String) value);
      case ArrowType.LargeUtf8 _ -> m.setLargeUtf8Value((String) value);
      case ArrowType.Utf8View _ -> m.setUtf8ViewValue((String) value);
      case ArrowType.Binary _ -> m.setBinaryValue(ByteString.copyFrom((byte[]) value));
      case ArrowType.LargeBinary _ -> m.setLargeBinaryValue(ByteString.copyFrom((byte[]) value));
      case ArrowType.BinaryView _ -> m.setBinaryViewValue(ByteString.copyFrom((byte[]) value));
      case ArrowType.FixedSizeBinary t ->
          m.setFixedSizeBinaryValue(
              DatafusionCommon.ScalarFixedSizeBinary.newBuilder()
                  .setValues(ByteString.copyFrom((byte[]) value))
                  .setLength(t.getByteWidth()));
      case ArrowType.Date t -> {
        long count = Times.count((LocalDate) value, t.getUnit());
        if (t.getUnit() == DateUnit.DAY) {
          m.setDate32Value((int) count);
        } else {
          m.setDate64Value(count);
        }
      }
      case ArrowType.Decimal t -> writeDecimal(m, (BigDecimal) value, t);
      default -> writeTime(m, value, type);
    }
  }

  private static void writeWhole(ScalarValue.Builder m, Number value, ArrowType.Int type) {
    switch (type.getBitWidth() + (type.getIsSigned() ? 0 : 1)) {
      case 8 -> m.setInt8Value(value.intValue());
      case 9 -> m.setUint8Value(value.intValue());
      case 16 -> m.setInt16Value(value.intValue());
      case 17 -> m.setUint16Value(value.intValue());
      case 32 -> m.setInt32Value(value.intValue());
      case 33 -> m.setUint32Value(value.intValue());
      case 64 -> m.setInt64Value(value.longValue());
      default -> m.setUint64Value(value.longValue());
    }
  }

  private static void writeDecimal(
      ScalarValue.Builder m, BigDecimal value, ArrowType.Decimal type) {
    byte[] unscaled = value.unscaledValue().toByteArray();
    byte[] wide = new byte[type.getBitWidth() == 256 ? 32 : 16];
    Arrays.fill(wide, (byte) (value.signum() < 0 ? -1 : 0));
    System.arraycopy(unscaled, 0, wide, wide.length - unscaled.length, unscaled.length);
    ByteString bytes = ByteString.copyFrom(wide);
    int p = type.getPrecision();
    int s = type.getScale();
    if (type.getBitWidth() == 256) {
      m.setDecimal256Value(
          DatafusionCommon.Decimal256.newBuilder().setValue(bytes).setP(p).setS(s));
    } else {
      m.setDecimal128Value(
          DatafusionCommon.Decimal128.newBuilder().setValue(bytes).setP(p).setS(s));
    }
  }

  private static void writeTime(ScalarValue.Builder m, Object value, ArrowType type) {
    switch (type) {
      case ArrowType.Time t -> {
        long count = Times.count(value, t.getUnit());
        switch (t.getUnit()) {
          case SECOND ->
              m.setTime32Value(ScalarTime32Value.newBuilder().setTime32SecondValue((int) count));
          case MILLISECOND ->
              m.setTime32Value(
                  ScalarTime32Value.newBuilder().setTime32MillisecondValue((int) count));
          case MICROSECOND ->
              m.setTime64Value(ScalarTime64Value.newBuilder().setTime64MicrosecondValue(count));
          case NANOSECOND ->
              m.setTime64Value(ScalarTime64Value.newBuilder().setTime64NanosecondValue(count));
        }
      }
      case ArrowType.Timestamp t -> {
        long count = Times.count(value, t.getUnit());
        var stamp = ScalarTimestampValue.newBuilder();
        switch (t.getUnit()) {
          case SECOND -> stamp.setTimeSecondValue(count);
          case MILLISECOND -> stamp.setTimeMillisecondValue(count);
          case MICROSECOND -> stamp.setTimeMicrosecondValue(count);
          case NANOSECOND -> stamp.setTimeNanosecondValue(count);
        }
        String zone = t.getTimezone();
        m.setTimestampValue(stamp.setTimezone(zone == null ? "" : zone));
      }
      case ArrowType.Duration t -> {
        long count = Times.count(value, t.getUnit());
        switch (t.getUnit()) {
          case SECOND -> m.setDurationSecondValue(count);
          case MILLISECOND -> m.setDurationMillisecondValue(count);
          case MICROSECOND -> m.setDurationMicrosecondValue(count);
          case NANOSECOND -> m.setDurationNanosecondValue(count);
        }
      }
      case ArrowType.Interval _ -> writeInterval(m, value);
      default -> throw new IllegalArgumentException("no constants of " + type);
    }
  }

  private static void writeInterval(ScalarValue.Builder m, Object value) {
    switch (value) {
      case Period p -> m.setIntervalYearmonthValue(Times.months(p));
      case Duration d ->
          m.setIntervalDaytimeValue(
              DatafusionCommon.IntervalDayTimeValue.newBuilder()
                  .setDays(Times.days(d))
                  .setMilliseconds(Times.millisOfDay(d)));
      default -> {
        PeriodDuration both = (PeriodDuration) value;
        m.setIntervalMonthDayNano(
            DatafusionCommon.IntervalMonthDayNanoValue.newBuilder()
                .setMonths(Times.months(both.getPeriod()))
                .setDays(both.getPeriod().getDays())
                .setNanos(Times.count(both.getDuration(), TimeUnit.NANOSECOND)));
      }
    }
  }

  /**
   * {@return the constant of a serialised scalar value; opaque for what Java has no constant of}
   */
  public static Expr read(ByteString bytes) {
    ScalarValue message;
    try {
      message = ScalarValue.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedPayloadException(
          "a constant that is no scalar value: " + e.getMessage(), e);
    }
    Expr known = ScalarReader.read(message);
    if (known != null) {
      return known;
    }
    return new Expr.Opaque(LogicalExprNode.newBuilder().setLiteral(message).build().toByteArray());
  }

  /** {@return the list, struct or map that an opaque expression is, as a Java value} */
  public static Optional<Nested> nested(Expr.Opaque constant) {
    try {
      return NestedScalars.value(LogicalExprNode.parseFrom(constant.bytes()).getLiteral());
    } catch (InvalidProtocolBufferException _) {
      return Optional.empty();
    }
  }

  static Expr.Literal literal(Object value, ArrowType type) {
    return Expr.lit(value, Field.nullable("", type));
  }

  static BigDecimal decimal(ByteString bytes, long scale) {
    return new BigDecimal(new BigInteger(bytes.toByteArray()), Math.toIntExact(scale));
  }
}

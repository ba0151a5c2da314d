package io.datafusion.internal.lowering;

import datafusion_common.DatafusionCommon;
import datafusion_common.DatafusionCommon.EmptyMessage;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/** Arrow types as the engine's messages, of nulls and of lists. */
final class ArrowTypes {
  private static final EmptyMessage NONE = EmptyMessage.getDefaultInstance();

  private ArrowTypes() {}

  static DatafusionCommon.ArrowType message(Field field) {
    var m = DatafusionCommon.ArrowType.newBuilder();
    switch (field.getType()) {
      case ArrowType.Null _ -> m.setNONE(NONE);
      case ArrowType.Bool _ -> m.setBOOL(NONE);
      case ArrowType.Int t -> whole(m, t);
      case ArrowType.FloatingPoint t -> {
        switch (t.getPrecision()) {
          case HALF -> m.setFLOAT16(NONE);
          case SINGLE -> m.setFLOAT32(NONE);
          case DOUBLE -> m.setFLOAT64(NONE);
        }
      }
      case ArrowType.Utf8 _ -> m.setUTF8(NONE);
      case ArrowType.LargeUtf8 _ -> m.setLARGEUTF8(NONE);
      case ArrowType.Utf8View _ -> m.setUTF8VIEW(NONE);
      case ArrowType.Binary _ -> m.setBINARY(NONE);
      case ArrowType.LargeBinary _ -> m.setLARGEBINARY(NONE);
      case ArrowType.BinaryView _ -> m.setBINARYVIEW(NONE);
      case ArrowType.FixedSizeBinary t -> m.setFIXEDSIZEBINARY(t.getByteWidth());
      case ArrowType.Date t -> {
        if (t.getUnit() == DateUnit.DAY) {
          m.setDATE32(NONE);
        } else {
          m.setDATE64(NONE);
        }
      }
      case ArrowType.Time t -> {
        if (t.getBitWidth() == 32) {
          m.setTIME32(unit(t.getUnit()));
        } else {
          m.setTIME64(unit(t.getUnit()));
        }
      }
      case ArrowType.Timestamp t ->
          m.setTIMESTAMP(
              DatafusionCommon.Timestamp.newBuilder()
                  .setTimeUnit(unit(t.getUnit()))
                  .setTimezone(Optional.ofNullable(t.getTimezone()).orElse("")));
      case ArrowType.Duration t -> m.setDURATION(unit(t.getUnit()));
      case ArrowType.Interval t -> m.setINTERVAL(interval(t.getUnit()));
      case ArrowType.Decimal t -> decimal(m, t);
      case ArrowType.List _ -> m.setLIST(list(field));
      case ArrowType.LargeList _ -> m.setLARGELIST(list(field));
      case ArrowType.FixedSizeList t ->
          m.setFIXEDSIZELIST(
              DatafusionCommon.FixedSizeList.newBuilder()
                  .setFieldType(child(field.getChildren().get(0)))
                  .setListSize(t.getListSize()));
      case ArrowType.Struct _ -> {
        var struct = DatafusionCommon.Struct.newBuilder();
        field.getChildren().forEach(c -> struct.addSubFieldTypes(child(c)));
        m.setSTRUCT(struct);
      }
      case ArrowType.Map t ->
          m.setMAP(
              DatafusionCommon.Map.newBuilder()
                  .setFieldType(child(field.getChildren().get(0)))
                  .setKeysSorted(t.getKeysSorted()));
      default -> throw new IllegalArgumentException("no constants of " + field.getType());
    }
    return m.build();
  }

  private static void whole(DatafusionCommon.ArrowType.Builder m, ArrowType.Int type) {
    switch (type.getBitWidth() + (type.getIsSigned() ? 0 : 1)) {
      case 8 -> m.setINT8(NONE);
      case 9 -> m.setUINT8(NONE);
      case 16 -> m.setINT16(NONE);
      case 17 -> m.setUINT16(NONE);
      case 32 -> m.setINT32(NONE);
      case 33 -> m.setUINT32(NONE);
      case 64 -> m.setINT64(NONE);
      default -> m.setUINT64(NONE);
    }
  }

  private static void decimal(DatafusionCommon.ArrowType.Builder m, ArrowType.Decimal type) {
    int p = type.getPrecision();
    int s = type.getScale();
    switch (type.getBitWidth()) {
      case 32, 64, 128 -> // the narrow ones are widened in every result, too
          m.setDECIMAL128(DatafusionCommon.Decimal128Type.newBuilder().setPrecision(p).setScale(s));
      default ->
          m.setDECIMAL256(DatafusionCommon.Decimal256Type.newBuilder().setPrecision(p).setScale(s));
    }
  }

  private static DatafusionCommon.List.Builder list(Field field) {
    return DatafusionCommon.List.newBuilder().setFieldType(child(field.getChildren().get(0)));
  }

  private static DatafusionCommon.Field child(Field field) {
    return DatafusionCommon.Field.newBuilder()
        .setName(field.getName())
        .setArrowType(message(field))
        .setNullable(field.isNullable())
        .putAllMetadata(field.getMetadata())
        .build();
  }

  private static DatafusionCommon.TimeUnit unit(TimeUnit unit) {
    return switch (unit) {
      case SECOND -> DatafusionCommon.TimeUnit.Second;
      case MILLISECOND -> DatafusionCommon.TimeUnit.Millisecond;
      case MICROSECOND -> DatafusionCommon.TimeUnit.Microsecond;
      case NANOSECOND -> DatafusionCommon.TimeUnit.Nanosecond;
    };
  }

  /** {@return the type of a message, nothing for a type that constants of Java do not have} */
  static Optional<Field> field(DatafusionCommon.ArrowType message) {
    return field(
        DatafusionCommon.Field.newBuilder().setArrowType(message).setNullable(true).build());
  }

  /** {@return the field of a message, nothing for a type that constants of Java do not have} */
  static Optional<Field> field(DatafusionCommon.Field message) {
    DatafusionCommon.ArrowType m = message.getArrowType();
    ArrowType type =
        switch (m.getArrowTypeEnumCase()) {
          case LIST -> ArrowType.List.INSTANCE;
          case LARGE_LIST -> ArrowType.LargeList.INSTANCE;
          case FIXED_SIZE_LIST -> new ArrowType.FixedSizeList(m.getFIXEDSIZELIST().getListSize());
          case STRUCT -> ArrowType.Struct.INSTANCE;
          case MAP -> new ArrowType.Map(m.getMAP().getKeysSorted());
          default -> type(m);
        };
    List<Field> children = children(m).stream().flatMap(c -> field(c).stream()).toList();
    return type == null || children.size() != children(m).size()
        ? Optional.empty()
        : Optional.of(
            new Field(
                message.getName(),
                new FieldType(message.getNullable(), type, null, message.getMetadataMap()),
                children));
  }

  private static List<DatafusionCommon.Field> children(DatafusionCommon.ArrowType m) {
    return switch (m.getArrowTypeEnumCase()) {
      case LIST -> List.of(m.getLIST().getFieldType());
      case LARGE_LIST -> List.of(m.getLARGELIST().getFieldType());
      case FIXED_SIZE_LIST -> List.of(m.getFIXEDSIZELIST().getFieldType());
      case STRUCT -> m.getSTRUCT().getSubFieldTypesList();
      case MAP -> List.of(m.getMAP().getFieldType());
      default -> List.of();
    };
  }

  private static @Nullable ArrowType type(DatafusionCommon.ArrowType m) {
    return switch (m.getArrowTypeEnumCase()) {
      case NONE -> ArrowType.Null.INSTANCE;
      case BOOL -> ArrowType.Bool.INSTANCE;
      case INT8 -> new ArrowType.Int(8, true);
      case INT16 -> new ArrowType.Int(16, true);
      case INT32 -> new ArrowType.Int(32, true);
      case INT64 -> new ArrowType.Int(64, true);
      case UINT8 -> new ArrowType.Int(8, false);
      case UINT16 -> new ArrowType.Int(16, false);
      case UINT32 -> new ArrowType.Int(32, false);
      case UINT64 -> new ArrowType.Int(64, false);
      case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
      case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case UTF8 -> ArrowType.Utf8.INSTANCE;
      case LARGE_UTF8 -> ArrowType.LargeUtf8.INSTANCE;
      case UTF8_VIEW -> ArrowType.Utf8View.INSTANCE;
      case BINARY -> ArrowType.Binary.INSTANCE;
      case LARGE_BINARY -> ArrowType.LargeBinary.INSTANCE;
      case BINARY_VIEW -> ArrowType.BinaryView.INSTANCE;
      case FIXED_SIZE_BINARY -> new ArrowType.FixedSizeBinary(m.getFIXEDSIZEBINARY());
      case DATE32 -> new ArrowType.Date(DateUnit.DAY);
      case DATE64 -> new ArrowType.Date(DateUnit.MILLISECOND);
      case TIME32 -> new ArrowType.Time(unit(m.getTIME32()), 32);
      case TIME64 -> new ArrowType.Time(unit(m.getTIME64()), 64);
      case TIMESTAMP ->
          new ArrowType.Timestamp(
              unit(m.getTIMESTAMP().getTimeUnit()), zone(m.getTIMESTAMP().getTimezone()));
      case DURATION -> new ArrowType.Duration(unit(m.getDURATION()));
      case INTERVAL -> new ArrowType.Interval(interval(m.getINTERVAL()));
      case DECIMAL128 ->
          new ArrowType.Decimal(
              m.getDECIMAL128().getPrecision(), m.getDECIMAL128().getScale(), 128);
      case DECIMAL256 ->
          new ArrowType.Decimal(
              m.getDECIMAL256().getPrecision(), m.getDECIMAL256().getScale(), 256);
      default -> null;
    };
  }

  static TimeUnit unit(DatafusionCommon.TimeUnit unit) {
    return switch (unit) {
      case Second -> TimeUnit.SECOND;
      case Millisecond -> TimeUnit.MILLISECOND;
      case Microsecond -> TimeUnit.MICROSECOND;
      case Nanosecond -> TimeUnit.NANOSECOND;
      case UNRECOGNIZED -> throw new IllegalArgumentException("an unknown unit of time");
    };
  }

  private static DatafusionCommon.IntervalUnit interval(IntervalUnit unit) {
    return switch (unit) {
      case YEAR_MONTH -> DatafusionCommon.IntervalUnit.YearMonth;
      case DAY_TIME -> DatafusionCommon.IntervalUnit.DayTime;
      case MONTH_DAY_NANO -> DatafusionCommon.IntervalUnit.MonthDayNano;
    };
  }

  private static IntervalUnit interval(DatafusionCommon.IntervalUnit unit) {
    return switch (unit) {
      case YearMonth -> IntervalUnit.YEAR_MONTH;
      case DayTime -> IntervalUnit.DAY_TIME;
      case MonthDayNano -> IntervalUnit.MONTH_DAY_NANO;
      case UNRECOGNIZED -> throw new IllegalArgumentException("an unknown unit of intervals");
    };
  }

  static @Nullable String zone(String zone) {
    return zone.isEmpty() ? null : zone;
  }
}

package io.datafusion.internal.inspection;

import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Arrow fields as text, in the engine's terms. */
final class FieldText {
  private FieldText() {}

  static String of(Field field) {
    return field.getName() + ": " + type(field) + (field.isNullable() ? "" : " not null");
  }

  static String type(Field field) {
    var dictionary = field.getDictionary();
    return dictionary == null
        ? plain(field)
        : "Dictionary(" + simple(dictionary.getIndexType()) + ", " + plain(field) + ")";
  }

  private static String plain(Field field) {
    String type = simple(field.getType());
    return field.getChildren().isEmpty()
        ? type
        : field.getChildren().stream()
            .map(FieldText::of)
            .collect(Collectors.joining(", ", type + "(", ")"));
  }

  private static String simple(ArrowType type) {
    return switch (type) {
      case ArrowType.Bool _ -> "Boolean";
      case ArrowType.Int t -> (t.getIsSigned() ? "Int" : "UInt") + t.getBitWidth();
      case ArrowType.FloatingPoint t ->
          t.getPrecision() == FloatingPointPrecision.DOUBLE
              ? "Float64"
              : t.getPrecision() == FloatingPointPrecision.SINGLE ? "Float32" : "Float16";
      case ArrowType.Date t -> t.getUnit() == DateUnit.DAY ? "Date32" : "Date64";
      case ArrowType.Time t -> "Time" + t.getBitWidth() + "(" + unit(t.getUnit()) + ")";
      case ArrowType.Timestamp t ->
          "Timestamp("
              + unit(t.getUnit())
              + (t.getTimezone() == null ? "" : ", '" + t.getTimezone() + "'")
              + ")";
      case ArrowType.Duration t -> "Duration(" + unit(t.getUnit()) + ")";
      case ArrowType.Interval t -> "Interval(" + unit(t.getUnit()) + ")";
      case ArrowType.Decimal t ->
          "Decimal" + t.getBitWidth() + "(" + t.getPrecision() + ", " + t.getScale() + ")";
      case ArrowType.FixedSizeBinary t -> "FixedSizeBinary(" + t.getByteWidth() + ")";
      case ArrowType.FixedSizeList t -> "FixedSizeList" + t.getListSize();
      default -> type.getClass().getSimpleName();
    };
  }

  /** {@code MICROSECOND} is Microsecond. */
  private static String unit(Enum<?> unit) {
    String name = unit.name();
    return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
  }
}

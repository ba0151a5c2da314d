package io.datafusion.internal;

import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Decimals of 32 and 64 bits, which the engine has and Arrow Java has no vectors for. Results come
 * with them in 128 bits, so whatever tells of results says that.
 */
final class WideDecimals {
  private WideDecimals() {}

  /** {@return the columns as results have them} */
  static Schema in(Schema schema) {
    return new Schema(in(schema.getFields()), schema.getCustomMetadata());
  }

  private static List<Field> in(List<Field> fields) {
    return fields.stream().map(WideDecimals::in).toList();
  }

  private static Field in(Field field) {
    var type =
        new FieldType(
            field.isNullable(), of(field.getType()), field.getDictionary(), field.getMetadata());
    return new Field(field.getName(), type, in(field.getChildren()));
  }

  /** {@return the type that results have for a type, children aside} */
  static ArrowType of(ArrowType type) {
    return type instanceof ArrowType.Decimal d && d.getBitWidth() < 128
        ? new ArrowType.Decimal(d.getPrecision(), d.getScale(), 128)
        : type;
  }
}

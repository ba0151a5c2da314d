package io.datafusion.internal.inspection;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import datafusion_common.DatafusionCommon.ArrowType;
import datafusion_common.DatafusionCommon.Column;
import datafusion_common.DatafusionCommon.DfField;
import datafusion_common.DatafusionCommon.EmptyMessage;
import datafusion_common.DatafusionCommon.Field;
import datafusion_common.DatafusionCommon.ScalarValue;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.datafusion.protobuf.TableReference;
import org.jspecify.annotations.Nullable;

/**
 * Types, fields, constants and names of tables and columns as text, in the engine's terms: {@code
 * Int64(5)}, {@code Timestamp(Nanosecond, UTC)}.
 */
final class ValueText {
  private static final int HEAD = 16;
  private static final int DECIMAL_BYTES = 32;

  private final StringBuilder text = new StringBuilder();

  private ValueText() {}

  /** {@return the text of a message that is a value; null if it is something else} */
  static @Nullable String of(Message message) {
    var writer = new ValueText();
    switch (message) {
      case ArrowType type -> writer.type(type);
      case Field field -> writer.field(field);
      case ScalarValue scalar -> writer.scalar(scalar);
      case DfField field -> {
        writer.qualified(field.getQualifier().getRelation());
        writer.field(field.getField());
      }
      case Column column -> {
        writer.qualified(column.getRelation().getRelation());
        writer.text.append(column.getName());
      }
      case TableReference table -> writer.text.append(table(table));
      default -> {
        return null;
      }
    }
    return writer.text.toString();
  }

  /** {@return the text of a field that is no message} */
  static String of(FieldDescriptor field, Object value) {
    return switch (value) {
      case EnumValueDescriptor constant -> constant.getName();
      case ByteString bytes ->
          bytes.size() + " bytes" + (bytes.isEmpty() ? "" : ": " + head(bytes));
      case Long number when isUnsigned(field) -> Long.toUnsignedString(number);
      case Integer number when isUnsigned(field) -> Integer.toUnsignedString(number);
      default -> value.toString();
    };
  }

  /** {@return the first 16 bytes in hexadecimal} */
  static String head(ByteString bytes) {
    int length = Math.min(bytes.size(), HEAD);
    return HexFormat.of().formatHex(bytes.substring(0, length).toByteArray());
  }

  private static boolean isUnsigned(FieldDescriptor field) {
    return switch (field.getType()) {
      case UINT32, UINT64, FIXED32, FIXED64 -> true;
      default -> false;
    };
  }

  private static String table(TableReference table) {
    return switch (table.getTableReferenceEnumCase()) {
      case BARE -> table.getBare().getTable();
      case PARTIAL -> table.getPartial().getSchema() + "." + table.getPartial().getTable();
      case FULL ->
          Stream.of(
                  table.getFull().getCatalog(),
                  table.getFull().getSchema(),
                  table.getFull().getTable())
              .collect(Collectors.joining("."));
      case TABLEREFERENCEENUM_NOT_SET -> "?";
    };
  }

  private void qualified(String relation) {
    if (!relation.isEmpty()) {
      text.append(relation).append('.');
    }
  }

  private void field(Field field) {
    text.append(field.getName()).append(": ");
    type(field.getArrowType());
    if (!field.getNullable()) {
      text.append(" not null");
    }
    if (field.getMetadataCount() > 0) {
      text.append(' ').append(field.getMetadataMap());
    }
  }

  private void type(ArrowType type) {
    FieldDescriptor which = choice(type);
    if (which == null) {
      text.append('?');
      return;
    }
    text.append(typeName(which.getName()));
    arguments(which, type.getField(which));
  }

  private void scalar(ScalarValue scalar) {
    FieldDescriptor which = choice(scalar);
    if (which == null) {
      text.append('?');
    } else if (scalar.hasNullValue()) {
      type(scalar.getNullValue());
      text.append("(NULL)");
    } else {
      text.append(typeName(which.getName().replaceFirst("_value$", "")));
      arguments(which, scalar.getField(which));
    }
  }

  private static @Nullable FieldDescriptor choice(Message message) {
    return message.getOneofFieldDescriptor(message.getDescriptorForType().getOneofs().get(0));
  }

  private static String typeName(String field) {
    return switch (field) {
      case "NONE" -> "Null";
      case "BOOL", "bool" -> "Boolean";
      default ->
          Stream.of(field.toLowerCase(Locale.ROOT).split("_", -1))
              .map(ValueText::capitalized)
              .collect(Collectors.joining())
              .replaceFirst("^Uint", "UInt");
    };
  }

  private static String capitalized(String word) {
    return word.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }

  /** What stands in parentheses behind the name of a type. */
  private void arguments(FieldDescriptor field, Object value) {
    if (value instanceof EmptyMessage) {
      return;
    }
    text.append('(');
    argument(field, value);
    text.append(')');
  }

  private void argument(FieldDescriptor field, Object value) {
    switch (value) {
      case ArrowType type -> type(type);
      case Field inner -> field(inner);
      case ScalarValue scalar -> scalar(scalar);
      case Message message -> parts(message);
      case ByteString bytes when isDecimal(field, bytes) ->
          text.append(new BigInteger(bytes.toByteArray()));
      case String string -> text.append('\'').append(string).append('\'');
      default -> text.append(of(field, value));
    }
  }

  private void parts(Message message) {
    int start = text.length();
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          separate(start);
          argument(field, message.getRepeatedField(field, i));
        }
      } else if (message.hasField(field) || isNumber(field)) {
        separate(start);
        argument(field, message.getField(field));
      }
    }
  }

  /** The digits of a decimal number are bytes, big-endian. */
  private static boolean isDecimal(FieldDescriptor field, ByteString bytes) {
    return field.getContainingType().getName().startsWith("Decimal")
        && !bytes.isEmpty()
        && bytes.size() <= DECIMAL_BYTES;
  }

  private void separate(int start) {
    if (text.length() > start) {
      text.append(", ");
    }
  }

  /** A number that is 0 is not written, and yet says something. */
  private static boolean isNumber(FieldDescriptor field) {
    return !field.hasPresence()
        && switch (field.getJavaType()) {
          case INT, LONG, ENUM -> true;
          default -> false;
        };
  }
}

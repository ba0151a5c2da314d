package io.datafusion.internal.arrow;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** What vectors say they hold, as plain values that can be compared. */
final class Rows {
  private Rows() {}

  /** {@return the rows of every column} */
  static List<List<@Nullable Object>> of(VectorSchemaRoot root, DictionaryProvider dictionaries) {
    List<List<@Nullable Object>> columns = new ArrayList<>();
    for (int i = 0; i < root.getFieldVectors().size(); i++) {
      Field field = root.getSchema().getFields().get(i);
      columns.add(of(field, root.getVector(i), root.getRowCount(), dictionaries));
    }
    return columns;
  }

  private static List<@Nullable Object> of(
      Field field, FieldVector vector, int rows, DictionaryProvider dictionaries) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int row = 0; row < rows; row++) {
      values.add(value(field, vector, row, dictionaries));
    }
    return values;
  }

  private static @Nullable Object value(
      Field field, FieldVector vector, int row, DictionaryProvider dictionaries) {
    if (field.getDictionary() != null) {
      if (vector.isNull(row)) {
        return null;
      }
      FieldVector values = dictionaries.lookup(field.getDictionary().getId()).getVector();
      int index = (int) ((BaseIntVector) vector).getValueAsLong(row);
      return value(values.getField(), values, index, dictionaries);
    }
    if (vector.isNull(row)) {
      return null;
    }
    if (vector instanceof ListVector list) {
      Field item = field.getChildren().getFirst();
      return IntStream.range(list.getElementStartIndex(row), list.getElementEndIndex(row))
          .mapToObj(i -> Nested.of(value(item, list.getDataVector(), i, dictionaries)))
          .toList();
    }
    if (vector instanceof StructVector struct) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      for (int i = 0; i < field.getChildren().size(); i++) {
        Field child = field.getChildren().get(i);
        FieldVector values = struct.getChildrenFromFields().get(i);
        members.put(child.getName(), value(child, values, row, dictionaries));
      }
      return members;
    }
    return plain(vector.getObject(row));
  }

  /** Lists made by streams may not hold null. */
  private record Nested(@Nullable Object value) {
    static Nested of(@Nullable Object value) {
      return new Nested(value);
    }
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case byte[] bytes -> HexFormat.of().formatHex(bytes);
      case Collection<?> items -> items.stream().map(item -> Nested.of(plain(item))).toList();
      case Map<?, ?> members -> {
        Map<String, @Nullable Object> plain = new LinkedHashMap<>();
        members.forEach((name, member) -> plain.put(name.toString(), plain(member)));
        yield plain;
      }
      default -> value.toString();
    };
  }
}

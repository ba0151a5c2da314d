package io.datafusion.internal.arrow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** One field for every type that DataFusion makes, in the form schemas have in IPC messages. */
final class Samples {
  static final ArrowType INT32 = new ArrowType.Int(32, true);
  static final ArrowType INT64 = new ArrowType.Int(64, true);
  static final ArrowType UTF8 = ArrowType.Utf8.INSTANCE;

  private Samples() {}

  /** {@return every sample, by a name that says what it is} */
  static Stream<Field> fields() {
    List<Field> fields = new ArrayList<>();
    flat().forEach((name, type) -> fields.add(nullable(name, type)));
    fields.addAll(nested());
    fields.addAll(unions());
    fields.addAll(dictionaries());
    return fields.stream();
  }

  private static Map<String, ArrowType> flat() {
    Map<String, ArrowType> types = new LinkedHashMap<>();
    types.put("null", ArrowType.Null.INSTANCE);
    types.put("bool", ArrowType.Bool.INSTANCE);
    for (int bits = 8; bits <= 64; bits *= 2) {
      types.put("int" + bits, new ArrowType.Int(bits, true));
      types.put("uint" + bits, new ArrowType.Int(bits, false));
    }
    for (FloatingPointPrecision precision : FloatingPointPrecision.values()) {
      types.put("float_" + precision, new ArrowType.FloatingPoint(precision));
    }
    types.put("decimal128", new ArrowType.Decimal(20, 3, 128));
    types.put("decimal256", new ArrowType.Decimal(60, -2, 256));
    types.put("date32", new ArrowType.Date(DateUnit.DAY));
    types.put("date64", new ArrowType.Date(DateUnit.MILLISECOND));
    for (TimeUnit unit : TimeUnit.values()) {
      int bits = unit == TimeUnit.SECOND || unit == TimeUnit.MILLISECOND ? 32 : 64;
      types.put("time_" + unit, new ArrowType.Time(unit, bits));
      types.put("timestamp_" + unit, new ArrowType.Timestamp(unit, null));
      types.put("timestamp_zoned_" + unit, new ArrowType.Timestamp(unit, "Europe/Berlin"));
      types.put("duration_" + unit, new ArrowType.Duration(unit));
    }
    for (IntervalUnit unit : IntervalUnit.values()) {
      types.put("interval_" + unit, new ArrowType.Interval(unit));
    }
    types.put("fixed_size_binary", new ArrowType.FixedSizeBinary(5));
    types.put("utf8", UTF8);
    types.put("large_utf8", ArrowType.LargeUtf8.INSTANCE);
    types.put("utf8_view", ArrowType.Utf8View.INSTANCE);
    types.put("binary", ArrowType.Binary.INSTANCE);
    types.put("large_binary", ArrowType.LargeBinary.INSTANCE);
    types.put("binary_view", ArrowType.BinaryView.INSTANCE);
    return types;
  }

  private static List<Field> nested() {
    Field item = nullable("item", INT32);
    Field text = nullable("item", ArrowType.Utf8View.INSTANCE);
    Field inner = nullable("inner", ArrowType.List.INSTANCE, item);
    Field deep = nullable("deep", ArrowType.Struct.INSTANCE, map("map", inner), text);
    return List.of(
        nullable("list", ArrowType.List.INSTANCE, item),
        nullable("list_of_views", ArrowType.List.INSTANCE, text),
        nullable("list_of_bool", ArrowType.List.INSTANCE, nullable("b", ArrowType.Bool.INSTANCE)),
        nullable("list_of_null", ArrowType.List.INSTANCE, nullable("n", ArrowType.Null.INSTANCE)),
        nullable("large_list", ArrowType.LargeList.INSTANCE, nullable("item", UTF8)),
        nullable("fixed_size_list", new ArrowType.FixedSizeList(3), item),
        nullable("list_view", ArrowType.ListView.INSTANCE, item),
        nullable("large_list_view", ArrowType.LargeListView.INSTANCE, nullable("item", UTF8)),
        nullable("struct", ArrowType.Struct.INSTANCE, nullable("a", INT64), nullable("b", UTF8)),
        nullable("struct_of_none", ArrowType.Struct.INSTANCE),
        map("map", nullable("value", INT64)),
        nullable("list_struct_map_list", ArrowType.List.INSTANCE, deep),
        nullable("fixed_list_of_struct", new ArrowType.FixedSizeList(2), deep),
        runEnds("run_ends_16", 16, nullable("values", UTF8)),
        runEnds("run_ends_32", 32, nullable("values", INT64)),
        runEnds("run_ends_64", 64, nullable("values", ArrowType.Utf8View.INSTANCE)));
  }

  @SuppressWarnings("EnumOrdinal") // the type ids that UnionVector itself writes
  private static List<Field> unions() {
    Field number = nullable("number", INT32);
    Field text = nullable("text", UTF8);
    Field list = nullable("list", ArrowType.List.INSTANCE, nullable("item", INT64));
    int[] ordinals = {MinorType.INT.ordinal(), MinorType.VARCHAR.ordinal()};
    return List.of(
        nullable("sparse", new ArrowType.Union(UnionMode.Sparse, ordinals), number, text),
        nullable(
            "sparse_ids", new ArrowType.Union(UnionMode.Sparse, new int[] {7, 3}), number, list),
        nullable("dense", new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}), number, text),
        nullable("dense_ids", new ArrowType.Union(UnionMode.Dense, new int[] {5, 9}), text, list),
        nullable(
            "list_of_dense",
            ArrowType.List.INSTANCE,
            nullable("u", new ArrowType.Union(UnionMode.Dense, new int[] {0, 1}), number, text)));
  }

  private static List<Field> dictionaries() {
    Field text = nullable("text", UTF8);
    return List.of(
        dictionary("dictionary_i8", 0, new ArrowType.Int(8, true), UTF8),
        dictionary("dictionary_u16", 1, new ArrowType.Int(16, false), ArrowType.Utf8View.INSTANCE),
        dictionary("dictionary_i64", 2, INT64, new ArrowType.Decimal(20, 3, 128)),
        dictionary("dictionary_of_struct", 3, INT32, ArrowType.Struct.INSTANCE, text),
        nullable("list_of_dictionary", ArrowType.List.INSTANCE, dictionary("d", 4, INT32, UTF8)),
        dictionary(
            "dictionary_of_list_of_dictionary",
            5,
            INT32,
            ArrowType.List.INSTANCE,
            dictionary("inner", 6, new ArrowType.Int(16, true), UTF8)));
  }

  static Field nullable(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.nullable(type), List.of(children));
  }

  static Field required(String name, ArrowType type, Field... children) {
    return new Field(name, FieldType.notNullable(type), List.of(children));
  }

  static Field map(String name, Field value) {
    Field entries = required("entries", ArrowType.Struct.INSTANCE, required("key", UTF8), value);
    return nullable(name, new ArrowType.Map(false), entries);
  }

  private static Field runEnds(String name, int bits, Field values) {
    Field ends = required("run_ends", new ArrowType.Int(bits, true));
    return required(name, ArrowType.RunEndEncoded.INSTANCE, ends, values);
  }

  static Field dictionary(
      String name, long id, ArrowType index, ArrowType values, Field... children) {
    DictionaryEncoding encoding = new DictionaryEncoding(id, false, (ArrowType.Int) index);
    return new Field(name, new FieldType(true, values, encoding), List.of(children));
  }
}

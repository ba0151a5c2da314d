package io.datafusion.internal.arrow;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.extension.UuidType;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Schemas through {@code struct ArrowSchema}. */
class CDataSchemaTest {
  private final BufferAllocator allocator = new RootAllocator();
  private final Arena arena = Arena.ofConfined();

  static Stream<Field> fields() {
    return Samples.fields();
  }

  @AfterEach
  void nothingLeaks() {
    arena.close();
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "n|Null",
        "b|Bool",
        "c|Int(8, true)",
        "C|Int(8, false)",
        "s|Int(16, true)",
        "S|Int(16, false)",
        "i|Int(32, true)",
        "I|Int(32, false)",
        "l|Int(64, true)",
        "L|Int(64, false)",
        "e|FloatingPoint(HALF)",
        "f|FloatingPoint(SINGLE)",
        "g|FloatingPoint(DOUBLE)",
        "z|Binary",
        "Z|LargeBinary",
        "vz|BinaryView",
        "u|Utf8",
        "U|LargeUtf8",
        "vu|Utf8View",
        "d:19,10|Decimal(19, 10, 128)",
        "d:9,-2,32|Decimal(9, -2, 32)",
        "d:18,2,64|Decimal(18, 2, 64)",
        "d:60,2,256|Decimal(60, 2, 256)",
        "w:42|FixedSizeBinary(42)",
        "tdD|Date(DAY)",
        "tdm|Date(MILLISECOND)",
        "tts|Time(SECOND, 32)",
        "ttm|Time(MILLISECOND, 32)",
        "ttu|Time(MICROSECOND, 64)",
        "ttn|Time(NANOSECOND, 64)",
        "tss:|Timestamp(SECOND, null)",
        "tsm:|Timestamp(MILLISECOND, null)",
        "tsu:UTC|Timestamp(MICROSECOND, UTC)",
        "tsn:+02:00|Timestamp(NANOSECOND, +02:00)",
        "tDs|Duration(SECOND)",
        "tDm|Duration(MILLISECOND)",
        "tDu|Duration(MICROSECOND)",
        "tDn|Duration(NANOSECOND)",
        "tiM|Interval(YEAR_MONTH)",
        "tiD|Interval(DAY_TIME)",
        "tin|Interval(MONTH_DAY_NANO)",
        "+l|List",
        "+L|LargeList",
        "+vl|ListView",
        "+vL|LargeListView",
        "+w:7|FixedSizeList(7)",
        "+s|Struct",
        "+m|Map(false)",
        "+us:4,2|Union(Sparse, [4, 2])",
        "+us:|Union(Sparse, [])",
        "+ud:0,1|Union(Dense, [0, 1])",
        "+r|RunEndEncoded"
      })
  void everyFormatOfTheSpecificationIsReadAndWritten(String format, String type) {
    ArrowType parsed = Format.parse(format, 0);
    assertThat(parsed).hasToString(type);
    assertThat(Format.of(Samples.nullable("f", parsed))).isEqualTo(format);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "+", "d", "d:", "d:1", "d:a,b", "w:x", "+x:1", "tsx:UTC", "ttx"})
  void otherFormatsAreRefused(String format) {
    assertThatThrownBy(() -> Format.parse(format, 0))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("'" + format + "'");
  }

  @ParameterizedTest
  @MethodSource("fields")
  void schemaComesBackAsMessagesHaveIt(Field field) {
    Schema schema = new Schema(List.of(field));
    assertThat(comparable(roundTrip(schema))).isEqualTo(comparable(schema));
  }

  /** Ids are given anew, and the list vector of a dictionary does not know its item's name. */
  private static String comparable(Schema schema) {
    return schema.toString().replaceAll("dictionary: \\d+", "").replace("$data$", "inner");
  }

  @Test
  void dictionariesGetIdsOfTheirOwn() {
    Schema read = roundTrip(new Schema(fields().toList()));
    List<Long> ids = fields(read.getFields()).map(DictionaryEncoding::getId).toList();
    assertThat(ids).hasSize(7).doesNotHaveDuplicates();
  }

  private static Stream<DictionaryEncoding> fields(List<Field> fields) {
    return fields.stream()
        .flatMap(
            field ->
                Stream.concat(
                    Stream.ofNullable(field.getDictionary()), fields(field.getChildren())));
  }

  @Test
  void flagsNamesAndMetadataComeBack() {
    Map<String, String> metadata =
        new TreeMap<>(Map.of("größe", "", "", "é", "k", "v".repeat(999)));
    DictionaryEncoding ordered = new DictionaryEncoding(0, true, new ArrowType.Int(8, false));
    Schema schema =
        new Schema(
            List.of(
                new Field("größe", new FieldType(false, Samples.UTF8, ordered, metadata), null),
                new Field("", new FieldType(true, Samples.INT32, null, metadata), null),
                Samples.required("m", new ArrowType.Map(true), entries())),
            metadata);
    assertThat(roundTrip(schema)).isEqualTo(schema);
  }

  private static Field entries() {
    return Samples.map("m", Samples.nullable("value", Samples.INT64)).getChildren().getFirst();
  }

  @Test
  void entriesAndKeysOfAMapAreReadAsRequired() {
    Field key = Samples.nullable("key", Samples.UTF8);
    Field value = Samples.nullable("value", Samples.INT64);
    Field lax =
        Samples.nullable(
            "m",
            new ArrowType.Map(false),
            Samples.nullable("entries", ArrowType.Struct.INSTANCE, key, value));
    MemorySegment struct = exporter().schema(new Schema(List.of(lax)));
    assertThat(CDataImporter.schema(struct).getFields()).containsExactly(Samples.map("m", value));
  }

  @Test
  void registeredExtensionTypesAreReadAsSuch() {
    Schema schema = new Schema(List.of(Samples.nullable("id", UuidType.INSTANCE)));
    MemorySegment struct = exporter().schema(schema);
    assertThat(CDataImporter.schema(struct)).isEqualTo(schema);
    long field = CData.pointerAt(struct.get(JAVA_LONG, CData.SCHEMA_CHILDREN), 0);
    CData.putLong(field + CData.SCHEMA_METADATA, 0);
    assertThat(CDataImporter.schema(struct).getFields().getFirst().getType())
        .isEqualTo(UuidType.STORAGE_TYPE);
  }

  @Test
  void dictionaryOfADictionaryIsRefused() {
    MemorySegment struct = exporter().schema(new Schema(List.of(number(), number(), number())));
    long children = struct.get(JAVA_LONG, CData.SCHEMA_CHILDREN);
    for (int i = 0; i < 2; i++) {
      CData.putLong(
          CData.pointerAt(children, i) + CData.SCHEMA_DICTIONARY, CData.pointerAt(children, i + 1));
    }
    assertThatThrownBy(() -> CDataImporter.schema(struct))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("dictionary whose values are a dictionary");
  }

  @Test
  void releasedSchemaIsRefused() {
    MemorySegment struct = exporter().schema(new Schema(List.of(number())));
    struct.set(JAVA_LONG, CData.SCHEMA_RELEASE, 0);
    assertThatThrownBy(() -> CDataImporter.schema(struct))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void typeThatContainsItselfIsRefused() {
    Field list = Samples.nullable("l", ArrowType.List.INSTANCE, number());
    MemorySegment struct = exporter().schema(new Schema(List.of(list)));
    long pointers = struct.get(JAVA_LONG, CData.SCHEMA_CHILDREN);
    long child = CData.pointerAt(pointers, 0);
    CData.putLong(child + CData.SCHEMA_CHILDREN, pointers);
    assertThatThrownBy(() -> CDataImporter.schema(struct))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("column 'l'")
        .hasMessageContaining("nested deeper than 128");
  }

  @Test
  void schemaThatIsNoStructIsRefused() {
    MemorySegment struct = exporter().schema(new Schema(List.of(number())));
    MemorySegment child =
        MemorySegment.ofAddress(CData.pointerAt(struct.get(JAVA_LONG, CData.SCHEMA_CHILDREN), 0));
    assertThatThrownBy(() -> CDataImporter.schema(child))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a schema is a struct");
  }

  private static Field number() {
    return Samples.nullable("number", Samples.INT64);
  }

  private CDataExporter exporter() {
    return CDataExporter.of(arena, new MapDictionaryProvider()).withRelease(Lent.SOME_FUNCTION);
  }

  private Schema roundTrip(Schema schema) {
    try (Batch batch = Batch.empty(allocator, schema)) {
      MemorySegment struct =
          CDataExporter.of(arena, batch.dictionaries())
              .withRelease(Lent.SOME_FUNCTION)
              .schema(batch.root().getSchema());
      return CDataImporter.schema(struct);
    }
  }
}

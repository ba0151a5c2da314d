package io.datafusion.internal.arrow;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.stream.Stream;
import org.apache.arrow.c.ArrowArray;
import org.apache.arrow.c.ArrowSchema;
import org.apache.arrow.c.CDataDictionaryProvider;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What we write, arrow-c-data reads as what it was. */
@Tag("arrow-c-data")
class OracleExportTest {
  private static final Arena STUBS = Arena.ofShared();
  private static MemorySegment schemaRelease = MemorySegment.NULL;
  private static MemorySegment arrayRelease = MemorySegment.NULL;

  private final BufferAllocator allocator = new RootAllocator();

  static Stream<Field> fields() {
    return Samples.fields();
  }

  @BeforeAll
  static void makeReleaseFunctions() throws ReflectiveOperationException {
    schemaRelease = stub("releaseSchema");
    arrayRelease = stub("releaseArray");
  }

  @AfterAll
  static void freeReleaseFunctions() {
    STUBS.close();
  }

  private static MemorySegment stub(String method) throws ReflectiveOperationException {
    MethodType type = MethodType.methodType(void.class, MemorySegment.class);
    return Linker.nativeLinker()
        .upcallStub(
            MethodHandles.lookup().findStatic(OracleExportTest.class, method, type),
            FunctionDescriptor.ofVoid(ADDRESS),
            STUBS);
  }

  static void releaseSchema(MemorySegment struct) {
    CData.putLong(struct.address() + CData.SCHEMA_RELEASE, 0);
  }

  static void releaseArray(MemorySegment struct) {
    CData.putLong(struct.address() + CData.ARRAY_RELEASE, 0);
  }

  @AfterEach
  void nothingLeaks() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void valuesAreReadBackByArrow(Field field) {
    compare(field, 21, false);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void nullsAreReadBackByArrow(Field field) {
    compare(field, 21, true);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void noRowsAreReadBackByArrow(Field field) {
    compare(field, 0, true);
  }

  private void compare(Field field, int rows, boolean nulls) {
    try (Batch source = Batch.filled(allocator, rows, nulls, field);
        Arena arena = Arena.ofConfined()) {
      CDataExporter exporter = CDataExporter.of(arena, source.dictionaries());
      Schema schema = source.root().getSchema();
      MemorySegment schemaStruct = exporter.withRelease(schemaRelease).schema(schema);
      MemorySegment arrayStruct = exporter.withRelease(arrayRelease).batch(source.root());
      ArrowSchema arrowSchema = ArrowSchema.wrap(schemaStruct.address());
      ArrowArray arrowArray = ArrowArray.wrap(arrayStruct.address());
      try (CDataDictionaryProvider dictionaries = new CDataDictionaryProvider();
          VectorSchemaRoot oracle =
              Data.importVectorSchemaRoot(allocator, arrowArray, arrowSchema, dictionaries)) {
        assertThat(Rows.of(oracle, dictionaries)).isEqualTo(source.rows());
        assertThat(ids(oracle.getSchema())).isEqualTo(ids(schema));
      }
    }
  }

  private static String ids(Schema schema) {
    return schema.toString().replaceAll("dictionary: \\d+", "dictionary");
  }
}

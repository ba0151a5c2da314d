package io.datafusion.internal.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.arrow.c.ArrowArray;
import org.apache.arrow.c.ArrowSchema;
import org.apache.arrow.c.CDataDictionaryProvider;
import org.apache.arrow.c.Data;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What arrow-c-data writes is read by us as by arrow-c-data. */
@Tag("arrow-c-data")
class OracleImportTest {
  private final BufferAllocator allocator = new RootAllocator();
  private final AtomicInteger releases = new AtomicInteger();

  static Stream<Field> fields() {
    return Samples.fields();
  }

  @AfterEach
  void nothingLeaks() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void valuesAreReadAsArrowReadsThem(Field field) {
    compare(field, 21, false);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void nullsAreReadAsArrowReadsThem(Field field) {
    compare(field, 21, true);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void noRowsAreReadAsArrowReadsThem(Field field) {
    compare(field, 0, true);
  }

  private void compare(Field field, int rows, boolean nulls) {
    try (Batch source = Batch.filled(allocator, rows, nulls, field);
        ArrowSchema schema = ArrowSchema.allocateNew(allocator);
        ArrowArray array = ArrowArray.allocateNew(allocator)) {
      Data.exportVectorSchemaRoot(allocator, source.root(), source.dictionaries(), array, schema);
      Batch ours = load(schema, array);
      assertThat(ours.rows()).isEqualTo(source.rows());
      ours.close();
      assertThat(releases).hasValue(1);
      schema.release();

      Data.exportVectorSchemaRoot(allocator, source.root(), source.dictionaries(), array, schema);
      try (CDataDictionaryProvider dictionaries = new CDataDictionaryProvider();
          VectorSchemaRoot oracle =
              Data.importVectorSchemaRoot(allocator, array, schema, dictionaries)) {
        assertThat(source.rows()).isEqualTo(Rows.of(oracle, dictionaries));
        assertThat(ours.root().getSchema()).hasToString(oracle.getSchema().toString());
      }
    }
  }

  private Batch load(ArrowSchema schema, ArrowArray array) {
    Batch batch =
        Batch.empty(
            allocator, CDataImporter.schema(MemorySegment.ofAddress(schema.memoryAddress())));
    new CDataImporter(allocator, this::release)
        .load(MemorySegment.ofAddress(array.memoryAddress()), batch.root(), batch.dictionaries());
    return batch;
  }

  private void release(MemorySegment struct) {
    releases.incrementAndGet();
    // wrap does not own the struct's memory, and release calls the C function in it
    ArrowArray.wrap(struct.address()).release();
  }
}

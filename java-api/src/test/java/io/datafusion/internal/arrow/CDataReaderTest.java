package io.datafusion.internal.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The importer inside an ArrowReader, in a JVM where nothing is opened. */
class CDataReaderTest {
  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @Test
  void readerLoadsBatchAfterBatchOfEveryType() throws IOException {
    Field[] fields = Samples.fields().toArray(Field[]::new);
    try (Batch first = Batch.filled(allocator, 20, true, fields);
        Batch second = Batch.filled(allocator, 3, false, fields);
        Batch third = Batch.filled(allocator, 33, true, fields);
        Lent one = new Lent(first);
        Lent two = new Lent(second);
        Lent three = new Lent(third)) {
      try (ImportingReader reader = new ImportingReader(allocator, List.of(one, two, three))) {
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        for (Batch expected : List.of(first, second, third)) {
          assertThat(reader.loadNextBatch()).isTrue();
          assertThat(Rows.of(root, reader)).isEqualTo(expected.rows());
        }
        assertThat(Stream.of(one, two, three).map(lent -> lent.releases.get()))
            .containsExactly(1, 1, 0);
        assertThat(reader.loadNextBatch()).isFalse();
        assertThat(three.releases).hasValue(1);
        assertThat(root.getRowCount()).isZero();
        assertThat(reader.bytesRead()).isPositive();
      }
      assertThat(Stream.of(one, two, three).map(lent -> lent.releases.get()))
          .containsExactly(1, 1, 1);
    }
  }

  @Test
  void readerThatIsClosedEarlyGivesItsBatchBack() throws IOException {
    Field[] fields = Samples.fields().toArray(Field[]::new);
    try (Batch source = Batch.filled(allocator, 20, true, fields);
        Lent one = new Lent(source);
        Lent two = new Lent(source)) {
      try (ImportingReader reader = new ImportingReader(allocator, List.of(one, two))) {
        assertThat(reader.loadNextBatch()).isTrue();
      }
      assertThat(one.releases).hasValue(1);
      assertThat(two.releases).hasValue(0);
    }
  }

  @Test
  void readerThatWasNeverReadLeavesNothing() throws IOException {
    try (Batch source =
            Batch.filled(
                allocator, 2, true, Samples.dictionary("d", 0, Samples.INT32, Samples.UTF8));
        Lent lent = new Lent(source)) {
      new ImportingReader(allocator, List.of(lent)).close();
      assertThat(lent.releases).hasValue(0);
    }
  }

  @Test
  void bytesReadAreThoseOfTheBuffersOnce() throws IOException {
    ArrowType dense = new ArrowType.Union(UnionMode.Dense, new int[] {0});
    Field union = Samples.nullable("u", dense, Samples.nullable("n", Samples.INT64));
    try (Batch source = Batch.filled(allocator, 8, false, union);
        Lent lent = new Lent(source);
        ImportingReader reader = new ImportingReader(allocator, List.of(lent))) {
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(reader.bytesRead()).as("type ids, offsets, numbers").isEqualTo(8 + 32 + 64);
    }
  }

  @Test
  void memoryIsSharedAndAccounted() throws IOException {
    try (Batch source = Batch.filled(allocator, 1000, false, Samples.nullable("n", Samples.INT64));
        Lent lent = new Lent(source);
        ImportingReader reader = new ImportingReader(allocator, List.of(lent))) {
      long before = allocator.getAllocatedMemory();
      assertThat(reader.loadNextBatch()).isTrue();
      BigIntVector loaded = (BigIntVector) reader.getVectorSchemaRoot().getVector(0);
      assertThat(loaded.getDataBufferAddress())
          .isEqualTo(source.root().getVector(0).getDataBufferAddress());
      assertThat(allocator.getAllocatedMemory() - before).isGreaterThanOrEqualTo(8000);
    }
  }
}

package io.datafusion.internal.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectors to C structs and back, in a JVM where nothing is opened. */
class CDataRoundTripTest {
  private static final int ROWS = 23;

  private final BufferAllocator allocator = new RootAllocator();

  static Stream<Field> fields() {
    return Samples.fields();
  }

  @AfterEach
  void nothingLeaks() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @Test
  void javaNioIsClosedToArrowHere() {
    assertThat(ByteBuffer.class.getModule().isOpen("java.nio", ArrowBuf.class.getModule()))
        .isFalse();
  }

  @ParameterizedTest
  @MethodSource("fields")
  void valuesComeBack(Field field) {
    roundTrip(ROWS, false, field);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void nullsComeBack(Field field) {
    roundTrip(ROWS, true, field);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void noRowsComeBack(Field field) {
    roundTrip(0, true, field);
  }

  @ParameterizedTest
  @MethodSource("fields")
  void oneRowComesBack(Field field) {
    roundTrip(1, true, field);
  }

  @Test
  void allTypesComeBackInOneBatch() {
    roundTrip(ROWS, true, fields().toArray(Field[]::new));
  }

  @Test
  void rowsWithoutColumnsKeepTheirCount() {
    try (Batch source = Batch.empty(allocator, new Schema(List.of()))) {
      source.root().setRowCount(42);
      try (Lent lent = new Lent(source);
          Batch loaded = lent.load(allocator)) {
        assertThat(loaded.root().getRowCount()).isEqualTo(42);
        assertThat(lent.releases).hasValue(1);
      }
    }
  }

  @Test
  void emptyVectorsThatWereNeverAllocatedComeBack() {
    Schema schema = new Schema(fields().toList());
    try (Batch source = Batch.empty(allocator, schema);
        Lent lent = new Lent(source);
        Batch loaded = lent.load(allocator)) {
      assertThat(loaded.root().getRowCount()).isZero();
      assertThat(loaded.rows()).isEqualTo(source.rows());
    }
  }

  @Test
  void vectorShorterThanItsRootIsRefused() {
    try (Batch source = Batch.filled(allocator, 3, false, Samples.nullable("a", Samples.INT64))) {
      source.root().getVector(0).setValueCount(2);
      assertThatThrownBy(() -> new Lent(source))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'a' has 2 rows, its parent needs 3");
    }
  }

  private void roundTrip(int rows, boolean nulls, Field... fields) {
    try (Batch source = Batch.filled(allocator, rows, nulls, fields);
        Lent lent = new Lent(source)) {
      long before = allocator.getAllocatedMemory();
      try (Batch loaded = lent.load(allocator)) {
        assertThat(loaded.schema().getFields()).hasSameSizeAs(fields);
        assertThat(loaded.root().getRowCount()).isEqualTo(rows);
        assertThat(loaded.rows()).isEqualTo(source.rows());
      }
      assertThat(lent.releases).hasValue(1);
      assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
      assertThat(CData.longAt(lent.array.address() + CData.ARRAY_RELEASE)).isZero();
    }
  }
}

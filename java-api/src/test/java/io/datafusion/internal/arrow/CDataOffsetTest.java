package io.datafusion.internal.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code ArrowArray.offset}, which arrow-c-data ignores: the expectation is cut by hand. */
class CDataOffsetTest {
  private static final int ROWS = 29;
  private static final int[][] WINDOWS = {
    {0, 5}, {1, 0}, {1, 1}, {3, 9}, {8, 8}, {8, 21}, {13, 16}, {29, 0}
  };

  private final BufferAllocator allocator = new RootAllocator();

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
  void offsetOfTheBatchReachesItsColumns(Field field) {
    for (int[] window : WINDOWS) {
      try (Batch source = Batch.filled(allocator, ROWS, true, field);
          Lent lent = new Lent(source)) {
        Lent.slice(lent.array, window[0], window[1]);
        expect(lent, source, window[0], window[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fields")
  void offsetOfTheColumnIsHonoured(Field field) {
    for (int[] window : WINDOWS) {
      try (Batch source = Batch.filled(allocator, ROWS, false, field);
          Lent lent = new Lent(source)) {
        Lent.slice(lent.array, 0, window[1]);
        Lent.slice(lent.child(0), window[0], window[1]);
        expect(lent, source, window[0], window[1]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fields")
  void offsetsOfBatchAndColumnAddUp(Field field) {
    try (Batch source = Batch.filled(allocator, ROWS, true, field);
        Lent lent = new Lent(source)) {
      Lent.slice(lent.array, 4, 10);
      Lent.slice(lent.child(0), 7, 20);
      expect(lent, source, 11, 10);
    }
  }

  @Test
  void offsetOfAStructsMemberIsItsOwn() {
    Field member = Samples.nullable("a", Samples.INT64);
    try (Batch source =
            Batch.filled(
                allocator,
                ROWS,
                false,
                Samples.nullable("s", ArrowType.Struct.INSTANCE, member),
                member);
        Lent lent = new Lent(source)) {
      Lent.slice(lent.array, 0, 10);
      Lent.slice(lent.child(0, 0), 5, 10);
      try (Batch loaded = lent.load(allocator)) {
        List<@Nullable Object> structs = loaded.rows().getFirst();
        List<@Nullable Object> whole = source.rows().getFirst();
        assertThat(structs).hasToString(whole.subList(5, 15).toString());
      }
    }
  }

  @Test
  void offsetOfAListsItemsMovesEveryItem() {
    Field list =
        Samples.nullable("l", ArrowType.List.INSTANCE, Samples.nullable("i", Samples.INT64));
    try (Batch source = Batch.filled(allocator, 2, false, list);
        Lent lent = new Lent(source)) {
      FieldVector items = source.root().getVector(0).getChildrenFromFields().getFirst();
      // a row of 3 items, whose items start one later
      Lent.slice(lent.array, 0, 1);
      Lent.slice(lent.child(0, 0), 1, 4);
      try (Batch loaded = lent.load(allocator)) {
        FieldVector moved = loaded.root().getVector(0).getChildrenFromFields().getFirst();
        assertThat(moved.getValueCount()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
          assertThat(moved.getObject(i)).isEqualTo(items.getObject(i + 1));
        }
      }
    }
  }

  @Test
  void offsetOfAFixedSizeListsItemsIsItsOwn() {
    Field item = Samples.nullable("i", Samples.INT64);
    Field list = Samples.nullable("l", new ArrowType.FixedSizeList(2), item);
    try (Batch source = Batch.filled(allocator, 6, false, list);
        Lent lent = new Lent(source)) {
      Lent.slice(lent.array, 1, 2);
      Lent.slice(lent.child(0, 0), 4, 8);
      expect(lent, source, 3, 2);
    }
  }

  @Test
  void offsetOfADictionaryMovesEveryValue() {
    Field field = Samples.dictionary("d", 0, Samples.INT32, Samples.INT64);
    try (Batch source = Batch.filled(allocator, 8, false, field);
        Lent lent = new Lent(source)) {
      long dictionary = CData.longAt(lent.child(0).address() + CData.ARRAY_DICTIONARY);
      Lent.slice(CData.at(dictionary, CData.ARRAY.byteSize()), 1, 3);
      Lent.slice(lent.array, 1, 1);
      // row 1 has index 2, which now is value 3
      try (Batch loaded = lent.load(allocator)) {
        Object third = source.dictionaries().lookup(0).getVector().getObject(3);
        assertThat(loaded.rows()).hasToString("[[" + third + "]]");
      }
    }
  }

  @Test
  void childrenOfASlicedDenseUnionKeepAllTheirRows() {
    Field field = fields().filter(f -> f.getName().equals("dense_ids")).findFirst().orElseThrow();
    try (Batch source = Batch.filled(allocator, ROWS, false, field);
        Lent lent = new Lent(source)) {
      DenseUnionVector whole = (DenseUnionVector) source.root().getVector(0);
      Lent.slice(lent.array, 20, 5);
      try (Batch loaded = lent.load(allocator)) {
        DenseUnionVector part = (DenseUnionVector) loaded.root().getVector(0);
        for (byte typeId : new byte[] {5, 9}) {
          assertThat(part.getVectorByType(typeId).getValueCount())
              .isEqualTo(whole.getVectorByType(typeId).getValueCount());
        }
      }
      assertThat(lent.releases).hasValue(1);
    }
  }

  private void expect(Lent lent, Batch source, int offset, int length) {
    try (Batch loaded = lent.load(allocator)) {
      assertThat(loaded.rows().getFirst())
          .isEqualTo(source.rows().getFirst().subList(offset, offset + length));
      assertThat(loaded.root().getVector(0).getValueCount()).isEqualTo(length);
    }
    assertThat(lent.releases).hasValue(1);
  }
}

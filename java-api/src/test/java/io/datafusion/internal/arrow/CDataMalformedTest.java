package io.datafusion.internal.arrow;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Arrays that do not fit their schema end in an exception, and are given back once. */
class CDataMalformedTest {
  private static final Field NUMBER = Samples.nullable("number", Samples.INT64);
  private static final Field TEXT = Samples.nullable("text", Samples.UTF8);
  private static final Field LIST = Samples.nullable("list", ArrowType.List.INSTANCE, NUMBER);

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @Test
  void negativeLengthIsRefused() {
    refused(NUMBER, lent -> lent.array.set(JAVA_LONG, CData.ARRAY_LENGTH, -1), "length -1");
  }

  @Test
  void negativeOffsetIsRefused() {
    refused(NUMBER, lent -> lent.child(0).set(JAVA_LONG, CData.ARRAY_OFFSET, -8), "offset -8");
  }

  @Test
  void moreRowsThanAVectorHoldsAreRefused() {
    refused(
        NUMBER,
        lent -> lent.array.set(JAVA_LONG, CData.ARRAY_LENGTH, 1L << 31),
        "longer than an Arrow Java vector");
  }

  @Test
  void columnShorterThanTheBatchIsRefused() {
    refused(NUMBER, lent -> lent.child(0).set(JAVA_LONG, CData.ARRAY_LENGTH, 3), "of 3 rows");
  }

  @Test
  void missingColumnIsRefused() {
    refused(
        NUMBER,
        lent -> lent.array.set(JAVA_LONG, CData.ARRAY_CHILD_COUNT, 0),
        "0 columns for a schema of 1");
  }

  @Test
  void missingChildIsRefused() {
    refused(
        LIST,
        lent -> pointers(lent.child(0), CData.ARRAY_CHILDREN).set(JAVA_LONG, 0, 0),
        "child array is missing");
  }

  @Test
  void wrongNumberOfBuffersIsRefused() {
    refused(
        TEXT,
        lent -> lent.child(0).set(JAVA_LONG, CData.ARRAY_BUFFER_COUNT, 2),
        "'text' of type Utf8 has 2 buffers instead of 3");
  }

  @Test
  void missingValuesAreRefused() {
    refused(
        NUMBER,
        lent -> pointers(lent.child(0), CData.ARRAY_BUFFERS).set(JAVA_LONG, 8, 0),
        "has no buffer 1");
  }

  @Test
  void offsetsThatRunBackwardsAreRefused() {
    refused(TEXT, lent -> offsets(lent.child(0)).set(JAVA_INT, 0, 1 << 20), "has offsets from");
  }

  @Test
  void listThatReachesBeyondItsItemsIsRefused() {
    refused(LIST, lent -> lent.child(0, 0).set(JAVA_LONG, CData.ARRAY_LENGTH, 1), "of 1 rows");
  }

  @Test
  void missingDictionaryIsRefused() {
    refused(
        Samples.dictionary("word", 0, Samples.INT32, Samples.UTF8),
        lent -> lent.child(0).set(JAVA_LONG, CData.ARRAY_DICTIONARY, 0),
        "'word' comes without its dictionary");
  }

  @Test
  void unionWithMembersOfOneNameIsRefused() {
    // Arrow Java keeps the members of a struct or union by name and drops one of them
    ArrowType type = new ArrowType.Union(UnionMode.Sparse, new int[] {0, 1});
    Field twice = Samples.nullable("twice", type, NUMBER, Samples.nullable("number", Samples.UTF8));
    Field sound = Samples.nullable("twice", type, NUMBER, TEXT);
    try (Batch source = Batch.filled(allocator, 5, false, sound);
        Lent lent = new Lent(source);
        Batch target = Batch.empty(allocator, new Schema(List.of(twice)))) {
      assertThatThrownBy(
              () -> lent.importer(allocator).load(lent.array, target.root(), target.dictionaries()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("two of its children share a name");
      assertThat(lent.releases).hasValue(1);
    }
  }

  private void refused(Field field, Consumer<Lent> damage, String message) {
    try (Batch source = Batch.filled(allocator, 5, false, field);
        Lent lent = new Lent(source)) {
      damage.accept(lent);
      assertThatThrownBy(() -> lent.load(allocator).close())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(message);
      assertThat(lent.releases).hasValue(1);
    }
  }

  private static MemorySegment pointers(MemorySegment struct, long member) {
    return CData.at(struct.get(JAVA_LONG, member), 64);
  }

  private static MemorySegment offsets(MemorySegment struct) {
    return CData.at(pointers(struct, CData.ARRAY_BUFFERS).get(JAVA_LONG, 8), 64);
  }
}

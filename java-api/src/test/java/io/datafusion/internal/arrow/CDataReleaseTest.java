package io.datafusion.internal.arrow;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.arrow.memory.AllocationListener;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.TransferPair;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A batch is given back exactly once, whatever happens to it. */
class CDataReleaseTest {
  private static final Field[] FIELDS = {
    Samples.nullable("number", Samples.INT64),
    Samples.nullable("text", Samples.UTF8),
    Samples.dictionary("word", 0, Samples.INT32, Samples.UTF8),
    Samples.nullable("list", ArrowType.List.INSTANCE, Samples.nullable("i", Samples.INT32))
  };

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    assertThat(allocator.getAllocatedMemory()).isZero();
    allocator.close();
  }

  @Test
  void batchIsGivenBackWithTheLastBuffer() {
    try (Batch source = Batch.filled(allocator, 9, true, FIELDS);
        Lent lent = new Lent(source);
        Batch loaded = lent.load(allocator)) {
      loaded.root().close();
      assertThat(lent.releases).as("the dictionary still has a buffer").hasValue(0);
      loaded.dictionaries().close();
      assertThat(lent.releases).hasValue(1);
    }
  }

  @Test
  void batchWithoutBuffersIsGivenBackAtOnce() {
    Field nothing = Samples.nullable("nothing", ArrowType.Null.INSTANCE);
    try (Batch noRows = Batch.filled(allocator, 0, true, FIELDS);
        Batch onlyNulls = Batch.filled(allocator, 3, true, nothing)) {
      for (Batch source : List.of(noRows, onlyNulls)) {
        try (Lent lent = new Lent(source);
            Batch loaded = lent.load(allocator)) {
          assertThat(loaded.root().getRowCount()).isEqualTo(source.root().getRowCount());
          assertThat(lent.releases).hasValue(1);
        }
      }
    }
  }

  @Test
  void nextBatchGivesThePreviousBack() {
    try (Batch first = Batch.filled(allocator, 9, true, FIELDS);
        Batch second = Batch.filled(allocator, 5, true, FIELDS);
        Lent one = new Lent(first);
        Lent two = new Lent(second);
        Batch loaded = one.load(allocator)) {
      two.importer(allocator).load(two.array, loaded.root(), loaded.dictionaries());
      assertThat(one.releases).hasValue(1);
      assertThat(two.releases).hasValue(0);
      assertThat(loaded.rows()).isEqualTo(second.rows());
      loaded.close();
      assertThat(two.releases).hasValue(1);
    }
  }

  @Test
  void transferredVectorKeepsTheBatch() {
    try (Batch source = Batch.filled(allocator, 9, true, FIELDS);
        Lent lent = new Lent(source);
        BufferAllocator other = allocator.newChildAllocator("other", 0, Long.MAX_VALUE)) {
      TransferPair pair;
      try (Batch loaded = lent.load(allocator)) {
        pair = loaded.root().getVector(1).getTransferPair(other);
        pair.transfer();
      }
      assertThat(lent.releases).hasValue(0);
      try (FieldVector kept = (FieldVector) pair.getTo()) {
        for (int row = 0; row < 9; row++) {
          assertThat(kept.getObject(row)).isEqualTo(source.root().getVector(1).getObject(row));
        }
      }
      assertThat(lent.releases).hasValue(1);
      assertThat(other.getAllocatedMemory()).isZero();
    }
  }

  @Test
  void sliceKeepsTheBatch() {
    try (Batch source = Batch.filled(allocator, 9, true, FIELDS);
        Lent lent = new Lent(source)) {
      VectorSchemaRoot slice;
      try (Batch loaded = lent.load(allocator)) {
        slice = loaded.root().slice(2, 4);
      }
      assertThat(lent.releases).hasValue(0);
      assertThat(slice.getVector(0).getObject(1))
          .isEqualTo(source.root().getVector(0).getObject(3));
      slice.close();
      assertThat(lent.releases).hasValue(1);
    }
  }

  @Test
  void threadsThatLetGoAtOnceGiveItBackOnce() throws InterruptedException {
    try (Batch source = Batch.filled(allocator, 9, true, Samples.fields().toArray(Field[]::new));
        Lent lent = new Lent(source)) {
      for (int round = 0; round < 20; round++) {
        lent.releases.set(0);
        lent.array.set(JAVA_LONG, CData.ARRAY_RELEASE, 1);
        Batch loaded = lent.load(allocator);
        List<Thread> threads = new ArrayList<>();
        CountDownLatch start = new CountDownLatch(1);
        for (FieldVector vector : loaded.root().getFieldVectors()) {
          threads.add(Thread.ofVirtual().start(() -> closeAfter(start, vector)));
        }
        start.countDown();
        for (Thread thread : threads) {
          thread.join();
        }
        loaded.dictionaries().close();
        assertThat(lent.releases).hasValue(1);
      }
    }
  }

  private static void closeAfter(CountDownLatch start, FieldVector vector) {
    try {
      start.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    vector.close();
  }

  @Test
  void typeWithoutAVectorIsNamedAndTheBatchGivenBack() {
    for (int bits : new int[] {32, 64}) {
      ArrowType narrow = new ArrowType.Decimal(9, 2, bits);
      ArrowType wide = new ArrowType.Decimal(9, 2, 128);
      assertRefused(decimal(wide), decimal(narrow));
      assertRefused(orders(decimal(wide)), orders(decimal(narrow)));
    }
  }

  private static Field decimal(ArrowType type) {
    return Samples.nullable("price", type);
  }

  private static Field orders(Field price) {
    return Samples.nullable(
        "orders",
        ArrowType.List.INSTANCE,
        Samples.nullable("order", ArrowType.Struct.INSTANCE, FIELDS[1], price));
  }

  /** The other columns are loaded before the one that cannot be. */
  private void assertRefused(Field sent, Field read) {
    Schema schema = new Schema(List.of(FIELDS[0], FIELDS[2], read));
    try (Batch source = Batch.filled(allocator, 4, false, FIELDS[0], FIELDS[2], sent);
        Lent lent = new Lent(source);
        Batch target = Batch.empty(allocator, schema)) {
      long before = allocator.getAllocatedMemory();
      assertThatThrownBy(
              () -> lent.importer(allocator).load(lent.array, target.root(), target.dictionaries()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("no vector for field 'price' of type Decimal(9, 2,");
      assertThat(lent.releases).hasValue(1);
      assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
      assertThat(target.root().getRowCount()).isZero();
    }
  }

  @Test
  void releasedArrayIsRefused() {
    try (Batch source = Batch.filled(allocator, 4, false, FIELDS);
        Lent lent = new Lent(source);
        Batch loaded = lent.load(allocator)) {
      assertThatThrownBy(
              () -> lent.importer(allocator).load(lent.array, loaded.root(), loaded.dictionaries()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("released or moved already");
    }
  }

  @Test
  void allocatorsLimitEndsTheLoadWithoutALeak() {
    try (Batch source = Batch.filled(allocator, 9, true, FIELDS);
        Lent lent = new Lent(source);
        BufferAllocator small = allocator.newChildAllocator("small", 0, 100);
        Batch target = Batch.empty(small, source.schema())) {
      assertThatThrownBy(
              () -> lent.importer(small).load(lent.array, target.root(), target.dictionaries()))
          .isInstanceOf(OutOfMemoryException.class);
      assertThat(small.getAllocatedMemory()).isZero();
      assertThat(lent.releases).hasValue(1);
    }
  }

  @Test
  void failureOfAnyAllocationGivesTheBatchBackOnce() {
    Field[] fields = Samples.fields().toArray(Field[]::new);
    FailAt failure = new FailAt();
    boolean loaded = false;
    try (BufferAllocator failing = new RootAllocator(failure, Long.MAX_VALUE);
        Batch source = Batch.filled(allocator, 11, true, fields)) {
      for (int allocation = 1; !loaded; allocation++) {
        try (Lent lent = new Lent(source);
            Batch target = Batch.empty(failing, source.schema())) {
          Lent.slice(lent.array, 3, 7);
          failure.remaining = allocation;
          try {
            lent.importer(failing).load(lent.array, target.root(), target.dictionaries());
            loaded = true;
          } catch (SimulatedFailure e) {
            assertThat(lent.releases).as("allocation %d", allocation).hasValue(1);
            assertThat(failing.getAllocatedMemory()).isZero();
          }
          failure.remaining = Integer.MAX_VALUE;
          target.close();
          assertThat(lent.releases).hasValue(1);
          assertThat(allocation).as("how many allocations there are").isLessThan(2000);
        }
      }
    }
  }

  @Test
  void failureOfTheAllocatorAfterItTookTheMemoryGivesTheBatchBackOnce() {
    FailAt failure = new FailAt();
    try (BufferAllocator failing = new RootAllocator(failure, Long.MAX_VALUE);
        Batch source = Batch.filled(allocator, 9, true, FIELDS[0]);
        Lent lent = new Lent(source);
        Batch target = Batch.empty(failing, source.schema())) {
      failure.after = true;
      failure.remaining = 1;
      assertThatThrownBy(
              () -> lent.importer(failing).load(lent.array, target.root(), target.dictionaries()))
          .isInstanceOf(SimulatedFailure.class);
      assertThat(failing.getAllocatedMemory()).isZero();
      assertThat(lent.releases).hasValue(1);
    }
  }

  private static final class SimulatedFailure extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final class FailAt implements AllocationListener {
    private int remaining = Integer.MAX_VALUE;
    private boolean after;

    @Override
    public void onPreAllocation(long size) {
      count(!after);
    }

    @Override
    public void onAllocation(long size) {
      count(after);
    }

    private void count(boolean counted) {
      if (counted && --remaining == 0) {
        throw new SimulatedFailure();
      }
    }
  }
}

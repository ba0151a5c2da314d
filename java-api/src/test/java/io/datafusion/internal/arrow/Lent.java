package io.datafusion.internal.arrow;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A batch written to C structs by our exporter, standing in for a native producer: it counts how
 * often it is given back.
 */
final class Lent implements AutoCloseable {
  /** Never called by us: only has to differ from NULL. */
  static final MemorySegment SOME_FUNCTION = MemorySegment.ofAddress(0xdeadL);

  final MemorySegment schema;
  final MemorySegment array;
  final AtomicInteger releases = new AtomicInteger();
  private final Arena arena = Arena.ofConfined();

  Lent(Batch batch) {
    CDataExporter exporter =
        CDataExporter.of(arena, batch.dictionaries()).withRelease(SOME_FUNCTION);
    schema = exporter.schema(batch.root().getSchema());
    array = exporter.batch(batch.root());
  }

  /** {@return an importer that gives batches back to this one} */
  CDataImporter importer(BufferAllocator allocator) {
    return new CDataImporter(allocator, _ -> releases.incrementAndGet());
  }

  /** {@return vectors into which the batch has been loaded} */
  Batch load(BufferAllocator allocator) {
    Schema read = CDataImporter.schema(schema);
    Batch batch = Batch.empty(allocator, read);
    try {
      importer(allocator).load(array, batch.root(), batch.dictionaries());
      return batch;
    } catch (Throwable failure) {
      batch.close();
      throw failure;
    }
  }

  /** {@return the struct of a child of the batch, by the path of child indices} */
  MemorySegment child(int... path) {
    long struct = array.address();
    for (int index : path) {
      struct = CData.pointerAt(CData.longAt(struct + CData.ARRAY_CHILDREN), index);
    }
    return CData.at(struct, CData.ARRAY.byteSize());
  }

  /** Makes an array a window of itself. */
  static void slice(MemorySegment struct, long offset, long length) {
    struct.set(JAVA_LONG, CData.ARRAY_OFFSET, offset);
    struct.set(JAVA_LONG, CData.ARRAY_LENGTH, length);
    struct.set(JAVA_LONG, CData.ARRAY_NULL_COUNT, -1);
  }

  @Override
  public void close() {
    arena.close();
  }
}

package io.datafusion.catalog;

import io.datafusion.internal.WrittenBatches;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes the rows of a partition into vectors, batch by batch: the simplest reader of a scan. */
@FunctionalInterface
public interface BatchWriter {
  /**
   * Writes the next batch.
   *
   * @param batch empty vectors, allocated, which grow with {@code setSafe}; ends with {@link
   *     VectorSchemaRoot#setRowCount}
   * @return false at the end, when nothing was written
   * @throws Exception which is the cause of what the query throws
   */
  boolean write(VectorSchemaRoot batch) throws Exception;

  /**
   * {@return a reader of what a writer writes}
   *
   * @param schema as {@link ScanRequest#schema} has it
   */
  static ArrowReader reader(Schema schema, BufferAllocator allocator, BatchWriter writer) {
    return new WrittenBatches(
        Objects.requireNonNull(schema, "schema"),
        Objects.requireNonNull(allocator, "allocator"),
        Objects.requireNonNull(writer, "writer"));
  }
}

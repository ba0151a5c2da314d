package io.datafusion.internal;

import io.datafusion.catalog.BatchWriter;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** Batches that a user's code writes, as a reader. */
public final class WrittenBatches extends ArrowReader {
  private final Schema schema;
  private final BatchWriter writer;
  private long bytes;

  /** A reader of what a writer writes. */
  public WrittenBatches(Schema schema, BufferAllocator allocator, BatchWriter writer) {
    super(allocator);
    this.schema = schema;
    this.writer = writer;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    prepareLoadNextBatch();
    VectorSchemaRoot batch = getVectorSchemaRoot();
    batch.getFieldVectors().forEach(FieldVector::allocateNew);
    try {
      if (!writer.write(batch)) {
        return false;
      }
    } catch (Exception e) {
      throw WrittenBatches.<RuntimeException>unchanged(e);
    }
    bytes += batch.getFieldVectors().stream().mapToLong(FieldVector::getBufferSize).sum();
    return true;
  }

  /** What the writer throws is what the query fails with, whichever class it is of. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Exception> E unchanged(Exception thrown) throws E {
    throw (E) thrown;
  }

  @Override
  public long bytesRead() {
    return bytes;
  }

  @Override
  protected void closeReadSource() {}

  @Override
  protected Schema readSchema() {
    return schema;
  }
}

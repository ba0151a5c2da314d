package io.datafusion.internal.arrow;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** How an {@link ArrowReader} uses the importer: over batches that lie ready. */
final class ImportingReader extends ArrowReader {
  private final Deque<Lent> batches;
  private final Schema schema;
  private long bytes;

  ImportingReader(BufferAllocator allocator, List<Lent> batches) {
    super(allocator);
    this.batches = new ArrayDeque<>(batches);
    this.schema = CDataImporter.schema(batches.getFirst().schema);
  }

  @Override
  protected Schema readSchema() {
    return schema;
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    CDataImporter.clear(getVectorSchemaRoot(), this);
    Lent batch = batches.poll();
    if (batch == null) {
      return false;
    }
    bytes += batch.importer(allocator).load(batch.array, getVectorSchemaRoot(), this);
    return true;
  }

  @Override
  public long bytesRead() {
    return bytes;
  }

  @Override
  protected void closeReadSource() {
    batches.clear();
  }
}

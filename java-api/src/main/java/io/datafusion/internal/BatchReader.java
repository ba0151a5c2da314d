package io.datafusion.internal;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.arrow.CData;
import io.datafusion.internal.arrow.CDataImporter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** A running result as an Arrow reader whose vectors share the engine's memory. */
public final class BatchReader extends ArrowReader {
  private final NativeStream stream;
  private final CDataImporter importer;
  private long bytes;

  /** Makes the reader of a stream; closing it closes the stream. */
  public BatchReader(NativeStream stream, BufferAllocator allocator) {
    super(allocator);
    this.stream = stream;
    this.importer = new CDataImporter(allocator, datafusion_c_h::df_array_release);
  }

  @Override
  public boolean loadNextBatch() throws java.io.IOException {
    prepareLoadNextBatch();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment array = arena.allocate(CData.ARRAY);
      if (!stream.next(array)) {
        return false;
      }
      bytes += importer.load(array, getVectorSchemaRoot(), this);
      return true;
    }
  }

  @Override
  public long bytesRead() {
    return bytes;
  }

  @Override
  protected Schema readSchema() {
    return stream.schema();
  }

  @Override
  protected void closeReadSource() {
    stream.close();
  }
}

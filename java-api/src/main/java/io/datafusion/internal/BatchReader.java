package io.datafusion.internal;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.arrow.CData;
import io.datafusion.internal.arrow.CDataImporter;
import io.datafusion.internal.arrow.VectorLimits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/** A running result as an Arrow reader whose vectors share the engine's memory. */
public final class BatchReader extends ArrowReader {
  private final NativeStream stream;
  private final CDataImporter importer;
  private final Schema schema;
  private long bytes;

  private BatchReader(NativeStream stream, Schema schema, BufferAllocator allocator) {
    super(allocator);
    this.stream = stream;
    this.schema = schema;
    this.importer = new CDataImporter(allocator, datafusion_c_h::df_array_release);
  }

  /**
   * {@return the one reader of a stream} Closing it closes the stream.
   *
   * @throws IllegalStateException if the stream has one already, or is closed
   * @throws UnsupportedOperationException if Arrow Java cannot hold a column
   */
  public static BatchReader of(NativeStream stream, BufferAllocator allocator) {
    Schema schema = VectorLimits.check(stream.schema());
    stream.claim();
    return new BatchReader(stream, schema, allocator);
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
    return schema;
  }

  @Override
  protected void closeReadSource() {
    stream.close();
  }
}

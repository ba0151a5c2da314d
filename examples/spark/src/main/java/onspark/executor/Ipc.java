package onspark.executor;

import io.datafusion.BatchStream;
import io.datafusion.DataFrame;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** Batches as bytes, which Spark moves like any others: Arrow IPC streams. */
public final class Ipc {
  private Ipc() {}

  /** {@return a reader of a message} */
  public static ArrowReader read(byte[] message, BufferAllocator allocator) {
    return new ArrowStreamReader(new ByteArrayInputStream(message), allocator);
  }

  /** {@return one batch as a message} */
  public static byte[] write(VectorSchemaRoot batch) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var writer = new ArrowStreamWriter(batch, null, bytes)) {
      writer.writeBatch();
    }
    return bytes.toByteArray();
  }

  /**
   * {@return all rows of a query as one message}
   *
   * @throws IOException if the query fails while it runs
   */
  public static byte[] write(DataFrame rows, BufferAllocator allocator) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (BatchStream stream = rows.execute();
        ArrowReader reader = stream.reader(allocator);
        var writer = new ArrowStreamWriter(reader.getVectorSchemaRoot(), reader, bytes)) {
      writer.start();
      while (reader.loadNextBatch()) {
        writer.writeBatch();
      }
    }
    return bytes.toByteArray();
  }
}

package io.datafusion;

import io.datafusion.internal.BatchReader;
import io.datafusion.internal.NativeStream;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The running result of a query. Batches arrive while the query runs, and it runs no further ahead
 * than a few batches; closing the stream, or its reader, ends the query.
 *
 * <p>{@link #reader} needs no {@code --add-opens}. A stream has one reader. The {@link ArrowReader}
 * and its vectors belong to one thread at a time, as all of Arrow Java does, and its {@code close}
 * is for that thread, too. {@link #close() BatchStream.close} and {@link SessionContext#close()}
 * may come from any thread: a call that waits for a batch then ends with {@link
 * CancelledException}, and the reader's thread closes the reader.
 */
public final class BatchStream implements AutoCloseable {
  private final NativeStream stream;

  BatchStream(NativeStream stream) {
    this.stream = stream;
  }

  /**
   * {@return the columns of every batch}
   *
   * @throws UnsupportedOperationException if Arrow Java has no type for a column: a dictionary of
   *     dictionaries; the message says which column
   * @throws PlanException if the type of a column is nested deeper than 128 levels
   */
  public Schema schema() {
    return stream.schema();
  }

  /**
   * {@return the batches as Arrow vectors} The vectors share the engine's memory: nothing is
   * copied, and each batch is given back when the next one is loaded, unless its buffers were
   * transferred; to allocators a batch is one piece, and the first transfer takes its size along.
   * An error of the query is a {@link DataFusionException} out of {@code loadNextBatch()}.
   *
   * @param allocator what the vectors are accounted to
   * @throws UnsupportedOperationException if Arrow Java cannot hold a column: what {@link #schema}
   *     refuses, structs with two members of one name, and {@code FixedSizeBinary(0)}; the message
   *     says which column, which the query has to cast or leave out
   * @throws IllegalStateException if the stream has a reader already, or is closed
   */
  public ArrowReader reader(BufferAllocator allocator) {
    return BatchReader.of(stream, Objects.requireNonNull(allocator, "allocator"));
  }

  /**
   * Moves the stream to another consumer of the Arrow C stream interface, in this process. This
   * stream is closed by that; the consumer releases the other one.
   *
   * @param arrowArrayStreamAddress of an empty {@code struct ArrowArrayStream}
   */
  public void exportTo(long arrowArrayStreamAddress) {
    if (arrowArrayStreamAddress == 0) {
      throw new IllegalArgumentException("a null address");
    }
    stream.exportTo(arrowArrayStreamAddress);
  }

  /** Ends the query. Harmless a second time. */
  @Override
  public void close() {
    stream.close();
  }
}

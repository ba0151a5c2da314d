package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_batch_into_array;
import static io.datafusion.bindings.datafusion_c_h.df_stream_cancel;
import static io.datafusion.bindings.datafusion_c_h.df_stream_into_array_stream;
import static io.datafusion.bindings.datafusion_c_h.df_stream_next;
import static io.datafusion.bindings.datafusion_c_h.df_stream_schema;

import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.boundary.CallScope;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Task;
import java.lang.foreign.MemorySegment;
import org.apache.arrow.vector.types.pojo.Schema;

/** The running result of a query. */
public final class NativeStream implements AutoCloseable {
  private final NativeHandle handle;
  private final CallScope scope;

  NativeStream(MemorySegment self, CallScope scope) {
    this.handle = new NativeHandle("BatchStream", self, datafusion_c_h::df_stream_free);
    this.scope = scope;
  }

  /** {@return the columns of every batch} */
  public Schema schema() {
    try (var lease = handle.lease()) {
      return Schemas.read((_, out) -> df_stream_schema(lease.segment(), out));
    }
  }

  /** {@return whether there was another batch, moved into a {@code struct ArrowArray}} */
  boolean next(MemorySegment array) {
    MemorySegment batch =
        Task.run(
            scope,
            (_, out) -> {
              try (var lease = handle.lease()) {
                return df_stream_next(lease.segment(), out);
              }
            });
    if (batch.address() == 0) {
      return false;
    }
    Errors.check(df_batch_into_array(batch, array));
    return true;
  }

  /**
   * Moves the stream into a {@code struct ArrowArrayStream} at an address, and is closed by that.
   */
  public void exportTo(long address) {
    MemorySegment out = MemorySegment.ofAddress(address);
    Errors.check(df_stream_into_array_stream(handle.release(), out));
  }

  /** Ends the query, and a call that waits for a batch of it. */
  @Override
  public void close() {
    try (var lease = handle.lease()) {
      df_stream_cancel(lease.segment());
    } catch (IllegalStateException _) {
      return;
    }
    handle.close();
  }
}

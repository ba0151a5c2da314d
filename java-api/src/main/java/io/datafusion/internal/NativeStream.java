package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_batch_into_array;
import static io.datafusion.bindings.datafusion_c_h.df_stream_cancel;
import static io.datafusion.bindings.datafusion_c_h.df_stream_into_array_stream;
import static io.datafusion.bindings.datafusion_c_h.df_stream_next;
import static io.datafusion.bindings.datafusion_c_h.df_stream_schema;

import io.datafusion.CancelledException;
import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.boundary.CallScope;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Task;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Schema;

/** The running result of a query. */
public final class NativeStream implements AutoCloseable {
  private final NativeHandle handle;
  private final CallScope scope;
  private final int round;
  private final AtomicBoolean claimed = new AtomicBoolean();

  private NativeStream(MemorySegment self, CallScope scope, int round) {
    this.handle = new NativeHandle("BatchStream", self, datafusion_c_h::df_stream_free);
    this.scope = scope;
    this.round = round;
  }

  /**
   * {@return the stream that an export begins} It ends when everything in the scope is cancelled.
   */
  static NativeStream begin(CallScope scope, Supplier<MemorySegment> export) {
    int round = scope.round();
    return new NativeStream(export.get(), scope, round);
  }

  /** Makes the caller the one reader of the stream. */
  void claim() {
    if (claimed.getAndSet(true)) {
      throw new IllegalStateException("BatchStream has a reader already");
    }
  }

  /** {@return the columns of every batch} */
  public Schema schema() {
    try (var lease = handle.lease()) {
      return Schemas.read((_, out) -> df_stream_schema(lease.segment(), out));
    }
  }

  /** {@return whether there was another batch, moved into a {@code struct ArrowArray}} */
  boolean next(MemorySegment array) {
    if (scope.round() != round) {
      close();
      throw new CancelledException("the context of this stream was closed", null);
    }
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

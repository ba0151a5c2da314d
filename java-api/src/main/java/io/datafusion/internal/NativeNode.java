package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_node_info;
import static io.datafusion.bindings.datafusion_c_h.df_node_start;
import static io.datafusion.bindings.datafusion_c_h.df_node_stop;

import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.InternalException;
import io.datafusion.SessionContext;
import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.boundary.Task;
import io.datafusion.internal.message.NodeInfo;
import io.datafusion.internal.message.NodeOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A scheduler or an executor of a cluster, in this process. */
public final class NativeNode {
  private final NativeHandle handle;
  private final Duration drain;

  private NativeNode(NativeHandle handle, Duration drain) {
    this.handle = handle;
    this.drain = drain;
  }

  /**
   * {@return a node that has started}
   *
   * @param session whose functions, codecs and policy it has; null: those of a new one
   * @param drain how long its tasks may take to end when it is closed
   */
  public static NativeNode start(
      String noun, @Nullable SessionContext session, NodeOptions.Builder options, Duration drain) {
    if (session == null) {
      try (var own = SessionContext.create()) {
        return start(noun, own, options, drain);
      }
    }
    byte[] message = options.build().toByteArray();
    var started =
        Sessions.of(session)
            .run(
                (self, arena, out) ->
                    df_node_start(self, Buffers.of(arena, message), message.length, out));
    return new NativeNode(new NativeHandle(noun, started, datafusion_c_h::df_node_free), drain);
  }

  /** {@return where it listens, and how it does} */
  public NodeInfo info() {
    byte[] message =
        Buffers.take(
            Errors.pointer(
                (_, out) -> {
                  try (var lease = handle.lease()) {
                    return df_node_info(lease.segment(), out);
                  }
                }));
    try {
      return NodeInfo.parseFrom(message);
    } catch (InvalidProtocolBufferException e) {
      throw new InternalException("a node that does not parse: " + e.getMessage(), e);
    }
  }

  /** Stops it and waits for that; harmless a second time. */
  public void close() {
    if (!handle.isOpen()) {
      return;
    }
    try (handle) {
      Task.run(
          (_, out) -> {
            try (var lease = handle.lease()) {
              return df_node_stop(lease.segment(), drain.toMillis(), out);
            }
          });
    }
  }
}

package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_session_with_host_codec;
import static io.datafusion.bindings.datafusion_c_h.df_session_with_trace;

import io.datafusion.codec.CodecTrace;
import io.datafusion.codec.ExtensionCodec;
import io.datafusion.codec.PhysicalExtensionCodec;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.CodecUpcalls;
import io.datafusion.internal.boundary.Upcalls;
import java.util.Objects;

/** What a session does with codecs that Java wrote. */
public final class Codecs {
  private Codecs() {}

  /**
   * {@return another value over the same native session, with one more codec}
   *
   * @param physical whether it is installed as a {@link PhysicalExtensionCodec}
   */
  public static Session with(Session session, boolean physical, ExtensionCodec codec, String id) {
    byte[] text = Buffers.utf8(id, "the id of a codec");
    Upcalls.Held held = held(new CodecCalls(id, Objects.requireNonNull(codec, "codec")));
    return session.derived(
        (from, arena, number, out) ->
            df_session_with_host_codec(
                from,
                CodecUpcalls.codec(arena, held),
                physical,
                Buffers.of(arena, text),
                text.length,
                number,
                out));
  }

  /** {@return another value over the same native session, which tells of payloads} */
  public static Session with(Session session, CodecTrace trace) {
    Upcalls.Held held = held(Objects.requireNonNull(trace, "trace"));
    return session.derived(
        (from, arena, number, out) ->
            df_session_with_trace(from, CodecUpcalls.trace(arena, held), number, out));
  }

  private static Upcalls.Held held(Object callback) {
    return new Upcalls.Held(callback, Thread.currentThread().getContextClassLoader());
  }
}

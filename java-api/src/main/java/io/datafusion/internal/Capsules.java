package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_capsule_function;
import static io.datafusion.bindings.datafusion_c_h.df_session_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_codec_ids;
import static io.datafusion.bindings.datafusion_c_h.df_session_function_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_register_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_table_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_with_codec;

import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.IllegalCapsuleException;
import io.datafusion.InternalException;
import io.datafusion.bindings.datafusion_c_h;
import io.datafusion.capsule.Capsule;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.message.CodecIds;
import io.datafusion.udf.TableFunction;
import io.datafusion.udf.UserDefinedFunction;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** What a session does with capsules. */
public final class Capsules {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ANONYMOUS_BYTES = 16;

  private Capsules() {}

  /** {@return one of the session's codecs} */
  public static Capsule codec(Session session, String name) {
    byte[] text = Buffers.utf8(name, "the name of a capsule");
    return new NativeCapsule(
        session.pointer(
            (self, arena, out) ->
                df_session_capsule(self, Buffers.of(arena, text), text.length, out)));
  }

  /** {@return a table by its name} */
  public static Capsule table(Session session, String name) {
    byte[] text = Buffers.utf8(name, "the name of a table");
    return new NativeCapsule(
        session.run(
            (self, arena, out) ->
                df_session_table_capsule(self, Buffers.of(arena, text), text.length, out)));
  }

  /** {@return a function} */
  public static Capsule function(Session session, UserDefinedFunction function) {
    return function(session, NativeUdf.handle(function));
  }

  /** {@return a table function, which is called in the session's name} */
  public static Capsule function(Session session, TableFunction function) {
    return function(session, ((NativeTableFunction) function).handle());
  }

  private static Capsule function(Session session, NativeHandle function) {
    return new NativeCapsule(
        session.pointer(
            (self, _, out) -> {
              try (var lease = function.lease()) {
                return df_session_function_capsule(self, lease.segment(), out);
              }
            }));
  }

  /** Makes a function of another library's callable by its name. */
  public static void register(Session session, Capsule function) {
    NativeHandle capsule = ((NativeCapsule) function).handle();
    var made =
        Errors.pointer(
            (_, out) -> {
              try (var lease = capsule.lease()) {
                return df_capsule_function(lease.segment(), out);
              }
            });
    try (var handle = new NativeHandle("function", made, datafusion_c_h::df_function_free)) {
      Sessions.register(session, handle);
    }
  }

  /** Registers what a capsule holds under a name. */
  public static void register(Session session, String name, Capsule capsule) {
    byte[] text = Buffers.utf8(name, "the name");
    session.run(
        (self, arena, out) -> {
          try (var lease = ((NativeCapsule) capsule).handle().lease()) {
            return df_session_register_capsule(
                self, Buffers.of(arena, text), text.length, lease.segment(), out);
          }
        });
  }

  /** {@return another value over the same native session, with one more codec} */
  public static Session withCodec(Session session, String kind, Capsule codec, String id) {
    return withCodec(session, kind, codec, id, false);
  }

  /** {@return the same, under an id that nobody else has} */
  public static Session withAnonymousCodec(Session session, String kind, Capsule codec) {
    byte[] random = new byte[ANONYMOUS_BYTES];
    RANDOM.nextBytes(random);
    return withCodec(session, kind, codec, "anon:" + HexFormat.of().formatHex(random), true);
  }

  private static Session withCodec(
      Session session, String kind, Capsule codec, String id, boolean anonymous) {
    byte[] text = Buffers.utf8(id, "the id of a codec");
    if (!codec.name().equals(kind)) {
      throw new IllegalCapsuleException(
          "a capsule '" + codec.name() + "', where '" + kind + "' is needed", null);
    }
    NativeHandle capsule = ((NativeCapsule) codec).handle();
    return Session.of(
        number ->
            session.pointer(
                (from, arena, out) -> {
                  try (var lease = capsule.lease()) {
                    return df_session_with_codec(
                        from,
                        lease.segment(),
                        Buffers.of(arena, text),
                        text.length,
                        anonymous,
                        number,
                        out);
                  }
                }),
        session.limits(),
        session.inlining());
  }

  /** {@return the ids of the codecs of a kind, in the order of their installation} */
  public static List<String> codecIds(Session session, String kind) {
    boolean physical = kind.equals(Capsule.PHYSICAL_EXTENSION_CODEC);
    byte[] message =
        Buffers.take(session.pointer((self, _, out) -> df_session_codec_ids(self, physical, out)));
    try {
      return List.copyOf(CodecIds.parseFrom(message).getIdsList());
    } catch (InvalidProtocolBufferException e) {
      throw new InternalException("codec ids that do not parse: " + e.getMessage(), e);
    }
  }
}

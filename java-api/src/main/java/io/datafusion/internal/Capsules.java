package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_session_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_codec_ids;
import static io.datafusion.bindings.datafusion_c_h.df_session_function_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_install_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_named_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_physical_expr_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_physical_expr_of_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_plan_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_plan_of_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_register_all;
import static io.datafusion.bindings.datafusion_c_h.df_session_register_capsule;
import static io.datafusion.bindings.datafusion_c_h.df_session_with_codec;
import static io.datafusion.bindings.datafusion_c_h.df_session_with_planner;

import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.IllegalCapsuleException;
import io.datafusion.InternalException;
import io.datafusion.capsule.Capsule;
import io.datafusion.capsule.ExtensionBundle;
import io.datafusion.internal.arrow.IpcSchema;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.HandleArray;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.message.CodecIds;
import io.datafusion.internal.message.Names;
import io.datafusion.udf.TableFunction;
import io.datafusion.udf.UserDefinedFunction;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;

/** What a session does with capsules. */
public final class Capsules {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ANONYMOUS_BYTES = 16;

  private Capsules() {}

  /** {@return what a session has one of: a codec, its planner, its task context} */
  public static Capsule own(Session session, String kind) {
    byte[] text = Buffers.utf8(kind, "the name of a capsule");
    return new NativeCapsule(
        session.pointer(
            (self, arena, out) ->
                df_session_capsule(self, Buffers.of(arena, text), text.length, out)));
  }

  /** {@return a table, a schema or a catalog by its name} */
  public static Capsule named(Session session, String kind, String name) {
    byte[] kindText = Buffers.utf8(kind, "the name of a capsule");
    byte[] text = Buffers.utf8(name, "the name");
    return new NativeCapsule(
        session.run(
            (self, arena, out) ->
                df_session_named_capsule(
                    self,
                    Buffers.of(arena, kindText),
                    kindText.length,
                    Buffers.of(arena, text),
                    text.length,
                    out)));
  }

  /** {@return a plan, which runs with the session's resources} */
  public static Capsule plan(Session session, NativeHandle plan) {
    return new NativeCapsule(
        session.run(
            (self, _, out) -> {
              try (var lease = plan.lease()) {
                return df_session_plan_capsule(self, lease.segment(), out);
              }
            }));
  }

  /** {@return the plan that a capsule holds} */
  public static NativePlan plan(Session session, Capsule capsule) {
    NativeHandle plan = checked(capsule, Capsule.EXECUTION_PLAN);
    MemorySegment made =
        session.run(
            (self, _, out) -> {
              try (var lease = plan.lease()) {
                return df_session_plan_of_capsule(self, lease.segment(), out);
              }
            });
    return NativePlan.execution(made, session);
  }

  /** {@return an expression} */
  public static Capsule physicalExpr(Session session, NativeHandle expr) {
    return new NativeCapsule(
        session.run(
            (self, _, out) -> {
              try (var lease = expr.lease()) {
                return df_session_physical_expr_capsule(self, lease.segment(), out);
              }
            }));
  }

  /** {@return the expression that a capsule holds, over the columns of a schema} */
  public static NativePhysicalExpr physicalExpr(Session session, Capsule capsule, Schema schema) {
    byte[] fields = IpcSchema.toBytes(schema);
    NativeHandle expr = checked(capsule, Capsule.PHYSICAL_EXPR);
    MemorySegment made =
        session.run(
            (self, arena, out) -> {
              try (var lease = expr.lease()) {
                return df_session_physical_expr_of_capsule(
                    self, lease.segment(), Buffers.of(arena, fields), fields.length, out);
              }
            });
    return new NativePhysicalExpr(made, session);
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

  /** Makes known what bears its own name or none. */
  public static void register(Session session, Capsule capsule) {
    session.run(
        (self, _, out) -> {
          try (var lease = ((NativeCapsule) capsule).handle().lease()) {
            return df_session_install_capsule(self, lease.segment(), out);
          }
        });
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
    NativeHandle capsule = checked(codec, kind);
    return session.derived(
        (from, arena, number, out) -> {
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
        });
  }

  /** {@return another value over the same native session, with a planner or one more rule} */
  public static Session withPlanner(Session session, String kind, Capsule planner) {
    NativeHandle capsule = checked(planner, kind);
    return session.derived(
        (from, _, number, out) -> {
          try (var lease = capsule.lease()) {
            return df_session_with_planner(from, lease.segment(), number, out);
          }
        });
  }

  /** {@return another value over the same native session, with all that the bundles bring} */
  public static Session withExtensions(Session session, List<ExtensionBundle> bundles) {
    Session changed = Sessions.share(session);
    for (ExtensionBundle bundle : bundles) {
      for (ExtensionBundle.Codec codec : bundle.codecs()) {
        changed = withCodec(changed, codec.capsule().name(), codec.capsule(), codec.id());
      }
    }
    for (ExtensionBundle bundle : bundles) {
      for (Capsule planner : bundle.planners()) {
        changed = withPlanner(changed, planner.name(), planner);
      }
    }
    registerAll(changed, bundles);
    return changed;
  }

  private static void registerAll(Session session, List<ExtensionBundle> bundles) {
    var handles = new ArrayList<NativeHandle>();
    var names = Names.newBuilder();
    for (ExtensionBundle bundle : bundles) {
      for (Capsule function : bundle.functions()) {
        handles.add(((NativeCapsule) function).handle());
        names.addNames("");
      }
      for (ExtensionBundle.Table table : bundle.tables()) {
        handles.add(((NativeCapsule) table.capsule()).handle());
        names.addNames(Texts.check(table.name(), "the name of a table"));
      }
    }
    byte[] message = names.build().toByteArray();
    session.run(
        (self, arena, out) -> {
          try (var capsules = HandleArray.of(arena, handles)) {
            return df_session_register_all(
                self,
                capsules.segment(),
                capsules.length(),
                Buffers.of(arena, message),
                message.length,
                out);
          }
        });
  }

  private static NativeHandle checked(Capsule capsule, String kind) {
    if (!capsule.name().equals(kind)) {
      throw new IllegalCapsuleException(
          "a capsule '" + capsule.name() + "', where '" + kind + "' is needed", null);
    }
    return ((NativeCapsule) capsule).handle();
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

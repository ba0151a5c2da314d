package io.datafusion.internal;

import static io.datafusion.bindings.datafusion_c_h.df_session_call_table;
import static io.datafusion.bindings.datafusion_c_h.df_session_dataframe;
import static io.datafusion.bindings.datafusion_c_h.df_session_deregister_table;
import static io.datafusion.bindings.datafusion_c_h.df_session_execute;
import static io.datafusion.bindings.datafusion_c_h.df_session_id;
import static io.datafusion.bindings.datafusion_c_h.df_session_new;
import static io.datafusion.bindings.datafusion_c_h.df_session_read;
import static io.datafusion.bindings.datafusion_c_h.df_session_read_batches;
import static io.datafusion.bindings.datafusion_c_h.df_session_register_batches;
import static io.datafusion.bindings.datafusion_c_h.df_session_register_dataframe;
import static io.datafusion.bindings.datafusion_c_h.df_session_register_file;
import static io.datafusion.bindings.datafusion_c_h.df_session_register_function;
import static io.datafusion.bindings.datafusion_c_h.df_session_register_table;
import static io.datafusion.bindings.datafusion_c_h.df_session_run;
import static io.datafusion.bindings.datafusion_c_h.df_session_settings;
import static io.datafusion.bindings.datafusion_c_h.df_session_sql;
import static io.datafusion.bindings.datafusion_c_h.df_session_table;
import static io.datafusion.bindings.datafusion_c_h.df_session_with_policy;

import io.datafusion.FileSource;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.catalog.TableProvider;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.boundary.Buffers;
import io.datafusion.internal.boundary.Errors;
import io.datafusion.internal.boundary.NativeHandle;
import io.datafusion.internal.callable.ReferenceLoaders;
import io.datafusion.internal.lowering.DepthLimits;
import io.datafusion.internal.lowering.Files;
import io.datafusion.internal.lowering.Requests;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.TableFunction;
import io.datafusion.udf.UserDefinedFunction;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;

/** What a session can be asked, one downcall each. */
public final class Sessions {
  private static volatile @Nullable Function<SessionContext, Session> opener;

  private Sessions() {}

  /** Says how contexts are opened, once. */
  public static void opens(Function<SessionContext, Session> how) {
    opener = how;
  }

  /** {@return the session of a context} */
  static Session of(SessionContext context) {
    return Objects.requireNonNull(opener, "opener").apply(context);
  }

  /** {@return a new native session} */
  public static Session make(SessionConfig config) {
    return make(config, Requests.options(config));
  }

  /** {@return a new native session whose queries run on a cluster} */
  public static Session connect(String scheduler, SessionConfig config) {
    return make(config, Requests.options(scheduler, config));
  }

  private static Session make(SessionConfig config, byte[] options) {
    var limits = new DepthLimits(config.operatorDepth(), config.nestingDepth());
    ReferenceLoaders.sessionMade();
    return Session.of(
        number ->
            Errors.pointer(
                (arena, out) ->
                    df_session_new(
                        Host.segment(), Buffers.of(arena, options), options.length, number, out)),
        limits,
        UdfInlining.enabled());
  }

  /** {@return another value over the same native session, under a policy} */
  public static Session withInlining(Session session, UdfInlining policy) {
    byte[] message = Policies.message(policy);
    return session.derived(
        (from, arena, number, out) ->
            df_session_with_policy(
                from,
                Buffers.of(arena, message),
                message.length,
                Policies.signing(arena, policy),
                number,
                out),
        policy);
  }

  /** {@return another value over the same native session} */
  public static Session share(Session session) {
    return withInlining(session, session.inlining());
  }

  /** {@return the session's name} */
  public static String id(Session session) {
    return Buffers.takeText(session.pointer((self, _, out) -> df_session_id(self, out)));
  }

  /** {@return the configuration as it is now} */
  public static SortedMap<String, Optional<String>> settings(Session session) {
    return Requests.settings(
        Buffers.take(session.pointer((self, _, out) -> df_session_settings(self, out))));
  }

  /** {@return the frame that SQL text asks for} */
  public static NativeHandle sql(Session session, byte[] request) {
    return frame(
        session.run(
            (self, arena, out) ->
                df_session_sql(self, Buffers.of(arena, request), request.length, out)));
  }

  /** {@return the frame of a table} */
  public static NativeHandle table(Session session, String name) {
    byte[] text = Buffers.utf8(name, "the name of a table");
    return frame(
        session.run(
            (self, arena, out) ->
                df_session_table(self, Buffers.of(arena, text), text.length, out)));
  }

  /** {@return the frame of files} */
  public static NativeHandle read(Session session, FileSource source) {
    byte[] message = Files.source(source, session.limits());
    return frame(
        session.run(
            (self, arena, out) ->
                df_session_read(self, Buffers.of(arena, message), message.length, out)));
  }

  /** {@return the frame of a plan} */
  public static NativeHandle dataFrame(Session session, NativeHandle plan) {
    return frame(
        session.run(
            (self, _, out) -> {
              try (var lease = plan.lease()) {
                return df_session_dataframe(self, lease.segment(), out);
              }
            }));
  }

  /** {@return the frame of a batch} */
  public static NativeHandle read(Session session, VectorSchemaRoot batch) {
    return readBatches(session, BatchImport.of(batch));
  }

  /** {@return the frame of what a reader has left} */
  public static NativeHandle read(Session session, ArrowReader reader) throws IOException {
    return readBatches(session, BatchImport.of(reader));
  }

  private static NativeHandle readBatches(Session session, NativeHandle batches) {
    try (batches) {
      return frame(
          session.run((self, _, out) -> df_session_read_batches(self, batches.release(), out)));
    }
  }

  /** {@return the frame of a call of a table function} */
  public static NativeHandle call(
      Session session, TableFunction function, List<? extends @Nullable Object> arguments) {
    NativeTableFunction.checkCount(function.name(), arguments.size());
    return call(session, ((NativeTableFunction) function).handle(), arguments);
  }

  private static NativeHandle call(
      Session session, NativeHandle handle, List<? extends @Nullable Object> arguments) {
    byte[] message = Requests.arguments(arguments);
    return frame(
        session.run(
            (self, arena, out) -> {
              try (var lease = handle.lease()) {
                return df_session_call_table(
                    self, lease.segment(), Buffers.of(arena, message), message.length, out);
              }
            }));
  }

  /** Makes files a table. */
  public static void register(Session session, String name, FileSource source) {
    byte[] text = Buffers.utf8(name, "the name of a table");
    byte[] message = Files.source(source, session.limits());
    session.run(
        (self, arena, out) ->
            df_session_register_file(
                self,
                Buffers.of(arena, text),
                text.length,
                Buffers.of(arena, message),
                message.length,
                out));
  }

  /** Makes a batch a table. */
  public static void register(Session session, String name, VectorSchemaRoot batch) {
    registerBatches(session, name, BatchImport.of(batch));
  }

  /** Makes what a reader has left a table. */
  public static void register(Session session, String name, ArrowReader reader) throws IOException {
    registerBatches(session, name, BatchImport.of(reader));
  }

  private static void registerBatches(Session session, String name, NativeHandle batches) {
    byte[] text = Buffers.utf8(name, "the name of a table");
    try (batches) {
      session.run(
          (self, arena, out) ->
              df_session_register_batches(
                  self, Buffers.of(arena, text), text.length, batches.release(), out));
    }
  }

  /** Makes a frame a view. */
  public static void register(Session session, String name, NativeHandle view) {
    byte[] text = Buffers.utf8(name, "the name of a table");
    session.run(
        (self, arena, out) -> {
          try (var lease = view.lease()) {
            return df_session_register_dataframe(
                self, Buffers.of(arena, text), text.length, lease.segment(), out);
          }
        });
  }

  /** Makes a table of Java's a table. */
  public static void register(Session session, String name, TableProvider provider) {
    byte[] text = Buffers.utf8(name, "the name of a table");
    NativeHandle table = NativeTable.of(name, provider);
    session.run(
        (self, arena, out) -> {
          try (var lease = table.lease()) {
            return df_session_register_table(
                self, Buffers.of(arena, text), text.length, lease.segment(), out);
          }
        });
  }

  /** {@return the frame of a table of Java's} */
  public static NativeHandle read(Session session, TableProvider provider) {
    String name = provider.getClass().getSimpleName();
    return call(session, NativeTable.of(name.isEmpty() ? "table" : name, provider), List.of());
  }

  /** Makes a function callable by its name. */
  public static void register(Session session, UserDefinedFunction function) {
    register(session, NativeUdf.handle(function));
  }

  /** Makes a function callable by its name. */
  public static void register(Session session, TableFunction function) {
    register(session, ((NativeTableFunction) function).handle());
  }

  /** Makes a native function callable by its name. */
  static void register(Session session, NativeHandle handle) {
    session.run(
        (self, _, out) -> {
          try (var lease = handle.lease()) {
            return df_session_register_function(self, lease.segment(), out);
          }
        });
  }

  /** Makes functions callable by their names, once there is a native object of each. */
  public static void register(Session session, List<ScalarUdf> functions) {
    functions.forEach(NativeUdf::handle);
    functions.forEach(function -> register(session, function));
  }

  /** Takes a table away. */
  public static void deregister(Session session, String name) {
    byte[] text = Buffers.utf8(name, "the name of a table");
    session.run(
        (self, arena, out) ->
            df_session_deregister_table(self, Buffers.of(arena, text), text.length, out));
  }

  /** {@return the running stream of all partitions of a plan, merged} */
  public static NativeStream execute(Session session, NativeHandle plan) {
    return execute(session, plan, -1, false);
  }

  /** {@return the running stream of a partition of a plan, by itself} */
  public static NativeStream execute(Session session, NativeHandle plan, int partition) {
    return execute(session, plan, partition, false);
  }

  /** {@return the running streams of the partitions of a plan} All are of one run. */
  public static List<NativeStream> executePartitions(Session session, NativePlan plan) {
    MemorySegment made =
        session.run(
            (self, _, out) -> {
              try (var lease = plan.handle().lease()) {
                return df_session_run(self, lease.segment(), out);
              }
            });
    NativePlan run = NativePlan.execution(made, session);
    var streams = new ArrayList<NativeStream>();
    try {
      for (int partition = 0; partition < plan.partitionCount(); partition++) {
        streams.add(execute(session, run.handle(), partition, true));
      }
    } catch (RuntimeException e) {
      streams.forEach(NativeStream::close);
      throw e;
    }
    return streams;
  }

  private static NativeStream execute(
      Session session, NativeHandle plan, int partition, boolean ofRun) {
    return NativeStream.begin(
        session.scope(),
        () ->
            session.run(
                (self, _, out) -> {
                  try (var lease = plan.lease()) {
                    return df_session_execute(self, lease.segment(), partition, ofRun, out);
                  }
                }));
  }

  private static NativeHandle frame(MemorySegment self) {
    return Frame.handle(self);
  }
}

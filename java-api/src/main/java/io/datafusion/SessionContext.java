package io.datafusion;

import io.datafusion.capsule.Capsule;
import io.datafusion.capsule.ExtensionBundle;
import io.datafusion.catalog.TableProvider;
import io.datafusion.codec.CodecTrace;
import io.datafusion.codec.LogicalExtensionCodec;
import io.datafusion.codec.PhysicalExtensionCodec;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.Capsules;
import io.datafusion.internal.Codecs;
import io.datafusion.internal.Session;
import io.datafusion.internal.Sessions;
import io.datafusion.internal.lowering.ExprBytes;
import io.datafusion.internal.lowering.Requests;
import io.datafusion.udf.TableFunction;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A session of the engine: its tables, its functions, its configuration.
 *
 * <p>A context is a value over a native session. Each {@code with} makes another value over the
 * same session, so what is registered through one is seen by all. Closing a context ends that value
 * and what runs in its name; the session lives on as long as one of its contexts, plans or streams
 * does. Every method may be called from any thread at any time.
 *
 * <p>A call ends early with {@link CancelledException} when its thread is interrupted or the
 * context is closed by another thread.
 */
public final class SessionContext extends SessionRegistry implements AutoCloseable {
  private final SqlOptions sqlOptions;
  private final boolean closeable;

  private SessionContext(Session session, SqlOptions sqlOptions, boolean closeable) {
    super(session);
    this.sqlOptions = sqlOptions;
    this.closeable = closeable;
    session.callsTables(
        (body, arguments) -> {
          try (var inside = new SessionContext(Sessions.share(session), sqlOptions, true)) {
            DataFrame table = body.table(inside, arguments);
            if (table == null) {
              throw new IllegalArgumentException(arguments.function() + " answered no table");
            }
            return table.handle();
          }
        });
  }

  static {
    Sessions.opens(SessionContext::session);
  }

  private static final class Global {
    private static final SessionContext CONTEXT =
        new SessionContext(Sessions.make(SessionConfig.of()), SqlOptions.all(), false);
  }

  /** {@return a new session with the engine's defaults} */
  public static SessionContext create() {
    return create(SessionConfig.of());
  }

  /**
   * {@return a new session}
   *
   * @throws ConfigurationException for a key or value that the engine does not know
   */
  public static SessionContext create(SessionConfig config) {
    return new SessionContext(Sessions.make(config), SqlOptions.all(), true);
  }

  /**
   * {@return a new session whose queries run on a cluster of Ballista}
   *
   * <p>Tables are registered and queries are built here; they run there, and the session's
   * functions and codecs go along, under its policy. A table is files that every node sees, or rows
   * in memory, which travel with the query. Nothing is dialled before the first query.
   *
   * @param scheduler a url as {@code http://127.0.0.1:50050}, of {@link
   *     io.datafusion.cluster.Scheduler} or of Ballista's own, which knows no function of Java's
   * @param config Ballista's keys too, and {@code cluster.executor_wait}: seconds after which a
   *     query fails for want of an executor, or of an answer; 30 unless set
   * @throws ConfigurationException for a key or value that is not known, and for what is no url
   */
  public static SessionContext connect(String scheduler, SessionConfig config) {
    Objects.requireNonNull(config, "config");
    return new SessionContext(Sessions.connect(scheduler, config), SqlOptions.all(), true);
  }

  /** {@return the one session of this process that is always there} Closing it does nothing. */
  public static SessionContext global() {
    return Global.CONTEXT;
  }

  Session session() {
    return session;
  }

  /** {@return the name of the session, the same for all its contexts} */
  public String sessionId() {
    return Sessions.id(session);
  }

  /** {@return every key of the configuration with its value, as it is now} */
  public SortedMap<String, Optional<String>> settings() {
    return Sessions.settings(session);
  }

  /**
   * {@return the value of a key of the configuration, if it has one}
   *
   * @throws IllegalArgumentException if there is no such key
   */
  public Optional<String> setting(String key) {
    Optional<String> value = settings().get(Objects.requireNonNull(key, "key"));
    if (value == null) {
      throw new IllegalArgumentException("no configuration key " + key);
    }
    return value;
  }

  /** {@return this session under another policy for Java functions inside bytes} */
  public SessionContext withUdfInlining(UdfInlining policy) {
    return new SessionContext(Sessions.withInlining(session, policy), sqlOptions, true);
  }

  /**
   * {@return this session with one more codec for logical plans, asked behind those that are there}
   *
   * @param codec a {@link Capsule#LOGICAL_EXTENSION_CODEC}, which may be closed afterwards
   * @param id by which a receiver finds the same codec: 1 to 255 bytes of printable UTF-8
   * @throws IllegalCapsuleException for a capsule of another name
   * @throws InvalidArgumentException for an id that is installed already, or begins with {@code
   *     anon:}, {@code session:} or {@code io.datafusion.}
   */
  public SessionContext withLogicalExtensionCodec(Capsule codec, String id) {
    return with(Capsules.withCodec(session, Capsule.LOGICAL_EXTENSION_CODEC, codec, id));
  }

  /** {@return the same under an id that no other session has: {@code anon:} and 128 random bits} */
  public SessionContext withLogicalExtensionCodec(Capsule codec) {
    return with(Capsules.withAnonymousCodec(session, Capsule.LOGICAL_EXTENSION_CODEC, codec));
  }

  /**
   * {@return this session with one more codec for logical plans, written in Java} The session holds
   * it.
   *
   * @param id as for a capsule
   */
  public SessionContext withLogicalExtensionCodec(LogicalExtensionCodec codec, String id) {
    return with(Codecs.with(session, false, codec, id));
  }

  /** {@return the same for physical plans; ids are apart from those of logical codecs} */
  public SessionContext withPhysicalExtensionCodec(PhysicalExtensionCodec codec, String id) {
    return with(Codecs.with(session, true, codec, id));
  }

  /** {@return this session, which tells of each payload that a codec writes or reads} */
  public SessionContext withCodecTrace(CodecTrace trace) {
    return with(Codecs.with(session, trace));
  }

  /** {@return the same for physical plans; ids are apart from those of logical codecs} */
  public SessionContext withPhysicalExtensionCodec(Capsule codec, String id) {
    return with(Capsules.withCodec(session, Capsule.PHYSICAL_EXTENSION_CODEC, codec, id));
  }

  /** {@return the same under an id of {@code anon:} and 128 random bits} */
  public SessionContext withPhysicalExtensionCodec(Capsule codec) {
    return with(Capsules.withAnonymousCodec(session, Capsule.PHYSICAL_EXTENSION_CODEC, codec));
  }

  /**
   * {@return this session with another planner: what turns optimized logical plans into execution
   * plans}
   *
   * <p>Plans travel to a planner of another library and back as bytes, through the codecs and under
   * the policy that the planning context has; what cannot travel, cannot be planned.
   *
   * @param planner a {@link Capsule#QUERY_PLANNER}, which may be closed afterwards
   * @throws IllegalCapsuleException for a capsule of another name
   */
  public SessionContext withQueryPlanner(Capsule planner) {
    return with(Capsules.withPlanner(session, Capsule.QUERY_PLANNER, planner));
  }

  /**
   * {@return this session with one more rule, which changes execution plans behind the rules that
   * are there}
   *
   * @param rule a {@link Capsule#PHYSICAL_OPTIMIZER_RULE}, which may be closed afterwards
   * @throws IllegalCapsuleException for a capsule of another name
   */
  public SessionContext withPhysicalOptimizerRule(Capsule rule) {
    return with(Capsules.withPlanner(session, Capsule.PHYSICAL_OPTIMIZER_RULE, rule));
  }

  /**
   * {@return this session with what libraries bring, all or nothing}
   *
   * <p>First the codecs of all bundles join the chains, then the planners and rules in their order,
   * which see all codecs; last, functions and tables are registered with the session that all its
   * contexts share, functions in place of those of their names.
   *
   * @throws InvalidArgumentException as {@link #withLogicalExtensionCodec(Capsule, String)}
   * @throws PlanException for a table that is there already, or that two bundles bring; nothing is
   *     registered then
   */
  public SessionContext withExtensions(ExtensionBundle... bundles) {
    return with(Capsules.withExtensions(session, List.of(bundles)));
  }

  private SessionContext with(Session changed) {
    return new SessionContext(changed, sqlOptions, true);
  }

  /** {@return the ids of the logical codecs in the order of their installation} */
  public List<String> logicalExtensionCodecIds() {
    return Capsules.codecIds(session, Capsule.LOGICAL_EXTENSION_CODEC);
  }

  /** {@return the ids of the physical codecs in the order of their installation} */
  public List<String> physicalExtensionCodecIds() {
    return Capsules.codecIds(session, Capsule.PHYSICAL_EXTENSION_CODEC);
  }

  /** {@return this session with other limits on what {@link #sql} may do} */
  public SessionContext withSqlOptions(SqlOptions options) {
    Objects.requireNonNull(options, "options");
    return new SessionContext(Sessions.share(session), options, true);
  }

  /**
   * {@return what SQL text asks for} CREATE, SET and their like are carried out by this call; a
   * query is planned by it and runs when its result is asked for.
   *
   * @throws SqlException for text that is no SQL
   * @throws PlanException for a query that cannot be planned, and what {@link SqlOptions} refuse
   */
  public DataFrame sql(String sql) {
    return sql(sql, List.of());
  }

  /**
   * {@return what SQL text asks for, with values for {@code $1}, {@code $2} and so on}
   *
   * @param parameters objects of the classes of {@link Expr#lit(Object)}, or literals
   */
  public DataFrame sql(String sql, List<?> parameters) {
    return frame(Requests.sql(sql, sqlOptions, parameters, Map.of()));
  }

  /**
   * {@return what SQL text asks for, with values for {@code $name}}
   *
   * @param parameters objects of the classes of {@link Expr#lit(Object)}, or literals, by name
   */
  public DataFrame sql(String sql, Map<String, ?> parameters) {
    return frame(Requests.sql(sql, sqlOptions, List.of(), parameters));
  }

  private DataFrame frame(byte[] request) {
    return new DataFrame(session, Sessions.sql(session, request));
  }

  /**
   * {@return a table}
   *
   * @param name as SQL has it: {@code table}, {@code schema.table}
   * @throws PlanException if there is none of this name
   */
  public DataFrame table(String name) {
    return new DataFrame(session, Sessions.table(session, name));
  }

  /**
   * {@return the rows of files}
   *
   * @throws PlanException if no schema was given and there is no file; with a schema, no file is no
   *     row
   * @throws DataFusionException if a file cannot be read: {@link ObjectStoreException}, the class
   *     of its format, or {@link InternalException} for a URL of a store that the session does not
   *     have
   */
  public DataFrame read(FileSource source) {
    return new DataFrame(session, Sessions.read(session, source));
  }

  /** {@return a copy of a batch} Dictionaries come from nowhere: use a reader for those. */
  public DataFrame read(VectorSchemaRoot batch) {
    return new DataFrame(session, Sessions.read(session, batch));
  }

  /** {@return the rows of a table that Java reads itself} */
  public DataFrame read(TableProvider provider) {
    Objects.requireNonNull(provider, "provider");
    return new DataFrame(session, Sessions.read(session, provider));
  }

  /**
   * {@return copies of all batches that a reader has left} The reader stays open.
   *
   * @throws IOException if the reader fails
   */
  public DataFrame read(ArrowReader reader) throws IOException {
    return new DataFrame(session, Sessions.read(session, reader));
  }

  /**
   * {@return the rows that a table function answers, which is called now}
   *
   * @param arguments up to 1,000 objects of the classes of {@link Expr#lit(Object)}, or literals;
   *     null is what {@code NULL} is in SQL
   * @throws IllegalArgumentException for more arguments
   */
  public DataFrame table(TableFunction function, @Nullable Object... arguments) {
    Objects.requireNonNull(function, "function");
    Objects.requireNonNull(arguments, "arguments");
    return new DataFrame(session, Sessions.call(session, function, Arrays.asList(arguments)));
  }

  /** {@return the rows of a plan} */
  public DataFrame dataFrame(LogicalPlan plan) {
    return new DataFrame(session, Sessions.dataFrame(session, plan.handle()));
  }

  /**
   * {@return the plan of another library's that a capsule holds}
   *
   * @param plan a {@link Capsule#EXECUTION_PLAN}, which may be closed afterwards
   * @throws IllegalCapsuleException for a capsule of another name
   */
  public ExecutionPlan executionPlan(Capsule plan) {
    return new ExecutionPlan(Capsules.plan(session, plan));
  }

  /** {@return the rows of all partitions of a plan, merged, running} */
  public BatchStream execute(ExecutionPlan plan) {
    return new BatchStream(Sessions.execute(session, plan.handle()));
  }

  /**
   * {@return the rows of one partition of a plan, by itself, running}
   *
   * <p>Whoever runs the others, here or in another process, from the same plan or its bytes: the
   * partitions add up. Each reads the files that the plan gives it; several that run here are
   * faster as {@link #executePartitions}.
   *
   * @throws IllegalArgumentException if the plan has no such partition
   * @throws NotImplementedException if the partitions do not add up: where a join collects its left
   *     side and answers for rows of it that have found none (LEFT, FULL, semi, anti), only the
   *     last to end can tell
   */
  public BatchStream execute(ExecutionPlan plan, int partition) {
    int partitions = plan.partitionCount();
    if (partition < 0 || partition >= partitions) {
      throw new IllegalArgumentException("partition " + partition + " of " + partitions);
    }
    return new BatchStream(Sessions.execute(session, plan.handle(), partition));
  }

  /** {@return the rows of each partition of a plan, all of one run, which share its files} */
  public List<BatchStream> executePartitions(ExecutionPlan plan) {
    return Sessions.executePartitions(session, plan.plan()).stream().map(BatchStream::new).toList();
  }

  /**
   * {@return the expression of SQL text}
   *
   * @param columns the columns that it may name
   */
  public Expr parseExpr(String sql, Schema columns) {
    return ExprBytes.parse(session, sql, columns);
  }

  /**
   * Ends this context and what runs in its name: a call that waits ends with {@link
   * CancelledException}, and so does the next read of a {@link BatchStream} that was begun before.
   * Harmless a second time, and on the global context.
   */
  @Override
  public void close() {
    if (closeable) {
      session.close();
    }
  }
}

package io.datafusion;

import io.datafusion.capsule.Capsule;
import io.datafusion.catalog.TableProvider;
import io.datafusion.internal.Capsules;
import io.datafusion.internal.Session;
import io.datafusion.internal.Sessions;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.TableFunction;
import io.datafusion.udf.UserDefinedFunction;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;

/** What a session knows by name: how it comes in, goes away and is handed to other libraries. */
abstract sealed class SessionRegistry permits SessionContext {
  final Session session;

  SessionRegistry(Session session) {
    this.session = session;
  }

  /** {@return a table or view for another library} {@link PlanException} if there is none. */
  public Capsule export(String table) {
    return Capsules.named(session, Capsule.TABLE_PROVIDER, table);
  }

  /**
   * {@return a schema for another library, {@code schema} or {@code catalog.schema}} Its tables are
   * planned in this session, and what the other library registers in it is registered here. {@link
   * PlanException} if there is none.
   */
  public Capsule exportSchema(String schema) {
    return Capsules.named(session, Capsule.SCHEMA_PROVIDER, schema);
  }

  /** {@return a catalog for another library, as {@link #exportSchema} a schema} */
  public Capsule exportCatalog(String catalog) {
    return Capsules.named(session, Capsule.CATALOG_PROVIDER, catalog);
  }

  /**
   * {@return a plan for another library, where it is one operator without inputs} It runs with the
   * memory, the object stores and the configuration of this session. Its Java functions come to
   * life now.
   */
  public Capsule export(ExecutionPlan plan) {
    return Capsules.plan(session, plan.handle());
  }

  /** {@return an expression for another library} Its Java functions come to life now. */
  public Capsule export(PhysicalExpr expr) {
    return Capsules.physicalExpr(session, expr.handle());
  }

  /** {@return a function for another library} */
  public Capsule export(UserDefinedFunction function) {
    return Capsules.function(session, function);
  }

  /** {@return a table function for another library, which is called in this session's name} */
  public Capsule export(TableFunction function) {
    return Capsules.function(session, function);
  }

  /**
   * {@return all codecs of this session as one, with its inlining policy, for another library}
   *
   * <p>Functions are written bare: the other library marks them with the id that it installs it
   * under, best {@code io.datafusion.inline}. A clone decodes tables while this session is open.
   */
  public Capsule logicalExtensionCodec() {
    return Capsules.own(session, Capsule.LOGICAL_EXTENSION_CODEC);
  }

  /** {@return the same for physical plans} */
  public Capsule physicalExtensionCodec() {
    return Capsules.own(session, Capsule.PHYSICAL_EXTENSION_CODEC);
  }

  /**
   * {@return the planner of this context for another library} It plans in this session, whichever
   * session asks.
   */
  public Capsule queryPlanner() {
    return Capsules.own(session, Capsule.QUERY_PLANNER);
  }

  /**
   * {@return the configuration and the functions of this session for another library} A clone
   * answers while the session lives.
   */
  public Capsule taskContextProvider() {
    return Capsules.own(session, Capsule.TASK_CONTEXT_PROVIDER);
  }

  /**
   * Makes files a table. They are read anew by each query.
   *
   * @throws DataFusionException as {@link SessionContext#read(FileSource)}
   */
  public void register(String name, FileSource source) {
    Sessions.register(session, name, source);
  }

  /** Makes a copy of a batch a table. Dictionaries come from nowhere: use a reader for those. */
  public void register(String name, VectorSchemaRoot batch) {
    Sessions.register(session, Objects.requireNonNull(name, "name"), batch);
  }

  /**
   * Makes copies of all batches that a reader has left a table. The reader stays open.
   *
   * @throws IOException if the reader fails
   */
  public void register(String name, ArrowReader reader) throws IOException {
    Sessions.register(session, Objects.requireNonNull(name, "name"), reader);
  }

  /**
   * Makes a table that Java reads itself one of the session. Its schema is asked for now.
   *
   * @throws DataFusionException whose cause is what {@link TableProvider#schema} throws
   */
  public void register(String name, TableProvider provider) {
    Sessions.register(session, name, provider);
  }

  /** Makes a query a table: it runs anew each time that the table is asked. */
  public void register(String name, DataFrame view) {
    Sessions.register(session, name, view.handle());
  }

  /**
   * Makes a function callable by its name. One that has the name already is replaced.
   *
   * <p>The session holds the function and all that it captures. If that is a context of the same
   * session, neither is ever collected unless the context is closed.
   */
  public void register(UserDefinedFunction function) {
    Sessions.register(session, function);
  }

  /** Makes a table function callable by its name. One that has the name already is replaced. */
  public void register(TableFunction function) {
    Sessions.register(session, function);
  }

  /**
   * Makes known what another library made that bears its own name or none: a scalar, aggregate or
   * window function, in place of one that has the name; a list of catalogs, in place of all that
   * are there; extension options, whose keys {@code SET} then takes beside the engine's.
   *
   * @throws IllegalCapsuleException for a capsule of something else
   * @throws ConfigurationException for options without a namespace of their own
   */
  public void register(Capsule capsule) {
    Capsules.register(session, capsule);
  }

  /**
   * Gives a table, a table function, a schema ({@code schema} or {@code catalog.schema}) or a
   * catalog of another library's a name; a table provider factory the name of the format whose
   * tables it makes, {@code CREATE EXTERNAL TABLE ... STORED AS}.
   *
   * @throws PlanException for a table or a format that is there already
   * @throws IllegalCapsuleException for a capsule of something else
   */
  public void register(String name, Capsule capsule) {
    Capsules.register(session, name, capsule);
  }

  /**
   * Makes the functions that a class defines by annotation callable by their names, all or none.
   *
   * @return the functions, as {@link ScalarUdf#allOf} gives them
   * @throws IllegalArgumentException if one cannot be a function: all those, each with its reason
   */
  public List<ScalarUdf> register(Class<?> functions) {
    List<ScalarUdf> all = ScalarUdf.allOf(functions);
    Sessions.register(session, all);
    return all;
  }

  /**
   * Takes a table away.
   *
   * @throws PlanException if there is none of this name
   */
  public void deregister(String name) {
    Sessions.deregister(session, name);
  }
}

package io.datafusion.capsule;

import io.datafusion.IllegalCapsuleException;
import io.datafusion.internal.NativeCapsule;

/**
 * A struct of datafusion-ffi, by its name, that this process owns.
 *
 * <p>Out: a session makes one of what it has, and another library is told {@link #name()} and
 * {@link #address()}. It clones the struct, or borrows it while the capsule is open; what it cloned
 * outlives the capsule, the session value and this object, and keeps alive what it needs.
 *
 * <p>In: another library says the name and the address, which Python has by {@code
 * PyCapsule_GetName} and {@code PyCapsule_GetPointer}.
 *
 * {@snippet :
 * try (Capsule codec = Capsule.copyOf(Capsule.LOGICAL_EXTENSION_CODEC, address)) {
 *   SessionContext both = ctx.withLogicalExtensionCodec(codec, "com.example.Codec");
 * }
 * }
 *
 * <p>A panic in another library behind a capsule ends the process: datafusion-ffi does not catch
 * it.
 */
public sealed interface Capsule extends AutoCloseable permits NativeCapsule {
  /** A codec of logical plans: table providers and the three kinds of functions. */
  String LOGICAL_EXTENSION_CODEC = "datafusion_logical_extension_codec";

  /** A codec of physical plans: execution plans and the three kinds of functions. */
  String PHYSICAL_EXTENSION_CODEC = "datafusion_physical_extension_codec";

  /** What answers the configuration and the functions of a session while that lives. */
  String TASK_CONTEXT_PROVIDER = "datafusion_task_context_provider";

  /** A table. */
  String TABLE_PROVIDER = "datafusion_table_provider";

  /** What makes tables for {@code CREATE EXTERNAL TABLE ... STORED AS} a format. */
  String TABLE_PROVIDER_FACTORY = "datafusion_table_provider_factory";

  /** A scalar function. */
  String SCALAR_UDF = "datafusion_scalar_udf";

  /** An aggregate function. */
  String AGGREGATE_UDF = "datafusion_aggregate_udf";

  /** A window function. */
  String WINDOW_UDF = "datafusion_window_udf";

  /** A table function. */
  String TABLE_FUNCTION = "datafusion_table_function";

  /** A schema. */
  String SCHEMA_PROVIDER = "datafusion_schema_provider";

  /** A catalog. */
  String CATALOG_PROVIDER = "datafusion_catalog_provider";

  /** All catalogs of a session. */
  String CATALOG_PROVIDER_LIST = "datafusion_catalog_provider_list";

  /** Configuration keys under a namespace of a library's own, with their values. */
  String EXTENSION_OPTIONS = "datafusion_extension_options";

  /** What changes an execution plan once it is made. */
  String PHYSICAL_OPTIMIZER_RULE = "datafusion_physical_optimizer_rule";

  /** What makes execution plans of logical plans. */
  String QUERY_PLANNER = "datafusion_query_planner";

  /** An execution plan. The Python package has no such capsule. */
  String EXECUTION_PLAN = "datafusion_execution_plan";

  /** An expression over batches. The Python package has no such capsule. */
  String PHYSICAL_EXPR = "datafusion_physical_expr";

  /**
   * {@return a clone of a struct, made as its library makes clones} The struct stays its owner's.
   *
   * <p>The address is believed: where no live struct of that name lies, the process ends.
   *
   * @throws IllegalCapsuleException for a name that is not known, or a struct of another major
   *     version of DataFusion
   * @throws io.datafusion.MissingArgumentException for the address 0
   */
  static Capsule copyOf(String name, long address) {
    return NativeCapsule.of(name, address, false);
  }

  /**
   * {@return the struct itself, which its owner must not release any more} Its memory, of which
   * nothing is read later, stays the owner's.
   *
   * @throws IllegalCapsuleException as {@link #copyOf}; the struct is then still its owner's
   */
  static Capsule adopt(String name, long address) {
    return NativeCapsule.of(name, address, true);
  }

  /** {@return what kind of struct it is, one of the constants here} */
  String name();

  /**
   * {@return where the struct lies, while the capsule is open}
   *
   * @throws IllegalStateException after {@link #close}
   */
  long address();

  /** Releases the struct; harmless a second time. A capsule that nobody can reach closes itself. */
  @Override
  void close();
}

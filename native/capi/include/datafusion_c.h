/* The C ABI of datafusion_c. Written by cbindgen from native/capi/src; the law it follows stands in lib.rs. */

#ifndef DATAFUSION_C_H
#define DATAFUSION_C_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The Arrow C data interface and C stream interface, as the Arrow specification has them. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char *format;
  const char *name;
  const char *metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema **children;
  struct ArrowSchema *dictionary;
  void (*release)(struct ArrowSchema *);
  void *private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void **buffers;
  struct ArrowArray **children;
  struct ArrowArray *dictionary;
  void (*release)(struct ArrowArray *);
  void *private_data;
};
#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *out);
  int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *out);
  const char *(*get_last_error)(struct ArrowArrayStream *);
  void (*release)(struct ArrowArrayStream *);
  void *private_data;
};
#endif


/**
 * The version of this ABI; a binding refuses a library of another one.
 */
#define DF_ABI_VERSION 1

/**
 * An argument that cannot be: text that is not UTF-8, a message that does not parse, an index out of range.
 */
#define DF_ERROR_INVALID_ARGUMENT 101

/**
 * A pointer that must not be NULL.
 */
#define DF_ERROR_NULL_POINTER 102

/**
 * A panic in native code, caught.
 */
#define DF_ERROR_PANIC 103

/**
 * The task, the query or the stream was cancelled.
 */
#define DF_ERROR_CANCELLED 104

/**
 * An exception of the host's; df_error_cause names it.
 */
#define DF_ERROR_CALLBACK 105

/**
 * A query within a query within ..., too deep; or a wait where no wait can be.
 */
#define DF_ERROR_REENTRY 106

/**
 * A bug in this library or in the engine.
 */
#define DF_ERROR_INTERNAL 107

/**
 * The query cannot be planned, or is too deep to be.
 */
#define DF_ERROR_PLAN 201

/**
 * A column or a schema does not fit.
 */
#define DF_ERROR_SCHEMA 202

/**
 * SQL that does not parse.
 */
#define DF_ERROR_SQL 203

/**
 * The query failed while running.
 */
#define DF_ERROR_EXECUTION 204

/**
 * Memory or disk limits.
 */
#define DF_ERROR_RESOURCES_EXHAUSTED 205

/**
 * Reading or writing files.
 */
#define DF_ERROR_IO 206

/**
 * An object store.
 */
#define DF_ERROR_OBJECT_STORE 207

/**
 * Arrow.
 */
#define DF_ERROR_ARROW 208

/**
 * Parquet.
 */
#define DF_ERROR_PARQUET 209

/**
 * A configuration key or value.
 */
#define DF_ERROR_CONFIGURATION 210

/**
 * The engine does not have this feature.
 */
#define DF_ERROR_NOT_IMPLEMENTED 211

/**
 * An error from outside the engine that has no kind of its own.
 */
#define DF_ERROR_EXTERNAL 212

/**
 * Another library behind datafusion-ffi.
 */
#define DF_ERROR_FFI 213

/**
 * Substrait.
 */
#define DF_ERROR_SUBSTRAIT 214

/**
 * Avro.
 */
#define DF_ERROR_AVRO 215

/**
 * A task of the engine's could not be joined.
 */
#define DF_ERROR_JOIN 216

/**
 * The inlining policy refuses a function.
 */
#define DF_ERROR_INLINING_REFUSED 301

/**
 * A frame or an envelope is broken.
 */
#define DF_ERROR_MALFORMED_PAYLOAD 302

/**
 * A function that the receiver does not have.
 */
#define DF_ERROR_UNRESOLVED_FUNCTION 303

/**
 * A function that cannot be inlined.
 */
#define DF_ERROR_UNSERIALIZABLE_FUNCTION 304

/**
 * Bytes of an extension codec that is not installed.
 */
#define DF_ERROR_MISSING_CODEC 305

/**
 * A capsule of another name or of another major version than is needed.
 */
#define DF_ERROR_ILLEGAL_CAPSULE 306

/**
 * The signature is good.
 */
#define DF_VERDICT_VALID 1

/**
 * No key of that id is trusted.
 */
#define DF_VERDICT_UNKNOWN_KEY 2

/**
 * The key of that id is for another algorithm.
 */
#define DF_VERDICT_WRONG_ALGORITHM 3

/**
 * The key did not sign this content.
 */
#define DF_VERDICT_ALTERED 4

/**
 * The call says IGNORE NULLS.
 */
#define DF_WINDOW_IGNORES_NULLS 1

/**
 * The rows come in the reverse of the order that was asked for.
 */
#define DF_WINDOW_REVERSED 2

/**
 * Where the host puts the answer to a batch, once, on any thread.
 */
typedef struct df_answer df_answer;

/**
 * Rows, every array of them with offset 0 at every level.
 */
typedef struct df_batch df_batch;

/**
 * Batches of one schema.
 */
typedef struct df_batches df_batches;

/**
 * Bytes, freed by their owner.
 */
typedef struct df_buffer df_buffer;

/**
 * A struct of datafusion-ffi that this library owns.
 */
typedef struct df_capsule df_capsule;

/**
 * A data frame.
 */
typedef struct df_dataframe df_dataframe;

/**
 * An error: a code, a message, and the host's exception behind it if there is one.
 */
typedef struct df_error df_error;

/**
 * An execution plan.
 */
typedef struct df_execution_plan df_execution_plan;

/**
 * A function.
 */
typedef struct df_function df_function;

/**
 * A host of this library.
 */
typedef struct df_host df_host;

/**
 * A logical plan.
 */
typedef struct df_logical_plan df_logical_plan;

/**
 * A scheduler or an executor.
 */
typedef struct df_node df_node;

/**
 * An expression over batches of one schema.
 */
typedef struct df_physical_expr df_physical_expr;

/**
 * An expression raised from the engine: an ExprProgram and the functions that it names by index.
 */
typedef struct df_program df_program;

/**
 * The answer of a callback, which hands it over piece by piece while it runs.
 */
typedef struct df_results df_results;

/**
 * A session: the engine's, and the codec stack of this context.
 */
typedef struct df_session df_session;

/**
 * The results of a running query.
 */
typedef struct df_stream df_stream;

/**
 * Work for the runtime, made by an export, then started or waited for, then finished or freed. Small work may have ended
 * when its task is made.
 */
typedef struct df_task df_task;

/**
 * How many objects of each kind live in the process.
 */
typedef struct df_counters {
  int64_t sessions;
  int64_t tasks;
  int64_t buffers;
  int64_t functions;
  int64_t programs;
  int64_t dataframes;
  int64_t logical_plans;
  int64_t execution_plans;
  int64_t streams;
  int64_t batches;
  int64_t errors;
  int64_t callbacks;
  int64_t capsules;
  int64_t physical_exprs;
  int64_t nodes;
} df_counters;

/**
 * Keeps an exception of the host's alive: `release(data)` runs once, when nobody needs it any more. `data` 0: none.
 */
typedef struct df_failure {
  uint64_t data;
  void (*release)(uint64_t data);
} df_failure;

/**
 * Where a row function writes; native code allocates, the callback fills.
 */
typedef struct df_output {
  /**
   * A bitmap of `rows` bits, all 1 at entry; the callback clears the bits of nulls and counts them.
   */
  uint8_t *validity;
  /**
   * Fixed width: rows * width bytes, zeroed. Boolean: a bitmap, zeroed. Variable width: `capacity` bytes.
   */
  uint8_t *values;
  /**
   * Variable width: rows + 1 offsets, the first of them 0. Otherwise NULL.
   */
  int32_t *offsets;
  /**
   * Variable width: the bytes available in `values`. Otherwise 0.
   */
  int64_t capacity;
  /**
   * Set by the callback.
   */
  int64_t null_count;
} df_output;

/**
 * Columns that a callback is handed for the length of a call. It may move an array out, which sets its release to NULL.
 */
typedef struct df_columns {
  /**
   * `count` arrays with offset 0, of the types that the callback was bound to.
   */
  struct ArrowArray *arrays;
  /**
   * `count` flags: 1 where the array is one row that stands for every row.
   */
  const uint8_t *scalars;
  int64_t count;
  /**
   * The rows of the batch.
   */
  int64_t rows;
} df_columns;

/**
 * What a function over vectors can do whose types are known.
 */
typedef struct df_bound_functions {
  /**
   * Evaluates a batch; pushes one array of the bound result type to `results`. A non-NULL answer is an error, given
   * away.
   */
  struct df_error *(*invoke)(uint64_t data, struct df_columns *columns, struct df_results *results);
  /**
   * Of an asynchronous function, in place of `invoke`: takes a batch. `answer` is given away, and completed, failed or
   * freed once, now or later, on any thread.
   */
  void (*begin)(uint64_t data, struct df_columns *columns, struct df_answer *answer);
} df_bound_functions;

/**
 * A function over vectors, bound to the fields of one call.
 */
typedef struct df_bound_callback {
  uint64_t data;
  const struct df_bound_functions *functions;
  void (*release)(uint64_t data);
} df_bound_callback;

/**
 * What a scalar function's callback can do. One over rows has `invoke`, one over vectors has `bind`. A non-NULL answer is
 * an error, given away.
 */
typedef struct df_scalar_functions {
  /**
   * `args`: `count` arrays with offset 0, each of length `rows`, of the declared argument types; borrowed for the
   * call.
   */
  struct df_error *(*invoke)(uint64_t data,
                             const struct ArrowArray *args,
                             int64_t count,
                             int64_t rows,
                             struct df_output *output);
  /**
   * Makes the function of a call's types: `fields` are the argument fields and, last, the result field; borrowed.
   * Writes `out` on success only.
   */
  struct df_error *(*bind)(uint64_t data, const struct ArrowSchema *fields, struct df_bound_callback *out);
  /**
   * Computes the result field: `fields` are the argument fields; `literals` has for each a row with its value, or none
   * where it is no literal. Sets a schema of one field.
   */
  struct df_error *(*return_field)(uint64_t data,
                                   const struct ArrowSchema *fields,
                                   struct df_columns *literals,
                                   struct df_results *results);
  /**
   * Chooses the types that arguments of these fields' types are cast to. Sets a schema of as many fields.
   */
  struct df_error *(*coerce_types)(uint64_t data, const struct ArrowSchema *fields, struct df_results *results);
} df_scalar_functions;

/**
 * A scalar function of the host's.
 */
typedef struct df_scalar_callback {
  uint64_t data;
  const struct df_scalar_functions *functions;
  void (*release)(uint64_t data);
} df_scalar_callback;

/**
 * What the states of one call's groups can do. Groups are numbered from 0; one that no row belongs to has the state of
 * no rows. Each call writes the bytes that the states take to `size`. A non-NULL answer is an error, given away; after
 * it nothing but `release` is called.
 */
typedef struct df_accumulator_functions {
  /**
   * Takes the rows of a batch in. `groups` has the group of each row, each less than `total`.
   */
  struct df_error *(*update)(uint64_t data,
                             struct df_columns *columns,
                             const int32_t *groups,
                             int64_t total,
                             int64_t *size);
  /**
   * Takes partial states in: columns of the state fields' types.
   */
  struct df_error *(*merge)(uint64_t data,
                            struct df_columns *columns,
                            const int32_t *groups,
                            int64_t total,
                            int64_t *size);
  /**
   * Takes rows back that were taken in; called where the definition says that it can be.
   */
  struct df_error *(*retract)(uint64_t data,
                              struct df_columns *columns,
                              const int32_t *groups,
                              int64_t total,
                              int64_t *size);
  /**
   * Pushes the results of the first `groups` groups, also of those that were never heard of. Unless `keep`, they are
   * gone afterwards, and the group behind them has number 0.
   */
  struct df_error *(*evaluate)(uint64_t data, int64_t groups, bool keep, struct df_results *results, int64_t *size);
  /**
   * Pushes the partial states of the first `groups` groups, an array for each state field; as `evaluate`.
   */
  struct df_error *(*state)(uint64_t data, int64_t groups, bool keep, struct df_results *results, int64_t *size);
} df_accumulator_functions;

/**
 * The states of one call's groups. Called by one thread at a time.
 */
typedef struct df_accumulator_callback {
  uint64_t data;
  const struct df_accumulator_functions *functions;
  void (*release)(uint64_t data);
} df_accumulator_callback;

/**
 * What an aggregate function's callback can do. A non-NULL answer is an error, given away.
 */
typedef struct df_aggregate_functions {
  /**
   * Makes the states of a call: `fields` are the argument fields and, last, the result field; borrowed. Writes `out`
   * on success only.
   */
  struct df_error *(*open)(uint64_t data, const struct ArrowSchema *fields, struct df_accumulator_callback *out);
  /**
   * Computes the result field from the argument fields. Sets a schema of one field.
   */
  struct df_error *(*return_field)(uint64_t data, const struct ArrowSchema *fields, struct df_results *results);
  /**
   * Chooses the types that arguments of these fields' types are cast to. Sets a schema of as many fields.
   */
  struct df_error *(*coerce_types)(uint64_t data, const struct ArrowSchema *fields, struct df_results *results);
} df_aggregate_functions;

/**
 * An aggregate function of the host's.
 */
typedef struct df_aggregate_callback {
  uint64_t data;
  const struct df_aggregate_functions *functions;
  void (*release)(uint64_t data);
} df_aggregate_callback;

/**
 * What the reader of a partition can do.
 */
typedef struct df_reader_functions {
  /**
   * Pushes the next batch to `results` as one struct array, or nothing at the end. It may wait. A non-NULL answer is
   * an error, given away.
   */
  struct df_error *(*next)(uint64_t data, struct df_results *results);
  /**
   * Ends a wait in `next`, from any thread: nobody needs the rows any more.
   */
  void (*interrupt)(uint64_t data);
} df_reader_functions;

/**
 * The reader of a partition; `release` closes it.
 */
typedef struct df_reader_callback {
  uint64_t data;
  const struct df_reader_functions *functions;
  void (*release)(uint64_t data);
} df_reader_callback;

/**
 * What the rows of a scan can do.
 */
typedef struct df_rows_functions {
  /**
   * Begins to read a partition. Writes `out` on success only. A non-NULL answer is an error, given away.
   */
  struct df_error *(*open)(uint64_t data, int64_t partition, struct df_reader_callback *out);
} df_rows_functions;

/**
 * The rows of a scan, of all its partitions.
 */
typedef struct df_rows_callback {
  uint64_t data;
  const struct df_rows_functions *functions;
  void (*release)(uint64_t data);
} df_rows_callback;

/**
 * What a table function's callback can do. One that makes queries has `call`; a table whose rows the host reads itself,
 * without arguments, has the others. A non-NULL answer is an error, given away.
 */
typedef struct df_table_functions {
  /**
   * Makes the table of a call. `session` is the data of the calling session, `arguments` a TableArguments, borrowed.
   * Sets a frame.
   */
  struct df_error *(*call)(uint64_t data,
                           uint64_t session,
                           const uint8_t *arguments,
                           size_t arguments_len,
                           struct df_results *results);
  /**
   * Sets the schema of all columns.
   */
  struct df_error *(*schema)(uint64_t data, struct df_results *results);
  /**
   * Says how far a scan would apply each of `count` filters, borrowed: writes to `out` 0 not at all, 1 so that some
   * rows may be left that the filter refuses, 2 exactly.
   */
  struct df_error *(*supports_filters)(uint64_t data,
                                       const struct df_program *const *filters,
                                       size_t count,
                                       uint8_t *out);
  /**
   * Plans a scan; nothing is read yet. `request` is a ScanRequest without filters; those are the `count` programs.
   * Sets a ScanShape as bytes, and writes `out`.
   */
  struct df_error *(*scan)(uint64_t data,
                           const uint8_t *request,
                           size_t request_len,
                           const struct df_program *const *filters,
                           size_t count,
                           struct df_rows_callback *out,
                           struct df_results *results);
  /**
   * Takes rows in: `op` 0 append, 1 overwrite, 2 replace. `stream` is given away. Writes how many rows.
   */
  struct df_error *(*insert)(uint64_t data, int32_t op, struct df_stream *stream, uint64_t *rows);
} df_table_functions;

/**
 * A table function of the host's.
 */
typedef struct df_table_callback {
  uint64_t data;
  const struct df_table_functions *functions;
  void (*release)(uint64_t data);
} df_table_callback;

/**
 * Rows from `start` to before `end`.
 */
typedef struct df_range {
  int64_t start;
  int64_t end;
} df_range;

/**
 * What the evaluator of one partition can do, never on two threads at once. A non-NULL answer is an error, given away.
 */
typedef struct df_evaluator_functions {
  /**
   * Evaluates a whole partition: pushes one array with a value for each row. `fields` are those of the columns.
   */
  struct df_error *(*evaluate_all)(uint64_t data,
                                   const struct ArrowSchema *fields,
                                   struct df_columns *columns,
                                   struct df_results *results);
  /**
   * Evaluates rows, one for each of `count` ranges: pushes one array with as many values. `columns` are the arguments,
   * then the order's; NULL, and with it `fields`: those of the call before.
   */
  struct df_error *(*evaluate)(uint64_t data,
                               const struct ArrowSchema *fields,
                               struct df_columns *columns,
                               const struct df_range *ranges,
                               int64_t count,
                               struct df_results *results);
  /**
   * Evaluates a whole partition of `rows` by its groups of rows that are equal by the order: pushes one array with a
   * value for each row.
   */
  struct df_error *(*evaluate_all_with_rank)(uint64_t data,
                                             int64_t rows,
                                             const struct df_range *groups,
                                             int64_t count,
                                             struct df_results *results);
  /**
   * Writes the rows that each row from `first` to before `rows` depends on to `ranges`. NULL: itself only.
   */
  struct df_error *(*get_ranges)(uint64_t data, int64_t first, int64_t rows, struct df_range *ranges);
  /**
   * Told the last range after a batch, writes the first of its rows that is still needed. NULL: all of them are.
   */
  struct df_error *(*memoize)(uint64_t data, const struct df_range *range, int64_t *needed);
} df_evaluator_functions;

/**
 * The evaluator of one partition.
 */
typedef struct df_evaluator_callback {
  uint64_t data;
  const struct df_evaluator_functions *functions;
  void (*release)(uint64_t data);
} df_evaluator_callback;

/**
 * What a window function's callback can do. A non-NULL answer is an error, given away.
 */
typedef struct df_window_functions {
  /**
   * Makes the evaluator of a partition. `fields` are the argument fields and, last, the result field; `literals` has
   * for each argument a row with its value, or none where it is no literal; `flags` are DF_WINDOW_*. Writes `out` on
   * success only.
   */
  struct df_error *(*open)(uint64_t data,
                           const struct ArrowSchema *fields,
                           struct df_columns *literals,
                           int32_t flags,
                           struct df_evaluator_callback *out);
  /**
   * Computes the result field from the argument fields. Sets a schema of one field.
   */
  struct df_error *(*return_field)(uint64_t data, const struct ArrowSchema *fields, struct df_results *results);
  /**
   * Chooses the types that arguments of these fields' types are cast to. Sets a schema of as many fields.
   */
  struct df_error *(*coerce_types)(uint64_t data, const struct ArrowSchema *fields, struct df_results *results);
} df_window_functions;

/**
 * A window function of the host's.
 */
typedef struct df_window_callback {
  uint64_t data;
  const struct df_window_functions *functions;
  void (*release)(uint64_t data);
} df_window_callback;

/**
 * What the host itself can do.
 */
typedef struct df_host_functions {
  /**
   * The first call on each thread of the runtime; `index` counts them.
   */
  void (*thread_started)(uint64_t data, int64_t index);
  /**
   * Brings a decoded inlined function to life. `body` is a serialised InlinedFunction whose digest has been
   * verified; `sha256` is 32 bytes. Writes `out` on success only. A non-NULL answer is an error, given away.
   */
  struct df_error *(*resolve_scalar)(uint64_t data,
                                     const uint8_t *body,
                                     size_t body_len,
                                     const uint8_t *sha256,
                                     struct df_scalar_callback *out);
  /**
   * The same for an aggregate function.
   */
  struct df_error *(*resolve_aggregate)(uint64_t data,
                                        const uint8_t *body,
                                        size_t body_len,
                                        const uint8_t *sha256,
                                        struct df_aggregate_callback *out);
  /**
   * The same for a table function.
   */
  struct df_error *(*resolve_table)(uint64_t data,
                                    const uint8_t *body,
                                    size_t body_len,
                                    const uint8_t *sha256,
                                    struct df_table_callback *out);
  /**
   * As `resolve_scalar`, for window functions.
   */
  struct df_error *(*resolve_window)(uint64_t data,
                                     const uint8_t *body,
                                     size_t body_len,
                                     const uint8_t *sha256,
                                     struct df_window_callback *out);
} df_host_functions;

/**
 * The host of this library: the runtime of another language.
 */
typedef struct df_host_callback {
  uint64_t data;
  const struct df_host_functions *functions;
  void (*release)(uint64_t data);
} df_host_callback;

/**
 * What a started task calls.
 */
typedef struct df_completion_functions {
  /**
   * Called exactly once, from any thread, when the task has ended.
   */
  void (*complete)(uint64_t data);
} df_completion_functions;

/**
 * Who hears that a task has ended.
 */
typedef struct df_completion {
  uint64_t data;
  const struct df_completion_functions *functions;
  void (*release)(uint64_t data);
} df_completion;

/**
 * Where a callback writes a signature.
 */
typedef struct df_signature {
  /**
   * `capacity` bytes.
   */
  uint8_t *value;
  int64_t capacity;
  /**
   * Set by the callback: how many bytes it wrote, at least 1.
   */
  int64_t len;
} df_signature;

/**
 * A signature, and the content that it should be over; borrowed for a call. No pointer is NULL.
 */
typedef struct df_signed_content {
  /**
   * UTF-8.
   */
  const uint8_t *algorithm;
  int64_t algorithm_len;
  const uint8_t *key_id;
  int64_t key_id_len;
  const uint8_t *value;
  int64_t value_len;
  const uint8_t *content;
  int64_t content_len;
} df_signed_content;

/**
 * What signs and verifies inlined functions. A non-NULL answer is an error, given away.
 */
typedef struct df_signing_functions {
  /**
   * Signs `content` with the key that the policy names.
   */
  struct df_error *(*sign)(uint64_t data, const uint8_t *content, size_t content_len, struct df_signature *signature);
  /**
   * Writes a DF_VERDICT_* to `verdict`.
   */
  struct df_error *(*verify)(uint64_t data, const struct df_signed_content *signed_content, int32_t *verdict);
} df_signing_functions;

/**
 * The signatures of a policy.
 */
typedef struct df_signing_callback {
  uint64_t data;
  const struct df_signing_functions *functions;
  void (*release)(uint64_t data);
} df_signing_callback;

/**
 * What a codec of the host's can do. A codec has no opinion where it sets nothing. A non-NULL answer is an error, given
 * away, by which the codec declines.
 */
typedef struct df_codec_functions {
  /**
   * Writes a table that a host reads itself, known by the `data` and `functions` of its callback: sets bytes.
   */
  struct df_error *(*encode_table)(uint64_t data,
                                   uint64_t table,
                                   const struct df_table_functions *functions,
                                   struct df_results *results);
  /**
   * Reads such a table of the schema's columns: sets a function without arguments. All is borrowed.
   */
  struct df_error *(*decode_table)(uint64_t data,
                                   const uint8_t *bytes,
                                   size_t bytes_len,
                                   const struct ArrowSchema *schema,
                                   struct df_results *results);
  /**
   * Writes a function, which is given away: sets bytes.
   */
  struct df_error *(*encode_function)(uint64_t data, struct df_function *function, struct df_results *results);
  /**
   * Reads a function of that name, or finds it by its name where there are no bytes: sets a function. `kind` 1 scalar,
   * 2 aggregate, 3 window. All is borrowed.
   */
  struct df_error *(*decode_function)(uint64_t data,
                                      int32_t kind,
                                      const uint8_t *name,
                                      size_t name_len,
                                      const uint8_t *bytes,
                                      size_t bytes_len,
                                      struct df_results *results);
} df_codec_functions;

/**
 * A codec of the host's.
 */
typedef struct df_codec_callback {
  uint64_t data;
  const struct df_codec_functions *functions;
  void (*release)(uint64_t data);
} df_codec_callback;

/**
 * What is told of payloads.
 */
typedef struct df_trace_functions {
  /**
   * A codec has written or read a payload: `codec` is its id or "default", `subject` what the payload is of, both UTF-8
   * and borrowed.
   */
  void (*payload)(uint64_t data,
                  bool written,
                  const uint8_t *codec,
                  size_t codec_len,
                  const uint8_t *subject,
                  size_t subject_len,
                  uint64_t bytes);
} df_trace_functions;

/**
 * Who is told of payloads.
 */
typedef struct df_trace_callback {
  uint64_t data;
  const struct df_trace_functions *functions;
  void (*release)(uint64_t data);
} df_trace_callback;

/**
 * The version of the ABI that this library was built with. Never fails.
 */
uint32_t df_abi_version(void);

/**
 * SHA-256 of the header that this library was built with: 64 hex digits, NUL-terminated, static. Never fails.
 */
const char *df_abi_header_hash(void);

/**
 * Reads the counters into `out`. Errors: NULL.
 */
struct df_error *df_counters_read(struct df_counters *out);

/**
 * Makes the next call of the named export panic, or with `<export>:task` the task that it makes: for the tests of
 * bindings. Borrows `name`. Errors: NULL, text that is not UTF-8.
 */
struct df_error *df_fault_inject(const uint8_t *name, size_t name_len);

/**
 * The code, one of DF_ERROR_*; 0 for NULL.
 */
int32_t df_error_code(const struct df_error *error);

/**
 * The message with its whole chain of contexts: UTF-8, NUL-terminated, borrowed from the error; NULL for NULL.
 */
const char *df_error_message(const struct df_error *error);

/**
 * The `data` of the host's exception behind the error, which stays alive until the error is freed; 0 if there is none.
 */
uint64_t df_error_cause(const struct df_error *error);

/**
 * Frees an error. NULL and df_error_fallback are fine.
 */
void df_error_free(struct df_error *error);

/**
 * Makes an error for a callback to answer. Borrows `message`; consumes `cause`. Never NULL: where the message cannot
 * be read, the error says so.
 */
struct df_error *df_error_new(int32_t code, const uint8_t *message, size_t message_len, struct df_failure cause);

/**
 * The error of a callback that cannot even make one: static, needs no memory, never freed.
 */
struct df_error *df_error_fallback(void);

/**
 * Makes a host and, the first time, the process's runtime. Consumes `callback`, also on failure. `out`: the host.
 * Errors: NULL, no threads to be had.
 */
struct df_error *df_host_new(struct df_host_callback callback, struct df_host **out);

/**
 * Has callbacks fail, and leaves them unreleased, once the virtual machine that they run in has ended: what other
 * libraries hold may outlive it, and an upcall would end the process. `created` is the machine's JNI_GetCreatedJavaVMs;
 * the first one is kept. Errors: NULL.
 */
struct df_error *df_machine_watch(const void *created);

/**
 * Frees a host; what was made with it stays alive and keeps the callback. NULL is fine.
 */
void df_host_free(struct df_host *host);

/**
 * True on a thread of the runtime: there, wait for a task with df_task_wait instead of starting it. Never fails.
 */
bool df_runtime_inside(void);

/**
 * Starts the task on the runtime. Borrows `task`; consumes `completion`, which is called exactly once, also when the
 * task is cancelled or freed. Errors: NULL, a task that was started before; then `completion` is not called.
 */
struct df_error *df_task_start(const struct df_task *task, struct df_completion completion);

/**
 * Starts the task if it was not started, and blocks until it has ended, whatever its result. Inside the runtime this
 * is the way to wait. Borrows `task`. Errors: NULL; DF_ERROR_REENTRY within 16 such waits, inside a runtime of one
 * thread, or inside a LocalSet.
 */
struct df_error *df_task_wait(const struct df_task *task);

/**
 * Ends the task soon with DF_ERROR_CANCELLED, if it has not ended. NULL is fine; so is any thread.
 */
void df_task_cancel(const struct df_task *task);

/**
 * True once the task has ended, whatever its result; true for NULL. Never fails.
 */
bool df_task_is_settled(const struct df_task *task);

/**
 * Consumes an ended task. `out`: its result, of the type that the export which made it says, NULL if it has none.
 * Errors: the task's; NULL; a task that has not ended, which is then cancelled.
 */
struct df_error *df_task_finish(struct df_task *task, void **out);

/**
 * Cancels and frees a task. NULL is fine.
 */
void df_task_free(struct df_task *task);

/**
 * The bytes, borrowed from the buffer; NULL for NULL.
 */
const uint8_t *df_buffer_data(const struct df_buffer *buffer);

/**
 * How many bytes; 0 for NULL.
 */
size_t df_buffer_len(const struct df_buffer *buffer);

/**
 * Frees a buffer. NULL is fine.
 */
void df_buffer_free(struct df_buffer *buffer);

/**
 * Makes a session. Borrows `host` and `options` (SessionOptions); callbacks in the session's name are handed `data`. `out`: the session. Errors: NULL, a message that
 * does not parse, DF_ERROR_CONFIGURATION for a key or value that the engine refuses, DF_ERROR_IO.
 */
struct df_error *df_session_new(const struct df_host *host,
                                const uint8_t *options,
                                size_t options_len,
                                uint64_t data,
                                struct df_session **out);

/**
 * Frees a session; the engine's lives until its last session, plan or stream is gone. NULL is fine.
 */
void df_session_free(struct df_session *session);

/**
 * The engine's id of the session. Borrows. `out`: UTF-8. Errors: NULL.
 */
struct df_error *df_session_id(const struct df_session *session, struct df_buffer **out);

/**
 * Every setting with its present value. Borrows. `out`: Settings. Errors: NULL.
 */
struct df_error *df_session_settings(const struct df_session *session, struct df_buffer **out);

/**
 * Makes another session over the same engine session, under an inlining policy. Borrows `session` and `policy`
 * (InliningPolicy); consumes `callback`, also on failure: the signatures of a signed policy, not asked under another
 * one; `data` as for df_session_new. `out`: the new session. Errors: NULL, a message that does not parse.
 */
struct df_error *df_session_with_policy(const struct df_session *session,
                                        const uint8_t *policy,
                                        size_t policy_len,
                                        struct df_signing_callback callback,
                                        uint64_t data,
                                        struct df_session **out);

/**
 * Plans SQL; statements that change the session are carried out at once, as the engine does. Borrows `session` and
 * `request` (SqlRequest). Task: a df_dataframe. Errors: NULL, a message that does not parse; the task's:
 * DF_ERROR_SQL, DF_ERROR_PLAN and others of the engine's.
 */
struct df_error *df_session_sql(const struct df_session *session,
                                const uint8_t *request,
                                size_t request_len,
                                struct df_task **out);

/**
 * Finds a table or view by its name as SQL writes it. Borrows. Task: a df_dataframe. Errors: NULL; the task's:
 * DF_ERROR_PLAN for an unknown name.
 */
struct df_error *df_session_table(const struct df_session *session,
                                  const uint8_t *name,
                                  size_t name_len,
                                  struct df_task **out);

/**
 * Makes a frame over files. Borrows `session` and `source` (FileSource). Task: a df_dataframe. Errors: NULL, a
 * message that does not parse; the task's: DF_ERROR_IO, DF_ERROR_CONFIGURATION, DF_ERROR_PLAN.
 */
struct df_error *df_session_read(const struct df_session *session,
                                 const uint8_t *source,
                                 size_t source_len,
                                 struct df_task **out);

/**
 * Makes a frame of batches, which it holds. Borrows `session`, consumes `batches`. Task: a df_dataframe. Errors: NULL.
 */
struct df_error *df_session_read_batches(const struct df_session *session,
                                         struct df_batches *batches,
                                         struct df_task **out);

/**
 * Calls a table function in the session's name. Borrows; `arguments` is a TableArguments. Task: a df_dataframe.
 * Errors: NULL, a message that does not parse; the task's: DF_ERROR_INVALID_ARGUMENT for a function of another kind,
 * the host's.
 */
struct df_error *df_session_call_table(const struct df_session *session,
                                       const struct df_function *function,
                                       const uint8_t *arguments,
                                       size_t arguments_len,
                                       struct df_task **out);

/**
 * Makes a frame of a logical plan. Borrows. Task: a df_dataframe. Errors: NULL; the task's: DF_ERROR_PLAN beyond the
 * session's depth limits.
 */
struct df_error *df_session_dataframe(const struct df_session *session,
                                      const struct df_logical_plan *plan,
                                      struct df_task **out);

/**
 * Runs a plan with this session's resources: a partition of a run of df_session_run; or one by itself; or, for -1, all of
 * them, merged. Borrows. Task: a df_stream. Errors: NULL; the task's: a partition that is not there, a function that
 * cannot be resolved, DF_ERROR_NOT_IMPLEMENTED for a partition that cannot run by itself.
 */
struct df_error *df_session_execute(const struct df_session *session,
                                    const struct df_execution_plan *plan,
                                    int32_t partition,
                                    bool of_run,
                                    struct df_task **out);

/**
 * Makes a plan ready for one run, in which each partition is executed once. Borrows. Task: a df_execution_plan. Errors:
 * NULL; the task's: DF_ERROR_PLAN beyond the session's limits, a function that cannot be resolved.
 */
struct df_error *df_session_run(const struct df_session *session,
                                const struct df_execution_plan *plan,
                                struct df_task **out);

/**
 * Parses one SQL expression against a schema. Borrows `session`, `sql` and `schema` (an Arrow IPC schema message).
 * Task: a df_program. Errors: NULL, bytes that are no schema; the task's: DF_ERROR_SQL, DF_ERROR_PLAN,
 * DF_ERROR_SCHEMA.
 */
struct df_error *df_session_parse_expr(const struct df_session *session,
                                       const uint8_t *sql,
                                       size_t sql_len,
                                       const uint8_t *schema,
                                       size_t schema_len,
                                       struct df_task **out);

/**
 * Registers files as a table. Borrows. Task: nothing. Errors: as df_session_read; a name that is taken.
 */
struct df_error *df_session_register_file(const struct df_session *session,
                                          const uint8_t *name,
                                          size_t name_len,
                                          const uint8_t *source,
                                          size_t source_len,
                                          struct df_task **out);

/**
 * Registers batches as a table. Borrows `session` and `name`, consumes `batches`. Task: nothing. Errors: NULL; the
 * task's: a name that is taken.
 */
struct df_error *df_session_register_batches(const struct df_session *session,
                                             const uint8_t *name,
                                             size_t name_len,
                                             struct df_batches *batches,
                                             struct df_task **out);

/**
 * Registers a frame as a view. Borrows. Task: nothing. Errors: NULL; the task's: a name that is taken.
 */
struct df_error *df_session_register_dataframe(const struct df_session *session,
                                               const uint8_t *name,
                                               size_t name_len,
                                               const struct df_dataframe *dataframe,
                                               struct df_task **out);

/**
 * Registers a function under its name and aliases, in place of another of that name. Borrows. Task: nothing.
 * Errors: NULL.
 */
struct df_error *df_session_register_function(const struct df_session *session,
                                              const struct df_function *function,
                                              struct df_task **out);

/**
 * Registers the table that a function without arguments is. Borrows. Task: nothing. Errors: NULL; the task's: a name
 * that is taken, DF_ERROR_INVALID_ARGUMENT for a function of another kind, the host's.
 */
struct df_error *df_session_register_table(const struct df_session *session,
                                           const uint8_t *name,
                                           size_t name_len,
                                           const struct df_function *table,
                                           struct df_task **out);

/**
 * Takes a table or view away. Borrows. Task: nothing. Errors: NULL; the task's: DF_ERROR_PLAN for an unknown name.
 */
struct df_error *df_session_deregister_table(const struct df_session *session,
                                             const uint8_t *name,
                                             size_t name_len,
                                             struct df_task **out);

/**
 * Takes in the struct of datafusion-ffi of that name at `address`: a clone of it, made as its library makes them, or, to
 * `adopt` it, the struct itself, which who gave it must not release. `address` must be that of a live struct. `out`: the
 * capsule. Errors: NULL, DF_ERROR_ILLEGAL_CAPSULE for an unknown name or another major version of DataFusion.
 */
struct df_error *df_capsule_import(const uint8_t *name,
                                   size_t name_len,
                                   const void *address,
                                   bool adopt,
                                   struct df_capsule **out);

/**
 * Frees a capsule, and releases its struct; clones that others made live on. NULL is fine.
 */
void df_capsule_free(struct df_capsule *capsule);

/**
 * The name of a capsule. Borrows. `out`: UTF-8. Errors: NULL.
 */
struct df_error *df_capsule_name(const struct df_capsule *capsule, struct df_buffer **out);

/**
 * Where the struct lies, until the capsule is freed. Borrows. Never fails; NULL for NULL.
 */
const void *df_capsule_address(const struct df_capsule *capsule);

/**
 * Makes another session over the same engine session, with one more codec of the host's, for logical or physical plans,
 * behind those that are there. Borrows `session`, consumes `codec`, also on failure; `data` as for df_session_new.
 * `out`: the new session. Errors: NULL, DF_ERROR_INVALID_ARGUMENT for an id that is taken, reserved or not printable.
 */
struct df_error *df_session_with_host_codec(const struct df_session *session,
                                            struct df_codec_callback codec,
                                            bool physical,
                                            const uint8_t *id,
                                            size_t id_len,
                                            uint64_t data,
                                            struct df_session **out);

/**
 * Makes another session over the same engine session, which tells of each payload that a codec writes or reads. Borrows
 * `session`, consumes `trace`, also on failure; `data` as for df_session_new. `out`: the new session. Errors: NULL.
 */
struct df_error *df_session_with_trace(const struct df_session *session,
                                       struct df_trace_callback trace,
                                       uint64_t data,
                                       struct df_session **out);

/**
 * A capsule of a session's own: one of its codecs, with its policy, its planner or its task
 * context, by the name of the capsule. Borrows. `out`: the
 * capsule. Errors: NULL, DF_ERROR_ILLEGAL_CAPSULE for another name.
 */
struct df_error *df_session_capsule(const struct df_session *session,
                                    const uint8_t *name,
                                    size_t name_len,
                                    struct df_capsule **out);

/**
 * A capsule of a table, a schema ("schema" or "catalog.schema") or a catalog, by the name of the capsule and its own.
 * Borrows. Task: a df_capsule. Errors: NULL; the task's: DF_ERROR_PLAN for an unknown name, DF_ERROR_ILLEGAL_CAPSULE
 * for another kind.
 */
struct df_error *df_session_named_capsule(const struct df_session *session,
                                          const uint8_t *kind,
                                          size_t kind_len,
                                          const uint8_t *name,
                                          size_t name_len,
                                          struct df_task **out);

/**
 * A capsule of a function; of a table function, which is then called in the session's name. Borrows. `out`: the
 * capsule. Errors: NULL, DF_ERROR_NOT_IMPLEMENTED for a higher-order function.
 */
struct df_error *df_session_function_capsule(const struct df_session *session,
                                             const struct df_function *function,
                                             struct df_capsule **out);

/**
 * A capsule of a plan, which then runs with the session's resources; its inlined functions come to life. Borrows. Task:
 * a df_capsule. Errors: NULL; the task's: the host's, DF_ERROR_PLAN for a plan deeper than the session allows.
 */
struct df_error *df_session_plan_capsule(const struct df_session *session,
                                         const struct df_execution_plan *plan,
                                         struct df_task **out);

/**
 * A capsule of an expression; its inlined functions come to life. Borrows. Task: a df_capsule. Errors: NULL; the
 * task's: the host's, DF_ERROR_PLAN for one deeper than the session allows.
 */
struct df_error *df_session_physical_expr_capsule(const struct df_session *session,
                                                  const struct df_physical_expr *expr,
                                                  struct df_task **out);

/**
 * Registers what a capsule holds: a table, a table function, a schema ("schema" or "catalog.schema"), a catalog, or a
 * factory of the tables of a file format. Borrows. Task: nothing. Errors: NULL; the task's: a name that is taken, DF_ERROR_ILLEGAL_CAPSULE for a capsule of
 * something else.
 */
struct df_error *df_session_register_capsule(const struct df_session *session,
                                             const uint8_t *name,
                                             size_t name_len,
                                             const struct df_capsule *capsule,
                                             struct df_task **out);

/**
 * Makes known what a capsule holds that bears its own name or none: a scalar, aggregate or window function, in place of
 * another of that name; a list of catalogs, in place of those that are there; extension options, beside those that are
 * there. Borrows. Task: nothing. Errors: NULL; the task's: DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else,
 * DF_ERROR_CONFIGURATION for options without a namespace of their own.
 */
struct df_error *df_session_install_capsule(const struct df_session *session,
                                            const struct df_capsule *capsule,
                                            struct df_task **out);

/**
 * Makes another session over the same engine session, with one more codec behind those that are there. Borrows;
 * `anonymous`: the id is one that a host makes, and begins with "anon:"; `data` as for df_session_new. `out`: the new
 * session. Errors: NULL, DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else, DF_ERROR_INVALID_ARGUMENT for an id
 * that is taken, reserved or not printable.
 */
struct df_error *df_session_with_codec(const struct df_session *session,
                                       const struct df_capsule *capsule,
                                       const uint8_t *id,
                                       size_t id_len,
                                       bool anonymous,
                                       uint64_t data,
                                       struct df_session **out);

/**
 * Makes another session over the same engine session, with another query planner, or with one more physical optimizer
 * rule behind those that are there. Borrows; `data` as for df_session_new. `out`: the new session. Errors: NULL,
 * DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else.
 */
struct df_error *df_session_with_planner(const struct df_session *session,
                                         const struct df_capsule *capsule,
                                         uint64_t data,
                                         struct df_session **out);

/**
 * The execution plan that a capsule holds. Borrows. Task: a df_execution_plan. Errors: NULL; the task's:
 * DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else.
 */
struct df_error *df_session_plan_of_capsule(const struct df_session *session,
                                            const struct df_capsule *capsule,
                                            struct df_task **out);

/**
 * The expression that a capsule holds, over the columns of `schema`, an Arrow IPC schema message. Borrows. Task: a
 * df_physical_expr. Errors: NULL; the task's: DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else, DF_ERROR_PLAN
 * for one deeper than the session allows, and what the expression says of the columns.
 */
struct df_error *df_session_physical_expr_of_capsule(const struct df_session *session,
                                                     const struct df_capsule *capsule,
                                                     const uint8_t *schema,
                                                     size_t schema_len,
                                                     struct df_task **out);

/**
 * The ids of a session's logical or physical codecs, in the order of their installation. Borrows. `out`: CodecIds.
 * Errors: NULL.
 */
struct df_error *df_session_codec_ids(const struct df_session *session, bool physical, struct df_buffer **out);

/**
 * Registers what capsules hold, all or none: tables and table functions under their names, one a capsule in `names`
 * (Names); scalar, aggregate and window functions under their own, in place of others, where the name is empty. Borrows.
 * Task: nothing. Errors: NULL, a message that does not parse, DF_ERROR_INVALID_ARGUMENT for another number of names; the
 * task's: DF_ERROR_PLAN for a table that is there, DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else.
 */
struct df_error *df_session_register_all(const struct df_session *session,
                                         const struct df_capsule *const *capsules,
                                         size_t capsules_len,
                                         const uint8_t *names,
                                         size_t names_len,
                                         struct df_task **out);

/**
 * Encodes an expression through the session's codec stack; without a session through a fresh one. Borrows everything:
 * `program` is an ExprProgram. Task: a df_buffer, a bare datafusion.LogicalExprNode. Errors: NULL (but `session` may
 * be NULL), a message that does not parse; the task's: DF_ERROR_PLAN, DF_ERROR_UNSERIALIZABLE_FUNCTION.
 */
struct df_error *df_expr_to_bytes(const struct df_host *host,
                                  const struct df_session *session,
                                  const uint8_t *program,
                                  size_t program_len,
                                  const struct df_function *const *functions,
                                  size_t functions_len,
                                  struct df_task **out);

/**
 * Decodes an expression through the session's codec stack. Borrows. Task: a df_program. Errors: NULL; the task's:
 * DF_ERROR_MALFORMED_PAYLOAD, DF_ERROR_INLINING_REFUSED, DF_ERROR_UNRESOLVED_FUNCTION, DF_ERROR_MISSING_CODEC,
 * DF_ERROR_PLAN.
 */
struct df_error *df_expr_from_bytes(const struct df_session *session,
                                    const uint8_t *bytes,
                                    size_t bytes_len,
                                    struct df_task **out);

/**
 * The name that the engine gives an expression's column. Borrows. Task: a df_buffer, UTF-8. Errors: NULL, a message
 * that does not parse; the task's: DF_ERROR_PLAN.
 */
struct df_error *df_expr_name(const struct df_host *host,
                              const uint8_t *program,
                              size_t program_len,
                              const struct df_function *const *functions,
                              size_t functions_len,
                              struct df_task **out);

/**
 * The ExprProgram, borrowed from the program; NULL for NULL.
 */
const uint8_t *df_program_data(const struct df_program *program);

/**
 * How many bytes the ExprProgram has; 0 for NULL.
 */
size_t df_program_len(const struct df_program *program);

/**
 * How many functions the program names; 0 for NULL.
 */
size_t df_program_function_count(const struct df_program *program);

/**
 * One function of the program. Borrows. `out`: the function. Errors: NULL, an index out of range.
 */
struct df_error *df_program_function(const struct df_program *program, size_t index, struct df_function **out);

/**
 * Frees a program. NULL is fine.
 */
void df_program_free(struct df_program *program);

/**
 * Makes a scalar function. Borrows `host`, `frame` (family, wire version, Frame: as it travels) and `refusal` (empty,
 * or why the function cannot be inlined: then the frame is its local definition only); consumes `callback`, also on
 * failure. With `own_identity` the function equals only itself, not others of the same frame. `out`: the function. Errors: NULL, DF_ERROR_MALFORMED_PAYLOAD, an argument or result type that has no
 * layout here.
 */
struct df_error *df_function_new_scalar(const struct df_host *host,
                                        const uint8_t *frame,
                                        size_t frame_len,
                                        const uint8_t *refusal,
                                        size_t refusal_len,
                                        bool own_identity,
                                        struct df_scalar_callback callback,
                                        struct df_function **out);

/**
 * Makes an aggregate function; as df_function_new_scalar. Errors: NULL, DF_ERROR_MALFORMED_PAYLOAD, a definition of
 * another kind.
 */
struct df_error *df_function_new_aggregate(const struct df_host *host,
                                           const uint8_t *frame,
                                           size_t frame_len,
                                           const uint8_t *refusal,
                                           size_t refusal_len,
                                           bool own_identity,
                                           struct df_aggregate_callback callback,
                                           struct df_function **out);

/**
 * Makes a window function. Borrows and consumes as df_function_new_scalar does. `out`: the function. Errors: NULL,
 * DF_ERROR_MALFORMED_PAYLOAD.
 */
struct df_error *df_function_new_window(const struct df_host *host,
                                        const uint8_t *frame,
                                        size_t frame_len,
                                        const uint8_t *refusal,
                                        size_t refusal_len,
                                        bool own_identity,
                                        struct df_window_callback callback,
                                        struct df_function **out);

/**
 * Makes a table function. Borrows and consumes as df_function_new_scalar does. `out`: the function. Errors: NULL,
 * DF_ERROR_MALFORMED_PAYLOAD.
 */
struct df_error *df_function_new_table(const struct df_host *host,
                                       const uint8_t *frame,
                                       size_t frame_len,
                                       const uint8_t *refusal,
                                       size_t refusal_len,
                                       bool own_identity,
                                       struct df_table_callback callback,
                                       struct df_function **out);

/**
 * What planning knows of a function. Borrows. `out`: an InlinedFunction; of one that is not inlined, a built-in for
 * instance, its name and kind only. Errors: NULL.
 */
struct df_error *df_function_definition(const struct df_function *function, struct df_buffer **out);

/**
 * Brings the function's callable to life, if it is not yet. Borrows. Task: nothing. Errors: NULL; the task's: the
 * host's.
 */
struct df_error *df_function_resolve(const struct df_function *function, struct df_task **out);

/**
 * Frees a function; expressions and sessions that use it keep it. NULL is fine.
 */
void df_function_free(struct df_function *function);

/**
 * Takes one step. Borrows everything: `verb` is a DataFrameVerb, `functions` those that its programs name by index,
 * `others` the other frames of a join or a set verb. Task: a df_dataframe. Errors: NULL, a message that does not
 * parse; the task's: DF_ERROR_PLAN and others of the engine's.
 */
struct df_error *df_dataframe_apply(const struct df_dataframe *dataframe,
                                    const uint8_t *verb,
                                    size_t verb_len,
                                    const struct df_function *const *functions,
                                    size_t functions_len,
                                    const struct df_dataframe *const *others,
                                    size_t others_len,
                                    struct df_task **out);

/**
 * The columns. Borrows. `out`: a schema, the caller's to release. Errors: NULL, DF_ERROR_ARROW.
 */
struct df_error *df_dataframe_schema(const struct df_dataframe *dataframe, struct ArrowSchema *out);

/**
 * The frame's plan, optimised if `optimized`. Borrows. Task: a df_logical_plan. Errors: NULL; the task's: the
 * optimiser's.
 */
struct df_error *df_dataframe_logical_plan(const struct df_dataframe *dataframe, bool optimized, struct df_task **out);

/**
 * The plan that the engine would run. Borrows. Task: a df_execution_plan. Errors: NULL; the task's: the planner's.
 */
struct df_error *df_dataframe_execution_plan(const struct df_dataframe *dataframe, struct df_task **out);

/**
 * Plans and starts the query. Borrows. Task: a df_stream. Errors: NULL; the task's: the planner's, a function that
 * cannot be resolved.
 */
struct df_error *df_dataframe_execute(const struct df_dataframe *dataframe, struct df_task **out);

/**
 * Counts the rows. Borrows. Task: a df_buffer of one little-endian int64. Errors: NULL; the task's: the engine's.
 */
struct df_error *df_dataframe_count(const struct df_dataframe *dataframe, struct df_task **out);

/**
 * Draws the first `rows` rows as a table; -1: all of them. Borrows. Task: a df_buffer, UTF-8. Errors: NULL; the
 * task's: the engine's.
 */
struct df_error *df_dataframe_text(const struct df_dataframe *dataframe, int64_t rows, struct df_task **out);

/**
 * Runs the query and writes its rows to files. Borrows `dataframe` and `sink` (FileSink). Task: a df_buffer of one
 * little-endian int64, the rows written. Errors: NULL, a message that does not parse; the task's: the engine's.
 */
struct df_error *df_dataframe_write(const struct df_dataframe *dataframe,
                                    const uint8_t *sink,
                                    size_t sink_len,
                                    struct df_task **out);

/**
 * Frees a frame. NULL is fine.
 */
void df_dataframe_free(struct df_dataframe *dataframe);

/**
 * Encodes the plan through the session's codec stack; without a session through a fresh one. Borrows. Task: a
 * df_buffer, a bare datafusion.LogicalPlanNode. Errors: NULL (but `session` may be NULL); the task's: DF_ERROR_PLAN where a
 * receiver could not decode it, DF_ERROR_UNSERIALIZABLE_FUNCTION, DF_ERROR_NOT_IMPLEMENTED.
 */
struct df_error *df_logical_plan_to_bytes(const struct df_logical_plan *plan,
                                          const struct df_session *session,
                                          struct df_task **out);

/**
 * Decodes a plan through the session's codec stack. Borrows. Task: a df_logical_plan. Errors: NULL; the task's:
 * DF_ERROR_MALFORMED_PAYLOAD, DF_ERROR_INLINING_REFUSED, DF_ERROR_UNRESOLVED_FUNCTION, DF_ERROR_MISSING_CODEC,
 * DF_ERROR_PLAN.
 */
struct df_error *df_logical_plan_from_bytes(const struct df_session *session,
                                            const uint8_t *bytes,
                                            size_t bytes_len,
                                            struct df_task **out);

/**
 * Draws the plan: the whole tree, indented, or its root's one line. Borrows. Task: a df_buffer, UTF-8. Errors: NULL.
 */
struct df_error *df_logical_plan_display(const struct df_logical_plan *plan, bool tree, struct df_task **out);

/**
 * How many inputs the plan's root has; 0 for NULL.
 */
size_t df_logical_plan_child_count(const struct df_logical_plan *plan);

/**
 * One input of the plan's root. Borrows. Task: a df_logical_plan. Errors: NULL; the task's: an index out of range.
 */
struct df_error *df_logical_plan_child(const struct df_logical_plan *plan, size_t index, struct df_task **out);

/**
 * The columns. Borrows. `out`: a schema, the caller's to release. Errors: NULL, DF_ERROR_ARROW.
 */
struct df_error *df_logical_plan_schema(const struct df_logical_plan *plan, struct ArrowSchema *out);

/**
 * Brings the callables of the plan's inlined functions to life, and makes its calls of table functions in the session's
 * name. Borrows. Task: nothing. Errors: NULL (but `session` may be NULL); the task's: the host's, DF_ERROR_PLAN for calls
 * of table functions without a session.
 */
struct df_error *df_logical_plan_resolve_functions(const struct df_logical_plan *plan,
                                                   const struct df_session *session,
                                                   struct df_task **out);

/**
 * Frees a plan. NULL is fine.
 */
void df_logical_plan_free(struct df_logical_plan *plan);

/**
 * Optimises the plan with the session's rules. Borrows. Task: a df_logical_plan. Errors: NULL; the task's: the
 * optimiser's.
 */
struct df_error *df_logical_plan_optimize(const struct df_logical_plan *plan,
                                          const struct df_session *session,
                                          struct df_task **out);

/**
 * Encodes the plan through the session's codec stack; without a session through a fresh one. Borrows. Task: a
 * df_buffer, a bare datafusion.PhysicalPlanNode. Errors: NULL (but `session` may be NULL); the task's: DF_ERROR_PLAN where a
 * receiver could not decode it, DF_ERROR_UNSERIALIZABLE_FUNCTION, DF_ERROR_NOT_IMPLEMENTED.
 */
struct df_error *df_execution_plan_to_bytes(const struct df_execution_plan *plan,
                                            const struct df_session *session,
                                            struct df_task **out);

/**
 * Decodes a plan through the session's codec stack. Borrows. Task: a df_execution_plan. Errors: NULL; the task's:
 * DF_ERROR_MALFORMED_PAYLOAD, DF_ERROR_INLINING_REFUSED, DF_ERROR_UNRESOLVED_FUNCTION, DF_ERROR_MISSING_CODEC,
 * DF_ERROR_PLAN.
 */
struct df_error *df_execution_plan_from_bytes(const struct df_session *session,
                                              const uint8_t *bytes,
                                              size_t bytes_len,
                                              struct df_task **out);

/**
 * Draws the plan: the whole tree, indented, or its root's one line. Borrows. Task: a df_buffer, UTF-8. Errors: NULL.
 */
struct df_error *df_execution_plan_display(const struct df_execution_plan *plan, bool tree, struct df_task **out);

/**
 * How many inputs the plan's root has; 0 for NULL.
 */
size_t df_execution_plan_child_count(const struct df_execution_plan *plan);

/**
 * One input of the plan's root. Borrows. Task: a df_execution_plan. Errors: NULL; the task's: an index out of range.
 */
struct df_error *df_execution_plan_child(const struct df_execution_plan *plan, size_t index, struct df_task **out);

/**
 * The columns. Borrows. `out`: a schema, the caller's to release. Errors: NULL, DF_ERROR_ARROW.
 */
struct df_error *df_execution_plan_schema(const struct df_execution_plan *plan, struct ArrowSchema *out);

/**
 * Brings the callables of the plan's inlined functions to life. Borrows. Task: nothing. Errors: NULL; the task's: the
 * host's.
 */
struct df_error *df_execution_plan_resolve_functions(const struct df_execution_plan *plan, struct df_task **out);

/**
 * Frees a plan. NULL is fine.
 */
void df_execution_plan_free(struct df_execution_plan *plan);

/**
 * How many partitions the plan's output has; 0 for NULL.
 */
size_t df_execution_plan_partition_count(const struct df_execution_plan *plan);

/**
 * Plans an expression over the columns of `schema`, an Arrow IPC schema message; operands are cast as in a query.
 * Borrows everything: `program` is an ExprProgram. Task: a df_physical_expr. Errors: NULL, a message that does not
 * parse; the task's: DF_ERROR_PLAN, DF_ERROR_SCHEMA for a column that is not there, DF_ERROR_NOT_IMPLEMENTED for what
 * no batch alone answers.
 */
struct df_error *df_physical_expr_new(const struct df_session *session,
                                      const uint8_t *program,
                                      size_t program_len,
                                      const struct df_function *const *functions,
                                      size_t functions_len,
                                      const uint8_t *schema,
                                      size_t schema_len,
                                      struct df_task **out);

/**
 * Evaluates the expression over the one batch of a list; its inlined functions come to life before. Borrows `expr`,
 * consumes `batches`. Task: a df_batch of one column. Errors: NULL; the task's: DF_ERROR_INVALID_ARGUMENT for a batch of
 * other columns or another number of batches, the host's, DF_ERROR_ARROW, DF_ERROR_EXECUTION.
 */
struct df_error *df_physical_expr_evaluate(const struct df_physical_expr *expr,
                                           struct df_batches *batches,
                                           struct df_task **out);

/**
 * The one column that the expression makes. Borrows. `out`: a schema, the caller's to release. Errors: NULL,
 * DF_ERROR_ARROW.
 */
struct df_error *df_physical_expr_schema(const struct df_physical_expr *expr, struct ArrowSchema *out);

/**
 * The expression as text. Borrows. Task: a df_buffer, UTF-8. Errors: NULL.
 */
struct df_error *df_physical_expr_display(const struct df_physical_expr *expr, struct df_task **out);

/**
 * Frees an expression. NULL is fine.
 */
void df_physical_expr_free(struct df_physical_expr *expr);

/**
 * The columns of the batches. Borrows. `out`: a schema, the caller's to release. Errors: NULL, DF_ERROR_ARROW.
 */
struct df_error *df_stream_schema(const struct df_stream *stream, struct ArrowSchema *out);

/**
 * Waits for the next batch. Borrows. Task: a df_batch, or NULL at the end and ever after. Errors: NULL; the task's:
 * the query's, once; DF_ERROR_CANCELLED after df_stream_cancel.
 */
struct df_error *df_stream_next(const struct df_stream *stream, struct df_task **out);

/**
 * Cancels the query. NULL is fine; so is any thread.
 */
void df_stream_cancel(const struct df_stream *stream);

/**
 * Turns the stream into an Arrow C stream, whose release cancels the query. Consumes `stream`. `out`: the C stream,
 * the caller's to release. Errors: NULL.
 */
struct df_error *df_stream_into_array_stream(struct df_stream *stream, struct ArrowArrayStream *out);

/**
 * Frees a stream and cancels its query. NULL is fine.
 */
void df_stream_free(struct df_stream *stream);

/**
 * How many rows; 0 for NULL.
 */
int64_t df_batch_rows(const struct df_batch *batch);

/**
 * Gives the data away without copying. Consumes `batch`. `out`: a struct array, the caller's to release. Errors: NULL.
 */
struct df_error *df_batch_into_array(struct df_batch *batch, struct ArrowArray *out);

/**
 * Frees a batch. NULL is fine.
 */
void df_batch_free(struct df_batch *batch);

/**
 * Calls the array's release function, if it has not been called. NULL is fine.
 */
void df_array_release(struct ArrowArray *array);

/**
 * Calls the schema's release function, if it has not been called. NULL is fine.
 */
void df_schema_release(struct ArrowSchema *schema);

/**
 * Starts a scheduler or an executor, with the functions, codecs and policy that a session has now. Borrows `session` and
 * `options` (NodeOptions). Task: a df_node. Errors: NULL, a message that does not parse; the task's:
 * DF_ERROR_INVALID_ARGUMENT, DF_ERROR_IO, DF_ERROR_EXECUTION where the scheduler does not answer.
 */
struct df_error *df_node_start(const struct df_session *session,
                               const uint8_t *options,
                               size_t options_len,
                               struct df_task **out);

/**
 * Where a node listens, and how it does. Borrows. `out`: NodeInfo. Errors: NULL.
 */
struct df_error *df_node_info(const struct df_node *node, struct df_buffer **out);

/**
 * Stops a node; an executor ends its tasks first, as far as `drain_millis` allow. Again, it does nothing. Borrows. Task:
 * nothing. Errors: NULL.
 */
struct df_error *df_node_stop(const struct df_node *node,
                              uint64_t drain_millis,
                              struct df_task **out);

/**
 * Frees a node, which stops at once if it was not stopped. NULL is fine.
 */
void df_node_free(struct df_node *node);

/**
 * Makes an empty list of batches. Borrows `schema`. `out`: the list. Errors: NULL, a schema that is none.
 */
struct df_error *df_batches_new(const struct ArrowSchema *schema, struct df_batches **out);

/**
 * Adds a copy of a struct array's rows. Borrows `batches` and `array`. Errors: NULL; DF_ERROR_ARROW for an array that
 * is not what the schema says or whose contents are not valid; then the list is as it was.
 */
struct df_error *df_batches_push(const struct df_batches *batches, const struct ArrowArray *array);

/**
 * Frees a list of batches. NULL is fine.
 */
void df_batches_free(struct df_batches *batches);

/**
 * Answers a batch with an array of the bound result type, which is copied. Consumes `answer`; borrows `array`. What is
 * wrong with the array is an error of the query. Errors: NULL; the query then hears that nothing was answered.
 */
struct df_error *df_answer_complete(struct df_answer *answer, const struct ArrowArray *array);

/**
 * Answers a batch with an error. Consumes both. Errors: NULL; the query then hears that nothing was answered.
 */
struct df_error *df_answer_fail(struct df_answer *answer, struct df_error *error);

/**
 * Gives an answer up: an error of the query. NULL is fine.
 */
void df_answer_free(struct df_answer *answer);

/**
 * Grows `values` to at least `capacity` bytes, keeping what is written; updates `values` and `capacity`. Only within
 * the callback that was handed `output`, on its thread. Errors: NULL, an output that is not this thread's, an output
 * of fixed width, DF_ERROR_RESOURCES_EXHAUSTED beyond 2 GiB.
 */
struct df_error *df_output_reserve(struct df_output *output, int64_t capacity);

/**
 * Hands over the next array of an answer, which is copied; its type is the one that the caller expects. Only within the
 * callback that was handed `results`, on its thread. Errors: NULL, results that are not this thread's, more arrays
 * than expected; DF_ERROR_ARROW for an array whose shape or contents are not what its type asks for.
 */
struct df_error *df_results_push(struct df_results *results, const struct ArrowArray *array);

/**
 * Hands over a schema as the answer, which is copied. Only within the callback that was handed `results`, on its
 * thread. Errors: NULL, results that are not this thread's, a schema that is none.
 */
struct df_error *df_results_set_schema(struct df_results *results, const struct ArrowSchema *schema);

/**
 * Hands over a frame as the answer, which is borrowed. Only within the callback that was handed `results`, on its
 * thread. Errors: NULL, results that are not this thread's.
 */
struct df_error *df_results_set_dataframe(struct df_results *results, const struct df_dataframe *dataframe);

/**
 * Hands over bytes as the answer, which are copied. Only within the callback that was handed `results`, on its thread.
 * Errors: NULL, results that are not this thread's.
 */
struct df_error *df_results_set_bytes(struct df_results *results, const uint8_t *bytes, size_t bytes_len);

/**
 * Hands over a function as the answer, which is borrowed. Only within the callback that was handed `results`, on its
 * thread. Errors: NULL, results that are not this thread's.
 */
struct df_error *df_results_set_function(struct df_results *results, const struct df_function *function);

#endif  /* DATAFUSION_C_H */

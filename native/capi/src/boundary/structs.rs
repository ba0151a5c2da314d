//! The plain structs that cross the boundary by value: callbacks and what they are handed.

use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};

use super::{df_aggregate_callback, df_answer, df_results, df_table_callback};
use crate::error::df_error;

/// Keeps an exception of the host's alive: `release(data)` runs once, when nobody needs it any more. `data` 0: none.
#[repr(C)]
pub struct df_failure {
    pub data: u64,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// What a started task calls.
#[repr(C)]
pub struct df_completion_functions {
    /// Called exactly once, from any thread, when the task has ended.
    pub complete: Option<extern "C" fn(data: u64)>,
}

/// Who hears that a task has ended.
#[repr(C)]
pub struct df_completion {
    pub data: u64,
    pub functions: Option<&'static df_completion_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// Where a row function writes; native code allocates, the callback fills.
#[repr(C)]
pub struct df_output {
    /// A bitmap of `rows` bits, all 1 at entry; the callback clears the bits of nulls and counts them.
    pub validity: *mut u8,
    /// Fixed width: rows * width bytes, zeroed. Boolean: a bitmap, zeroed. Variable width: `capacity` bytes.
    pub values: *mut u8,
    /// Variable width: rows + 1 offsets, the first of them 0. Otherwise NULL.
    pub offsets: *mut i32,
    /// Variable width: the bytes available in `values`. Otherwise 0.
    pub capacity: i64,
    /// Set by the callback.
    pub null_count: i64,
}

/// Columns that a callback is handed for the length of a call. It may move an array out, which sets its release to NULL.
#[repr(C)]
pub struct df_columns {
    /// `count` arrays with offset 0, of the types that the callback was bound to.
    pub arrays: *mut FFI_ArrowArray,
    /// `count` flags: 1 where the array is one row that stands for every row.
    pub scalars: *const u8,
    pub count: i64,
    /// The rows of the batch.
    pub rows: i64,
}

/// What a function over vectors can do whose types are known.
#[repr(C)]
pub struct df_bound_functions {
    /// Evaluates a batch; pushes one array of the bound result type to `results`. A non-NULL answer is an error, given
    /// away.
    pub invoke: Option<
        extern "C" fn(
            data: u64,
            columns: *mut df_columns,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Of an asynchronous function, in place of `invoke`: takes a batch. `answer` is given away, and completed, failed or
    /// freed once, now or later, on any thread.
    pub begin: Option<extern "C" fn(data: u64, columns: *mut df_columns, answer: *mut df_answer)>,
}

/* of df_bound_functions, continued */
/// A function over vectors, bound to the fields of one call.
#[repr(C)]
pub struct df_bound_callback {
    pub data: u64,
    pub functions: Option<&'static df_bound_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// What a scalar function's callback can do. One over rows has `invoke`, one over vectors has `bind`. A non-NULL answer is
/// an error, given away.
#[repr(C)]
pub struct df_scalar_functions {
    /// `args`: `count` arrays with offset 0, each of length `rows`, of the declared argument types; borrowed for the
    /// call.
    pub invoke: Option<
        extern "C" fn(
            data: u64,
            args: *const FFI_ArrowArray,
            count: i64,
            rows: i64,
            output: *mut df_output,
        ) -> *mut df_error,
    >,
    /// Makes the function of a call's types: `fields` are the argument fields and, last, the result field; borrowed.
    /// Writes `out` on success only.
    pub bind: Option<
        extern "C" fn(
            data: u64,
            fields: *const FFI_ArrowSchema,
            out: *mut df_bound_callback,
        ) -> *mut df_error,
    >,
    /// Computes the result field: `fields` are the argument fields; `literals` has for each a row with its value, or none
    /// where it is no literal. Sets a schema of one field.
    pub return_field: Option<
        extern "C" fn(
            data: u64,
            fields: *const FFI_ArrowSchema,
            literals: *mut df_columns,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Chooses the types that arguments of these fields' types are cast to. Sets a schema of as many fields.
    pub coerce_types: Option<
        extern "C" fn(
            data: u64,
            fields: *const FFI_ArrowSchema,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
}

/// A scalar function of the host's.
#[repr(C)]
pub struct df_scalar_callback {
    pub data: u64,
    pub functions: Option<&'static df_scalar_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// What the host itself can do.
#[repr(C)]
pub struct df_host_functions {
    /// The first call on each thread of the runtime; `index` counts them.
    pub thread_started: Option<extern "C" fn(data: u64, index: i64)>,
    /// Brings a decoded inlined function to life. `body` is a serialised InlinedFunction whose digest has been
    /// verified; `sha256` is 32 bytes. Writes `out` on success only. A non-NULL answer is an error, given away.
    pub resolve_scalar: Option<
        extern "C" fn(
            data: u64,
            body: *const u8,
            body_len: usize,
            sha256: *const u8,
            out: *mut df_scalar_callback,
        ) -> *mut df_error,
    >,
    /// The same for an aggregate function.
    pub resolve_aggregate: Option<
        extern "C" fn(
            data: u64,
            body: *const u8,
            body_len: usize,
            sha256: *const u8,
            out: *mut df_aggregate_callback,
        ) -> *mut df_error,
    >,
    /// The same for a table function.
    pub resolve_table: Option<
        extern "C" fn(
            data: u64,
            body: *const u8,
            body_len: usize,
            sha256: *const u8,
            out: *mut df_table_callback,
        ) -> *mut df_error,
    >,
    /// As `resolve_scalar`, for window functions.
    pub resolve_window: Option<
        extern "C" fn(
            data: u64,
            body: *const u8,
            body_len: usize,
            sha256: *const u8,
            out: *mut df_window_callback,
        ) -> *mut df_error,
    >,
}

/// The host of this library: the runtime of another language.
#[repr(C)]
pub struct df_host_callback {
    pub data: u64,
    pub functions: Option<&'static df_host_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// Where a callback writes a signature.
#[repr(C)]
pub struct df_signature {
    /// `capacity` bytes.
    pub value: *mut u8,
    pub capacity: i64,
    /// Set by the callback: how many bytes it wrote, at least 1.
    pub len: i64,
}

/// A signature, and the content that it should be over; borrowed for a call. No pointer is NULL.
#[repr(C)]
pub struct df_signed_content {
    /// UTF-8.
    pub algorithm: *const u8,
    pub algorithm_len: i64,
    pub key_id: *const u8,
    pub key_id_len: i64,
    pub value: *const u8,
    pub value_len: i64,
    pub content: *const u8,
    pub content_len: i64,
}

/// What signs and verifies inlined functions. A non-NULL answer is an error, given away.
#[repr(C)]
pub struct df_signing_functions {
    /// Signs `content` with the key that the policy names.
    pub sign: Option<
        extern "C" fn(
            data: u64,
            content: *const u8,
            content_len: usize,
            signature: *mut df_signature,
        ) -> *mut df_error,
    >,
    /// Writes a DF_VERDICT_* to `verdict`.
    pub verify: Option<
        extern "C" fn(
            data: u64,
            signed_content: *const df_signed_content,
            verdict: *mut i32,
        ) -> *mut df_error,
    >,
}

/// The signatures of a policy.
#[repr(C)]
pub struct df_signing_callback {
    pub data: u64,
    pub functions: Option<&'static df_signing_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// Rows from `start` to before `end`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct df_range {
    pub start: i64,
    pub end: i64,
}

/// What the evaluator of one partition can do, never on two threads at once. A non-NULL answer is an error, given away.
#[repr(C)]
pub struct df_evaluator_functions {
    /// Evaluates a whole partition: pushes one array with a value for each row. `fields` are those of the columns.
    pub evaluate_all: Option<
        extern "C" fn(
            data: u64,
            fields: *const FFI_ArrowSchema,
            columns: *mut df_columns,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Evaluates rows, one for each of `count` ranges: pushes one array with as many values. `columns` are the arguments,
    /// then the order's; NULL, and with it `fields`: those of the call before.
    pub evaluate: Option<
        extern "C" fn(
            data: u64,
            fields: *const FFI_ArrowSchema,
            columns: *mut df_columns,
            ranges: *const df_range,
            count: i64,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Evaluates a whole partition of `rows` by its groups of rows that are equal by the order: pushes one array with a
    /// value for each row.
    pub evaluate_all_with_rank: Option<
        extern "C" fn(
            data: u64,
            rows: i64,
            groups: *const df_range,
            count: i64,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Writes the rows that each row from `first` to before `rows` depends on to `ranges`. NULL: itself only.
    pub get_ranges: Option<
        extern "C" fn(data: u64, first: i64, rows: i64, ranges: *mut df_range) -> *mut df_error,
    >,
    /// Told the last range after a batch, writes the first of its rows that is still needed. NULL: all of them are.
    pub memoize:
        Option<extern "C" fn(data: u64, range: *const df_range, needed: *mut i64) -> *mut df_error>,
}

/// The evaluator of one partition.
#[repr(C)]
pub struct df_evaluator_callback {
    pub data: u64,
    pub functions: Option<&'static df_evaluator_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// The call says IGNORE NULLS.
pub const DF_WINDOW_IGNORES_NULLS: i32 = 1;
/// The rows come in the reverse of the order that was asked for.
pub const DF_WINDOW_REVERSED: i32 = 2;

/// What a window function's callback can do. A non-NULL answer is an error, given away.
#[repr(C)]
pub struct df_window_functions {
    /// Makes the evaluator of a partition. `fields` are the argument fields and, last, the result field; `literals` has
    /// for each argument a row with its value, or none where it is no literal; `flags` are DF_WINDOW_*. Writes `out` on
    /// success only.
    pub open: Option<
        extern "C" fn(
            data: u64,
            fields: *const FFI_ArrowSchema,
            literals: *mut df_columns,
            flags: i32,
            out: *mut df_evaluator_callback,
        ) -> *mut df_error,
    >,
    /// Computes the result field from the argument fields. Sets a schema of one field.
    pub return_field: Option<
        extern "C" fn(
            data: u64,
            fields: *const FFI_ArrowSchema,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Chooses the types that arguments of these fields' types are cast to. Sets a schema of as many fields.
    pub coerce_types: Option<
        extern "C" fn(
            data: u64,
            fields: *const FFI_ArrowSchema,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
}

/// A window function of the host's.
#[repr(C)]
pub struct df_window_callback {
    pub data: u64,
    pub functions: Option<&'static df_window_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

//! Tables whose rows the host reads itself.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::{Callback, TableHost, df_results, method};
use crate::error::{DF_ERROR_CALLBACK, Outcome, df_error};
use crate::expr::df_program;
use crate::stream::df_stream;

/// What a table function's callback can do. One that makes queries has `call`; a table whose rows the host reads itself,
/// without arguments, has the others. A non-NULL answer is an error, given away.
#[repr(C)]
pub struct df_table_functions {
    /// Makes the table of a call. `session` is the data of the calling session, `arguments` a TableArguments, borrowed.
    /// Sets a frame.
    pub call: Option<
        extern "C" fn(
            data: u64,
            session: u64,
            arguments: *const u8,
            arguments_len: usize,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Sets the schema of all columns.
    pub schema: Option<extern "C" fn(data: u64, results: *mut df_results) -> *mut df_error>,
    /// Says how far a scan would apply each of `count` filters, borrowed: writes to `out` 0 not at all, 1 so that some
    /// rows may be left that the filter refuses, 2 exactly.
    pub supports_filters: Option<
        extern "C" fn(
            data: u64,
            filters: *const *const df_program,
            count: usize,
            out: *mut u8,
        ) -> *mut df_error,
    >,
    /// Plans a scan; nothing is read yet. `request` is a ScanRequest without filters; those are the `count` programs.
    /// Sets a ScanShape as bytes, and writes `out`.
    pub scan: Option<
        extern "C" fn(
            data: u64,
            request: *const u8,
            request_len: usize,
            filters: *const *const df_program,
            count: usize,
            out: *mut df_rows_callback,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Takes rows in: `op` 0 append, 1 overwrite, 2 replace. `stream` is given away. Writes how many rows.
    pub insert: Option<
        extern "C" fn(data: u64, op: i32, stream: *mut df_stream, rows: *mut u64) -> *mut df_error,
    >,
}

/// A table function of the host's.
#[repr(C)]
pub struct df_table_callback {
    pub data: u64,
    pub functions: Option<&'static df_table_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// What the rows of a scan can do.
#[repr(C)]
pub struct df_rows_functions {
    /// Begins to read a partition. Writes `out` on success only. A non-NULL answer is an error, given away.
    pub open: Option<
        extern "C" fn(data: u64, partition: i64, out: *mut df_reader_callback) -> *mut df_error,
    >,
}

/// The rows of a scan, of all its partitions.
#[repr(C)]
pub struct df_rows_callback {
    pub data: u64,
    pub functions: Option<&'static df_rows_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// What the reader of a partition can do.
#[repr(C)]
pub struct df_reader_functions {
    /// Pushes the next batch to `results` as one struct array, or nothing at the end. It may wait. A non-NULL answer is
    /// an error, given away.
    pub next: Option<extern "C" fn(data: u64, results: *mut df_results) -> *mut df_error>,
    /// Ends a wait in `next`, from any thread: nobody needs the rows any more.
    pub interrupt: Option<extern "C" fn(data: u64)>,
}

/// The reader of a partition; `release` closes it.
#[repr(C)]
pub struct df_reader_callback {
    pub data: u64,
    pub functions: Option<&'static df_reader_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// The rows of a scan of the host's.
pub type RowsHost = Callback<df_rows_functions>;

/// The host's reader of a partition.
pub type ReaderHost = Callback<df_reader_functions>;

/// Programs by pointer, as callbacks borrow them.
struct Programs(Vec<*const df_program>);

// SAFETY: the programs outlive the call that they are lent to, and nothing writes to them.
unsafe impl Send for Programs {}

impl Programs {
    fn of(programs: &[df_program]) -> Self {
        Self(programs.iter().map(std::ptr::from_ref).collect())
    }
}

impl TableHost {
    /// Whether the host reads the table's rows itself.
    pub fn is_source(&self) -> bool {
        self.functions().schema.is_some()
    }

    /// Answers all columns.
    pub fn schema(&self) -> Outcome<SchemaRef> {
        let schema = method(self.functions().schema, "schema")?;
        let mut results = df_results::of_schema();
        let answer = &mut results;
        self.attempt(move |data| answer.lend(|results| schema(data, results)))?;
        results.into_schema()
    }

    /// Answers a number for each filter, which the host has made up.
    pub fn supports_filters(&self, filters: &[df_program]) -> Outcome<Vec<u8>> {
        let supports = method(self.functions().supports_filters, "supports_filters")?;
        let mut written = vec![0; filters.len()];
        let (programs, room) = (Programs::of(filters), &mut written);
        self.attempt(move |data| {
            let programs = programs;
            let Programs(pointers) = &programs;
            supports(data, pointers.as_ptr(), pointers.len(), room.as_mut_ptr())
        })?;
        Ok(written)
    }

    /// Plans a scan; answers its rows, and a ScanShape.
    pub fn scan(&self, request: &[u8], filters: &[df_program]) -> Outcome<(RowsHost, Vec<u8>)> {
        let scan = method(self.functions().scan, "scan")?;
        let mut results = df_results::of_bytes();
        let (programs, answer) = (Programs::of(filters), &mut results);
        let rows = Callback::made(|made: &mut df_rows_callback| {
            self.attempt(move |data| {
                let programs = programs;
                let Programs(pointers) = &programs;
                let (first, count) = (pointers.as_ptr(), pointers.len());
                let (bytes, len) = (request.as_ptr(), request.len());
                answer.lend(|results| scan(data, bytes, len, first, count, made, results))
            })
        })?;
        Ok((rows, results.into_bytes().unwrap_or_default()))
    }

    /// Has the host take rows in; answers how many.
    pub fn insert(&self, op: i32, stream: Box<df_stream>) -> Outcome<u64> {
        let insert = method(self.functions().insert, "insert")?;
        let mut rows = 0;
        let written = &mut rows;
        self.attempt(move |data| insert(data, op, Box::into_raw(stream), written))?;
        Ok(rows)
    }
}

impl RowsHost {
    /// Begins to read a partition.
    pub fn open(&self, partition: usize) -> Outcome<ReaderHost> {
        let open = method(self.functions().open, "open")?;
        Callback::made(|made: &mut df_reader_callback| {
            self.attempt(move |data| open(data, partition as i64, made))
        })
    }
}

impl ReaderHost {
    /// Answers the next batch; None at the end.
    pub fn next(&self, schema: &SchemaRef) -> Outcome<Option<RecordBatch>> {
        let next = method(self.functions().next, "next")?;
        let rows = DataType::Struct(schema.fields().clone());
        let mut results = df_results::of_arrays(vec![rows]);
        let answer = &mut results;
        self.attempt(move |data| answer.lend(|results| next(data, results)))?;
        results
            .into_next()
            .map(|rows| batch_of(&rows, schema))
            .transpose()
    }

    /// Ends a wait for a batch.
    pub fn interrupt(&self) {
        if let Some(interrupt) = self.functions().interrupt {
            let _ = self.call(|data| interrupt(data));
        }
    }
}

fn batch_of(rows: &ArrayRef, schema: &SchemaRef) -> Outcome<RecordBatch> {
    let rows = rows.as_struct();
    if rows.logical_null_count() > 0 {
        let message = "a batch some of whose rows are null as a whole";
        return Err(df_error::boxed(DF_ERROR_CALLBACK, message));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let columns = rows.columns().to_vec();
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        columns,
        &options,
    )?)
}

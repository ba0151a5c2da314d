//! Codecs that the host writes.

use arrow::datatypes::{Schema, SchemaRef};
use arrow::ffi::FFI_ArrowSchema;

use super::{Callback, TableHost, df_results, df_table_functions, method, write_schema};
use crate::error::{Outcome, df_error};
use crate::function::{Function, df_function};

/// What a codec of the host's can do. A codec has no opinion where it sets nothing. A non-NULL answer is an error, given
/// away, by which the codec declines.
#[repr(C)]
pub struct df_codec_functions {
    /// Writes a table that a host reads itself, known by the `data` and `functions` of its callback: sets bytes.
    pub encode_table: Option<
        extern "C" fn(
            data: u64,
            table: u64,
            functions: *const df_table_functions,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Reads such a table of the schema's columns: sets a function without arguments. All is borrowed.
    pub decode_table: Option<
        extern "C" fn(
            data: u64,
            bytes: *const u8,
            bytes_len: usize,
            schema: *const FFI_ArrowSchema,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Writes a function, which is given away: sets bytes.
    pub encode_function: Option<
        extern "C" fn(
            data: u64,
            function: *mut df_function,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
    /// Reads a function of that name, or finds it by its name where there are no bytes: sets a function. `kind` 1 scalar,
    /// 2 aggregate, 3 window. All is borrowed.
    pub decode_function: Option<
        extern "C" fn(
            data: u64,
            kind: i32,
            name: *const u8,
            name_len: usize,
            bytes: *const u8,
            bytes_len: usize,
            results: *mut df_results,
        ) -> *mut df_error,
    >,
}

/// A codec of the host's.
#[repr(C)]
pub struct df_codec_callback {
    pub data: u64,
    pub functions: Option<&'static df_codec_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// What is told of payloads.
#[repr(C)]
pub struct df_trace_functions {
    /// A codec has written or read a payload: `codec` is its id or "default", `subject` what the payload is of, both UTF-8
    /// and borrowed.
    pub payload: Option<
        extern "C" fn(
            data: u64,
            written: bool,
            codec: *const u8,
            codec_len: usize,
            subject: *const u8,
            subject_len: usize,
            bytes: u64,
        ),
    >,
}

/// Who is told of payloads.
#[repr(C)]
pub struct df_trace_callback {
    pub data: u64,
    pub functions: Option<&'static df_trace_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// Who is told of payloads.
pub type TraceHost = Callback<df_trace_functions>;

impl TraceHost {
    /// Tells of a payload.
    pub fn payload(&self, written: bool, codec: &str, subject: &str, bytes: usize) {
        let Some(payload) = self.functions().payload else {
            return;
        };
        let _ = self.call(|data| {
            let (codec_len, subject_len) = (codec.len(), subject.len());
            let (codec, subject) = (codec.as_ptr(), subject.as_ptr());
            payload(
                data,
                written,
                codec,
                codec_len,
                subject,
                subject_len,
                bytes as u64,
            );
        });
    }
}

/// A codec of the host's.
pub type CodecCallback = Callback<df_codec_functions>;

/// A pointer that a callback compares, and nothing else.
struct Known(*const df_table_functions);

// SAFETY: nobody reads through it.
unsafe impl Send for Known {}

impl CodecCallback {
    /// Has the host write a table; None where it has no opinion.
    pub fn encode_table(&self, table: &TableHost) -> Outcome<Option<Vec<u8>>> {
        let encode = method(self.functions().encode_table, "encode_table")?;
        let known = Known(std::ptr::from_ref(table.functions()));
        let table = table.data();
        let mut results = df_results::of_bytes();
        let answer = &mut results;
        self.attempt(move |data| {
            let known = known;
            answer.lend(|results| encode(data, table, known.0, results))
        })?;
        Ok(results.into_bytes())
    }

    /// Has the host read a table; None where it has no opinion.
    pub fn decode_table(&self, bytes: &[u8], schema: &SchemaRef) -> Outcome<Option<Function>> {
        let decode = method(self.functions().decode_table, "decode_table")?;
        let schema = write_schema(&Schema::new(schema.fields().clone()))?;
        let mut results = df_results::of_bytes();
        let answer = &mut results;
        self.attempt(move |data| {
            let (first, len) = (bytes.as_ptr(), bytes.len());
            answer.lend(|results| decode(data, first, len, &schema, results))
        })?;
        Ok(results.into_function())
    }

    /// Has the host write a function; None where it has no opinion.
    pub fn encode_function(&self, function: Function) -> Outcome<Option<Vec<u8>>> {
        let encode = method(self.functions().encode_function, "encode_function")?;
        let function = Box::new(df_function::new(function));
        let mut results = df_results::of_bytes();
        let answer = &mut results;
        self.attempt(move |data| {
            answer.lend(|results| encode(data, Box::into_raw(function), results))
        })?;
        Ok(results.into_bytes())
    }

    /// Has the host read a function; None where it has no opinion.
    pub fn decode_function(
        &self,
        kind: i32,
        name: &str,
        bytes: &[u8],
    ) -> Outcome<Option<Function>> {
        let decode = method(self.functions().decode_function, "decode_function")?;
        let mut results = df_results::of_bytes();
        let answer = &mut results;
        self.attempt(move |data| {
            let (name, name_len) = (name.as_ptr(), name.len());
            let (first, len) = (bytes.as_ptr(), bytes.len());
            answer.lend(|results| decode(data, kind, name, name_len, first, len, results))
        })?;
        Ok(results.into_function())
    }
}

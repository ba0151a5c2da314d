//! Batches: rows out of a stream.

use std::mem::MaybeUninit;

use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow::record_batch::RecordBatch;

use crate::boundary::{
    Kind, Live, array_release, infallible, required, schema_release, write_array, written,
};
use crate::error::df_error;
use crate::runtime;

/// Rows, every array of them with offset 0 at every level.
pub struct df_batch {
    batch: RecordBatch,
    _live: Live,
}

impl df_batch {
    pub(crate) fn boxed(batch: RecordBatch) -> Box<Self> {
        Box::new(Self {
            batch,
            _live: Live::new(Kind::Batch),
        })
    }
}

/// How many rows; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_batch_rows(batch: Option<&df_batch>) -> i64 {
    infallible("df_batch_rows", 0, || {
        batch.map_or(0, |batch| batch.batch.num_rows() as i64)
    })
}

/// Gives the data away without copying. Consumes `batch`. `out`: a struct array, the caller's to release. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_batch_into_array(
    batch: Option<Box<df_batch>>,
    out: Option<&mut MaybeUninit<FFI_ArrowArray>>,
) -> Option<Box<df_error>> {
    written("df_batch_into_array", out, || {
        Ok(write_array(&required(batch, "batch")?.batch))
    })
}

/// Frees a batch. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_batch_free(batch: Option<Box<df_batch>>) {
    infallible("df_batch_free", (), || runtime::free(batch));
}

/// Calls the array's release function, if it has not been called. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_array_release(array: Option<&mut FFI_ArrowArray>) {
    infallible("df_array_release", (), || array_release(array));
}

/// Calls the schema's release function, if it has not been called. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_schema_release(schema: Option<&mut FFI_ArrowSchema>) {
    infallible("df_schema_release", (), || schema_release(schema));
}

//! Batches going in, to be a table.

use std::mem::MaybeUninit;
use std::sync::{Mutex, PoisonError};

use arrow::datatypes::SchemaRef;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow::record_batch::RecordBatch;

use crate::boundary::{Kind, Live, checked, fallible, infallible, read_array, required, schema_of};
use crate::error::{Outcome, df_error};
use crate::runtime;

/// Batches of one schema.
pub struct df_batches {
    schema: SchemaRef,
    batches: Mutex<Vec<RecordBatch>>,
    _live: Live,
}

impl df_batches {
    pub(crate) fn into_parts(self) -> (SchemaRef, Vec<RecordBatch>) {
        (
            self.schema,
            self.batches
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    fn push(&self, array: &FFI_ArrowArray) -> Outcome<()> {
        let batch = read_array(array, &self.schema)?;
        self.batches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(batch);
        Ok(())
    }
}

/// Makes an empty list of batches. Borrows `schema`. `out`: the list. Errors: NULL, a schema that is none.
#[unsafe(no_mangle)]
pub extern "C" fn df_batches_new(
    schema: Option<&FFI_ArrowSchema>,
    out: Option<&mut MaybeUninit<Option<Box<df_batches>>>>,
) -> Option<Box<df_error>> {
    fallible("df_batches_new", out, || {
        let schema = schema_of(required(schema, "schema")?)?;
        Ok(df_batches {
            schema,
            batches: Mutex::default(),
            _live: Live::new(Kind::Batch),
        })
    })
}

/// Adds a copy of a struct array's rows. Borrows `batches` and `array`. Errors: NULL; DF_ERROR_ARROW for an array that
/// is not what the schema says or whose contents are not valid; then the list is as it was.
#[unsafe(no_mangle)]
pub extern "C" fn df_batches_push(
    batches: Option<&df_batches>,
    array: Option<&FFI_ArrowArray>,
) -> Option<Box<df_error>> {
    checked("df_batches_push", || {
        required(batches, "batches")?.push(required(array, "array")?)
    })
}

/// Frees a list of batches. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_batches_free(batches: Option<Box<df_batches>>) {
    infallible("df_batches_free", (), || runtime::free(batches));
}

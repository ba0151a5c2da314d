use arrow::array::{Array, StructArray};
use arrow::datatypes::Schema;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow::ffi_stream::FFI_ArrowArrayStream;
use arrow::record_batch::{RecordBatch, RecordBatchReader};

use datafusion_inline::depth;

use crate::error::{DF_ERROR_ARROW, Outcome, df_error};

/// Answers the C schema of a schema: a struct of its fields.
pub fn write_schema(schema: &Schema) -> Outcome<FFI_ArrowSchema> {
    depth::check_types(schema)?;
    FFI_ArrowSchema::try_from(schema)
        .map_err(|error| df_error::boxed(DF_ERROR_ARROW, error.to_string()))
}

/// Answers the C array of a batch: a struct of its columns, which it shares.
pub fn write_array(batch: &RecordBatch) -> FFI_ArrowArray {
    FFI_ArrowArray::new(&StructArray::from(batch.clone()).to_data())
}

/// Answers a C stream that reads batches.
pub fn write_array_stream(reader: impl RecordBatchReader + Send + 'static) -> FFI_ArrowArrayStream {
    FFI_ArrowArrayStream::new(Box::new(reader))
}

/// Releases an array; the struct says so afterwards.
pub fn array_release(array: Option<&mut FFI_ArrowArray>) {
    if let Some(array) = array {
        drop(std::mem::replace(array, FFI_ArrowArray::empty()));
    }
}

/// Releases a schema; the struct says so afterwards.
pub fn schema_release(schema: Option<&mut FFI_ArrowSchema>) {
    if let Some(schema) = schema {
        drop(std::mem::replace(schema, FFI_ArrowSchema::empty()));
    }
}

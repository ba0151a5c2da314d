//! What a callback over vectors answers with.

use std::sync::Arc;

use arrow::array::{ArrayRef, make_array};
use arrow::datatypes::{DataType, FieldRef, SchemaRef};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};

use super::reading::read_column;
use super::{checked, lend, lent, required, schema_of};
use crate::dataframe::{Frame, df_dataframe};
use crate::error::{DF_ERROR_ARROW, Outcome, df_error};
use crate::function::{Function, df_function};

/// The answer of a callback, which hands it over piece by piece while it runs.
pub struct df_results {
    expected: Vec<DataType>,
    arrays: Vec<ArrayRef>,
    schema: Option<SchemaRef>,
    frame: Option<Arc<Frame>>,
    bytes: Option<Vec<u8>>,
    function: Option<Function>,
}

impl df_results {
    /// Waits for arrays of these types, in this order.
    pub(crate) fn of_arrays(expected: Vec<DataType>) -> Self {
        Self {
            expected,
            arrays: Vec::new(),
            schema: None,
            frame: None,
            bytes: None,
            function: None,
        }
    }

    /// Waits for a schema.
    pub(crate) fn of_schema() -> Self {
        Self::of_arrays(Vec::new())
    }

    /// Waits for a frame.
    pub(crate) fn of_frame() -> Self {
        Self::of_arrays(Vec::new())
    }

    /// Waits for bytes.
    pub(crate) fn of_bytes() -> Self {
        Self::of_arrays(Vec::new())
    }

    /// Lends itself to a callback on this thread.
    pub(crate) fn lend<T>(&mut self, callback: impl FnOnce(*mut df_results) -> T) -> T {
        lend(self, callback)
    }

    /// Answers the arrays, all that were waited for.
    pub(crate) fn into_arrays(self) -> Outcome<Vec<ArrayRef>> {
        if self.arrays.len() == self.expected.len() {
            return Ok(self.arrays);
        }
        Err(df_error::invalid(format!(
            "the callback answered {} arrays, and {} were expected",
            self.arrays.len(),
            self.expected.len()
        )))
    }

    /// Answers the one array that was waited for, if there was one.
    pub(crate) fn into_next(mut self) -> Option<ArrayRef> {
        self.arrays.pop()
    }

    /// Answers the bytes, if there were any.
    pub(crate) fn into_bytes(self) -> Option<Vec<u8>> {
        self.bytes
    }

    /// Answers the function, if there was one.
    pub(crate) fn into_function(self) -> Option<Function> {
        self.function
    }

    /// Answers the schema.
    pub(crate) fn into_schema(self) -> Outcome<SchemaRef> {
        required(self.schema, "schema")
    }

    /// Answers the schema's one field.
    pub(crate) fn into_field(self) -> Outcome<FieldRef> {
        let schema = self.into_schema()?;
        match schema.fields().as_ref() {
            [field] => Ok(field.clone()),
            fields => Err(df_error::invalid(format!(
                "a result field is one field, not {}",
                fields.len()
            ))),
        }
    }

    /// Answers the types of the schema's fields, one for each argument.
    pub(crate) fn into_types(self, arguments: usize) -> Outcome<Vec<DataType>> {
        let schema = self.into_schema()?;
        let fields = schema.fields();
        if fields.len() != arguments {
            return Err(df_error::invalid(format!(
                "{} types for {arguments} arguments",
                fields.len()
            )));
        }
        Ok(fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect())
    }

    /// Answers the frame.
    pub(crate) fn into_frame(self) -> Outcome<Arc<Frame>> {
        required(self.frame, "dataframe")
    }

    fn push(&mut self, array: &FFI_ArrowArray) -> Outcome<()> {
        let expected = self.expected.get(self.arrays.len()).ok_or_else(|| {
            df_error::invalid(format!("more than {} arrays", self.expected.len()))
        })?;
        let data = read_column(array, expected)
            .map_err(|error| df_error::boxed(DF_ERROR_ARROW, error.to_string()))?;
        self.arrays.push(make_array(data));
        Ok(())
    }
}

/// Hands over the next array of an answer, which is copied; its type is the one that the caller expects. Only within the
/// callback that was handed `results`, on its thread. Errors: NULL, results that are not this thread's, more arrays
/// than expected; DF_ERROR_ARROW for an array whose shape or contents are not what its type asks for.
#[unsafe(no_mangle)]
pub extern "C" fn df_results_push(
    results: *mut df_results,
    array: Option<&FFI_ArrowArray>,
) -> Option<Box<df_error>> {
    checked("df_results_push", || {
        let results = lent::<df_results>(results.cast(), "results")?;
        results.push(required(array, "array")?)
    })
}

/// Hands over a schema as the answer, which is copied. Only within the callback that was handed `results`, on its
/// thread. Errors: NULL, results that are not this thread's, a schema that is none.
#[unsafe(no_mangle)]
pub extern "C" fn df_results_set_schema(
    results: *mut df_results,
    schema: Option<&FFI_ArrowSchema>,
) -> Option<Box<df_error>> {
    checked("df_results_set_schema", || {
        let results = lent::<df_results>(results.cast(), "results")?;
        results.schema = Some(schema_of(required(schema, "schema")?)?);
        Ok(())
    })
}

/// Hands over a frame as the answer, which is borrowed. Only within the callback that was handed `results`, on its
/// thread. Errors: NULL, results that are not this thread's.
#[unsafe(no_mangle)]
pub extern "C" fn df_results_set_dataframe(
    results: *mut df_results,
    dataframe: Option<&df_dataframe>,
) -> Option<Box<df_error>> {
    checked("df_results_set_dataframe", || {
        let results = lent::<df_results>(results.cast(), "results")?;
        results.frame = Some(Arc::clone(&required(dataframe, "dataframe")?.frame));
        Ok(())
    })
}

/// Hands over bytes as the answer, which are copied. Only within the callback that was handed `results`, on its thread.
/// Errors: NULL, results that are not this thread's.
#[unsafe(no_mangle)]
pub extern "C" fn df_results_set_bytes(
    results: *mut df_results,
    bytes: *const u8,
    bytes_len: usize,
) -> Option<Box<df_error>> {
    checked("df_results_set_bytes", || {
        let results = lent::<df_results>(results.cast(), "results")?;
        results.bytes = Some(super::bytes(bytes, bytes_len, "bytes")?.to_vec());
        Ok(())
    })
}

/// Hands over a function as the answer, which is borrowed. Only within the callback that was handed `results`, on its
/// thread. Errors: NULL, results that are not this thread's.
#[unsafe(no_mangle)]
pub extern "C" fn df_results_set_function(
    results: *mut df_results,
    function: Option<&df_function>,
) -> Option<Box<df_error>> {
    checked("df_results_set_function", || {
        let results = lent::<df_results>(results.cast(), "results")?;
        results.function = Some(required(function, "function")?.function.clone());
        Ok(())
    })
}

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType;
use arrow::ffi::FFI_ArrowArray;

use super::structs::{df_host_functions, df_scalar_callback, df_scalar_functions};
use super::{Callback, Output};
use crate::error::{DF_ERROR_INTERNAL, DF_ERROR_UNRESOLVED_FUNCTION, Outcome, df_error};
use crate::normal;

/// Has a row function of the host's evaluate a batch.
pub fn invoke_scalar(
    callback: &Callback<df_scalar_functions>,
    args: &[ArrayRef],
    rows: usize,
    result: &DataType,
) -> Outcome<ArrayRef> {
    let invoke = callback.functions().invoke.ok_or_else(|| {
        df_error::boxed(
            DF_ERROR_INTERNAL,
            "the callback of a scalar function cannot be invoked",
        )
    })?;
    let args = args
        .iter()
        .map(|array| {
            Ok(FFI_ArrowArray::new(
                &normal::array_offset_zero(array)?.to_data(),
            ))
        })
        .collect::<Outcome<Vec<_>>>()?;
    let mut output = Output::new(result, rows)?;
    callback.attempt(|data| {
        output.lend(|output| invoke(data, args.as_ptr(), args.len() as i64, rows as i64, output))
    })?;
    output.finish(result)
}

/// Has the host bring a decoded scalar function to life.
pub fn resolve_scalar(
    host: &Callback<df_host_functions>,
    body: &[u8],
    sha256: &[u8; 32],
) -> Outcome<Callback<df_scalar_functions>> {
    let resolve = host.functions().resolve_scalar.ok_or_else(|| {
        df_error::boxed(
            DF_ERROR_UNRESOLVED_FUNCTION,
            "this host does not bring functions to life",
        )
    })?;
    let mut out = df_scalar_callback {
        data: 0,
        functions: None,
        release: None,
    };
    host.attempt(|data| resolve(data, body.as_ptr(), body.len(), sha256.as_ptr(), &mut out))?;
    Callback::of_scalar(out)
}

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{DataType, FieldRef, Schema};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};

use super::structs::{
    df_bound_callback, df_bound_functions, df_columns, df_host_functions, df_scalar_callback,
    df_scalar_functions,
};
use super::{Callback, Output, df_results, method, required, write_schema};
use crate::error::{DF_ERROR_UNRESOLVED_FUNCTION, Outcome, df_error};
use crate::normal;

/// The callback of a scalar function.
pub type ScalarHost = Callback<df_scalar_functions>;

/// The callback of a function over vectors, bound to the fields of one call.
pub type BoundHost = Callback<df_bound_functions>;

/// Columns on their way to a callback.
pub struct Columns {
    arrays: Vec<FFI_ArrowArray>,
    scalars: Vec<u8>,
    rows: usize,
}

impl Columns {
    /// Columns of a batch; those that are flagged have one row for all.
    pub fn of(arrays: &[(ArrayRef, bool)], rows: usize) -> Outcome<Self> {
        Ok(Self {
            scalars: arrays.iter().map(|(_, scalar)| u8::from(*scalar)).collect(),
            arrays: arrays
                .iter()
                .map(|(array, _)| exported(array))
                .collect::<Outcome<_>>()?,
            rows,
        })
    }

    pub(super) fn shown(&mut self) -> df_columns {
        df_columns {
            arrays: self.arrays.as_mut_ptr(),
            scalars: self.scalars.as_ptr(),
            count: self.arrays.len() as i64,
            rows: self.rows as i64,
        }
    }
}

// SAFETY: the arrays are exports of our own, which any thread may read and release.
unsafe impl Send for Columns {}

fn exported(array: &ArrayRef) -> Outcome<FFI_ArrowArray> {
    Ok(FFI_ArrowArray::new(
        &normal::array_offset_zero(array)?.to_data(),
    ))
}

pub(super) fn schema_of_fields(fields: &[FieldRef]) -> Outcome<FFI_ArrowSchema> {
    write_schema(&Schema::new(fields.to_vec()))
}

impl ScalarHost {
    /// Whether it is over rows, not vectors.
    pub fn is_over_rows(&self) -> bool {
        self.functions().invoke.is_some()
    }

    /// Has a row function evaluate a batch.
    pub fn invoke_rows(
        &self,
        args: &[ArrayRef],
        rows: usize,
        result: &DataType,
    ) -> Outcome<ArrayRef> {
        let invoke = method(self.functions().invoke, "invoke")?;
        let args = args.iter().map(exported).collect::<Outcome<Vec<_>>>()?;
        let mut output = Output::new(result, rows)?;
        self.attempt(|data| {
            output
                .lend(|output| invoke(data, args.as_ptr(), args.len() as i64, rows as i64, output))
        })?;
        output.finish(result)
    }

    /// Makes the function of a call's fields, the last of which is the result's.
    pub fn bind(&self, fields: &[FieldRef]) -> Outcome<BoundHost> {
        let bind = method(self.functions().bind, "bind")?;
        let fields = schema_of_fields(fields)?;
        Callback::made(|made: &mut df_bound_callback| {
            self.attempt(move |data| bind(data, &fields, made))
        })
    }

    /// Has the function compute its result field.
    pub fn return_field(&self, fields: &[FieldRef], mut literals: Columns) -> Outcome<FieldRef> {
        let compute = method(self.functions().return_field, "return_field")?;
        let fields = schema_of_fields(fields)?;
        let mut results = df_results::of_schema();
        let answer = &mut results;
        self.attempt(move |data| {
            let mut shown = literals.shown();
            answer.lend(|results| compute(data, &fields, &mut shown, results))
        })?;
        results.into_field()
    }

    /// Has the function choose the types that its arguments are cast to.
    pub fn coerce_types(&self, fields: &[FieldRef]) -> Outcome<Vec<DataType>> {
        let coerce = method(self.functions().coerce_types, "coerce_types")?;
        self.asked(fields, coerce)?.into_types(fields.len())
    }
}

impl<F> Callback<F> {
    /// Has a function of any kind answer a question about the fields of its arguments.
    pub(super) fn asked(
        &self,
        fields: &[FieldRef],
        question: extern "C" fn(u64, *const FFI_ArrowSchema, *mut df_results) -> *mut df_error,
    ) -> Outcome<df_results> {
        let schema = schema_of_fields(fields)?;
        let mut results = df_results::of_schema();
        let answer = &mut results;
        self.attempt(move |data| answer.lend(|results| question(data, &schema, results)))?;
        Ok(results)
    }
}

impl BoundHost {
    /// Has the function evaluate a batch.
    pub fn invoke(&self, mut columns: Columns, result: &DataType) -> Outcome<ArrayRef> {
        let invoke = method(self.functions().invoke, "invoke")?;
        let mut results = df_results::of_arrays(vec![result.clone()]);
        self.attempt(|data| {
            let mut shown = columns.shown();
            results.lend(|results| invoke(data, &mut shown, results))
        })?;
        required(results.into_arrays()?.pop(), "result")
    }
}

/// Has the host bring a decoded scalar function to life.
pub fn resolve_scalar(
    host: &Callback<df_host_functions>,
    body: &[u8],
    sha256: &[u8; 32],
) -> Outcome<ScalarHost> {
    let resolve = host.functions().resolve_scalar.ok_or_else(|| {
        df_error::boxed(
            DF_ERROR_UNRESOLVED_FUNCTION,
            "this host does not bring functions to life",
        )
    })?;
    Callback::made(|out: &mut df_scalar_callback| {
        host.attempt(|data| resolve(data, body.as_ptr(), body.len(), sha256.as_ptr(), out))
    })
}

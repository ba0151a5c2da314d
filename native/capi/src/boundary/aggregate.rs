//! Aggregate functions of the host's: the structs that cross, and the calls.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, FieldRef};
use arrow::ffi::FFI_ArrowSchema;

use super::structs::{df_columns, df_host_functions};
use super::{Callback, Columns, df_results, method, required, schema_of_fields};
use crate::error::{DF_ERROR_CALLBACK, DF_ERROR_UNRESOLVED_FUNCTION, Outcome, df_error};

/// What the states of one call's groups can do. Groups are numbered from 0; one that no row belongs to has the state of
/// no rows. Each call writes the bytes that the states take to `size`. A non-NULL answer is an error, given away; after
/// it nothing but `release` is called.
#[repr(C)]
pub struct df_accumulator_functions {
    /// Takes the rows of a batch in. `groups` has the group of each row, each less than `total`.
    pub update: Option<
        extern "C" fn(
            data: u64,
            columns: *mut df_columns,
            groups: *const i32,
            total: i64,
            size: *mut i64,
        ) -> *mut df_error,
    >,
    /// Takes partial states in: columns of the state fields' types.
    pub merge: Option<
        extern "C" fn(
            data: u64,
            columns: *mut df_columns,
            groups: *const i32,
            total: i64,
            size: *mut i64,
        ) -> *mut df_error,
    >,
    /// Takes rows back that were taken in; called where the definition says that it can be.
    pub retract: Option<
        extern "C" fn(
            data: u64,
            columns: *mut df_columns,
            groups: *const i32,
            total: i64,
            size: *mut i64,
        ) -> *mut df_error,
    >,
    /// Pushes the results of the first `groups` groups, also of those that were never heard of. Unless `keep`, they are
    /// gone afterwards, and the group behind them has number 0.
    pub evaluate: Option<
        extern "C" fn(
            data: u64,
            groups: i64,
            keep: bool,
            results: *mut df_results,
            size: *mut i64,
        ) -> *mut df_error,
    >,
    /// Pushes the partial states of the first `groups` groups, an array for each state field; as `evaluate`.
    pub state: Option<
        extern "C" fn(
            data: u64,
            groups: i64,
            keep: bool,
            results: *mut df_results,
            size: *mut i64,
        ) -> *mut df_error,
    >,
}

/// The states of one call's groups. Called by one thread at a time.
#[repr(C)]
pub struct df_accumulator_callback {
    pub data: u64,
    pub functions: Option<&'static df_accumulator_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// What an aggregate function's callback can do. A non-NULL answer is an error, given away.
#[repr(C)]
pub struct df_aggregate_functions {
    /// Makes the states of a call: `fields` are the argument fields and, last, the result field; borrowed. Writes `out`
    /// on success only.
    pub open: Option<
        extern "C" fn(
            data: u64,
            fields: *const FFI_ArrowSchema,
            out: *mut df_accumulator_callback,
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

/// An aggregate function of the host's.
#[repr(C)]
pub struct df_aggregate_callback {
    pub data: u64,
    pub functions: Option<&'static df_aggregate_functions>,
    pub release: Option<extern "C" fn(data: u64)>,
}

/// The callback of an aggregate function.
pub type AggregateHost = Callback<df_aggregate_functions>;

/// The states of one call's groups, at the host's.
#[derive(Debug)]
pub struct AccumulatorHost {
    callback: Callback<df_accumulator_functions>,
    size: i64,
}

/// The groups of rows.
pub struct Grouping {
    /// Each less than `total`.
    pub groups: Vec<i32>,
    pub total: i64,
}

type Take = extern "C" fn(u64, *mut df_columns, *const i32, i64, *mut i64) -> *mut df_error;
type Give = extern "C" fn(u64, i64, bool, *mut df_results, *mut i64) -> *mut df_error;

impl AggregateHost {
    /// Makes the states of a call.
    pub fn open(&self, fields: &[FieldRef]) -> Outcome<AccumulatorHost> {
        let open = method(self.functions().open, "open")?;
        let fields = schema_of_fields(fields)?;
        let callback = Callback::made(|made: &mut df_accumulator_callback| {
            self.attempt(move |data| open(data, &fields, made))
        })?;
        Ok(AccumulatorHost { callback, size: 0 })
    }

    /// Has the function compute its result field.
    pub fn return_field(&self, fields: &[FieldRef]) -> Outcome<FieldRef> {
        let compute = method(self.functions().return_field, "return_field")?;
        self.asked(fields, compute)?.into_field()
    }

    /// Has the function choose the types that its arguments are cast to.
    pub fn coerce_types(&self, fields: &[FieldRef]) -> Outcome<Vec<DataType>> {
        let coerce = method(self.functions().coerce_types, "coerce_types")?;
        self.asked(fields, coerce)?.into_types(fields.len())
    }
}

impl AccumulatorHost {
    /// Answers the bytes that the host has said.
    pub fn size(&self) -> usize {
        usize::try_from(self.size).unwrap_or(0)
    }

    /// Takes rows in.
    pub fn update(&mut self, columns: Columns, grouping: &Grouping) -> Outcome<()> {
        let update = method(self.callback.functions().update, "update")?;
        self.take(update, columns, grouping)
    }

    /// Takes partial states in.
    pub fn merge(&mut self, columns: Columns, grouping: &Grouping) -> Outcome<()> {
        let merge = method(self.callback.functions().merge, "merge")?;
        self.take(merge, columns, grouping)
    }

    /// Takes rows back.
    pub fn retract(&mut self, columns: Columns, grouping: &Grouping) -> Outcome<()> {
        let retract = method(self.callback.functions().retract, "retract")?;
        self.take(retract, columns, grouping)
    }

    fn take(&mut self, take: Take, mut columns: Columns, grouping: &Grouping) -> Outcome<()> {
        let size = &mut self.size;
        self.callback.attempt(move |data| {
            let mut shown = columns.shown();
            take(
                data,
                &mut shown,
                grouping.groups.as_ptr(),
                grouping.total,
                size,
            )
        })?;
        self.check_size()
    }

    /// Answers the results of the first groups.
    pub fn evaluate(&mut self, groups: usize, keep: bool, result: &DataType) -> Outcome<ArrayRef> {
        let evaluate = method(self.callback.functions().evaluate, "evaluate")?;
        let results = self.give(evaluate, groups, keep, vec![result.clone()])?;
        required(results.into_iter().next(), "result")
    }

    /// Answers the partial states of the first groups.
    pub fn state(
        &mut self,
        groups: usize,
        keep: bool,
        states: &[DataType],
    ) -> Outcome<Vec<ArrayRef>> {
        let state = method(self.callback.functions().state, "state")?;
        self.give(state, groups, keep, states.to_vec())
    }

    fn give(
        &mut self,
        give: Give,
        groups: usize,
        keep: bool,
        expected: Vec<DataType>,
    ) -> Outcome<Vec<ArrayRef>> {
        let mut results = df_results::of_arrays(expected);
        let (answer, size) = (&mut results, &mut self.size);
        self.callback.attempt(move |data| {
            answer.lend(|results| give(data, groups as i64, keep, results, size))
        })?;
        self.check_size()?;
        results.into_arrays()
    }

    fn check_size(&self) -> Outcome<()> {
        if self.size >= 0 {
            return Ok(());
        }
        Err(df_error::boxed(
            DF_ERROR_CALLBACK,
            format!("states of {} bytes", self.size),
        ))
    }
}

/// Has the host bring a decoded aggregate function to life.
pub fn resolve_aggregate(
    host: &Callback<df_host_functions>,
    body: &[u8],
    sha256: &[u8; 32],
) -> Outcome<AggregateHost> {
    let resolve = host.functions().resolve_aggregate.ok_or_else(|| {
        df_error::boxed(
            DF_ERROR_UNRESOLVED_FUNCTION,
            "this host does not bring aggregate functions to life",
        )
    })?;
    Callback::made(|out: &mut df_aggregate_callback| {
        host.attempt(|data| resolve(data, body.as_ptr(), body.len(), sha256.as_ptr(), out))
    })
}

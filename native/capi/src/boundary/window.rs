use std::ops::Range;
use std::ptr::{null, null_mut};

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, FieldRef};

use super::scalar::schema_of_fields;
use super::structs::{
    df_columns, df_evaluator_callback, df_evaluator_functions, df_host_functions, df_range,
    df_window_callback, df_window_functions,
};
use super::{Callback, Columns, df_results, method, required};
use crate::error::{DF_ERROR_UNRESOLVED_FUNCTION, Outcome, df_error};

/// The callback of a window function.
pub type WindowHost = Callback<df_window_functions>;

/// The callback of the evaluator of one partition.
pub type EvaluatorHost = Callback<df_evaluator_functions>;

impl WindowHost {
    /// Makes the evaluator of a partition; the last of the fields is the result's.
    pub fn open(
        &self,
        fields: &[FieldRef],
        mut literals: Columns,
        flags: i32,
    ) -> Outcome<EvaluatorHost> {
        let open = method(self.functions().open, "open")?;
        let fields = schema_of_fields(fields)?;
        Callback::made(|made: &mut df_evaluator_callback| {
            self.attempt(move |data| open(data, &fields, &mut literals.shown(), flags, made))
        })
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

/// Columns that the evaluator has not seen, and their fields.
pub struct NewColumns {
    pub fields: Vec<FieldRef>,
    pub columns: Columns,
}

impl EvaluatorHost {
    /// Has the evaluator evaluate a whole partition.
    pub fn evaluate_all(&self, new: NewColumns, result: &DataType) -> Outcome<ArrayRef> {
        let evaluate = method(self.functions().evaluate_all, "evaluate_all")?;
        let fields = schema_of_fields(&new.fields)?;
        let mut columns = new.columns;
        self.answered(result, move |data, results| {
            evaluate(data, &fields, &mut columns.shown(), results)
        })
    }

    /// Has the evaluator evaluate rows, of the columns of the call before where none are new.
    pub fn evaluate(
        &self,
        new: Option<NewColumns>,
        ranges: &[Range<usize>],
        result: &DataType,
    ) -> Outcome<ArrayRef> {
        let evaluate = method(self.functions().evaluate, "evaluate")?;
        let ranges = shown(ranges);
        let (fields, mut columns) = match new {
            Some(new) => (Some(schema_of_fields(&new.fields)?), Some(new.columns)),
            None => (None, None),
        };
        self.answered(result, move |data, results| {
            let fields = fields.as_ref().map_or(null(), std::ptr::from_ref);
            let mut shown = columns.as_mut().map(Columns::shown);
            let columns: *mut df_columns = shown.as_mut().map_or(null_mut(), std::ptr::from_mut);
            let count = ranges.len() as i64;
            evaluate(data, fields, columns, ranges.as_ptr(), count, results)
        })
    }

    /// Has the evaluator evaluate a whole partition by its groups.
    pub fn evaluate_all_with_rank(
        &self,
        rows: usize,
        groups: &[Range<usize>],
        result: &DataType,
    ) -> Outcome<ArrayRef> {
        let functions = self.functions();
        let evaluate = method(functions.evaluate_all_with_rank, "evaluate_all_with_rank")?;
        let groups = shown(groups);
        self.answered(result, move |data, results| {
            let count = groups.len() as i64;
            evaluate(data, rows as i64, groups.as_ptr(), count, results)
        })
    }

    /// Asks which rows each of some rows depends on.
    pub fn ranges(&self, asked: Range<usize>, rows: usize) -> Outcome<Vec<Range<usize>>> {
        let Some(get_ranges) = self.functions().get_ranges else {
            return Ok(asked.map(|row| row..row + 1).collect());
        };
        let mut written = vec![df_range { start: 0, end: 0 }; asked.len()];
        let room = &mut written;
        self.attempt(move |data| {
            get_ranges(data, asked.start as i64, rows as i64, room.as_mut_ptr())
        })?;
        written.iter().map(range_of).collect()
    }

    /// Asks for the first row of a range that is still needed.
    pub fn memoize(&self, range: &Range<usize>) -> Outcome<usize> {
        let Some(memoize) = self.functions().memoize else {
            return Ok(range.start);
        };
        let range = shown(std::slice::from_ref(range));
        let mut needed = range[0].start;
        let written = &mut needed;
        self.attempt(move |data| memoize(data, range.as_ptr(), written))?;
        usize::try_from(needed).map_err(|_| df_error::invalid(format!("row {needed} is no row")))
    }

    fn answered(
        &self,
        result: &DataType,
        call: impl FnOnce(u64, *mut df_results) -> *mut df_error + Send,
    ) -> Outcome<ArrayRef> {
        let mut results = df_results::of_arrays(vec![result.clone()]);
        let answer = &mut results;
        self.attempt(move |data| answer.lend(|results| call(data, results)))?;
        required(results.into_arrays()?.pop(), "result")
    }
}

fn shown(ranges: &[Range<usize>]) -> Vec<df_range> {
    let shown = ranges.iter().map(|range| df_range {
        start: range.start as i64,
        end: range.end as i64,
    });
    shown.collect()
}

fn range_of(range: &df_range) -> Outcome<Range<usize>> {
    match (usize::try_from(range.start), usize::try_from(range.end)) {
        (Ok(start), Ok(end)) => Ok(start..end),
        _ => Err(df_error::invalid(format!(
            "{}..{} is no range of rows",
            range.start, range.end
        ))),
    }
}

/// Has the host bring a decoded window function to life.
pub fn resolve_window(
    host: &Callback<df_host_functions>,
    body: &[u8],
    sha256: &[u8; 32],
) -> Outcome<WindowHost> {
    let resolve = host.functions().resolve_window.ok_or_else(|| {
        df_error::boxed(
            DF_ERROR_UNRESOLVED_FUNCTION,
            "this host does not bring window functions to life",
        )
    })?;
    Callback::made(|out: &mut df_window_callback| {
        host.attempt(|data| resolve(data, body.as_ptr(), body.len(), sha256.as_ptr(), out))
    })
}

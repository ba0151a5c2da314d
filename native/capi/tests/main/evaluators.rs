//! Evaluators of a host written in Rust: right ones, and such as break their promises.

use std::ptr::null_mut;

use arrow::datatypes::{DataType, Schema};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use datafusion_c::boundary::structs::*;
use datafusion_c::boundary::{df_results, df_results_push, df_results_set_schema};
use datafusion_c::error::*;

use crate::functions::{error, released};
use crate::support::*;

pub fn given(error: Option<Box<df_error>>) -> *mut df_error {
    error.map_or(null_mut(), Box::into_raw)
}

pub fn push(results: *mut df_results, values: Vec<i64>) -> *mut df_error {
    let array = arrow::array::Int64Array::from(values);
    let array = FFI_ArrowArray::new(&arrow::array::Array::to_data(&array));
    given(df_results_push(results, Some(&array)))
}

pub fn ranges<'a>(ranges: *const df_range, count: i64) -> &'a [df_range] {
    // SAFETY: as the header says.
    unsafe { std::slice::from_raw_parts(ranges, count as usize) }
}

/// Numbers the rows.
pub extern "C" fn evaluate_all(
    _data: u64,
    fields: *const FFI_ArrowSchema,
    columns: *mut df_columns,
    results: *mut df_results,
) -> *mut df_error {
    // SAFETY: as the header says.
    let (fields, rows) = unsafe { (&*fields, (*columns).rows) };
    let schema = Schema::try_from(fields).unwrap();
    assert_eq!(*schema.field(0).data_type(), DataType::Int64);
    push(results, (0..rows).collect())
}

/// The lengths of ranges.
pub extern "C" fn evaluate(
    _data: u64,
    _fields: *const FFI_ArrowSchema,
    _columns: *mut df_columns,
    given: *const df_range,
    count: i64,
    results: *mut df_results,
) -> *mut df_error {
    let lengths = ranges(given, count).iter();
    push(
        results,
        lengths.map(|range| range.end - range.start).collect(),
    )
}

pub extern "C" fn evaluate_all_with_rank(
    _data: u64,
    rows: i64,
    groups: *const df_range,
    count: i64,
    results: *mut df_results,
) -> *mut df_error {
    let last = ranges(groups, count).last().map_or(0, |group| group.end);
    assert_eq!(last, rows);
    push(results, vec![count; rows as usize])
}

pub extern "C" fn get_ranges(
    _data: u64,
    first: i64,
    rows: i64,
    ranges: *mut df_range,
) -> *mut df_error {
    for row in first..rows {
        let range = df_range {
            start: row,
            end: (row + 3).min(rows),
        };
        // SAFETY: as the header says.
        unsafe { ranges.add((row - first) as usize).write(range) };
    }
    null_mut()
}

pub extern "C" fn negative(
    _data: u64,
    first: i64,
    rows: i64,
    ranges: *mut df_range,
) -> *mut df_error {
    for row in 0..rows - first {
        // SAFETY: as the header says.
        unsafe {
            ranges
                .add(row as usize)
                .write(df_range { start: -1, end: 1 })
        };
    }
    null_mut()
}

pub extern "C" fn memoize(_data: u64, range: *const df_range, needed: *mut i64) -> *mut df_error {
    // SAFETY: as the header says.
    unsafe { needed.write((*range).end) };
    null_mut()
}

pub extern "C" fn needs_nonsense(
    _data: u64,
    _: *const df_range,
    needed: *mut i64,
) -> *mut df_error {
    // SAFETY: as the header says.
    unsafe { needed.write(-7) };
    null_mut()
}

pub const EVALUATOR: df_evaluator_functions = df_evaluator_functions {
    evaluate_all: Some(evaluate_all),
    evaluate: Some(evaluate),
    evaluate_all_with_rank: Some(evaluate_all_with_rank),
    get_ranges: Some(get_ranges),
    memoize: Some(memoize),
};

pub extern "C" fn say(
    _data: u64,
    _fields: *const FFI_ArrowSchema,
    _columns: *mut df_columns,
    _results: *mut df_results,
) -> *mut df_error {
    error(DF_ERROR_CALLBACK, "not today", 0)
}

pub extern "C" fn same_field(
    _data: u64,
    fields: *const FFI_ArrowSchema,
    results: *mut df_results,
) -> *mut df_error {
    // SAFETY: as the header says.
    given(df_results_set_schema(results, unsafe { fields.as_ref() }))
}

macro_rules! window {
    ($name:ident, $evaluator:expr) => {
        pub static $name: df_window_functions = {
            static EVALUATOR_FUNCTIONS: df_evaluator_functions = $evaluator;
            extern "C" fn open(
                _data: u64,
                fields: *const FFI_ArrowSchema,
                literals: *mut df_columns,
                flags: i32,
                out: *mut df_evaluator_callback,
            ) -> *mut df_error {
                // SAFETY: as the header says.
                let fields = Schema::try_from(unsafe { &*fields }).unwrap();
                // SAFETY: as the header says.
                let literals = unsafe { (*literals).count };
                assert_eq!(fields.fields().len() as i64, literals + 1);
                if flags & DF_WINDOW_IGNORES_NULLS != 0 {
                    return error(DF_ERROR_CALLBACK, "nulls are not ignored here", 0);
                }
                let evaluator = df_evaluator_callback {
                    data: next_id(),
                    functions: Some(&EVALUATOR_FUNCTIONS),
                    release: Some(released),
                };
                // SAFETY: as the header says.
                unsafe { out.write(evaluator) };
                null_mut()
            }
            df_window_functions {
                open: Some(open),
                return_field: Some(same_field),
                coerce_types: Some(same_field),
            }
        };
    };
}

window!(WHOLE, EVALUATOR);
window!(
    FAILING,
    df_evaluator_functions {
        evaluate_all: Some(say),
        ..EVALUATOR
    }
);
window!(
    NEGATIVE,
    df_evaluator_functions {
        get_ranges: Some(negative),
        ..EVALUATOR
    }
);
window!(
    NONSENSE,
    df_evaluator_functions {
        memoize: Some(needs_nonsense),
        ..EVALUATOR
    }
);
window!(
    MISSING,
    df_evaluator_functions {
        evaluate_all: None,
        evaluate: None,
        evaluate_all_with_rank: None,
        get_ranges: None,
        memoize: None,
    }
);

window!(
    PLAIN,
    df_evaluator_functions {
        get_ranges: None,
        memoize: None,
        ..EVALUATOR
    }
);

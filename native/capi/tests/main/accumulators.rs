//! Accumulators of a host written in Rust: sums, one a group, which fail where they are told to.

use std::collections::HashMap;
use std::ptr::null_mut;
use std::sync::{LazyLock, Mutex};

use arrow::array::{Array, Int64Array};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use datafusion_c::boundary::structs::*;
use datafusion_c::boundary::{
    df_accumulator_callback, df_accumulator_functions, df_aggregate_functions, df_results,
    df_results_push, df_results_set_schema,
};
use datafusion_c::error::*;

use crate::functions::{error, released};
use crate::support::*;

/// What goes wrong, and in which call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fault {
    #[default]
    None,
    Open,
    Update,
    Merge,
    Evaluate,
    State,
    NoResult,
    TwoResults,
    OtherLength,
    NegativeSize,
}

#[derive(Default)]
struct Sums {
    fault: Fault,
    sums: Vec<i64>,
}

pub static FAULTS: LazyLock<Mutex<HashMap<u64, Fault>>> = LazyLock::new(Mutex::default);
static SUMS: LazyLock<Mutex<HashMap<u64, Sums>>> = LazyLock::new(Mutex::default);

fn boom(data: u64, fault: Fault) -> Option<*mut df_error> {
    let found = SUMS.lock().unwrap()[&data].fault == fault;
    found.then(|| error(DF_ERROR_CALLBACK, &format!("boom in {fault:?}"), 0))
}

fn numbers<'a>(columns: *mut df_columns) -> &'a [i64] {
    // SAFETY: as the header says; the argument and the state are an Int64 without nulls.
    unsafe {
        let columns = &*columns;
        let array = &*columns.arrays;
        std::slice::from_raw_parts(array.buffer(1).cast(), columns.rows as usize)
    }
}

fn take(
    data: u64,
    columns: *mut df_columns,
    groups: *const i32,
    total: i64,
    size: *mut i64,
    sign: i64,
) -> *mut df_error {
    let mut all = SUMS.lock().unwrap();
    let this = all.get_mut(&data).unwrap();
    let numbers = numbers(columns);
    // SAFETY: as the header says.
    let groups = unsafe { std::slice::from_raw_parts(groups, numbers.len()) };
    this.sums.resize(this.sums.len().max(total as usize), 0);
    for (number, group) in numbers.iter().zip(groups) {
        this.sums[*group as usize] += sign * number;
    }
    // SAFETY: as the header says.
    unsafe {
        size.write(if this.fault == Fault::NegativeSize {
            -1
        } else {
            8 * this.sums.len() as i64
        })
    };
    null_mut()
}

extern "C" fn update(
    data: u64,
    columns: *mut df_columns,
    groups: *const i32,
    total: i64,
    size: *mut i64,
) -> *mut df_error {
    boom(data, Fault::Update).unwrap_or_else(|| take(data, columns, groups, total, size, 1))
}

extern "C" fn merge(
    data: u64,
    columns: *mut df_columns,
    groups: *const i32,
    total: i64,
    size: *mut i64,
) -> *mut df_error {
    boom(data, Fault::Merge).unwrap_or_else(|| take(data, columns, groups, total, size, 1))
}

extern "C" fn retract(
    data: u64,
    columns: *mut df_columns,
    groups: *const i32,
    total: i64,
    size: *mut i64,
) -> *mut df_error {
    take(data, columns, groups, total, size, -1)
}

fn push(results: *mut df_results, array: &dyn Array) -> *mut df_error {
    let array = FFI_ArrowArray::new(&array.to_data());
    df_results_push(results, Some(&array)).map_or(null_mut(), Box::into_raw)
}

fn give(data: u64, groups: i64, keep: bool, results: *mut df_results) -> *mut df_error {
    let mut all = SUMS.lock().unwrap();
    let this = all.get_mut(&data).unwrap();
    this.sums.resize(this.sums.len().max(groups as usize), 0);
    let answer = Int64Array::from(this.sums[..groups as usize].to_vec());
    if !keep {
        this.sums.drain(..groups as usize);
    }
    match this.fault {
        Fault::NoResult => null_mut(),
        Fault::TwoResults => {
            push(results, &answer);
            push(results, &answer)
        }
        Fault::OtherLength => push(results, &Int64Array::from(vec![1; groups as usize + 9])),
        _ => push(results, &answer),
    }
}

extern "C" fn evaluate(
    data: u64,
    groups: i64,
    keep: bool,
    results: *mut df_results,
    _size: *mut i64,
) -> *mut df_error {
    boom(data, Fault::Evaluate).unwrap_or_else(|| give(data, groups, keep, results))
}

extern "C" fn state(
    data: u64,
    groups: i64,
    keep: bool,
    results: *mut df_results,
    _size: *mut i64,
) -> *mut df_error {
    boom(data, Fault::State).unwrap_or_else(|| give(data, groups, keep, results))
}

static SUM: df_accumulator_functions = df_accumulator_functions {
    update: Some(update),
    merge: Some(merge),
    retract: Some(retract),
    evaluate: Some(evaluate),
    state: Some(state),
};

extern "C" fn closed(data: u64) {
    SUMS.lock().unwrap().remove(&data);
    released(data);
}

extern "C" fn open(
    data: u64,
    _fields: *const FFI_ArrowSchema,
    out: *mut df_accumulator_callback,
) -> *mut df_error {
    let fault = FAULTS.lock().unwrap()[&data];
    if fault == Fault::Open {
        return error(DF_ERROR_CALLBACK, "boom in Open", 0);
    }
    let opened = next_id();
    SUMS.lock().unwrap().insert(
        opened,
        Sums {
            fault,
            ..Sums::default()
        },
    );
    let callback = df_accumulator_callback {
        data: opened,
        functions: Some(&SUM),
        release: Some(closed),
    };
    // SAFETY: as the header says.
    unsafe { out.write(callback) };
    null_mut()
}

pub static AGGREGATE: df_aggregate_functions = df_aggregate_functions {
    open: Some(open),
    return_field: Some(same_field),
    coerce_types: Some(crate::vectors::to_int64),
};

extern "C" fn same_field(
    _data: u64,
    fields: *const FFI_ArrowSchema,
    results: *mut df_results,
) -> *mut df_error {
    // SAFETY: as the header says.
    let fields = unsafe { fields.as_ref() };
    df_results_set_schema(results, fields).map_or(null_mut(), Box::into_raw)
}

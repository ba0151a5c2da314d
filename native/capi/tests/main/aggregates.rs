//! Aggregate functions of a host written in Rust, through the C callbacks.

use std::collections::HashMap;
use std::ptr::{null, null_mut};
use std::sync::{LazyLock, Mutex};

use arrow::array::{Array, Int64Array};
use arrow::datatypes::{DataType, Field};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use datafusion_c::boundary::structs::*;
use datafusion_c::boundary::{
    df_accumulator_callback, df_accumulator_functions, df_aggregate_callback,
    df_aggregate_functions, df_results, df_results_push, df_results_set_schema,
};
use datafusion_c::error::*;
use datafusion_c::function::*;
use datafusion_c::session::*;
use datafusion_inline::message::argument_signature::Form;
use datafusion_inline::message::inlined_function::Result as Answer;
use datafusion_inline::message::*;
use datafusion_inline::{Definition, fields_to_ipc};

use crate::exports::{Case, case, object};
use crate::functions::{error, released};
use crate::support::*;

/// What goes wrong, and in which call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Fault {
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

static FAULTS: LazyLock<Mutex<HashMap<u64, Fault>>> = LazyLock::new(Mutex::default);
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

static AGGREGATE: df_aggregate_functions = df_aggregate_functions {
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

fn callback(fault: Fault) -> df_aggregate_callback {
    let data = next_id();
    FAULTS.lock().unwrap().insert(data, fault);
    df_aggregate_callback {
        data,
        functions: Some(&AGGREGATE),
        release: Some(released),
    }
}

pub extern "C" fn resolve(
    _data: u64,
    _body: *const u8,
    _body_len: usize,
    _sha256: *const u8,
    _out: *mut df_aggregate_callback,
) -> *mut df_error {
    error(DF_ERROR_UNRESOLVED_FUNCTION, "the class is not here", 0)
}

fn definition(name: &str, kind: FunctionKind) -> Definition {
    let int64 = |name: &str| fields_to_ipc(vec![Field::new(name, DataType::Int64, true)]);
    let message = InlinedFunction {
        name: name.to_owned(),
        kind: kind.into(),
        volatility: FunctionVolatility::Immutable.into(),
        signature: Some(ArgumentSignature {
            form: Some(Form::Exact(int64("x"))),
            ..Default::default()
        }),
        argument_fields: int64("x"),
        result: Some(Answer::ReturnField(int64(""))),
        state_fields: int64("sum"),
        hints: Some(FunctionHints {
            groups: true,
            retract: true,
            ..Default::default()
        }),
        ..Default::default()
    };
    Definition::from_message(&message).unwrap()
}

fn new_function(definition: &Definition, callback: df_aggregate_callback) -> Made<df_function> {
    let frame = definition.frame();
    made(|out| {
        df_function_new_aggregate(
            Some(host()),
            frame.as_ptr(),
            frame.len(),
            null(),
            0,
            false,
            callback,
            out,
        )
    })
}

fn register(session: &df_session, name: &str, fault: Fault) {
    let function =
        new_function(&definition(name, FunctionKind::Aggregate), callback(fault)).unwrap();
    run_unit(made(|out| {
        df_session_register_function(Some(session), Some(&function), out)
    }))
    .unwrap();
}

#[test]
fn groups_windows_and_whole_tables_are_aggregated() {
    let session = session();
    register(&session, "total", Fault::None);
    let query = "SELECT count(*), sum(t), max(t) FROM (SELECT total(value) AS t FROM range(0, 100000) GROUP BY value % 10)";
    assert_eq!(
        row(&session, query).unwrap(),
        ["10", "4999950000", "500040000"]
    );
    let whole = "SELECT total(value), total(value) FILTER (WHERE value < 3) FROM range(0, 100000)";
    assert_eq!(row(&session, whole).unwrap(), ["4999950000", "3"]);
    let sliding = "SELECT max(t) FROM (SELECT total(value) OVER (ORDER BY value ROWS 1 PRECEDING) AS t FROM range(0, 100))";
    assert_eq!(row(&session, sliding).unwrap(), ["197"]);
}

/// The field and the casts are the callable's own.
#[test]
fn fields_and_casts_are_the_callables() {
    let session = session();
    let exact = definition("own", FunctionKind::Aggregate);
    let message = InlinedFunction {
        signature: Some(ArgumentSignature {
            form: Some(Form::UserDefined(AnyArguments::default())),
            ..Default::default()
        }),
        argument_fields: Vec::new().into(),
        result: Some(Answer::Computed(ComputedResult {})),
        ..exact.message().clone()
    };
    let own = Definition::from_message(&message).unwrap();
    let function = new_function(&own, callback(Fault::None)).unwrap();
    run_unit(made(|out| {
        df_session_register_function(Some(&session), Some(&function), out)
    }))
    .unwrap();
    let query = "SELECT own(CAST(value AS SMALLINT)), arrow_typeof(own('7')) FROM range(0, 10)";
    assert_eq!(row(&session, query).unwrap(), ["45", "Int64"]);
}

#[test]
fn every_callback_can_fail() {
    let session = session();
    for fault in [
        Fault::Open,
        Fault::Update,
        Fault::Merge,
        Fault::Evaluate,
        Fault::State,
    ] {
        let name = format!("fails_in_{fault:?}").to_lowercase();
        register(&session, &name, fault);
        let query = format!("SELECT {name}(value) FROM range(0, 100000) GROUP BY value % 10");
        let seen = text(&sql(&session, &query).unwrap()).err().unwrap();
        assert_eq!(seen.code, DF_ERROR_EXECUTION, "{seen:?}");
        assert!(
            seen.message.contains(&format!("boom in {fault:?}")),
            "{seen:?}"
        );
        assert_eq!(row(&session, "SELECT 1").unwrap(), ["1"]);
    }
}

#[test]
fn nothing_a_callback_answers_is_trusted() {
    let session = session();
    for (fault, said) in [
        (Fault::NoResult, "0 arrays"),
        (Fault::TwoResults, "more than 1"),
        (Fault::OtherLength, "of 10 rows for 1 groups"),
        (Fault::NegativeSize, "-1 bytes"),
    ] {
        let name = format!("lies_about_{fault:?}").to_lowercase();
        register(&session, &name, fault);
        let seen =
            text(&sql(&session, &format!("SELECT {name}(value) FROM range(0, 10)")).unwrap());
        let seen = seen.err().unwrap();
        assert!(seen.message.contains(said), "{fault:?}: {seen:?}");
        assert_eq!(row(&session, "SELECT 1").unwrap(), ["1"]);
    }
}

/// A panic in a trait method that this crate implements is an error, not the end of the process.
#[test]
fn panics_are_contained() {
    crate::exports::alone("aggregates::panics_are_contained", || {
        let session = session();
        register(&session, "total", Fault::None);
        for method in [
            "AggregateUDF::open",
            "GroupsAccumulator::update_batch",
            "GroupsAccumulator::merge_batch",
            "GroupsAccumulator::evaluate",
            "GroupsAccumulator::state",
            "Accumulator::retract_batch",
        ] {
            datafusion_c::abi::df_fault_inject(method.as_ptr(), method.len());
            let query = if method == "Accumulator::retract_batch" {
                "SELECT total(value) OVER (ORDER BY value ROWS 1 PRECEDING) FROM range(0, 100)"
            } else {
                "SELECT total(value) FROM range(0, 100000) GROUP BY value % 10"
            };
            let seen = text(&sql(&session, query).unwrap()).err().unwrap();
            assert_eq!(seen.code, DF_ERROR_PANIC, "{method}: {seen:?}");
            assert_eq!(row(&session, "SELECT 1").unwrap(), ["1"]);
        }
    });
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "df_function_new_aggregate",
            |_| {
                object(new_function(
                    &definition("example", FunctionKind::Aggregate),
                    callback(Fault::None),
                ))
            },
            |_| {
                object(made(|out| {
                    let callback = callback(Fault::None);
                    df_function_new_aggregate(None, null(), 0, null(), 0, false, callback, out)
                }))
            },
        )
        .wrong(
            |_| {
                object(new_function(
                    &definition("example", FunctionKind::Scalar),
                    callback(Fault::None),
                ))
            },
            DF_ERROR_INVALID_ARGUMENT,
        ),
    ]
}

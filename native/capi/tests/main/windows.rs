//! Window functions of a host written in Rust, through the C callbacks.

use std::ptr::null_mut;

use arrow::datatypes::{DataType, Field, Schema};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use datafusion_c::abi::df_fault_inject;
use datafusion_c::boundary::structs::*;
use datafusion_c::boundary::{df_results, df_results_push, df_results_set_schema};
use datafusion_c::error::*;
use datafusion_c::function::*;
use datafusion_c::session::{df_session, df_session_register_function};
use datafusion_inline::Definition;
use datafusion_inline::message::argument_signature::Form;
use datafusion_inline::message::inlined_function::Result as Answer;
use datafusion_inline::message::*;

use crate::exports::{Case, alone, case, object};
use crate::functions::{error, released};
use crate::support::*;

fn given(error: Option<Box<df_error>>) -> *mut df_error {
    error.map_or(null_mut(), Box::into_raw)
}

fn push(results: *mut df_results, values: Vec<i64>) -> *mut df_error {
    let array = arrow::array::Int64Array::from(values);
    let array = FFI_ArrowArray::new(&arrow::array::Array::to_data(&array));
    given(df_results_push(results, Some(&array)))
}

fn ranges<'a>(ranges: *const df_range, count: i64) -> &'a [df_range] {
    // SAFETY: as the header says.
    unsafe { std::slice::from_raw_parts(ranges, count as usize) }
}

/// Numbers the rows.
extern "C" fn evaluate_all(
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
extern "C" fn evaluate(
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

extern "C" fn evaluate_all_with_rank(
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

extern "C" fn get_ranges(
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

extern "C" fn negative(_data: u64, first: i64, rows: i64, ranges: *mut df_range) -> *mut df_error {
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

extern "C" fn memoize(_data: u64, range: *const df_range, needed: *mut i64) -> *mut df_error {
    // SAFETY: as the header says.
    unsafe { needed.write((*range).end) };
    null_mut()
}

extern "C" fn needs_nonsense(_data: u64, _: *const df_range, needed: *mut i64) -> *mut df_error {
    // SAFETY: as the header says.
    unsafe { needed.write(-7) };
    null_mut()
}

const EVALUATOR: df_evaluator_functions = df_evaluator_functions {
    evaluate_all: Some(evaluate_all),
    evaluate: Some(evaluate),
    evaluate_all_with_rank: Some(evaluate_all_with_rank),
    get_ranges: Some(get_ranges),
    memoize: Some(memoize),
};

extern "C" fn say(
    _data: u64,
    _fields: *const FFI_ArrowSchema,
    _columns: *mut df_columns,
    _results: *mut df_results,
) -> *mut df_error {
    error(DF_ERROR_CALLBACK, "not today", 0)
}

extern "C" fn same_field(
    _data: u64,
    fields: *const FFI_ArrowSchema,
    results: *mut df_results,
) -> *mut df_error {
    // SAFETY: as the header says.
    given(df_results_set_schema(results, unsafe { fields.as_ref() }))
}

macro_rules! window {
    ($name:ident, $evaluator:expr) => {
        static $name: df_window_functions = {
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

fn definition(name: &str, hints: WindowHints, computed: bool) -> Definition {
    let field = Field::new("x", DataType::Int64, true);
    let fields = datafusion_inline::fields_to_ipc(vec![field]);
    let form = if computed {
        Form::UserDefined(AnyArguments::default())
    } else {
        Form::Exact(fields.clone())
    };
    let message = InlinedFunction {
        name: name.to_owned(),
        kind: FunctionKind::Window.into(),
        volatility: FunctionVolatility::Immutable.into(),
        signature: Some(ArgumentSignature {
            form: Some(form),
            ..Default::default()
        }),
        result: Some(if computed {
            Answer::Computed(ComputedResult {})
        } else {
            Answer::ReturnField(fields)
        }),
        hints: Some(FunctionHints {
            window: Some(hints),
            ..Default::default()
        }),
        ..Default::default()
    };
    Definition::from_message(&message).unwrap()
}

fn made_of(definition: &Definition, functions: &'static df_window_functions) -> Made<df_function> {
    let frame = definition.frame();
    let callback = df_window_callback {
        data: next_id(),
        functions: Some(functions),
        release: Some(released),
    };
    made(|out| {
        df_function_new_window(
            Some(host()),
            frame.as_ptr(),
            frame.len(),
            std::ptr::null(),
            0,
            false,
            callback,
            out,
        )
    })
}

fn register(
    session: &df_session,
    name: &str,
    hints: WindowHints,
    functions: &'static df_window_functions,
) {
    let function = made_of(&definition(name, hints, false), functions).unwrap();
    run_unit(made(|out| {
        df_session_register_function(Some(session), Some(&function), out)
    }))
    .unwrap();
}

fn frames() -> WindowHints {
    WindowHints {
        uses_frame: true,
        ..Default::default()
    }
}

fn bounded() -> WindowHints {
    WindowHints {
        bounded: true,
        ..Default::default()
    }
}

fn ranks() -> WindowHints {
    WindowHints {
        includes_rank: true,
        ..Default::default()
    }
}

fn over(session: &df_session, call: &str) -> Result<Vec<String>, Failed> {
    row(
        session,
        &format!(
            "SELECT sum(r) FROM (SELECT {call} OVER (ORDER BY value ROWS UNBOUNDED PRECEDING) r \
             FROM range(0, 100))"
        ),
    )
}

#[test]
fn every_way_to_evaluate_answers() {
    let session = session();
    register(&session, "whole", WindowHints::default(), &WHOLE);
    register(&session, "framed", frames(), &WHOLE);
    register(&session, "streamed", bounded(), &WHOLE);
    register(&session, "ranked", ranks(), &WHOLE);
    assert_eq!(over(&session, "whole(value)").unwrap(), ["4950"]);
    assert_eq!(over(&session, "framed(value)").unwrap(), ["5050"]);
    assert_eq!(over(&session, "streamed(value)").unwrap(), ["297"]);
    assert_eq!(over(&session, "ranked(value)").unwrap(), ["10000"]);
}

#[test]
fn fields_and_casts_are_the_callables() {
    let session = session();
    let own = definition("own", WindowHints::default(), true);
    let function = made_of(&own, &WHOLE).unwrap();
    run_unit(made(|out| {
        df_session_register_function(Some(&session), Some(&function), out)
    }))
    .unwrap();
    assert_eq!(over(&session, "own(value)").unwrap(), ["4950"]);
}

#[test]
fn wrong_answers_are_errors() {
    let session = session();
    for (name, hints, functions, said) in [
        ("fails", WindowHints::default(), &FAILING, "not today"),
        ("negative", bounded(), &NEGATIVE, "no range"),
        ("nonsense", bounded(), &NONSENSE, "no row"),
        (
            "missing_all",
            WindowHints::default(),
            &MISSING,
            "has no evaluate_all",
        ),
        ("missing_one", frames(), &MISSING, "has no evaluate"),
        (
            "missing_rank",
            ranks(),
            &MISSING,
            "has no evaluate_all_with_rank",
        ),
    ] {
        register(&session, name, hints, functions);
        let error = over(&session, &format!("{name}(value)")).unwrap_err();
        assert!(error.message.contains(said), "{name}: {error:?}");
        assert_eq!(row(&session, "SELECT 1").unwrap(), ["1"]);
    }
    register(&session, "whole", WindowHints::default(), &WHOLE);
    let error = over(&session, "whole(value) IGNORE NULLS").unwrap_err();
    assert!(error.message.contains("not ignored"), "{error:?}");
}

/// Without them a row depends on itself, and all rows are needed.
#[test]
fn ranges_and_memory_are_optional() {
    window!(
        PLAIN,
        df_evaluator_functions {
            get_ranges: None,
            memoize: None,
            ..EVALUATOR
        }
    );
    let session = session();
    register(&session, "plain", bounded(), &PLAIN);
    assert_eq!(over(&session, "plain(value)").unwrap(), ["100"]);
}

/// Alone in a process: a fault is for whoever calls next.
#[test]
fn panics_are_errors() {
    alone("windows::panics_are_errors", || {
        let session = session();
        register(&session, "whole", WindowHints::default(), &WHOLE);
        register(&session, "framed", frames(), &WHOLE);
        register(&session, "streamed", bounded(), &WHOLE);
        register(&session, "ranked", ranks(), &WHOLE);
        for (fault, call) in [
            ("WindowUDF::partition_evaluator", "whole(value)"),
            ("PartitionEvaluator::evaluate_all", "whole(value)"),
            ("PartitionEvaluator::evaluate", "framed(value)"),
            (
                "PartitionEvaluator::evaluate_all_with_rank",
                "ranked(value)",
            ),
            ("PartitionEvaluator::get_range", "streamed(value)"),
            ("PartitionEvaluator::memoize", "streamed(value)"),
        ] {
            failed(df_fault_inject(fault.as_ptr(), fault.len())).unwrap();
            let error = over(&session, call).unwrap_err();
            assert_eq!(error.code, DF_ERROR_PANIC, "{fault}: {error:?}");
            over(&session, call).unwrap();
        }
    });
}

/// The export that makes a window function.
pub fn cases() -> Vec<Case> {
    vec![
        case(
            "df_function_new_window",
            |_| object(made_of(&definition("new", frames(), false), &WHOLE)),
            |_| object(made(|out| raw(&[], None, out))),
        )
        .wrong(
            |_| object(made(|out| raw(&[1; 20], Some(&WHOLE), out))),
            DF_ERROR_MALFORMED_PAYLOAD,
        ),
    ]
}

fn raw(
    frame: &[u8],
    functions: Option<&'static df_window_functions>,
    out: Option<&mut std::mem::MaybeUninit<Option<Box<df_function>>>>,
) -> Option<Box<df_error>> {
    let callback = df_window_callback {
        data: next_id(),
        functions,
        release: Some(released),
    };
    df_function_new_window(
        Some(host()),
        frame.as_ptr(),
        frame.len(),
        std::ptr::null(),
        0,
        false,
        callback,
        out,
    )
}

//! Window functions of a host written in Rust, through the C callbacks.

use arrow::datatypes::{DataType, Field};
use datafusion_c::abi::df_fault_inject;
use datafusion_c::boundary::structs::*;
use datafusion_c::error::*;
use datafusion_c::function::*;
use datafusion_c::registry::df_session_register_function;
use datafusion_c::session::df_session;
use datafusion_inline::Definition;
use datafusion_inline::message::argument_signature::Form;
use datafusion_inline::message::inlined_function::Result as Answer;
use datafusion_inline::message::*;

use crate::evaluators::{FAILING, MISSING, NEGATIVE, NONSENSE, PLAIN, WHOLE};
use crate::exports::{Case, alone, case, object};
use crate::functions::released;
use crate::support::*;

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
            "has no 'evaluate_all'",
        ),
        ("missing_one", frames(), &MISSING, "has no 'evaluate'"),
        (
            "missing_rank",
            ranks(),
            &MISSING,
            "has no 'evaluate_all_with_rank'",
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

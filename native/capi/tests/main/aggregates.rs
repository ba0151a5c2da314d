//! Aggregate functions of a host written in Rust, through the C callbacks.

use std::ptr::null;

use arrow::datatypes::{DataType, Field};
use datafusion_c::boundary::df_aggregate_callback;
use datafusion_c::error::*;
use datafusion_c::function::*;
use datafusion_c::registry::*;
use datafusion_c::session::*;
use datafusion_inline::message::argument_signature::Form;
use datafusion_inline::message::inlined_function::Result as Answer;
use datafusion_inline::message::*;
use datafusion_inline::{Definition, fields_to_ipc};

use crate::accumulators::{AGGREGATE, FAULTS, Fault};
use crate::exports::{Case, case, object};
use crate::functions::{error, released};
use crate::support::*;

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
            let query = if method == "Accumulator::retract_batch" {
                "SELECT total(value) OVER (ORDER BY value ROWS 1 PRECEDING) FROM range(0, 100)"
            } else {
                "SELECT total(value) FROM range(0, 100000) GROUP BY value % 10"
            };
            // what is left of the query before may take the fault
            let seen = (0..5).find_map(|_| {
                datafusion_c::abi::df_fault_inject(method.as_ptr(), method.len());
                text(&sql(&session, query).unwrap()).err()
            });
            let seen = seen.unwrap();
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

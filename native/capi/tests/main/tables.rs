//! Table functions of a host written in Rust, through the C callbacks.

use std::collections::HashMap;
use std::ptr::{null, null_mut};
use std::sync::{LazyLock, Mutex};

use datafusion_c::boundary::{
    df_results, df_results_set_dataframe, df_table_callback, df_table_functions,
};
use datafusion_c::dataframe::*;
use datafusion_c::error::*;
use datafusion_c::function::*;
use datafusion_c::logical_plan::*;
use datafusion_c::message::{SessionOptions, TableArguments};
use datafusion_c::registry::*;
use datafusion_c::session::*;
use datafusion_c::task::*;
use datafusion_inline::Definition;
use datafusion_inline::message::argument_signature::Form;
use datafusion_inline::message::inlined_function::Result as Answer;
use datafusion_inline::message::*;
use prost::Message;

use crate::exports::{Case, Seen, case, object, work};
use crate::functions::{error, released};
use crate::objects::Fixture;
use crate::support::*;

/// What the function `answer` hands over, by the number of the calling session; "nothing", "elsewhere" or SQL.
static ANSWERS: LazyLock<Mutex<HashMap<u64, String>>> = LazyLock::new(Mutex::default);

extern "C" fn call(
    data: u64,
    session: u64,
    arguments: *const u8,
    arguments_len: usize,
    results: *mut df_results,
) -> *mut df_error {
    // SAFETY: as the header says.
    let bytes = unsafe { std::slice::from_raw_parts(arguments, arguments_len) };
    let count = TableArguments::decode(bytes).unwrap().values.len();
    let answer = ANSWERS.lock().unwrap().get(&session).cloned();
    let given = |error: Option<Box<df_error>>| error.map_or(null_mut(), Box::into_raw);
    match answer.as_deref() {
        None => error(DF_ERROR_CALLBACK, "no such session", data),
        Some("nothing") => null_mut(),
        Some("elsewhere") => given(df_results_set_dataframe(std::ptr::dangling_mut(), None)),
        Some(query) => {
            let query = query.replace("$count", &count.to_string());
            let frame = inside(sql_task(&crate::support::session(), &query).unwrap());
            given(df_results_set_dataframe(results, Some(&frame)))
        }
    }
}

/// Waits for a frame on a thread of the runtime, as callbacks must.
fn inside(task: Box<df_task>) -> Box<df_dataframe> {
    failed(df_task_wait(Some(&task))).unwrap();
    let frame = written(|out| df_task_finish(Some(task), out)).unwrap();
    // SAFETY: the task makes a frame.
    unsafe { Box::from_raw(frame.cast()) }
}

static TABLE: df_table_functions = df_table_functions {
    call: Some(call),
    schema: None,
    supports_filters: None,
    scan: None,
    insert: None,
};

pub extern "C" fn resolve(
    _data: u64,
    _body: *const u8,
    _body_len: usize,
    _sha256: *const u8,
    out: *mut df_table_callback,
) -> *mut df_error {
    // SAFETY: as the header says.
    unsafe { out.write(callback()) };
    null_mut()
}

fn callback() -> df_table_callback {
    df_table_callback {
        data: next_id(),
        functions: Some(&TABLE),
        release: Some(released),
    }
}

pub fn definition() -> Definition {
    let anything = Form::VariadicAny(AnyArguments::default());
    let message = InlinedFunction {
        name: "answer".to_owned(),
        kind: FunctionKind::Table.into(),
        volatility: FunctionVolatility::Immutable.into(),
        signature: Some(ArgumentSignature {
            form: Some(anything),
            ..Default::default()
        }),
        result: Some(Answer::Computed(ComputedResult {})),
        ..Default::default()
    };
    Definition::from_message(&message).unwrap()
}

fn new_function(host: bool, frame: &[u8]) -> Made<df_function> {
    made(|out| {
        df_function_new_table(
            host.then(crate::support::host),
            frame.as_ptr(),
            frame.len(),
            null(),
            0,
            false,
            callback(),
            out,
        )
    })
}

/// A session whose table function answers that.
fn answering(answer: &str) -> Box<df_session> {
    let number = next_id();
    ANSWERS.lock().unwrap().insert(number, answer.to_owned());
    let options = SessionOptions::default().encode_to_vec();
    let session =
        made(|out| df_session_new(Some(host()), options.as_ptr(), options.len(), number, out))
            .unwrap();
    let function = new_function(true, definition().frame()).unwrap();
    run_unit(made(|out| {
        df_session_register_function(Some(&session), Some(&function), out)
    }))
    .unwrap();
    session
}

fn called(session: Option<&df_session>, function: Option<&df_function>) -> Made<df_task> {
    let arguments = TableArguments::default().encode_to_vec();
    made(|out| df_session_call_table(session, function, arguments.as_ptr(), arguments.len(), out))
}

#[test]
fn a_call_sees_its_session_and_its_arguments() {
    let session = answering("SELECT value + $count AS v FROM range(0, 10)");
    let query = "SELECT sum(v), count(*) FROM answer(1, 'x') WHERE v > 5";
    assert_eq!(row(&session, query).unwrap(), ["51", "6"]);
    let unknown = crate::support::session();
    let function = new_function(true, definition().frame()).unwrap();
    let error = run::<df_dataframe>(called(Some(&unknown), Some(&function)));
    assert!(error.err().unwrap().message.contains("no such session"));
}

#[test]
fn wrong_answers_of_a_call_are_errors() {
    for (answer, said) in [("nothing", "dataframe"), ("elsewhere", "not handed")] {
        let session = answering(answer);
        let error = sql(&session, "SELECT * FROM answer()").err().unwrap();
        assert!(error.message.contains(said), "{answer}: {error:?}");
        assert_eq!(row(&session, "SELECT 1").unwrap(), ["1"]);
    }
}

#[test]
fn arguments_are_constants() {
    let session = answering("SELECT $count AS c");
    let query = "SELECT * FROM answer(1 + 1, -3, NULL, DATE '2026-01-01')";
    assert_eq!(row(&session, query).unwrap(), ["4"]);
    let error = sql(&session, "SELECT * FROM answer(1, random())")
        .err()
        .unwrap();
    assert!(error.message.contains("argument 2"), "{error:?}");
}

/// Contract 16: a plan that came in bytes is planned without a call, and calls before it runs.
#[test]
fn a_call_travels_and_is_made_where_it_is_run() {
    let sender = answering("SELECT value AS v FROM range(0, $count)");
    let frame = sql(&sender, "SELECT sum(v) FROM answer(1, 2, 3)").unwrap();
    let plan: Box<df_logical_plan> = run(made(|out| {
        df_dataframe_logical_plan(Some(&frame), false, out)
    }))
    .unwrap();
    let message: Box<datafusion_c::buffer::df_buffer> = run(made(|out| {
        df_logical_plan_to_bytes(Some(&plan), Some(&sender), out)
    }))
    .unwrap();
    let message = bytes(&message);
    let receiver = answering("SELECT value + 100 AS v FROM range(0, $count)");
    let back = decoded(&receiver, message);
    assert!(frame_of(&receiver, &back).is_ok());
    let without = run_unit(made(|out| {
        df_logical_plan_resolve_functions(Some(&back), None, out)
    }));
    assert_eq!(without.err().unwrap().code, DF_ERROR_PLAN);
    let frame = frame_of(&receiver, &back).unwrap();
    let planned: Result<Box<datafusion_c::execution_plan::df_execution_plan>, _> =
        run(made(|out| df_dataframe_execution_plan(Some(&frame), out)));
    assert!(
        planned
            .err()
            .unwrap()
            .message
            .contains("resolve the plan's functions first")
    );
    assert_eq!(cells(&text(&frame).unwrap()), [["303"]]);
    let other = answering("SELECT 'x' AS v");
    let frame = frame_of(&other, &decoded(&other, message)).unwrap();
    let error = text(&frame).err().unwrap();
    assert!(error.message.contains("a table of (v Utf8"), "{error:?}");
}

fn decoded(session: &df_session, message: &[u8]) -> Box<df_logical_plan> {
    run(made(|out| {
        df_logical_plan_from_bytes(Some(session), message.as_ptr(), message.len(), out)
    }))
    .unwrap()
}

fn frame_of(session: &df_session, plan: &df_logical_plan) -> Made<df_dataframe> {
    run(made(|out| {
        df_session_dataframe(Some(session), Some(plan), out)
    }))
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "df_function_new_table",
            |_| object(new_function(true, definition().frame())),
            |_| object(new_function(false, definition().frame())),
        )
        .wrong(
            |_| object(new_function(true, &[1; 20])),
            DF_ERROR_MALFORMED_PAYLOAD,
        ),
        case("df_session_call_table", called_rightly, |_| {
            work(called(None, None))
        })
        .wrong(
            |f| work(called(Some(&f.session), Some(&f.function))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_results_set_dataframe",
            |_| object(sql(&answering("SELECT 1 AS one"), "SELECT * FROM answer()")),
            |_| object(failed(df_results_set_dataframe(null_mut(), None))),
        )
        .wrong(
            |_| {
                let elsewhere = std::ptr::dangling_mut();
                object(failed(df_results_set_dataframe(elsewhere, None)))
            },
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_session_read_batches",
            |f| read_batches(f, true),
            |f| read_batches(f, false),
        ),
    ]
}

fn called_rightly(_: &Fixture) -> Seen {
    let session = answering("SELECT 1 AS one");
    let function = new_function(true, definition().frame()).unwrap();
    work(called(Some(&session), Some(&function)))
}

fn read_batches(fixture: &Fixture, with: bool) -> Seen {
    let list = with.then(|| crate::batches::push(&crate::objects::rows()).unwrap());
    work(made(|out| {
        df_session_read_batches(Some(&fixture.session), list, out)
    }))
}

//! Asynchronous functions of a host written in Rust, through the C callbacks.

use std::collections::HashMap;
use std::ptr::null_mut;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{LazyLock, Mutex};

use arrow::datatypes::DataType;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use datafusion_c::boundary::structs::*;
use datafusion_c::boundary::{df_answer, df_answer_complete, df_answer_fail, df_answer_free};
use datafusion_c::error::*;
use datafusion_c::session::df_session;
use datafusion_inline::Definition;
use datafusion_inline::message::*;

use crate::exports::{Case, Seen, case, object, plain};
use crate::functions::{NO_FUNCTIONS, definition, error, register_callback, released};
use crate::objects::{Fixture, done};
use crate::support::*;

/// Where the code of the error of each settled answer goes, by the function's data; 0 is none.
static HEARD: LazyLock<Mutex<HashMap<u64, Sender<i32>>>> = LazyLock::new(Mutex::default);

/// Moves the first array out, and settles the answer on another thread.
fn later(
    data: u64,
    columns: *mut df_columns,
    answer: *mut df_answer,
    settle: fn(Box<df_answer>, FFI_ArrowArray) -> Option<Box<df_error>>,
) {
    struct Given(FFI_ArrowArray, Box<df_answer>);
    // SAFETY: as the header says: the array is moved, the answer is given.
    let given = unsafe {
        let array = FFI_ArrowArray::from_raw((*columns).arrays);
        Given(array, Box::from_raw(answer))
    };
    std::thread::spawn(move || {
        let Given(array, answer) = given;
        let settled = failed(settle(answer, array));
        let code = settled.err().map_or(0, |failed| failed.code);
        let _ = HEARD.lock().unwrap()[&data].send(code);
    });
}

macro_rules! asynchronous {
    ($name:ident, $settle:expr) => {
        static $name: df_scalar_functions = {
            extern "C" fn begin(data: u64, columns: *mut df_columns, answer: *mut df_answer) {
                later(data, columns, answer, $settle);
            }
            static BOUND: df_bound_functions = df_bound_functions {
                invoke: None,
                begin: Some(begin),
            };
            extern "C" fn bind(
                data: u64,
                _fields: *const FFI_ArrowSchema,
                out: *mut df_bound_callback,
            ) -> *mut df_error {
                let bound = df_bound_callback {
                    data,
                    functions: Some(&BOUND),
                    release: Some(released),
                };
                // SAFETY: as the header says.
                unsafe { out.write(bound) };
                null_mut()
            }
            df_scalar_functions {
                bind: Some(bind),
                ..NO_FUNCTIONS
            }
        };
    };
}

asynchronous!(COMPLETES, |answer, array| df_answer_complete(
    Some(answer),
    Some(&array)
));
asynchronous!(FAILS, |answer, _| df_answer_fail(
    Some(answer),
    error(DF_ERROR_CALLBACK, "no service", 0)
));
asynchronous!(GIVES_UP, |answer, _| {
    df_answer_free(Some(answer));
    None
});
asynchronous!(EMPTY, |answer, _| df_answer_complete(
    Some(answer),
    Some(&FFI_ArrowArray::empty())
));

fn register(session: &df_session, functions: &'static df_scalar_functions) -> Receiver<i32> {
    let (data, (sender, heard)) = (next_id(), channel());
    HEARD.lock().unwrap().insert(data, sender);
    let int64 = DataType::Int64;
    let immutable = FunctionVolatility::Immutable;
    let mut message = definition("same", int64.clone(), int64, immutable)
        .message()
        .clone();
    message.hints = Some(FunctionHints {
        asynchronous: true,
        ..Default::default()
    });
    let callback = df_scalar_callback {
        data,
        functions: Some(functions),
        release: Some(released),
    };
    let definition = Definition::from_message(&message).unwrap();
    register_callback(session, &definition, callback);
    heard
}

const QUERY: &str = "SELECT sum(v) FROM (SELECT same(value) AS v FROM range(0, 100000))";

#[test]
fn answers_arrive_later_on_other_threads() {
    let session = session();
    register(&session, &COMPLETES);
    assert_eq!(row(&session, QUERY).unwrap(), ["4999950000"]);
}

#[test]
fn answers_that_are_none_are_errors_of_the_query() {
    for (functions, said) in [
        (&FAILS, "no service"),
        (&GIVES_UP, "without completing"),
        (&EMPTY, "released"),
    ] {
        let session = session();
        register(&session, functions);
        let error = row(&session, QUERY).unwrap_err();
        assert!(error.message.contains(said), "{said}: {error:?}");
        assert_eq!(row(&session, "SELECT 1").unwrap(), ["1"]);
    }
}

/// Has an answer settled in a query, whose own end does not matter.
fn settled(fixture: &Fixture, functions: &'static df_scalar_functions) -> Seen {
    let heard = register(&fixture.session, functions);
    let _ = row(&fixture.session, "SELECT same(value) FROM range(0, 1)");
    match heard.recv().unwrap() {
        0 => Seen::Done,
        code => Seen::Failed(code),
    }
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "df_answer_complete",
            |f| settled(f, &COMPLETES),
            |_| object(failed(df_answer_complete(None, None))),
        ),
        case(
            "df_answer_fail",
            |f| settled(f, &FAILS),
            |_| object(failed(df_answer_fail(None, null_mut()))),
        ),
        plain(
            "df_answer_free",
            |f| settled(f, &GIVES_UP),
            |_| done(df_answer_free(None)),
        ),
    ]
}

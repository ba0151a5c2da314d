//! The exports of the process, errors, buffers, programs, tasks and sessions.

use std::ptr::{null, null_mut};

use datafusion_c::abi::*;
use datafusion_c::boundary::df_output_reserve;
use datafusion_c::boundary::structs::*;
use datafusion_c::buffer::*;
use datafusion_c::error::*;
use datafusion_c::expr::*;
use datafusion_c::host::*;
use datafusion_c::message::SessionOptions;
use datafusion_c::session::*;
use datafusion_c::task::*;
use prost::Message;

use crate::exports::{Case, Seen, case, object, plain};
use crate::objects::{Fixture, done};
use crate::support::*;

fn task(fixture: &Fixture) -> Box<df_task> {
    sql_task(&fixture.session, "SELECT 1").unwrap()
}

fn buffer(fixture: &Fixture) -> Box<df_buffer> {
    made(|out| df_session_id(Some(&fixture.session), out)).unwrap()
}

fn error() -> Box<df_error> {
    let message = "an error";
    let none = df_failure {
        data: 0,
        release: None,
    };
    df_error_new(DF_ERROR_PLAN, message.as_ptr(), message.len(), none).unwrap()
}

fn host_callback() -> df_host_callback {
    static FUNCTIONS: df_host_functions = df_host_functions {
        thread_started: None,
        resolve_scalar: None,
        resolve_aggregate: None,
        resolve_window: None,
        resolve_table: None,
    };
    df_host_callback {
        data: 1,
        functions: Some(&FUNCTIONS),
        release: Some(ignore),
    }
}

pub fn process() -> Vec<Case> {
    vec![
        plain(
            "df_abi_version",
            |_| done(df_abi_version()),
            |_| done(df_abi_version()),
        ),
        plain(
            "df_abi_header_hash",
            |_| done(df_abi_header_hash()),
            |_| done(df_abi_header_hash()),
        ),
        case(
            "df_counters_read",
            |_| object(written(|out| df_counters_read(out))),
            |_| object(failed(df_counters_read(None))),
        ),
        case(
            "df_fault_inject",
            |_| object(failed(df_fault_inject(c"x".as_ptr().cast(), 1))),
            |_| object(failed(df_fault_inject(null(), 1))),
        )
        .wrong(
            |_| object(failed(df_fault_inject([0xff].as_ptr(), 1))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_host_new",
            |_| object(made(|out| df_host_new(host_callback(), out))),
            |_| object(failed(df_host_new(host_callback(), None))),
        )
        .wrong(
            |_| {
                object(made(|out| {
                    df_host_new(
                        df_host_callback {
                            functions: None,
                            ..host_callback()
                        },
                        out,
                    )
                }))
            },
            DF_ERROR_NULL_POINTER,
        ),
        plain(
            "df_host_free",
            |_| {
                done(df_host_free(Some(
                    made(|out| df_host_new(host_callback(), out)).unwrap(),
                )))
            },
            |_| done(df_host_free(None)),
        ),
        plain(
            "df_runtime_inside",
            |_| done(df_runtime_inside()),
            |_| done(df_runtime_inside()),
        ),
        case("df_output_reserve", reserve_in_a_callback, |_| {
            object(failed(df_output_reserve(null_mut(), 1)))
        })
        .wrong(
            |_| object(failed(df_output_reserve(std::ptr::dangling_mut(), 1))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
    ]
}

fn reserve_in_a_callback(fixture: &Fixture) -> Seen {
    crate::functions::register_words(&fixture.session);
    object(text(
        &sql(&fixture.session, "SELECT word(value) FROM range(0, 5000)").unwrap(),
    ))
}

pub fn handles() -> Vec<Case> {
    vec![
        plain(
            "df_error_code",
            |_| done(df_error_code(Some(&error()))),
            |_| done(df_error_code(None)),
        ),
        plain(
            "df_error_message",
            |_| done(df_error_message(Some(&error()))),
            |_| done(df_error_message(None)),
        ),
        plain(
            "df_error_cause",
            |_| done(df_error_cause(Some(&error()))),
            |_| done(df_error_cause(None)),
        ),
        plain(
            "df_error_free",
            |_| done(df_error_free(Box::into_raw(error()))),
            |_| done(df_error_free(null_mut())),
        ),
        plain(
            "df_error_new",
            |_| done(error()),
            |_| {
                done(
                    df_error_new(
                        1,
                        null(),
                        1,
                        df_failure {
                            data: 0,
                            release: None,
                        },
                    )
                    .unwrap(),
                )
            },
        ),
        plain(
            "df_error_fallback",
            |_| done(df_error_fallback()),
            |_| done(df_error_fallback()),
        ),
        plain(
            "df_buffer_data",
            |f| done(df_buffer_data(Some(&buffer(f)))),
            |_| done(df_buffer_data(None)),
        ),
        plain(
            "df_buffer_len",
            |f| done(df_buffer_len(Some(&buffer(f)))),
            |_| done(df_buffer_len(None)),
        ),
        plain(
            "df_buffer_free",
            |f| done(df_buffer_free(Some(buffer(f)))),
            |_| done(df_buffer_free(None)),
        ),
        plain(
            "df_program_data",
            |f| done(df_program_data(Some(&f.program))),
            |_| done(df_program_data(None)),
        ),
        plain(
            "df_program_len",
            |f| done(df_program_len(Some(&f.program))),
            |_| done(df_program_len(None)),
        ),
        plain(
            "df_program_function_count",
            |f| done(df_program_function_count(Some(&f.program))),
            |_| done(df_program_function_count(None)),
        ),
        case(
            "df_program_function",
            |f| object(made(|out| df_program_function(Some(&f.program), 0, out))),
            |_| object(made(|out| df_program_function(None, 0, out))),
        )
        .wrong(
            |f| object(made(|out| df_program_function(Some(&f.program), 9, out))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        plain(
            "df_program_free",
            |_| done(df_program_free(Some(Fixture::new().program))),
            |_| done(df_program_free(None)),
        ),
    ]
}

pub fn tasks() -> Vec<Case> {
    vec![
        case(
            "df_task_start",
            |f| object(failed(df_task_start(Some(&task(f)), completion().0))),
            |_| object(failed(df_task_start(None, completion().0))),
        )
        .wrong(
            |f| {
                let none = df_completion {
                    functions: None,
                    ..completion().0
                };
                object(failed(df_task_start(Some(&task(f)), none)))
            },
            DF_ERROR_NULL_POINTER,
        ),
        case(
            "df_task_wait",
            |f| object(failed(df_task_wait(Some(&task(f))))),
            |_| object(failed(df_task_wait(None))),
        ),
        plain(
            "df_task_cancel",
            |f| done(df_task_cancel(Some(&task(f)))),
            |_| done(df_task_cancel(None)),
        ),
        plain(
            "df_task_is_settled",
            |f| done(df_task_is_settled(Some(&task(f)))),
            |_| done(assert!(df_task_is_settled(None))),
        ),
        case(
            "df_task_finish",
            |f| {
                let task = task(f);
                failed(df_task_wait(Some(&task))).unwrap();
                object(written(|out| df_task_finish(Some(task), out)))
            },
            |_| object(written(|out| df_task_finish(None, out))),
        )
        .wrong(
            |f| object(written(|out| df_task_finish(Some(task(f)), out))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        plain(
            "df_task_free",
            |f| done(df_task_free(Some(task(f)))),
            |_| done(df_task_free(None)),
        ),
    ]
}

fn new_session(host: Option<&df_host>, options: &[u8]) -> Seen {
    object(made(|out| {
        df_session_new(host, options.as_ptr(), options.len(), 0, out)
    }))
}

pub fn sessions() -> Vec<Case> {
    vec![
        case(
            "df_session_new",
            |_| new_session(Some(host()), &[]),
            |_| new_session(None, &[]),
        )
        .wrong(
            |_| {
                let setting = datafusion_c::message::Setting {
                    key: "no.such".into(),
                    ..Default::default()
                };
                let options = SessionOptions {
                    settings: vec![setting],
                    ..Default::default()
                };
                new_session(Some(host()), &options.encode_to_vec())
            },
            DF_ERROR_CONFIGURATION,
        ),
        plain(
            "df_session_free",
            |_| done(df_session_free(Some(session()))),
            |_| done(df_session_free(None)),
        ),
        case(
            "df_session_id",
            |f| object(made(|out| df_session_id(Some(&f.session), out))),
            |_| object(made(|out| df_session_id(None, out))),
        ),
        case(
            "df_session_settings",
            |f| object(made(|out| df_session_settings(Some(&f.session), out))),
            |_| object(made(|out| df_session_settings(None, out))),
        ),
        case(
            "df_session_with_policy",
            |f| with_policy(Some(&f.session), &disabled()),
            |_| with_policy(None, &disabled()),
        )
        .wrong(
            |f| with_policy(Some(&f.session), &[0xff]),
            DF_ERROR_INVALID_ARGUMENT,
        ),
    ]
}

fn disabled() -> Vec<u8> {
    use datafusion_c::message::{PlainPolicy, inlining_policy::Form};
    crate::policies::message_of(Form::Disabled(PlainPolicy {}))
}

fn with_policy(session: Option<&df_session>, policy: &[u8]) -> Seen {
    let callback = crate::policies::unsigned();
    object(made(|out| {
        df_session_with_policy(session, policy.as_ptr(), policy.len(), callback, 0, out)
    }))
}

/// Ballista asks for the crate `stacker`; `psm` is the assembler by which it would switch stacks.
#[test]
fn nothing_switches_stacks() {
    let lock = include_str!("../../../Cargo.lock");
    let entry = |name: &str| {
        let start = lock.find(&format!("name = \"{name}\"\n"))?;
        lock[start..].split("\n\n").next()
    };
    let stacker = entry("stacker").unwrap();
    assert!(!stacker.contains("source = "), "{stacker}");
    assert!(entry("recursive").unwrap().contains("\"stacker\""));
    assert_eq!(entry("psm"), None);
}

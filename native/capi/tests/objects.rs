//! The exports that make, read and free objects.

use std::ptr::{null, null_mut};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::record_batch::RecordBatch;
use datafusion_c::abi::*;
use datafusion_c::batch::*;
use datafusion_c::batches::*;
use datafusion_c::boundary::df_output_reserve;
use datafusion_c::boundary::structs::*;
use datafusion_c::buffer::*;
use datafusion_c::dataframe::*;
use datafusion_c::error::*;
use datafusion_c::execution_plan::*;
use datafusion_c::expr::*;
use datafusion_c::function::*;
use datafusion_c::host::*;
use datafusion_c::logical_plan::*;
use datafusion_c::message::SessionOptions;
use datafusion_c::session::*;
use datafusion_c::stream::*;
use datafusion_c::task::*;
use prost::Message;

use crate::batches::{array_of, push, schema_of};
use crate::exports::{Case, Seen, alone, case, object, plain};
use crate::functions::{example, new_example};
use crate::streams::{eventually, start};
use crate::support::*;

/// One object of each kind.
pub struct Fixture {
    pub session: Box<df_session>,
    pub frame: Box<df_dataframe>,
    pub logical: Box<df_logical_plan>,
    pub physical: Box<df_execution_plan>,
    pub function: Box<df_function>,
    pub program: Box<df_program>,
    pub stream: Box<df_stream>,
}

impl Fixture {
    pub fn new() -> Self {
        let session = session();
        let frame = sql(
            &session,
            "SELECT a, a + 1 AS b FROM (VALUES (1), (2)) AS t(a) WHERE a > 0",
        )
        .unwrap();
        let function = new_example(&example()).unwrap();
        let call = crate::expressions::program([
            crate::expressions::column("a"),
            datafusion_c::message::expr_op::Op::Function(datafusion_c::message::FunctionOp {
                index: 0,
                count: 1,
            }),
        ]);
        let bytes = crate::expressions::to_bytes(Some(&session), &call, &[&function]).unwrap();
        Self {
            logical: run(made(|out| {
                df_dataframe_logical_plan(Some(&frame), false, out)
            }))
            .unwrap(),
            physical: run(made(|out| df_dataframe_execution_plan(Some(&frame), out))).unwrap(),
            program: crate::expressions::from_bytes(&session, &bytes).unwrap(),
            stream: start(&frame).unwrap(),
            function,
            frame,
            session,
        }
    }
}

fn rows() -> RecordBatch {
    RecordBatch::try_from_iter([("a", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef)]).unwrap()
}

fn task(fixture: &Fixture) -> Box<df_task> {
    sql_task(&fixture.session, "SELECT 1").unwrap()
}

fn buffer(fixture: &Fixture) -> Box<df_buffer> {
    made(|out| df_session_id(Some(&fixture.session), out)).unwrap()
}

fn batch(fixture: &Fixture) -> Box<df_batch> {
    crate::streams::next(&fixture.stream).unwrap().unwrap()
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
    };
    df_host_callback {
        data: 1,
        functions: Some(&FUNCTIONS),
        release: Some(ignore),
    }
}

/// A call that answers no error.
fn done<T>(_answer: T) -> Seen {
    Seen::Done
}

pub fn cases_of_objects() -> Vec<Case> {
    let groups = [
        process(),
        handles(),
        tasks(),
        sessions(),
        functions(),
        plans(),
        results(),
    ];
    groups.into_iter().flatten().collect()
}

fn process() -> Vec<Case> {
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

fn handles() -> Vec<Case> {
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

fn tasks() -> Vec<Case> {
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
        df_session_new(host, options.as_ptr(), options.len(), out)
    }))
}

fn sessions() -> Vec<Case> {
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
            "df_session_with_inlining",
            |f| {
                object(made(|out| {
                    df_session_with_inlining(Some(&f.session), true, out)
                }))
            },
            |_| object(made(|out| df_session_with_inlining(None, true, out))),
        ),
    ]
}

fn functions() -> Vec<Case> {
    vec![
        case(
            "df_function_new_scalar",
            |_| object(new_example(&example())),
            |_| {
                object(made(|out| {
                    df_function_new_scalar(
                        None,
                        null(),
                        0,
                        null(),
                        0,
                        crate::functions::example_callback(),
                        out,
                    )
                }))
            },
        )
        .wrong(
            |_| {
                object(made(|out| {
                    let (frame, callback) = ([1_u8; 20], crate::functions::example_callback());
                    df_function_new_scalar(
                        Some(host()),
                        frame.as_ptr(),
                        frame.len(),
                        null(),
                        0,
                        callback,
                        out,
                    )
                }))
            },
            DF_ERROR_MALFORMED_PAYLOAD,
        ),
        case(
            "df_function_definition",
            |f| object(made(|out| df_function_definition(Some(&f.function), out))),
            |_| object(made(|out| df_function_definition(None, out))),
        ),
        plain(
            "df_function_free",
            |_| done(df_function_free(Some(Fixture::new().function))),
            |_| done(df_function_free(None)),
        ),
    ]
}

fn plans() -> Vec<Case> {
    vec![
        case(
            "df_dataframe_schema",
            |f| object(written(|out| df_dataframe_schema(Some(&f.frame), out))),
            |_| object(written(|out| df_dataframe_schema(None, out))),
        ),
        plain(
            "df_dataframe_free",
            |_| done(df_dataframe_free(Some(Fixture::new().frame))),
            |_| done(df_dataframe_free(None)),
        ),
        plain(
            "df_logical_plan_child_count",
            |f| done(df_logical_plan_child_count(Some(&f.logical))),
            |_| done(df_logical_plan_child_count(None)),
        ),
        case(
            "df_logical_plan_child",
            |f| object(made(|out| df_logical_plan_child(Some(&f.logical), 0, out))),
            |_| object(made(|out| df_logical_plan_child(None, 0, out))),
        )
        .wrong(
            |f| object(made(|out| df_logical_plan_child(Some(&f.logical), 7, out))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_logical_plan_schema",
            |f| object(written(|out| df_logical_plan_schema(Some(&f.logical), out))),
            |_| object(written(|out| df_logical_plan_schema(None, out))),
        ),
        plain(
            "df_logical_plan_free",
            |_| done(df_logical_plan_free(Some(Fixture::new().logical))),
            |_| done(df_logical_plan_free(None)),
        ),
        plain(
            "df_execution_plan_partition_count",
            |f| done(df_execution_plan_partition_count(Some(&f.physical))),
            |_| done(df_execution_plan_partition_count(None)),
        ),
        plain(
            "df_execution_plan_child_count",
            |f| done(df_execution_plan_child_count(Some(&f.physical))),
            |_| done(df_execution_plan_child_count(None)),
        ),
        case(
            "df_execution_plan_child",
            |f| {
                object(made(|out| {
                    df_execution_plan_child(Some(&f.physical), 0, out)
                }))
            },
            |_| object(made(|out| df_execution_plan_child(None, 0, out))),
        )
        .wrong(
            |f| {
                object(made(|out| {
                    df_execution_plan_child(Some(&f.physical), 7, out)
                }))
            },
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_execution_plan_schema",
            |f| {
                object(written(|out| {
                    df_execution_plan_schema(Some(&f.physical), out)
                }))
            },
            |_| object(written(|out| df_execution_plan_schema(None, out))),
        ),
        plain(
            "df_execution_plan_free",
            |_| done(df_execution_plan_free(Some(Fixture::new().physical))),
            |_| done(df_execution_plan_free(None)),
        ),
    ]
}

fn results() -> Vec<Case> {
    vec![
        case(
            "df_stream_schema",
            |f| object(written(|out| df_stream_schema(Some(&f.stream), out))),
            |_| object(written(|out| df_stream_schema(None, out))),
        ),
        plain(
            "df_stream_cancel",
            |f| done(df_stream_cancel(Some(&f.stream))),
            |_| done(df_stream_cancel(None)),
        ),
        case(
            "df_stream_into_array_stream",
            |_| {
                object(written(|out| {
                    df_stream_into_array_stream(Some(Fixture::new().stream), out)
                }))
            },
            |_| object(written(|out| df_stream_into_array_stream(None, out))),
        ),
        plain(
            "df_stream_free",
            |_| done(df_stream_free(Some(Fixture::new().stream))),
            |_| done(df_stream_free(None)),
        ),
        plain(
            "df_batch_rows",
            |f| done(df_batch_rows(Some(&batch(f)))),
            |_| done(df_batch_rows(None)),
        ),
        case(
            "df_batch_into_array",
            |f| object(written(|out| df_batch_into_array(Some(batch(f)), out))),
            |_| object(written(|out| df_batch_into_array(None, out))),
        ),
        plain(
            "df_batch_free",
            |f| done(df_batch_free(Some(batch(f)))),
            |_| done(df_batch_free(None)),
        ),
        plain(
            "df_array_release",
            |_| done(df_array_release(Some(&mut array_of(&rows())))),
            |_| done(df_array_release(None)),
        ),
        plain(
            "df_schema_release",
            |_| done(df_schema_release(Some(&mut schema_of(&rows())))),
            |_| done(df_schema_release(None)),
        ),
        case(
            "df_batches_new",
            |_| object(made(|out| df_batches_new(Some(&schema_of(&rows())), out))),
            |_| object(made(|out| df_batches_new(None, out))),
        ),
        case(
            "df_batches_push",
            |_| object(push(&rows())),
            |_| object(failed(df_batches_push(None, None))),
        )
        .wrong(
            |_| {
                let list = push(&rows()).unwrap();
                object(failed(df_batches_push(
                    Some(&list),
                    Some(&arrow::ffi::FFI_ArrowArray::empty()),
                )))
            },
            DF_ERROR_ARROW,
        ),
        plain(
            "df_batches_free",
            |_| done(df_batches_free(Some(push(&rows()).unwrap()))),
            |_| done(df_batches_free(None)),
        ),
    ]
}

/// Contract: what is freed is gone, whatever it held. Alone in a process: the counters are the process's.
#[test]
fn everything_that_is_freed_is_gone() {
    alone("objects::everything_that_is_freed_is_gone", || {
        // The host that the tests share keeps its callback.
        let _shared = host();
        for _ in 0..20 {
            let fixture = Fixture::new();
            let _ = batch(&fixture);
            df_stream_free(Some(fixture.stream));
            df_dataframe_free(Some(fixture.frame));
            df_logical_plan_free(Some(fixture.logical));
            df_execution_plan_free(Some(fixture.physical));
            df_function_free(Some(fixture.function));
            df_program_free(Some(fixture.program));
            df_session_free(Some(fixture.session));
        }
        eventually(|| {
            let live = counters();
            let objects =
                live.sessions + live.tasks + live.buffers + live.functions + live.programs;
            let plans = live.dataframes + live.logical_plans + live.execution_plans;
            objects + plans + live.streams + live.batches + live.errors == 0 && live.callbacks == 1
        });
    });
}

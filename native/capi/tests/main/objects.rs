//! The exports that make, read and free objects.

use std::ptr::null;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::record_batch::RecordBatch;
use datafusion_c::batch::*;
use datafusion_c::batches::*;
use datafusion_c::dataframe::*;
use datafusion_c::error::*;
use datafusion_c::execution_plan::*;
use datafusion_c::expr::*;
use datafusion_c::function::*;
use datafusion_c::logical_plan::*;
use datafusion_c::session::*;
use datafusion_c::stream::*;

use crate::basics::{handles, process, sessions, tasks};
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

pub fn rows() -> RecordBatch {
    RecordBatch::try_from_iter([("a", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef)]).unwrap()
}

fn batch(fixture: &Fixture) -> Box<df_batch> {
    crate::streams::next(&fixture.stream).unwrap().unwrap()
}

/// A call that answers no error.
pub fn done<T>(_answer: T) -> Seen {
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
                        false,
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
                        false,
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
            let expr = crate::physical::physical(&fixture.session);
            datafusion_c::physical_expr::df_physical_expr_free(Some(expr));
            df_function_free(Some(fixture.function));
            df_program_free(Some(fixture.program));
            df_session_free(Some(fixture.session));
        }
        eventually(|| {
            let live = counters();
            let objects =
                live.sessions + live.tasks + live.buffers + live.functions + live.programs;
            let plans =
                live.dataframes + live.logical_plans + live.execution_plans + live.physical_exprs;
            objects + plans + live.streams + live.batches + live.errors == 0 && live.callbacks == 1
        });
    });
}

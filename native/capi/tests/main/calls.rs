//! Functions in bytes, queries within functions, and where upcalls run.

use std::sync::LazyLock;

use arrow::datatypes::DataType;
use arrow::ffi::FFI_ArrowArray;
use datafusion_c::boundary::structs::*;
use datafusion_c::buffer::df_buffer;
use datafusion_c::dataframe::*;
use datafusion_c::error::*;
use datafusion_c::execution_plan::*;
use datafusion_c::expr::*;
use datafusion_c::function::*;
use datafusion_c::message::data_frame_verb::Verb;
use datafusion_c::message::expr_op::Op;
use datafusion_c::message::*;
use datafusion_c::registry::*;
use datafusion_c::session::*;
use datafusion_c::task::*;
use datafusion_inline::message::FunctionVolatility;

use crate::exports::alone;
use crate::expressions::{column, from_bytes, ops, program, to_bytes};
use crate::functions::{
    RELEASED, RESOLVABLE, add_one, callback, definition, error, inputs, new_function, register,
};
use crate::support::*;

static NEST_SESSION: LazyLock<Box<df_session>> = LazyLock::new(session);

/// Runs a query that calls the same function again.
fn nest(args: &[FFI_ArrowArray], rows: usize, output: *mut df_output) -> *mut df_error {
    assert!(datafusion_c::host::df_runtime_inside());
    let left = inputs(args, rows)[0];
    if left > 0 {
        let query = format!("SELECT nest({}) AS n FROM (VALUES (1)) AS t(a)", left - 1);
        if let Err(failed) = waited_row(&query) {
            return error(failed.code, &failed.message, 0);
        }
    }
    add_one(args, rows, output)
}

fn waited<T>(task: Made<df_task>) -> Made<T> {
    let task = task?;
    failed(df_task_wait(Some(&task)))?;
    let result = written(|out| df_task_finish(Some(task), out))?;
    // SAFETY: the caller names the type.
    Ok(unsafe { Box::from_raw(result.cast()) })
}

fn waited_row(query: &str) -> Result<(), Failed> {
    let frame: Box<df_dataframe> = waited(sql_task(&NEST_SESSION, query))?;
    let buffer: Box<df_buffer> = waited(made(|out| df_dataframe_text(Some(&frame), -1, out)))?;
    datafusion_c::buffer::df_buffer_free(Some(buffer));
    Ok(())
}

#[test]
fn queries_within_queries_have_a_bottom() {
    let definition = definition(
        "nest",
        DataType::Int64,
        DataType::Int64,
        FunctionVolatility::Volatile,
    );
    let function = new_function(&definition, "", callback(nest)).unwrap();
    run_unit(made(|out| {
        df_session_register_function(Some(&NEST_SESSION), Some(&function), out)
    }))
    .unwrap();
    assert_eq!(
        row(&NEST_SESSION, "SELECT nest(10) FROM (VALUES (1)) AS t(a)").unwrap(),
        ["11"]
    );
    let error = row(&NEST_SESSION, "SELECT nest(40) FROM (VALUES (1)) AS t(a)")
        .err()
        .unwrap();
    assert_eq!(error.code, DF_ERROR_REENTRY, "{error:?}");
    assert_eq!(row(&NEST_SESSION, "SELECT 1").unwrap(), ["1"]);
}

/// Alone in a process: a fault is for whoever calls next.
#[test]
fn a_panic_in_a_trait_method_is_an_error() {
    alone(
        "calls::a_panic_in_a_trait_method_is_an_error",
        panic_in_a_trait_method,
    );
}

fn panic_in_a_trait_method() {
    let session = session();
    register(&session, "steady", DataType::Int64, add_one);
    let frame = sql(&session, "SELECT steady(value) FROM range(0, 5)").unwrap();
    let name = "ScalarUDF::invoke";
    failed(datafusion_c::abi::df_fault_inject(
        name.as_ptr(),
        name.len(),
    ))
    .unwrap();
    let error = text(&frame).err().unwrap();
    assert_eq!(error.code, DF_ERROR_PANIC, "{error:?}");
    assert_eq!(cells(&text(&frame).unwrap()).len(), 5);
}

#[test]
fn upcalls_hop_from_a_switched_stack() {
    // The thread's bounds say that the stack pointer is elsewhere: the release runs on a helper.
    let definition = definition(
        "hops",
        DataType::Int64,
        DataType::Int64,
        FunctionVolatility::Immutable,
    );
    let callback = callback(add_one);
    let data = callback.data;
    let function = new_function(&definition, "", callback).unwrap();
    datafusion_c::boundary::pretend_switched(true);
    drop(function);
    datafusion_c::boundary::pretend_switched(false);
    assert!(RELEASED.lock().unwrap().contains(&data));
}

#[test]
fn decoded_execution_plans_come_to_life_before_their_first_batch() {
    let session = session();
    let name = "planned";
    let definition = definition(
        name,
        DataType::Int64,
        DataType::Int64,
        FunctionVolatility::Volatile,
    );
    let function = new_function(&definition, "", callback(add_one)).unwrap();
    run_unit(made(|out| {
        df_session_register_function(Some(&session), Some(&function), out)
    }))
    .unwrap();
    let frame = sql(&session, "SELECT planned(value) FROM range(0, 5)").unwrap();
    let plan: Box<df_execution_plan> =
        run(made(|out| df_dataframe_execution_plan(Some(&frame), out))).unwrap();
    let buffer = run::<df_buffer>(made(|out| {
        df_execution_plan_to_bytes(Some(&plan), Some(&session), out)
    }))
    .unwrap();
    let sent = bytes(&buffer);
    let other = crate::support::session();
    let back: Box<df_execution_plan> = run(made(|out| {
        df_execution_plan_from_bytes(Some(&other), sent.as_ptr(), sent.len(), out)
    }))
    .unwrap();
    let resolved = run_unit(made(|out| {
        df_execution_plan_resolve_functions(Some(&back), out)
    }));
    assert_eq!(resolved.err().unwrap().code, DF_ERROR_UNRESOLVED_FUNCTION);
    let executed = run::<datafusion_c::stream::df_stream>(made(|out| {
        df_session_execute(Some(&other), Some(&back), -1, false, out)
    }));
    assert_eq!(executed.err().unwrap().code, DF_ERROR_UNRESOLVED_FUNCTION);
    RESOLVABLE
        .lock()
        .unwrap()
        .insert(definition.body().to_vec(), add_one);
    let stream = run(made(|out| {
        df_session_execute(Some(&other), Some(&back), -1, false, out)
    }))
    .unwrap();
    assert_eq!(crate::streams::rows(&stream).unwrap(), 5);
}

#[test]
fn functions_travel_in_bytes_and_come_to_life_late() {
    let definition = definition(
        "late",
        DataType::Int64,
        DataType::Int64,
        FunctionVolatility::Immutable,
    );
    let function = new_function(&definition, "", callback(add_one)).unwrap();
    let call = program([column("a"), Op::Function(FunctionOp { index: 0, count: 1 })]);
    let bytes = to_bytes(None, &call, &[&function]).unwrap();
    let session = session();
    let back = from_bytes(&session, &bytes).unwrap();
    assert_eq!(ops(&back), call);
    let decoded = made(|out| df_program_function(Some(&back), 0, out)).unwrap();
    let frame = sql(&session, "SELECT * FROM (VALUES (1)) AS t(a)").unwrap();
    let selected = apply(&frame, Verb::Select(call.clone()), &[&decoded], &[]).unwrap();
    let unresolved = text(&selected).err().unwrap();
    assert_eq!(
        unresolved.code, DF_ERROR_UNRESOLVED_FUNCTION,
        "{unresolved:?}"
    );
    RESOLVABLE
        .lock()
        .unwrap()
        .insert(definition.body().to_vec(), add_one);
    assert_eq!(cells(&text(&selected).unwrap()), [["2"]]);
    run_unit(made(|out| df_function_resolve(Some(&decoded), out))).unwrap();
    let strict = crate::policies::strict(&session);
    assert_eq!(
        from_bytes(&strict, &bytes).err().unwrap().code,
        DF_ERROR_INLINING_REFUSED
    );
}

#[test]
fn a_function_that_cannot_travel_works_here_and_says_why_it_does_not() {
    let session = session();
    let definition = definition(
        "stay",
        DataType::Int64,
        DataType::Int64,
        FunctionVolatility::Immutable,
    );
    let function = new_function(&definition, "captures a socket", callback(add_one)).unwrap();
    let call = program([column("a"), Op::Function(FunctionOp { index: 0, count: 1 })]);
    let refused = to_bytes(Some(&session), &call, &[&function]).err().unwrap();
    assert_eq!(refused.code, DF_ERROR_UNSERIALIZABLE_FUNCTION);
    assert!(refused.message.contains("captures a socket"));
    let frame = sql(&session, "SELECT * FROM (VALUES (1)) AS t(a)").unwrap();
    assert_eq!(
        cells(&text(&apply(&frame, Verb::Select(call), &[&function], &[]).unwrap()).unwrap()),
        [["2"]]
    );
}

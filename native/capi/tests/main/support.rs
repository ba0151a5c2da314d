//! A host, and the steps that every test takes.

use std::collections::HashMap;
use std::ffi::{CStr, c_void};
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{LazyLock, Mutex};

use datafusion_c::abi::{df_counters, df_counters_read};
use datafusion_c::boundary::structs::*;
use datafusion_c::dataframe::*;
use datafusion_c::error::*;
use datafusion_c::function::df_function;
use datafusion_c::host::{df_host, df_host_new};
use datafusion_c::message::{DataFrameVerb, SessionOptions, SqlRequest, data_frame_verb::Verb};
use datafusion_c::session::*;
use datafusion_c::task::*;
use prost::Message;

pub type Made<T> = Result<Box<T>, Failed>;
type Out<'a, T> = Option<&'a mut MaybeUninit<Option<Box<T>>>>;

/// An error, read and freed.
#[derive(Debug, PartialEq, Eq)]
pub struct Failed {
    pub code: i32,
    pub message: String,
    pub cause: u64,
}

pub fn failed(error: Option<Box<df_error>>) -> Result<(), Failed> {
    let Some(error) = error else { return Ok(()) };
    // SAFETY: the message of a live error is a C string.
    let message = unsafe { CStr::from_ptr(df_error_message(Some(&error))) }
        .to_string_lossy()
        .into_owned();
    let seen = Failed {
        code: df_error_code(Some(&error)),
        message,
        cause: df_error_cause(Some(&error)),
    };
    df_error_free(Box::into_raw(error));
    Err(seen)
}

/// Calls an export that makes an object.
pub fn made<T>(call: impl FnOnce(Out<'_, T>) -> Option<Box<df_error>>) -> Made<T> {
    let mut out = MaybeUninit::uninit();
    failed(call(Some(&mut out)))?;
    // SAFETY: written, since there is no error.
    Ok(unsafe { out.assume_init() }.expect("an object"))
}

/// Calls an export that writes a value.
pub fn written<T>(
    call: impl FnOnce(Option<&mut MaybeUninit<T>>) -> Option<Box<df_error>>,
) -> Result<T, Failed> {
    let mut out = MaybeUninit::uninit();
    failed(call(Some(&mut out)))?;
    // SAFETY: written, since there is no error.
    Ok(unsafe { out.assume_init() })
}

static NEXT: AtomicU64 = AtomicU64::new(1);
static WAITING: LazyLock<Mutex<HashMap<u64, Sender<&'static str>>>> = LazyLock::new(Mutex::default);

pub fn next_id() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

extern "C" fn complete(data: u64) {
    tell(data, "complete");
}

extern "C" fn release(data: u64) {
    tell(data, "release");
    WAITING.lock().unwrap().remove(&data);
}

fn tell(data: u64, what: &'static str) {
    let sender = WAITING.lock().unwrap().get(&data).cloned();
    if let Some(sender) = sender {
        let _ = sender.send(what);
    }
}

static COMPLETION: df_completion_functions = df_completion_functions {
    complete: Some(complete),
};

/// A completion, and what is heard of it.
pub fn completion() -> (df_completion, std::sync::mpsc::Receiver<&'static str>) {
    let (sender, receiver) = channel();
    let data = next_id();
    WAITING.lock().unwrap().insert(data, sender);
    (
        df_completion {
            data,
            functions: Some(&COMPLETION),
            release: Some(release),
        },
        receiver,
    )
}

/// Starts a task, hears of its end, and takes its result.
pub fn finished(task: Box<df_task>) -> Result<*mut c_void, Failed> {
    let (completion, heard) = completion();
    failed(df_task_start(Some(&task), completion))?;
    assert_eq!(heard.recv().unwrap(), "complete");
    written(|out| df_task_finish(Some(task), out))
}

/// Runs a task that makes an object of the type that the caller names.
pub fn run<T>(task: Made<df_task>) -> Made<T> {
    let result = finished(task?)?.cast::<T>();
    assert!(!result.is_null());
    // SAFETY: the test names the type that the export documents.
    Ok(unsafe { Box::from_raw(result) })
}

/// Runs a task that makes nothing.
pub fn run_unit(task: Made<df_task>) -> Result<(), Failed> {
    assert!(finished(task?)?.is_null());
    Ok(())
}

pub extern "C" fn ignore(_data: u64) {}

static HOST_FUNCTIONS: df_host_functions = df_host_functions {
    thread_started: None,
    resolve_scalar: Some(super::functions::resolve),
    resolve_aggregate: Some(super::aggregates::resolve),
    resolve_window: None,
    resolve_table: Some(super::tables::resolve),
};

static HOST: LazyLock<Box<df_host>> = LazyLock::new(|| {
    let callback = df_host_callback {
        data: 7,
        functions: Some(&HOST_FUNCTIONS),
        release: Some(ignore),
    };
    made(|out| df_host_new(callback, out)).unwrap()
});

pub fn host() -> &'static df_host {
    &HOST
}

pub fn session_with(options: &SessionOptions) -> Made<df_session> {
    let bytes = options.encode_to_vec();
    made(|out| df_session_new(Some(host()), bytes.as_ptr(), bytes.len(), 0, out))
}

pub fn session() -> Box<df_session> {
    session_with(&SessionOptions::default()).unwrap()
}

pub fn sql_task(session: &df_session, sql: &str) -> Made<df_task> {
    request_task(
        session,
        &SqlRequest {
            sql: sql.to_owned(),
            ..Default::default()
        },
    )
}

pub fn request_task(session: &df_session, request: &SqlRequest) -> Made<df_task> {
    let bytes = request.encode_to_vec();
    made(|out| df_session_sql(Some(session), bytes.as_ptr(), bytes.len(), out))
}

pub fn sql(session: &df_session, sql: &str) -> Made<df_dataframe> {
    run(sql_task(session, sql))
}

pub fn text(frame: &df_dataframe) -> Result<String, Failed> {
    let buffer = run::<datafusion_c::buffer::df_buffer>(made(|out| {
        df_dataframe_text(Some(frame), -1, out)
    }))?;
    Ok(String::from_utf8(bytes(&buffer).to_vec()).unwrap())
}

pub fn bytes(buffer: &datafusion_c::buffer::df_buffer) -> &[u8] {
    use datafusion_c::buffer::*;
    let (data, len) = (df_buffer_data(Some(buffer)), df_buffer_len(Some(buffer)));
    // SAFETY: the buffer says so.
    unsafe { std::slice::from_raw_parts(data, len) }
}

/// The cells of a query that answers one row.
pub fn row(session: &df_session, query: &str) -> Result<Vec<String>, Failed> {
    Ok(cells(&text(&*sql(session, query)?)?).remove(0))
}

/// The cells of a drawn table.
pub fn cells(table: &str) -> Vec<Vec<String>> {
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(1);
    rows.map(|line| {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    })
    .collect()
}

pub fn apply(
    frame: &df_dataframe,
    verb: Verb,
    functions: &[&df_function],
    others: &[&df_dataframe],
) -> Made<df_dataframe> {
    let bytes = DataFrameVerb { verb: Some(verb) }.encode_to_vec();
    let functions: Vec<_> = functions.iter().map(|function| Some(*function)).collect();
    let others: Vec<_> = others.iter().map(|other| Some(*other)).collect();
    run(made(|out| {
        df_dataframe_apply(
            Some(frame),
            bytes.as_ptr(),
            bytes.len(),
            functions.as_ptr(),
            functions.len(),
            others.as_ptr(),
            others.len(),
            out,
        )
    }))
}

pub fn counters() -> df_counters {
    written(|out| df_counters_read(out)).unwrap()
}

//! Tables that a host written in Rust reads itself, through the C callbacks.

use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use arrow::array::{ArrayRef, Int64Array};
use arrow::ffi::FFI_ArrowArray;
use arrow::record_batch::RecordBatch;
use datafusion_c::boundary::{
    df_reader_callback, df_reader_functions, df_results, df_results_push, df_results_set_bytes,
    df_results_set_schema, df_rows_callback, df_rows_functions, df_table_callback,
    df_table_functions,
};
use datafusion_c::error::*;
use datafusion_c::expr::df_program;
use datafusion_c::function::*;
use datafusion_c::registry::*;
use datafusion_c::session::*;
use datafusion_c::stream::*;
use datafusion_c::task::df_task;
use datafusion_inline::message::{ScanRequest, ScanShape};
use prost::Message;

use crate::exports::{Case, Seen, case, object, work};
use crate::functions::{error, released};
use crate::support::*;
use crate::tables::definition;

/// What the table does, by the number of its callback.
#[derive(Clone, Copy, PartialEq)]
pub enum Behaviour {
    Good,
    NoFilters,
    NoShape,
    Fails,
}

static BEHAVIOURS: Mutex<Vec<(u64, Behaviour)>> = Mutex::new(Vec::new());
static INTERRUPTED: AtomicUsize = AtomicUsize::new(0);

fn behaviour(data: u64) -> Behaviour {
    let all = BEHAVIOURS.lock().unwrap();
    all.iter().find(|(number, _)| *number == data).unwrap().1
}

fn behaves(behaviour: Behaviour) -> u64 {
    let number = next_id();
    BEHAVIOURS.lock().unwrap().push((number, behaviour));
    number
}

pub fn given(error: Option<Box<df_error>>) -> *mut df_error {
    error.map_or(null_mut(), Box::into_raw)
}

fn batch() -> RecordBatch {
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..4));
    RecordBatch::try_from_iter([("n", numbers)]).unwrap()
}

extern "C" fn schema(_data: u64, results: *mut df_results) -> *mut df_error {
    given(df_results_set_schema(
        results,
        Some(&crate::batches::schema_of(&batch())),
    ))
}

extern "C" fn supports(
    data: u64,
    filters: *const *const df_program,
    count: usize,
    out: *mut u8,
) -> *mut df_error {
    assert!(!filters.is_null());
    let answer = if behaviour(data) == Behaviour::NoFilters {
        3
    } else {
        1
    };
    // SAFETY: as the header says.
    unsafe { std::slice::from_raw_parts_mut(out, count) }.fill(answer);
    null_mut()
}

extern "C" fn scan(
    data: u64,
    request: *const u8,
    request_len: usize,
    _filters: *const *const df_program,
    _count: usize,
    out: *mut df_rows_callback,
    results: *mut df_results,
) -> *mut df_error {
    // SAFETY: as the header says.
    let request = unsafe { std::slice::from_raw_parts(request, request_len) };
    assert!(ScanRequest::decode(request).unwrap().batch_size > 0);
    let shape = match behaviour(data) {
        Behaviour::NoShape => vec![0xff],
        _ => ScanShape {
            partitions: 2,
            ..Default::default()
        }
        .encode_to_vec(),
    };
    // SAFETY: as the header says.
    unsafe {
        out.write(df_rows_callback {
            data: behaves(behaviour(data)),
            functions: Some(&ROWS),
            release: Some(released),
        });
    }
    given(df_results_set_bytes(results, shape.as_ptr(), shape.len()))
}

extern "C" fn insert(_data: u64, op: i32, stream: *mut df_stream, rows: *mut u64) -> *mut df_error {
    // SAFETY: it is given away, as the header says.
    df_stream_free(Some(unsafe { Box::from_raw(stream) }));
    // SAFETY: as the header says.
    unsafe { rows.write(op as u64 + 7) };
    null_mut()
}

extern "C" fn open(data: u64, _partition: i64, out: *mut df_reader_callback) -> *mut df_error {
    // SAFETY: as the header says.
    unsafe {
        out.write(df_reader_callback {
            data: behaves(behaviour(data)),
            functions: Some(&READER),
            release: Some(released),
        });
    }
    null_mut()
}

/// One batch, then the end; what fails, fails at the first.
extern "C" fn next(data: u64, results: *mut df_results) -> *mut df_error {
    if behaviour(data) == Behaviour::Fails {
        return error(DF_ERROR_CALLBACK, "the reader is out of ink", data);
    }
    let mut all = BEHAVIOURS.lock().unwrap();
    let known = all.iter_mut().find(|(number, _)| *number == data).unwrap();
    if known.1 == Behaviour::NoShape {
        return null_mut();
    }
    known.1 = Behaviour::NoShape;
    let array: FFI_ArrowArray = crate::batches::array_of(&batch());
    given(df_results_push(results, Some(&array)))
}

extern "C" fn interrupt(_data: u64) {
    INTERRUPTED.fetch_add(1, Ordering::SeqCst);
}

pub static TABLE: df_table_functions = df_table_functions {
    call: None,
    schema: Some(schema),
    supports_filters: Some(supports),
    scan: Some(scan),
    insert: Some(insert),
};

static ROWS: df_rows_functions = df_rows_functions { open: Some(open) };

static READER: df_reader_functions = df_reader_functions {
    next: Some(next),
    interrupt: Some(interrupt),
};

pub fn table(behaviour: Behaviour) -> Box<df_function> {
    let frame = definition().frame().clone();
    let callback = df_table_callback {
        data: behaves(behaviour),
        functions: Some(&TABLE),
        release: Some(released),
    };
    made(|out| {
        df_function_new_table(
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
    .unwrap()
}

fn register(session: Option<&df_session>, table: Option<&df_function>) -> Made<df_task> {
    let name = "numbers";
    made(|out| df_session_register_table(session, name.as_ptr(), name.len(), table, out))
}

pub fn with_table(behaviour: Behaviour) -> Box<df_session> {
    let session = session();
    run_unit(register(Some(&session), Some(&table(behaviour)))).unwrap();
    session
}

#[test]
fn rows_of_all_partitions_are_read() {
    let session = with_table(Behaviour::Good);
    let query = "SELECT sum(n), count(*) FROM numbers WHERE n > 0";
    assert_eq!(row(&session, query).unwrap(), ["12", "6"]);
    let inserted = "INSERT OVERWRITE numbers VALUES (1), (2)";
    assert_eq!(row(&session, inserted).unwrap(), ["8"]);
}

#[test]
fn wrong_answers_are_errors() {
    for (behaviour, query, said) in [
        (
            Behaviour::NoFilters,
            "SELECT * FROM numbers WHERE n > 1",
            "filter pushdown 3",
        ),
        (Behaviour::NoShape, "SELECT * FROM numbers", "no ScanShape"),
        (Behaviour::Fails, "SELECT * FROM numbers", "out of ink"),
    ] {
        let session = with_table(behaviour);
        let frame = sql(&session, query).and_then(|frame| text(&frame));
        let error = frame.err().unwrap();
        assert!(error.message.contains(said), "{error:?}");
        assert_eq!(row(&session, "SELECT 1").unwrap(), ["1"]);
    }
}

/// A reader whose rows are not needed any more hears of it.
#[test]
fn a_reader_that_nobody_listens_to_is_interrupted() {
    let before = INTERRUPTED.load(Ordering::SeqCst);
    let session = with_table(Behaviour::Good);
    assert_eq!(
        row(&session, "SELECT n FROM numbers LIMIT 1").unwrap(),
        ["0"]
    );
    for _ in 0..500 {
        if INTERRUPTED.load(Ordering::SeqCst) > before {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("no reader was interrupted");
}

pub fn elsewhere() -> *mut df_results {
    std::ptr::dangling_mut()
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "df_session_register_table",
            |_| work(register(Some(&session()), Some(&table(Behaviour::Good)))),
            |_| work(register(None, None)),
        )
        .wrong(
            |f| work(register(Some(&f.session), Some(&f.function))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case("df_results_set_bytes", answered, |_| {
            object(failed(df_results_set_bytes(null_mut(), null(), 0)))
        })
        .wrong(
            |_| object(failed(df_results_set_bytes(elsewhere(), null(), 0))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
    ]
}

/// A scan sets its shape as bytes.
fn answered(_: &crate::objects::Fixture) -> Seen {
    let session = with_table(Behaviour::Good);
    object(sql(&session, "SELECT * FROM numbers").and_then(|frame| text(&frame)))
}

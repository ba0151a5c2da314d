//! Codecs of a host written in Rust, through the C callbacks, and traces of what codecs took.

use std::ptr::null_mut;
use std::sync::Mutex;

use arrow::ffi::FFI_ArrowSchema;
use datafusion_c::boundary::{
    df_codec_callback, df_codec_functions, df_results, df_results_set_bytes,
    df_results_set_function, df_table_functions, df_trace_callback, df_trace_functions,
};
use datafusion_c::codec::*;
use datafusion_c::error::*;
use datafusion_c::logical_plan::*;
use datafusion_c::session::*;

use crate::exports::{Case, Seen, case, object};
use crate::functions::{error, released};
use crate::sources::{Behaviour, TABLE, elsewhere, given, table, with_table};
use crate::support::*;

extern "C" fn encode_table(
    _data: u64,
    _table: u64,
    functions: *const df_table_functions,
    results: *mut df_results,
) -> *mut df_error {
    assert!(std::ptr::eq(functions, &raw const TABLE));
    given(df_results_set_bytes(results, b"the table".as_ptr(), 9))
}

extern "C" fn decode_table(
    _data: u64,
    bytes: *const u8,
    bytes_len: usize,
    _schema: *const FFI_ArrowSchema,
    results: *mut df_results,
) -> *mut df_error {
    // SAFETY: as the header says.
    let bytes = unsafe { std::slice::from_raw_parts(bytes, bytes_len) };
    if bytes != b"the table" {
        return error(DF_ERROR_CALLBACK, "another table", 0);
    }
    given(df_results_set_function(
        results,
        Some(&table(Behaviour::Good)),
    ))
}

static CODEC: df_codec_functions = df_codec_functions {
    encode_table: Some(encode_table),
    decode_table: Some(decode_table),
    encode_function: None,
    decode_function: None,
};

fn codec() -> df_codec_callback {
    df_codec_callback {
        data: next_id(),
        functions: Some(&CODEC),
        release: Some(released),
    }
}

fn with_codec(session: Option<&df_session>, id: &str) -> Made<df_session> {
    made(|out| df_session_with_host_codec(session, codec(), false, id.as_ptr(), id.len(), 0, out))
}

static TRACED: Mutex<Vec<(u64, String)>> = Mutex::new(Vec::new());

extern "C" fn payload(
    data: u64,
    written: bool,
    codec: *const u8,
    codec_len: usize,
    subject: *const u8,
    subject_len: usize,
    bytes: u64,
) {
    // SAFETY: as the header says.
    let text = |data, len| unsafe { std::str::from_utf8(std::slice::from_raw_parts(data, len)) };
    let (codec, subject) = (text(codec, codec_len), text(subject, subject_len));
    let event = format!("{written} {} {} {bytes}", codec.unwrap(), subject.unwrap());
    TRACED.lock().unwrap().push((data, event));
}

static TRACE: df_trace_functions = df_trace_functions {
    payload: Some(payload),
};

fn with_trace(session: Option<&df_session>, data: u64) -> Made<df_session> {
    let callback = df_trace_callback {
        data,
        functions: Some(&TRACE),
        release: Some(released),
    };
    made(|out| df_session_with_trace(session, callback, 0, out))
}

/// Under a strict policy the table goes to the host's codec; a trace tells of it.
#[test]
fn a_codec_of_the_hosts_writes_its_tables() {
    let number = next_id();
    let strict = crate::policies::strict(&with_table(Behaviour::Good));
    let session = with_codec(Some(&strict), "of.the.host").unwrap();
    let session = with_trace(Some(&session), number).unwrap();
    let frame = sql(&session, "SELECT sum(n) FROM numbers").unwrap();
    let plan: Box<df_logical_plan> = run(made(|out| {
        datafusion_c::dataframe::df_dataframe_logical_plan(Some(&frame), false, out)
    }))
    .unwrap();
    let message: Box<datafusion_c::buffer::df_buffer> = run(made(|out| {
        df_logical_plan_to_bytes(Some(&plan), Some(&session), out)
    }))
    .unwrap();
    let message = bytes(&message);
    let back: Box<df_logical_plan> = run(made(|out| {
        df_logical_plan_from_bytes(Some(&session), message.as_ptr(), message.len(), out)
    }))
    .unwrap();
    let frame = run(made(|out| {
        df_session_dataframe(Some(&session), Some(&back), out)
    }))
    .unwrap();
    assert_eq!(cells(&text(&frame).unwrap()), [["12"]]);
    let traced = TRACED.lock().unwrap();
    let told = traced.iter().filter(|(data, _)| *data == number);
    let told: Vec<&str> = told.map(|(_, event)| event.as_str()).collect();
    assert!(
        told.contains(&"true of.the.host table provider 'numbers' 9"),
        "{told:?}"
    );
    assert!(
        told.contains(&"false of.the.host table provider 'numbers' 9"),
        "{told:?}"
    );
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "df_session_with_host_codec",
            |f| object(with_codec(Some(&f.session), "one")),
            |_| object(with_codec(None, "one")),
        )
        .wrong(
            |f| object(with_codec(Some(&f.session), "anon:1")),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_session_with_trace",
            |f| object(with_trace(Some(&f.session), 0)),
            |_| object(with_trace(None, 0)),
        ),
        case("df_results_set_function", found, |_| {
            object(failed(df_results_set_function(null_mut(), None)))
        })
        .wrong(
            |_| object(failed(df_results_set_function(elsewhere(), None))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
    ]
}

/// A decode sets the table as a function.
fn found(_: &crate::objects::Fixture) -> Seen {
    let strict = crate::policies::strict(&with_table(Behaviour::Good));
    let session = with_codec(Some(&strict), "host").unwrap();
    let frame = sql(&session, "SELECT * FROM numbers").unwrap();
    let plan: Box<df_logical_plan> = run(made(|out| {
        datafusion_c::dataframe::df_dataframe_logical_plan(Some(&frame), false, out)
    }))
    .unwrap();
    let message: Made<datafusion_c::buffer::df_buffer> = run(made(|out| {
        df_logical_plan_to_bytes(Some(&plan), Some(&session), out)
    }));
    let message = message.unwrap();
    let message = bytes(&message);
    object(run::<df_logical_plan>(made(|out| {
        df_logical_plan_from_bytes(Some(&session), message.as_ptr(), message.len(), out)
    })))
}

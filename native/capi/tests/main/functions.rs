//! Row functions of a host written in Rust, through the C callbacks.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use arrow::datatypes::{DataType, Field};
use arrow::ffi::FFI_ArrowArray;
use datafusion_c::boundary::structs::*;
use datafusion_c::error::*;
use datafusion_c::function::*;
use datafusion_c::registry::*;
use datafusion_c::session::*;
use datafusion_inline::Definition;
use datafusion_inline::message::argument_signature::Form;
use datafusion_inline::message::inlined_function::Result as Answer;
use datafusion_inline::message::*;

use crate::streams::eventually;
use crate::support::*;

pub type Body = fn(&[FFI_ArrowArray], usize, *mut df_output) -> *mut df_error;

static BODIES: LazyLock<Mutex<HashMap<u64, Body>>> = LazyLock::new(Mutex::default);
pub static RESOLVABLE: LazyLock<Mutex<HashMap<Vec<u8>, Body>>> = LazyLock::new(Mutex::default);
pub static RELEASED: Mutex<Vec<u64>> = Mutex::new(Vec::new());

extern "C" fn invoke(
    data: u64,
    args: *const FFI_ArrowArray,
    count: i64,
    rows: i64,
    output: *mut df_output,
) -> *mut df_error {
    // SAFETY: as the header says.
    let args = unsafe { std::slice::from_raw_parts(args, count as usize) };
    let body = BODIES.lock().unwrap()[&data];
    body(args, rows as usize, output)
}

pub extern "C" fn released(data: u64) {
    RELEASED.lock().unwrap().push(data);
}

static SCALAR: df_scalar_functions = df_scalar_functions {
    invoke: Some(invoke),
    ..NO_FUNCTIONS
};

pub const NO_FUNCTIONS: df_scalar_functions = df_scalar_functions {
    invoke: None,
    bind: None,
    return_field: None,
    coerce_types: None,
};

pub fn callback(body: Body) -> df_scalar_callback {
    let data = next_id();
    BODIES.lock().unwrap().insert(data, body);
    df_scalar_callback {
        data,
        functions: Some(&SCALAR),
        release: Some(released),
    }
}

pub extern "C" fn resolve(
    _data: u64,
    body: *const u8,
    body_len: usize,
    _sha256: *const u8,
    out: *mut df_scalar_callback,
) -> *mut df_error {
    // SAFETY: as the header says.
    let message = unsafe { std::slice::from_raw_parts(body, body_len) };
    let found = RESOLVABLE.lock().unwrap().get(message).copied();
    match found {
        // SAFETY: as the header says.
        Some(body) => unsafe { out.write(callback(body)) },
        None => return error(DF_ERROR_UNRESOLVED_FUNCTION, "the class is not here", 0),
    }
    std::ptr::null_mut()
}

pub fn error(code: i32, message: &str, cause: u64) -> *mut df_error {
    let failure = df_failure {
        data: cause,
        release: Some(released),
    };
    Box::into_raw(df_error_new(code, message.as_ptr(), message.len(), failure).unwrap())
}

fn ipc(fields: &[(&str, DataType)]) -> prost::bytes::Bytes {
    let fields: Vec<Field> = fields
        .iter()
        .map(|(name, data_type)| Field::new(*name, data_type.clone(), true))
        .collect();
    datafusion_inline::fields_to_ipc(fields)
}

pub fn definition(
    name: &str,
    argument: DataType,
    result: DataType,
    volatility: FunctionVolatility,
) -> Definition {
    let message = InlinedFunction {
        name: name.to_owned(),
        kind: FunctionKind::Scalar.into(),
        volatility: volatility.into(),
        signature: Some(ArgumentSignature {
            form: Some(Form::Exact(ipc(&[("x", argument.clone())]))),
            ..Default::default()
        }),
        argument_fields: ipc(&[("x", argument)]),
        result: Some(Answer::ReturnField(ipc(&[("", result)]))),
        callable: Some(Callable {
            codec_id: "test".into(),
            payload: vec![1].into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    Definition::from_message(&message).unwrap()
}

pub fn new_function(
    definition: &Definition,
    refusal: &str,
    callback: df_scalar_callback,
) -> Made<df_function> {
    let frame = definition.frame();
    made(|out| {
        df_function_new_scalar(
            Some(host()),
            frame.as_ptr(),
            frame.len(),
            refusal.as_ptr(),
            refusal.len(),
            false,
            callback,
            out,
        )
    })
}

/// A function of one Int64, registered; its name is the test's.
pub fn register(
    session: &df_session,
    name: &str,
    result: DataType,
    body: Body,
) -> Box<df_function> {
    let definition = definition(name, DataType::Int64, result, FunctionVolatility::Immutable);
    register_callback(session, &definition, callback(body))
}

pub fn register_callback(
    session: &df_session,
    definition: &Definition,
    callback: df_scalar_callback,
) -> Box<df_function> {
    let function = new_function(definition, "", callback).unwrap();
    run_unit(made(|out| {
        df_session_register_function(Some(session), Some(&function), out)
    }))
    .unwrap();
    function
}

pub fn inputs(args: &[FFI_ArrowArray], rows: usize) -> &[i64] {
    // SAFETY: the values of an Int64 array with offset 0.
    unsafe { std::slice::from_raw_parts(args[0].buffer(1).cast(), rows) }
}

pub fn add_one(args: &[FFI_ArrowArray], rows: usize, output: *mut df_output) -> *mut df_error {
    for (index, value) in inputs(args, rows).iter().enumerate() {
        // SAFETY: there are `rows` values of 8 bytes.
        unsafe { (*output).values.cast::<i64>().add(index).write(value + 1) };
    }
    std::ptr::null_mut()
}

/// Writes "n-" and the number, null where it is odd; grows as it goes.
fn words(args: &[FFI_ArrowArray], rows: usize, output: *mut df_output) -> *mut df_error {
    let mut end = 0;
    for (index, value) in inputs(args, rows).iter().enumerate() {
        let word = if value % 2 == 0 {
            format!("n-{value}").repeat(20)
        } else {
            String::new()
        };
        // SAFETY: within the capacity that was reserved, and rows + 1 offsets.
        unsafe {
            if (end + word.len()) as i64 > (*output).capacity
                && let Some(error) =
                    datafusion_c::boundary::df_output_reserve(output, (end + word.len()) as i64)
            {
                return Box::into_raw(error);
            }
            (*output)
                .values
                .add(end)
                .copy_from(word.as_ptr(), word.len());
            end += word.len();
            (*output).offsets.add(index + 1).write(end as i32);
            if value % 2 != 0 {
                *(*output).validity.add(index / 8) &= !(1 << (index % 8));
                (*output).null_count += 1;
            }
        }
    }
    std::ptr::null_mut()
}

#[test]
fn row_functions_answer() {
    let session = session();
    register(&session, "inc", DataType::Int64, add_one);
    let sum = row(
        &session,
        "SELECT sum(inc(value)), inc(1) FROM range(0, 100000)",
    )
    .unwrap();
    assert_eq!(sum, ["5000050000", "2"]);
    register(&session, "word", DataType::Utf8, words);
    let counted = row(
        &session,
        "SELECT count(word(value)), max(length(word(value))) FROM range(0, 50000)",
    )
    .unwrap();
    assert_eq!(counted, ["25000", "140"]);
}

static BATCHES: AtomicUsize = AtomicUsize::new(0);

fn counted(args: &[FFI_ArrowArray], rows: usize, output: *mut df_output) -> *mut df_error {
    BATCHES.fetch_add(1, Ordering::SeqCst);
    add_one(args, rows, output)
}

#[test]
fn row_functions_are_called_once_a_batch() {
    let session = session();
    register(&session, "counted", DataType::Int64, counted);
    let table = "CREATE TABLE batches AS SELECT value FROM range(0, 81920)";
    text(&sql(&session, table).unwrap()).unwrap();
    let sum = row(&session, "SELECT sum(counted(value)) FROM batches").unwrap();
    assert_eq!(sum, ["3355484160"]);
    assert_eq!(BATCHES.load(Ordering::SeqCst), 10);
}

#[test]
fn the_hosts_error_comes_back_with_its_cause() {
    let session = session();
    register(&session, "fails", DataType::Int64, |_, _, _| {
        error(DF_ERROR_CALLBACK, "boom: 42", 4242)
    });
    let query = "SELECT sum(fails(value)) FROM range(0, 30000) GROUP BY value % 3";
    let seen = text(&sql(&session, query).unwrap()).err().unwrap();
    assert_eq!(
        (seen.code, seen.cause),
        (DF_ERROR_EXECUTION, 4242),
        "{seen:?}"
    );
    assert!(seen.message.contains("boom: 42"));
    eventually(|| RELEASED.lock().unwrap().contains(&4242));
    register(&session, "speechless", DataType::Int64, |_, _, _| {
        df_error_fallback()
    });
    let seen = text(&sql(&session, "SELECT speechless(value) FROM range(0, 3)").unwrap())
        .err()
        .unwrap();
    assert_eq!((seen.code, seen.cause), (DF_ERROR_EXECUTION, 0));
    assert_eq!(row(&session, "SELECT 1").unwrap(), ["1"]);
}

#[test]
fn nothing_a_callback_writes_is_trusted() {
    let session = session();
    let scribbles: [(&str, DataType, Body); 4] = [
        ("descending", DataType::Utf8, |_, rows, output| {
            // SAFETY: rows + 1 offsets.
            unsafe { (*output).offsets.add(rows).write(-5) };
            std::ptr::null_mut()
        }),
        ("beyond", DataType::Binary, |_, rows, output| {
            // SAFETY: rows + 1 offsets.
            unsafe { (*output).offsets.add(rows).write(i32::MAX) };
            std::ptr::null_mut()
        }),
        ("no_text", DataType::Utf8, |_, rows, output| {
            // SAFETY: at least 64 bytes, rows + 1 offsets.
            unsafe {
                (*output).values.write(0xff);
                (1..=rows).for_each(|index| (*output).offsets.add(index).write(1));
            }
            std::ptr::null_mut()
        }),
        (
            "too_many_digits",
            DataType::Decimal128(3, 0),
            |_, _, output| {
                // SAFETY: 16 bytes a row.
                unsafe { (*output).values.cast::<i128>().write(i128::MAX) };
                std::ptr::null_mut()
            },
        ),
    ];
    for (name, result, body) in scribbles {
        register(&session, name, result, body);
        let error =
            text(&sql(&session, &format!("SELECT {name}(value) FROM range(0, 5)")).unwrap())
                .err()
                .unwrap();
        assert_eq!(error.code, DF_ERROR_ARROW, "{name}: {error:?}");
    }
}

#[test]
fn outputs_grow_in_their_callback_only() {
    let session = session();
    register(&session, "fixed_grows", DataType::Int64, |_, _, output| {
        datafusion_c::boundary::df_output_reserve(output, 10)
            .map_or(std::ptr::null_mut(), Box::into_raw)
    });
    let error = text(&sql(&session, "SELECT fixed_grows(value) FROM range(0, 5)").unwrap())
        .err()
        .unwrap();
    assert_eq!(error.code, DF_ERROR_INVALID_ARGUMENT, "{error:?}");
    assert_eq!(
        failed(datafusion_c::boundary::df_output_reserve(
            std::ptr::dangling_mut(),
            1
        ))
        .err()
        .unwrap()
        .code,
        DF_ERROR_INVALID_ARGUMENT
    );
}

pub fn example() -> Definition {
    definition(
        "example",
        DataType::Int64,
        DataType::Int64,
        FunctionVolatility::Immutable,
    )
}

pub fn example_callback() -> df_scalar_callback {
    callback(add_one)
}

pub fn new_example(definition: &Definition) -> Made<df_function> {
    new_function(definition, "", example_callback())
}

pub fn register_words(session: &df_session) {
    register(session, "word", DataType::Utf8, words);
}

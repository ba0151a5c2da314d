//! Functions over vectors of a host written in Rust, through the C callbacks.

use std::ptr::null_mut;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::datatypes::{DataType, Field, Schema};
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use datafusion_c::boundary::structs::*;
use datafusion_c::boundary::{df_results, df_results_push, df_results_set_schema};
use datafusion_c::error::*;
use datafusion_c::session::df_session;
use datafusion_inline::Definition;
use datafusion_inline::message::argument_signature::Form;
use datafusion_inline::message::inlined_function::Result as Answer;
use datafusion_inline::message::*;

use crate::exports::{Case, Seen, case, object};
use crate::functions::{NO_FUNCTIONS, definition, register_callback, released};
use crate::objects::Fixture;
use crate::support::*;

fn given(error: Option<Box<df_error>>) -> *mut df_error {
    error.map_or(null_mut(), Box::into_raw)
}

fn columns<'a>(columns: *mut df_columns) -> (&'a [FFI_ArrowArray], &'a [u8], i64) {
    // SAFETY: as the header says.
    unsafe {
        let columns = &*columns;
        let count = columns.count as usize;
        (
            std::slice::from_raw_parts(columns.arrays, count),
            std::slice::from_raw_parts(columns.scalars, count),
            columns.rows,
        )
    }
}

/// Answers the first argument; for literals that is the one row.
extern "C" fn first(
    _data: u64,
    given_columns: *mut df_columns,
    results: *mut df_results,
) -> *mut df_error {
    let (arrays, scalars, rows) = columns(given_columns);
    if scalars[0] == 1 && rows != 1 {
        return given(df_results_push(results, None));
    }
    given(df_results_push(results, Some(&arrays[0])))
}

extern "C" fn nothing(
    _data: u64,
    _columns: *mut df_columns,
    _results: *mut df_results,
) -> *mut df_error {
    null_mut()
}

extern "C" fn twice(
    _data: u64,
    given_columns: *mut df_columns,
    results: *mut df_results,
) -> *mut df_error {
    let (arrays, _, _) = columns(given_columns);
    match df_results_push(results, Some(&arrays[0])) {
        None => given(df_results_push(results, Some(&arrays[0]))),
        error => given(error),
    }
}

extern "C" fn foreign(
    _data: u64,
    _columns: *mut df_columns,
    _results: *mut df_results,
) -> *mut df_error {
    given(df_results_push(std::ptr::dangling_mut(), None))
}

macro_rules! unbound {
    ($name:ident, $invoke:ident) => {
        static $name: df_scalar_functions = {
            static BOUND: df_bound_functions = df_bound_functions {
                invoke: Some($invoke),
                begin: None,
            };
            extern "C" fn bind(
                _data: u64,
                _fields: *const FFI_ArrowSchema,
                out: *mut df_bound_callback,
            ) -> *mut df_error {
                let bound = df_bound_callback {
                    data: next_id(),
                    functions: Some(&BOUND),
                    release: Some(released),
                };
                // SAFETY: as the header says.
                unsafe { out.write(bound) };
                null_mut()
            }
            df_scalar_functions {
                bind: Some(bind),
                return_field: Some(same_field),
                coerce_types: Some(to_int64),
                ..NO_FUNCTIONS
            }
        };
    };
}

static BINDINGS: AtomicUsize = AtomicUsize::new(0);
static BATCHES: AtomicUsize = AtomicUsize::new(0);

extern "C" fn counted(
    data: u64,
    given_columns: *mut df_columns,
    results: *mut df_results,
) -> *mut df_error {
    BATCHES.fetch_add(1, Ordering::SeqCst);
    first(data, given_columns, results)
}

unbound!(BINDING, counted);

extern "C" fn bind_counted(
    data: u64,
    fields: *const FFI_ArrowSchema,
    out: *mut df_bound_callback,
) -> *mut df_error {
    BINDINGS.fetch_add(1, Ordering::SeqCst);
    BINDING.bind.unwrap()(data, fields, out)
}

static COUNTED: df_scalar_functions = df_scalar_functions {
    bind: Some(bind_counted),
    return_field: Some(same_field),
    coerce_types: Some(to_int64),
    ..NO_FUNCTIONS
};

unbound!(FIRST, first);
unbound!(NOTHING, nothing);
unbound!(TWICE, twice);
unbound!(FOREIGN, foreign);

extern "C" fn same_field(
    _data: u64,
    fields: *const FFI_ArrowSchema,
    _literals: *mut df_columns,
    results: *mut df_results,
) -> *mut df_error {
    // SAFETY: as the header says.
    given(df_results_set_schema(results, unsafe { fields.as_ref() }))
}

pub extern "C" fn to_int64(
    _data: u64,
    fields: *const FFI_ArrowSchema,
    results: *mut df_results,
) -> *mut df_error {
    // SAFETY: as the header says.
    let schema = Schema::try_from(unsafe { &*fields }).unwrap();
    let chosen: Vec<Field> = (0..schema.fields().len())
        .map(|index| Field::new(index.to_string(), DataType::Int64, true))
        .collect();
    let chosen = FFI_ArrowSchema::try_from(Schema::new(chosen)).unwrap();
    given(df_results_set_schema(results, Some(&chosen)))
}

fn callback(functions: &'static df_scalar_functions) -> df_scalar_callback {
    df_scalar_callback {
        data: next_id(),
        functions: Some(functions),
        release: Some(released),
    }
}

fn register(session: &df_session, name: &str, functions: &'static df_scalar_functions) {
    let immutable = FunctionVolatility::Immutable;
    let declared = definition(name, DataType::Int64, DataType::Int64, immutable);
    register_callback(session, &declared, callback(functions));
}

/// The field is the callable's own.
fn computed(name: &str, form: Form) -> Definition {
    let message = InlinedFunction {
        name: name.to_owned(),
        kind: FunctionKind::Scalar.into(),
        volatility: FunctionVolatility::Immutable.into(),
        signature: Some(ArgumentSignature {
            form: Some(form),
            ..Default::default()
        }),
        result: Some(Answer::Computed(ComputedResult {})),
        ..Default::default()
    };
    Definition::from_message(&message).unwrap()
}

#[test]
fn vectors_and_literals_are_evaluated() {
    let session = session();
    register(&session, "same", &FIRST);
    let query = "SELECT sum(same(value)), sum(same(7)) FROM range(0, 100000)";
    assert_eq!(row(&session, query).unwrap(), ["4999950000", "700000"]);
}

/// The schema crosses once, not with each batch.
#[test]
fn vectors_are_bound_once_and_called_once_a_batch() {
    let session = session();
    register(&session, "counted", &COUNTED);
    for statement in [
        "SET datafusion.execution.target_partitions = 1",
        "CREATE TABLE batches AS SELECT value FROM range(0, 81920)",
    ] {
        text(&sql(&session, statement).unwrap()).unwrap();
    }
    let sum = row(&session, "SELECT sum(counted(value)) FROM batches").unwrap();
    assert_eq!(sum, ["3355402240"]);
    assert_eq!(BATCHES.load(Ordering::SeqCst), 10);
    assert_eq!(BINDINGS.load(Ordering::SeqCst), 1);
}

#[test]
fn fields_and_casts_are_the_callables() {
    let session = session();
    let own = computed("own", Form::UserDefined(AnyArguments::default()));
    register_callback(&session, &own, callback(&FIRST));
    let query = "SELECT arrow_typeof(own('12')), own(CAST(3 AS TINYINT))";
    assert_eq!(row(&session, query).unwrap(), ["Int64", "3"]);
}

#[test]
fn wrong_answers_are_errors() {
    let session = session();
    for (name, functions, said) in [
        ("nothing", &NOTHING, "0 arrays"),
        ("twice", &TWICE, "more than 1"),
        ("elsewhere", &FOREIGN, "not handed"),
    ] {
        register(&session, name, functions);
        let query = format!("SELECT sum({name}(value)) FROM range(0, 10)");
        let error = text(&sql(&session, &query).unwrap()).err().unwrap();
        assert!(error.message.contains(said), "{name}: {error:?}");
        assert_eq!(row(&session, "SELECT 1").unwrap(), ["1"]);
    }
}

/// The two exports that a callback over vectors has.
pub fn cases() -> Vec<Case> {
    vec![
        case("df_results_push", pushed, |_| {
            object(failed(df_results_push(null_mut(), None)))
        })
        .wrong(
            |_| object(failed(df_results_push(std::ptr::dangling_mut(), None))),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case("df_results_set_schema", scheduled, |_| {
            object(failed(df_results_set_schema(null_mut(), None)))
        })
        .wrong(
            |_| {
                object(failed(df_results_set_schema(
                    std::ptr::dangling_mut(),
                    None,
                )))
            },
            DF_ERROR_INVALID_ARGUMENT,
        ),
    ]
}

fn pushed(fixture: &Fixture) -> Seen {
    register(&fixture.session, "pushed", &FIRST);
    object(text(
        &sql(&fixture.session, "SELECT pushed(value) FROM range(0, 5)").unwrap(),
    ))
}

fn scheduled(fixture: &Fixture) -> Seen {
    let any = computed("scheduled", Form::Any(AnyArguments { count: 1 }));
    register_callback(&fixture.session, &any, callback(&FIRST));
    object(sql(
        &fixture.session,
        "SELECT scheduled(value) FROM range(0, 5)",
    ))
}

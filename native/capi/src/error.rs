//! Errors: the object that every fallible export answers, and its codes.

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char};
use std::fmt;
use std::ptr::null;
use std::sync::Arc;

use crate::boundary::structs::df_failure;
use crate::boundary::{Failure, Kind, Live, fallback_error, given_error, infallible, text};

/* The boundary. Numbers are explicit, in families, and append-only. */
/// An argument that cannot be: text that is not UTF-8, a message that does not parse, an index out of range.
pub const DF_ERROR_INVALID_ARGUMENT: i32 = 101;
/// A pointer that must not be NULL.
pub const DF_ERROR_NULL_POINTER: i32 = 102;
/// A panic in native code, caught.
pub const DF_ERROR_PANIC: i32 = 103;
/// The task, the query or the stream was cancelled.
pub const DF_ERROR_CANCELLED: i32 = 104;
/// An exception of the host's; df_error_cause names it.
pub const DF_ERROR_CALLBACK: i32 = 105;
/// A query within a query within ..., too deep; or a wait where no wait can be.
pub const DF_ERROR_REENTRY: i32 = 106;
/// A bug in this library or in the engine.
pub const DF_ERROR_INTERNAL: i32 = 107;

/// The query cannot be planned, or is too deep to be.
pub const DF_ERROR_PLAN: i32 = 201;
/// A column or a schema does not fit.
pub const DF_ERROR_SCHEMA: i32 = 202;
/// SQL that does not parse.
pub const DF_ERROR_SQL: i32 = 203;
/// The query failed while running.
pub const DF_ERROR_EXECUTION: i32 = 204;
/// Memory or disk limits.
pub const DF_ERROR_RESOURCES_EXHAUSTED: i32 = 205;
/// Reading or writing files.
pub const DF_ERROR_IO: i32 = 206;
/// An object store.
pub const DF_ERROR_OBJECT_STORE: i32 = 207;
/// Arrow.
pub const DF_ERROR_ARROW: i32 = 208;
/// Parquet.
pub const DF_ERROR_PARQUET: i32 = 209;
/// A configuration key or value.
pub const DF_ERROR_CONFIGURATION: i32 = 210;
/// The engine does not have this feature.
pub const DF_ERROR_NOT_IMPLEMENTED: i32 = 211;
/// An error from outside the engine that has no kind of its own.
pub const DF_ERROR_EXTERNAL: i32 = 212;
/// Another library behind datafusion-ffi.
pub const DF_ERROR_FFI: i32 = 213;
/// Substrait.
pub const DF_ERROR_SUBSTRAIT: i32 = 214;
/// Avro.
pub const DF_ERROR_AVRO: i32 = 215;
/// A task of the engine's could not be joined.
pub const DF_ERROR_JOIN: i32 = 216;

/// The inlining policy refuses a function.
pub const DF_ERROR_INLINING_REFUSED: i32 = 301;
/// A frame or an envelope is broken.
pub const DF_ERROR_MALFORMED_PAYLOAD: i32 = 302;
/// A function that the receiver does not have.
pub const DF_ERROR_UNRESOLVED_FUNCTION: i32 = 303;
/// A function that cannot be inlined.
pub const DF_ERROR_UNSERIALIZABLE_FUNCTION: i32 = 304;
/// Bytes of an extension codec that is not installed.
pub const DF_ERROR_MISSING_CODEC: i32 = 305;

/// A capsule of another name or of another major version than is needed.
pub const DF_ERROR_ILLEGAL_CAPSULE: i32 = 306;

/// What a fallible step inside this crate answers.
pub type Outcome<T> = Result<T, Box<df_error>>;

/// An error: a code, a message, and the host's exception behind it if there is one.
pub struct df_error {
    code: i32,
    message: Cow<'static, CStr>,
    cause: Option<Arc<Failure>>,
    _live: Option<Live>,
}

impl df_error {
    pub(crate) fn new(code: i32, message: impl Into<String>, cause: Option<Arc<Failure>>) -> Self {
        let message = CString::new(message.into().replace('\0', "\u{fffd}")).unwrap_or_default();
        Self {
            code,
            message: Cow::Owned(message),
            cause,
            _live: Some(Live::new(Kind::Error)),
        }
    }

    pub(crate) fn boxed(code: i32, message: impl Into<String>) -> Box<Self> {
        Box::new(Self::new(code, message, None))
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Box<Self> {
        Self::boxed(DF_ERROR_INVALID_ARGUMENT, message)
    }

    /// An error that needs no memory.
    pub(crate) const fn fixed(code: i32, message: &'static CStr) -> Self {
        Self {
            code,
            message: Cow::Borrowed(message),
            cause: None,
            _live: None,
        }
    }

    pub(crate) fn code(&self) -> i32 {
        self.code
    }

    pub(crate) fn message(&self) -> Cow<'_, str> {
        self.message.to_string_lossy()
    }

    pub(crate) fn cause(&self) -> Option<&Arc<Failure>> {
        self.cause.as_ref()
    }
}

impl fmt::Debug for df_error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "df_error {}: {}", self.code, self.message())
    }
}

/// The code, one of DF_ERROR_*; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_error_code(error: Option<&df_error>) -> i32 {
    infallible("df_error_code", 0, || error.map_or(0, df_error::code))
}

/// The message with its whole chain of contexts: UTF-8, NUL-terminated, borrowed from the error; NULL for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_error_message(error: Option<&df_error>) -> *const c_char {
    infallible("df_error_message", null(), || {
        error.map_or(null(), |error| error.message.as_ptr())
    })
}

/// The `data` of the host's exception behind the error, which stays alive until the error is freed; 0 if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn df_error_cause(error: Option<&df_error>) -> u64 {
    infallible("df_error_cause", 0, || {
        error
            .and_then(df_error::cause)
            .map_or(0, |cause| cause.data())
    })
}

/// Frees an error. NULL and df_error_fallback are fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_error_free(error: *mut df_error) {
    infallible("df_error_free", (), || drop(given_error(error)));
}

/// Makes an error for a callback to answer. Borrows `message`; consumes `cause`. Never NULL: where the message cannot
/// be read, the error says so.
#[unsafe(no_mangle)]
pub extern "C" fn df_error_new(
    code: i32,
    message: *const u8,
    message_len: usize,
    cause: df_failure,
) -> Option<Box<df_error>> {
    let made = crate::boundary::guard("df_error_new", || {
        let cause = Failure::adopt(cause).map(Arc::new);
        match text(message, message_len, "message") {
            Ok(message) => Box::new(df_error::new(code, message, cause)),
            Err(error) => Box::new(df_error::new(code, error.message().as_ref(), cause)),
        }
    });
    Some(made.unwrap_or_else(|panic| panic))
}

/// The error of a callback that cannot even make one: static, needs no memory, never freed.
#[unsafe(no_mangle)]
pub extern "C" fn df_error_fallback() -> *mut df_error {
    infallible("df_error_fallback", fallback_error(), fallback_error)
}

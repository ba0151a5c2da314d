//! From what went wrong in the engine to the error that the caller sees.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use arrow::error::ArrowError;
use datafusion::error::DataFusionError;
use datafusion_inline::InlineError;

use crate::boundary::{Failure, Guarded, guard};
use crate::error::*;

/// An error of a callback's on its way through the engine.
pub struct HostError {
    code: i32,
    message: String,
    cause: Option<Arc<Failure>>,
}

impl fmt::Debug for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HostError {}: {}", self.code, self.message)
    }
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for HostError {}

/// Puts an error of this crate into the engine, from which `From<DataFusionError>` gets it out again.
pub fn into_engine(error: &df_error) -> DataFusionError {
    let host = HostError {
        code: error.code(),
        message: error.message().into_owned(),
        cause: error.cause().cloned(),
    };
    DataFusionError::External(Box::new(host))
}

/// A trait method of the engine that this crate implements: a panic becomes an error.
pub fn guarded<T>(name: &str, body: impl FnOnce() -> Outcome<T>) -> Result<T, DataFusionError> {
    guard(name, body)
        .and_then(|outcome| outcome)
        .map_err(|error| into_engine(&error))
}

/// The same of an asynchronous method.
pub async fn guarded_async<T>(
    name: &str,
    body: impl Future<Output = Outcome<T>>,
) -> Result<T, DataFusionError> {
    Guarded::new(name.to_owned(), body)
        .await
        .map_err(|error| into_engine(&error))
}

impl From<DataFusionError> for Box<df_error> {
    fn from(error: DataFusionError) -> Self {
        let message = message(&error);
        let (code, cause) = match host_error(&error) {
            Some(host) => (host_code(host), host.cause.clone()),
            None => (code_of(&error), None),
        };
        Box::new(df_error::new(code, message, cause))
    }
}

impl From<ArrowError> for Box<df_error> {
    fn from(error: ArrowError) -> Self {
        DataFusionError::from(error).into()
    }
}

impl From<InlineError> for Box<df_error> {
    fn from(error: InlineError) -> Self {
        df_error::boxed(inline_code(&error), error.to_string())
    }
}

/// The whole chain as the engine shows it, but for the words "External error" before what is no engine's error.
fn message(error: &DataFusionError) -> String {
    match error {
        DataFusionError::External(inner) => match inner.downcast_ref::<DataFusionError>() {
            Some(engine) => message(engine),
            None => inner.to_string(),
        },
        DataFusionError::Context(what, inner) => format!("{what}\ncaused by\n{}", message(inner)),
        DataFusionError::Diagnostic(_, inner) => message(inner),
        DataFusionError::Shared(inner) => message(inner),
        _ => error.strip_backtrace(),
    }
}

/// An exception of the host's within a query is a query that failed; what the host gave a code of its own keeps it.
fn host_code(host: &HostError) -> i32 {
    if host.code == DF_ERROR_CALLBACK {
        DF_ERROR_EXECUTION
    } else {
        host.code
    }
}

/// Finds the host's error wherever the engine has wrapped it.
fn host_error(error: &DataFusionError) -> Option<&HostError> {
    match error {
        DataFusionError::External(inner) => host_error_in(inner.as_ref()),
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
            host_error(inner)
        }
        DataFusionError::Shared(inner) => host_error(inner),
        DataFusionError::Collection(errors) => errors.iter().find_map(host_error),
        DataFusionError::ArrowError(inner, _) => host_error_in(inner.as_ref()),
        DataFusionError::ParquetError(inner) => inner.source().and_then(host_error_in),
        DataFusionError::ObjectStore(inner) => inner.source().and_then(host_error_in),
        DataFusionError::IoError(inner) => inner.get_ref().and_then(|inner| host_error_in(inner)),
        _ => None,
    }
}

fn host_error_in<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a HostError> {
    if let Some(host) = error.downcast_ref::<HostError>() {
        return Some(host);
    }
    if let Some(engine) = error.downcast_ref::<DataFusionError>() {
        return host_error(engine);
    }
    if let Some(InlineError::Declined { said, .. }) = error.downcast_ref::<InlineError>() {
        return said.iter().find_map(|(_, error)| host_error(error));
    }
    if let Some(ArrowError::ExternalError(inner)) = error.downcast_ref::<ArrowError>() {
        return host_error_in(inner.as_ref());
    }
    error.source().and_then(host_error_in)
}

fn code_of(error: &DataFusionError) -> i32 {
    match error {
        DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
            ArrowError::ExternalError(inner) => {
                external_code(inner.as_ref()).unwrap_or(DF_ERROR_ARROW)
            }
            ArrowError::IoError(_, _) => DF_ERROR_IO,
            ArrowError::AvroError(_) => DF_ERROR_AVRO,
            _ => DF_ERROR_ARROW,
        },
        DataFusionError::ParquetError(inner) => inner
            .source()
            .and_then(external_code)
            .unwrap_or(DF_ERROR_PARQUET),
        DataFusionError::ObjectStore(_) => DF_ERROR_OBJECT_STORE,
        DataFusionError::IoError(_) => DF_ERROR_IO,
        DataFusionError::SQL(_, _) => DF_ERROR_SQL,
        DataFusionError::NotImplemented(_) => DF_ERROR_NOT_IMPLEMENTED,
        DataFusionError::Internal(_) => DF_ERROR_INTERNAL,
        DataFusionError::Plan(_) => DF_ERROR_PLAN,
        DataFusionError::Configuration(_) => DF_ERROR_CONFIGURATION,
        DataFusionError::SchemaError(_, _) => DF_ERROR_SCHEMA,
        DataFusionError::Execution(_) => DF_ERROR_EXECUTION,
        DataFusionError::ExecutionJoin(join) if join.is_panic() => DF_ERROR_PANIC,
        DataFusionError::ExecutionJoin(_) => DF_ERROR_JOIN,
        DataFusionError::ResourcesExhausted(_) => DF_ERROR_RESOURCES_EXHAUSTED,
        DataFusionError::External(inner) => {
            external_code(inner.as_ref()).unwrap_or(DF_ERROR_EXTERNAL)
        }
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
            code_of(inner)
        }
        DataFusionError::Substrait(_) => DF_ERROR_SUBSTRAIT,
        DataFusionError::Collection(errors) => errors.first().map_or(DF_ERROR_EXTERNAL, code_of),
        DataFusionError::Shared(inner) => code_of(inner),
        DataFusionError::Ffi(_) => DF_ERROR_FFI,
    }
}

fn external_code(error: &(dyn Error + 'static)) -> Option<i32> {
    if let Some(inline) = error.downcast_ref::<InlineError>() {
        return Some(inline_code(inline));
    }
    if let Some(engine) = error.downcast_ref::<DataFusionError>() {
        return Some(code_of(engine));
    }
    error.source().and_then(external_code)
}

fn inline_code(error: &InlineError) -> i32 {
    match error {
        InlineError::Refused { .. } => DF_ERROR_INLINING_REFUSED,
        InlineError::Malformed { .. } => DF_ERROR_MALFORMED_PAYLOAD,
        InlineError::Unresolved { .. } => DF_ERROR_UNRESOLVED_FUNCTION,
        InlineError::Unserializable { .. } => DF_ERROR_UNSERIALIZABLE_FUNCTION,
        InlineError::MissingCodec { .. } => DF_ERROR_MISSING_CODEC,
        InlineError::TooDeep { .. } => DF_ERROR_PLAN,
        InlineError::Uncallable { .. } | InlineError::WrongResult { .. } => DF_ERROR_EXECUTION,
        InlineError::InvalidCodecId { .. } => DF_ERROR_INVALID_ARGUMENT,
        InlineError::UnwritableTable { .. } => DF_ERROR_NOT_IMPLEMENTED,
        InlineError::Declined { said, .. } => said
            .iter()
            .find_map(|(_, error)| told_code(error))
            .unwrap_or(DF_ERROR_NOT_IMPLEMENTED),
    }
}

/// What a codec said, where it says more than that it does not know.
fn told_code(error: &DataFusionError) -> Option<i32> {
    Some(code_of(error))
        .filter(|code| *code != DF_ERROR_NOT_IMPLEMENTED && *code != DF_ERROR_INTERNAL)
}

//! Codecs that the host writes, on a session.

use std::mem::MaybeUninit;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::{DataFusionError, Result};
use datafusion_inline::{
    CodecHost, CodecId, CodecTrace, Direction, FoundFunction, FunctionKind, InlinedTable,
    TraceEvent,
};

use crate::boundary::{
    Callback, CodecCallback, TraceHost, df_codec_callback, df_trace_callback, fallible, guard,
    required, text,
};
use crate::callable::HostTable;
use crate::error::df_error;
use crate::failure::guarded;
use crate::function::Function;
use crate::session::df_session;

/// A codec of the host's.
#[derive(Debug)]
struct HostCodec(CodecCallback);

fn no_opinion(what: &str) -> DataFusionError {
    DataFusionError::NotImplemented(format!("no opinion of {what}"))
}

impl CodecHost for HostCodec {
    fn encode_table(&self, table: &InlinedTable) -> Result<Option<Vec<u8>>> {
        match HostTable::of(table.callable()?.as_ref()) {
            Some(table) => guarded("LogicalExtensionCodec::try_encode_table_provider", || {
                self.0.encode_table(table.callback())
            }),
            None => Ok(None),
        }
    }

    fn decode_table(&self, bytes: &[u8], schema: &SchemaRef) -> Result<InlinedTable> {
        let decoded = guarded("LogicalExtensionCodec::try_decode_table_provider", || {
            self.0.decode_table(bytes, schema)
        });
        match decoded? {
            Some(Function::Table(table)) => Ok(table),
            _ => Err(no_opinion("this table")),
        }
    }

    fn encode_function(&self, function: &FoundFunction) -> Result<Option<Vec<u8>>> {
        guarded("LogicalExtensionCodec::try_encode_udf", || {
            self.0.encode_function(function.clone().into())
        })
    }

    fn decode_function(
        &self,
        kind: FunctionKind,
        name: &str,
        bytes: &[u8],
    ) -> Result<FoundFunction> {
        let number = match kind {
            FunctionKind::Scalar => 1,
            FunctionKind::Aggregate => 2,
            FunctionKind::Window => 3,
            FunctionKind::Table | FunctionKind::HigherOrder => return Err(no_opinion("this kind")),
        };
        let decoded = guarded("LogicalExtensionCodec::try_decode_udf", || {
            self.0.decode_function(number, name, bytes)
        });
        let found = decoded?.and_then(|function| function.found());
        found.ok_or_else(|| no_opinion("this function"))
    }
}

impl From<FoundFunction> for Function {
    fn from(found: FoundFunction) -> Self {
        match found {
            FoundFunction::Scalar(function) => Function::Scalar(function),
            FoundFunction::Aggregate(function) => Function::Aggregate(function),
            FoundFunction::Window(function) => Function::Window(function),
            FoundFunction::Table(function) => Function::Table(function),
        }
    }
}

/// Tells the host of payloads.
#[derive(Debug)]
struct HostTrace(TraceHost);

impl CodecTrace for HostTrace {
    fn payload(&self, event: TraceEvent<'_>) {
        let _ = guard("CodecTrace::payload", || {
            let written = event.direction == Direction::Wrote;
            let subject = event.subject.to_string();
            self.0.payload(written, event.codec, &subject, event.bytes);
        });
    }
}

/// Makes another session over the same engine session, with one more codec of the host's, for logical or physical plans,
/// behind those that are there. Borrows `session`, consumes `codec`, also on failure; `data` as for df_session_new.
/// `out`: the new session. Errors: NULL, DF_ERROR_INVALID_ARGUMENT for an id that is taken, reserved or not printable.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_with_host_codec(
    session: Option<&df_session>,
    codec: df_codec_callback,
    physical: bool,
    id: *const u8,
    id_len: usize,
    data: u64,
    out: Option<&mut MaybeUninit<Option<Box<df_session>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_with_host_codec", out, || {
        let codec = Arc::new(HostCodec(Callback::of(codec)?));
        let session = &required(session, "session")?.session;
        let id = CodecId::new(text(id, id_len, "id")?)?;
        let codecs = if physical {
            session.codecs.with_physical_host(codec, id)?
        } else {
            session.codecs.with_logical_host(codec, id)?
        };
        Ok(df_session::new(session.with_codecs(codecs, data)))
    })
}

/// Makes another session over the same engine session, which tells of each payload that a codec writes or reads. Borrows
/// `session`, consumes `trace`, also on failure; `data` as for df_session_new. `out`: the new session. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_with_trace(
    session: Option<&df_session>,
    trace: df_trace_callback,
    data: u64,
    out: Option<&mut MaybeUninit<Option<Box<df_session>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_with_trace", out, || {
        let trace = Arc::new(HostTrace(Callback::of(trace)?));
        let session = &required(session, "session")?.session;
        let codecs = session.codecs.with_trace(trace);
        Ok(df_session::new(session.with_codecs(codecs, data)))
    })
}

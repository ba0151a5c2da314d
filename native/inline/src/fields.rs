use datafusion::arrow::datatypes::{Fields, Schema};
use datafusion::arrow::ipc::convert::try_schema_from_ipc_buffer;
use datafusion::arrow::ipc::writer::{
    DictionaryTracker, IpcDataGenerator, IpcWriteOptions, write_message,
};
use prost::bytes::Bytes;

use crate::InlineError;
use crate::unwinding::contained;

/// Reads the fields of an encapsulated Arrow IPC schema message; no bytes are no fields.
pub fn fields_from_ipc(what: &str, bytes: &[u8]) -> Result<Fields, InlineError> {
    if bytes.is_empty() {
        return Ok(Fields::empty());
    }
    let schema = contained(what, || try_schema_from_ipc_buffer(bytes))?;
    schema
        .map(|schema| schema.fields)
        .map_err(|error| InlineError::Malformed {
            what: what.to_owned(),
            reason: format!("its {} bytes are no Arrow IPC schema: {error}", bytes.len()),
        })
}

/// Writes fields as an encapsulated Arrow IPC schema message.
pub fn fields_to_ipc(fields: impl Into<Fields>) -> Bytes {
    let options = IpcWriteOptions::default();
    let mut dictionaries = DictionaryTracker::new(false);
    let encoded = IpcDataGenerator::default().schema_to_bytes_with_dictionary_tracker(
        &Schema::new(fields.into()),
        &mut dictionaries,
        &options,
    );
    let mut bytes = Vec::new();
    write_message(&mut bytes, encoded, &options).expect("a Vec grows");
    bytes.into()
}

//! Literals and schemas as messages carry them.

use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::scalar::ScalarValue;
use datafusion_inline::{fields_from_ipc, fields_to_ipc};
use datafusion_proto::protobuf;
use prost::Message;

use crate::error::{DF_ERROR_NOT_IMPLEMENTED, Outcome, df_error};

/// Decodes a datafusion_common.ScalarValue.
pub fn decode(bytes: &[u8]) -> Outcome<ScalarValue> {
    let value = protobuf::ScalarValue::decode(bytes)
        .map_err(|error| df_error::invalid(format!("a literal that is no ScalarValue: {error}")))?;
    ScalarValue::try_from(&value).map_err(|error| df_error::invalid(format!("a literal: {error}")))
}

/// Encodes a datafusion_common.ScalarValue.
pub fn encode(value: &ScalarValue) -> Outcome<Vec<u8>> {
    let value = protobuf::ScalarValue::try_from(value)
        .map_err(|error| df_error::boxed(DF_ERROR_NOT_IMPLEMENTED, error.to_string()))?;
    Ok(value.encode_to_vec())
}

/// Decodes an Arrow IPC schema message.
pub fn schema(bytes: &[u8]) -> Outcome<SchemaRef> {
    Ok(Schema::new(fields_from_ipc("schema", bytes)?).into())
}

/// Decodes an Arrow IPC schema message of one field.
pub fn field(bytes: &[u8]) -> Outcome<Field> {
    let fields = fields_from_ipc("field", bytes)?;
    match fields.iter().as_slice() {
        [field] => Ok(field.as_ref().clone()),
        fields => Err(df_error::invalid(format!(
            "a schema of {} fields where one is needed",
            fields.len()
        ))),
    }
}

/// Encodes an Arrow IPC schema message of one field.
pub fn encode_field(field: Field) -> Vec<u8> {
    fields_to_ipc(vec![field]).to_vec()
}

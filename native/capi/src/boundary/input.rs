use arrow::datatypes::{Schema, SchemaRef};
use arrow::ffi::FFI_ArrowSchema;

use crate::error::{DF_ERROR_INVALID_ARGUMENT, DF_ERROR_NULL_POINTER, Outcome, df_error};

/// Answers the argument, or the error that it is NULL.
pub fn required<T>(argument: Option<T>, name: &str) -> Outcome<T> {
    argument.ok_or_else(|| null(name))
}

fn null(name: &str) -> Box<df_error> {
    df_error::boxed(DF_ERROR_NULL_POINTER, format!("argument '{name}' is NULL"))
}

fn invalid(name: &str, reason: impl std::fmt::Display) -> Box<df_error> {
    df_error::boxed(
        DF_ERROR_INVALID_ARGUMENT,
        format!("argument '{name}': {reason}"),
    )
}

/// Answers `len` elements at `data`; NULL is fine when `len` is 0.
fn slice<'a, T>(data: *const T, len: usize, name: &str) -> Outcome<&'a [T]> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err(null(name));
    }
    if len > isize::MAX as usize / size_of::<T>() || !data.is_aligned() {
        return Err(invalid(
            name,
            format!("{len} elements at {data:p} are no memory"),
        ));
    }
    // SAFETY: not NULL, aligned, and not longer than memory can be; that it is readable for the call is what the
    // header asks of the caller.
    Ok(unsafe { std::slice::from_raw_parts(data, len) })
}

/// Answers the bytes of an argument, borrowed for the call.
pub fn bytes<'a>(data: *const u8, len: usize, name: &str) -> Outcome<&'a [u8]> {
    slice(data, len, name)
}

/// Answers the text of an argument, borrowed for the call.
pub fn text<'a>(data: *const u8, len: usize, name: &str) -> Outcome<&'a str> {
    std::str::from_utf8(bytes(data, len, name)?).map_err(|error| invalid(name, error))
}

/// Answers the message of an argument.
pub fn message<M: prost::Message + Default>(data: *const u8, len: usize, name: &str) -> Outcome<M> {
    M::decode(bytes(data, len, name)?).map_err(|error| invalid(name, error))
}

/// Answers the handles of an argument; none of them may be NULL.
pub fn handles<'a, T>(data: *const Option<&'a T>, len: usize, name: &str) -> Outcome<Vec<&'a T>> {
    slice(data, len, name)?
        .iter()
        .map(|handle| required(*handle, name))
        .collect()
}

/// Answers the schema of an argument.
pub fn schema_of(schema: &FFI_ArrowSchema) -> Outcome<SchemaRef> {
    let schema = Schema::try_from(schema).map_err(|error| invalid("schema", error))?;
    Ok(schema.into())
}

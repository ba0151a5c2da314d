use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::InlineError;

/// Runs a decoder of the engine or of Arrow over bytes from outside. Several of them panic instead of
/// answering an error (arrow-ipc over schemas it does not know, for one), and a message from outside
/// must not do more than fail its decode.
pub(crate) fn contained<T>(what: &str, decode: impl FnOnce() -> T) -> Result<T, InlineError> {
    catch_unwind(AssertUnwindSafe(decode)).map_err(|panic| InlineError::Malformed {
        what: what.to_owned(),
        reason: format!("decoding it panicked: {}", text(panic.as_ref())),
    })
}

fn text(panic: &(dyn Any + Send)) -> &str {
    match panic.downcast_ref::<&str>() {
        Some(text) => text,
        None => panic
            .downcast_ref::<String>()
            .map_or("no message", String::as_str),
    }
}

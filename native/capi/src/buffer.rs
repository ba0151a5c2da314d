//! Bytes made by the library.

use std::ptr::null;

use crate::boundary::{Kind, Live, infallible};

/// Bytes, freed by their owner.
pub struct df_buffer {
    bytes: Vec<u8>,
    _live: Live,
}

impl df_buffer {
    pub(crate) fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
            _live: Live::new(Kind::Buffer),
        }
    }

    pub(crate) fn boxed(bytes: impl Into<Vec<u8>>) -> Box<Self> {
        Box::new(Self::new(bytes))
    }
}

/// The bytes, borrowed from the buffer; NULL for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_buffer_data(buffer: Option<&df_buffer>) -> *const u8 {
    infallible("df_buffer_data", null(), || {
        buffer.map_or(null(), |buffer| buffer.bytes.as_ptr())
    })
}

/// How many bytes; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_buffer_len(buffer: Option<&df_buffer>) -> usize {
    infallible("df_buffer_len", 0, || {
        buffer.map_or(0, |buffer| buffer.bytes.len())
    })
}

/// Frees a buffer. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_buffer_free(buffer: Option<Box<df_buffer>>) {
    infallible("df_buffer_free", (), || drop(buffer));
}

//! Arrow data inside the engine's messages, checked before the engine's reader sees it: that reader
//! believes the lengths it is told and asks for that much memory, which ends the process.

use arrow::ipc::{
    Buffer, Message, MessageHeader, RecordBatch, root_as_message, size_prefixed_root_as_message,
};

use super::table::Ipc;
use crate::InlineError;

/// The compressed values of a message are no larger together once they are decompressed.
const DECOMPRESSED_LIMIT: i64 = 1 << 28;
/// Rows that need no bytes (of nulls, of empty structs); bytes pay for eight each.
const FREE_ROWS: i64 = 1 << 24;
const CONTINUATION: [u8; 4] = [0xff; 4];

/// What the Arrow data of one message may still ask for.
pub(crate) struct ArrowBudget {
    decompressed: i64,
    rows: i64,
}

impl ArrowBudget {
    pub fn of(message: usize) -> Self {
        let paid = i64::try_from(message).unwrap_or(i64::MAX).saturating_mul(8);
        Self {
            decompressed: DECOMPRESSED_LIMIT,
            rows: paid.saturating_add(FREE_ROWS),
        }
    }

    fn decompress(&mut self, bytes: i64) -> Result<(), InlineError> {
        self.decompressed = self.decompressed.saturating_sub(bytes);
        if bytes < -1 || self.decompressed < 0 {
            return Err(malformed(format!(
                "a compressed buffer of {bytes} bytes; up to {DECOMPRESSED_LIMIT} are read in all"
            )));
        }
        Ok(())
    }

    fn rows(&mut self, rows: i64) -> Result<(), InlineError> {
        self.rows = self.rows.saturating_sub(rows);
        if rows < 0 || self.rows < 0 {
            return Err(malformed(format!(
                "a column of {rows} rows, more than its message can hold"
            )));
        }
        Ok(())
    }
}

/// The Arrow data of one message.
pub(crate) struct ArrowData<'a> {
    ipc: Ipc,
    message: &'a [u8],
    body: &'a [u8],
}

impl<'a> ArrowData<'a> {
    pub fn new(ipc: Ipc) -> Self {
        Self {
            ipc,
            message: &[],
            body: &[],
        }
    }

    /// Takes a field that holds bytes.
    pub fn take(
        &mut self,
        number: u32,
        bytes: &'a [u8],
        budget: &mut ArrowBudget,
    ) -> Result<(), InlineError> {
        match (self.ipc, number) {
            (Ipc::Streams, 1) => check_stream(bytes, budget),
            (Ipc::Value, 1) => {
                self.message = bytes;
                Ok(())
            }
            (Ipc::Value, 2) => {
                self.body = bytes;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Checks what was taken piece by piece.
    pub fn finish(&self, budget: &mut ArrowBudget) -> Result<(), InlineError> {
        if self.ipc != Ipc::Value || self.message.is_empty() {
            return Ok(());
        }
        let message = root_as_message(self.message)
            .or_else(|_| size_prefixed_root_as_message(self.message))
            .map_err(|error| malformed(format!("no message: {error}")))?;
        check_message(&message, self.body, budget)
    }
}

/// A stream: messages with their bodies behind them, until the end marker or the end of the bytes.
fn check_stream(bytes: &[u8], budget: &mut ArrowBudget) -> Result<(), InlineError> {
    let mut rest = bytes;
    while !rest.is_empty() {
        rest = rest.strip_prefix(&CONTINUATION).unwrap_or(rest);
        let Some((length, behind)) = rest.split_first_chunk::<4>() else {
            return Err(malformed("a message's length is cut off".to_owned()));
        };
        let length = usize::try_from(i32::from_le_bytes(*length))
            .map_err(|_| malformed("a message of negative length".to_owned()))?;
        if length == 0 {
            return Ok(());
        }
        let Some((head, behind)) = behind.split_at_checked(length) else {
            return Err(malformed(format!(
                "a message of {length} bytes, and {} are left",
                behind.len()
            )));
        };
        let message =
            root_as_message(head).map_err(|error| malformed(format!("no message: {error}")))?;
        let body = usize::try_from(message.bodyLength()).ok();
        let Some((body, behind)) = body.and_then(|length| behind.split_at_checked(length)) else {
            return Err(malformed(format!(
                "a message's body of {} bytes, and {} are left",
                message.bodyLength(),
                behind.len()
            )));
        };
        check_message(&message, body, budget)?;
        rest = behind;
    }
    Ok(())
}

fn check_message(
    message: &Message<'_>,
    body: &[u8],
    budget: &mut ArrowBudget,
) -> Result<(), InlineError> {
    let batch = match message.header_type() {
        MessageHeader::RecordBatch => message.header_as_record_batch(),
        MessageHeader::DictionaryBatch => message
            .header_as_dictionary_batch()
            .and_then(|dictionary| dictionary.data()),
        _ => None,
    };
    batch.map_or(Ok(()), |batch| check_batch(&batch, body, budget))
}

fn check_batch(
    batch: &RecordBatch<'_>,
    body: &[u8],
    budget: &mut ArrowBudget,
) -> Result<(), InlineError> {
    budget.rows(batch.length())?;
    for node in batch.nodes().into_iter().flatten() {
        budget.rows(node.length())?;
    }
    let compressed = batch.compression().is_some();
    for buffer in batch.buffers().into_iter().flatten() {
        check_buffer(buffer, body, compressed, budget)?;
    }
    Ok(())
}

fn check_buffer(
    buffer: &Buffer,
    body: &[u8],
    compressed: bool,
    budget: &mut ArrowBudget,
) -> Result<(), InlineError> {
    let bytes = usize::try_from(buffer.offset())
        .ok()
        .zip(usize::try_from(buffer.length()).ok())
        .and_then(|(offset, length)| body.get(offset..)?.get(..length));
    let Some(bytes) = bytes else {
        return Err(malformed(format!(
            "a buffer of {} bytes at {} of a body of {}",
            buffer.length(),
            buffer.offset(),
            body.len()
        )));
    };
    match bytes
        .first_chunk::<8>()
        .map(|length| i64::from_le_bytes(*length))
    {
        Some(length) if compressed => budget.decompress(length),
        _ => Ok(()),
    }
}

fn malformed(reason: String) -> InlineError {
    InlineError::Malformed {
        what: "Arrow data in the message".to_owned(),
        reason,
    }
}

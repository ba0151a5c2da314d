//! Tables in memory, which travel in logical plans with their rows.

use std::sync::Arc;

use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::error::Result;
use prost::Message;
use prost::bytes::Bytes;

use super::inlining::InliningLayer;
use super::trace::Direction;
use crate::depth::check_types;
use crate::envelope::Envelope;
use crate::message::MemoryTable;
use crate::wire::ipc::{ArrowBudget, ArrowData};
use crate::wire::table::Ipc;
use crate::{INLINE_CODEC_ID, InlineError, Subject};

/// Before a MemoryTable: what it is, and its version. It holds no code, so no policy refuses it.
const HEAD: &[u8; 8] = b"DFJVMEM\x01";

impl InliningLayer {
    /// Writes a table if it is one in memory; answers whether it did.
    pub(super) fn encode_batches(
        &self,
        subject: Subject<'_>,
        table: &Arc<dyn TableProvider>,
        into: &mut Vec<u8>,
    ) -> Result<bool> {
        let Some(table) = table.downcast_ref::<MemTable>() else {
            return Ok(false);
        };
        let refused = |reason: String| InlineError::UnwritableTable {
            name: subject.name.to_owned(),
            reason,
        };
        if table
            .constraints()
            .is_some_and(|constraints| constraints.iter().next().is_some())
        {
            return Err(refused("it has constraints, which do not travel".to_owned()).into());
        }
        let too_large = || {
            let limit = self.payload_limit;
            refused(format!(
                "its rows take more than {limit} bytes; write them to a file"
            ))
        };
        let mut partitions = Vec::with_capacity(table.batches.len());
        let mut length = HEAD.len();
        for partition in &table.batches {
            let batches = partition
                .try_read()
                .map_err(|_| refused("rows are being added to it".to_owned()))?;
            let held: usize = batches.iter().map(RecordBatch::get_array_memory_size).sum();
            // what is held may be shared and larger than what is written, within reason
            if held / 8 > self.payload_limit {
                return Err(too_large().into());
            }
            let stream = to_stream(&table.schema(), &batches)?;
            length += stream.len();
            if length > self.payload_limit {
                return Err(too_large().into());
            }
            partitions.push(Bytes::from(stream));
        }
        let mut bytes = HEAD.to_vec();
        bytes.extend(MemoryTable { partitions }.encode_to_vec());
        self.traced(Direction::Wrote, INLINE_CODEC_ID, subject, bytes.len());
        self.seal(&bytes, into)?;
        Ok(true)
    }

    /// Reads a table in memory, if the bytes are one.
    pub(super) fn decode_batches(
        &self,
        subject: Subject<'_>,
        bytes: &[u8],
        schema: &SchemaRef,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        let mut inner = bytes;
        while let Some(envelope) = Envelope::open(inner)?.filter(|e| e.id == INLINE_CODEC_ID) {
            inner = envelope.payload;
        }
        let Some(message) = inner.strip_prefix(HEAD) else {
            return Ok(None);
        };
        if inner.len() > self.payload_limit {
            let (length, limit) = (inner.len(), self.payload_limit);
            let reason = format!("it has {length} bytes, and the limit is {limit}");
            return Err(malformed(subject, reason).into());
        }
        let message = MemoryTable::decode(message)
            .map_err(|error| malformed(subject, format!("it does not parse: {error}")))?;
        let mut budget = ArrowBudget::of(inner.len());
        let partitions = message.partitions.iter().map(|stream| {
            ArrowData::new(Ipc::Streams).take(1, stream, &mut budget)?;
            from_stream(stream, schema)
                .map_err(|error| malformed(subject, error.strip_backtrace()).into())
        });
        let partitions = partitions.collect::<Result<Vec<_>>>()?;
        self.traced(Direction::Read, INLINE_CODEC_ID, subject, inner.len());
        let table = MemTable::try_new(Arc::clone(schema), partitions)?;
        Ok(Some(Arc::new(table)))
    }
}

fn to_stream(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Vec<u8>> {
    let mut writer = StreamWriter::try_new(Vec::new(), schema)?;
    for batch in batches {
        writer.write(batch)?;
    }
    Ok(writer.into_inner()?)
}

fn from_stream(stream: &[u8], schema: &SchemaRef) -> Result<Vec<RecordBatch>> {
    let reader = StreamReader::try_new(stream, None)?;
    check_types(&reader.schema())?;
    let batches = reader.map(|batch| {
        // the plan says the names and the metadata
        let batch = batch?;
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(schema),
            batch.columns().to_vec(),
            &arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows())),
        )?)
    });
    batches.collect()
}

fn malformed(subject: Subject<'_>, reason: String) -> InlineError {
    InlineError::Malformed {
        what: format!("rows of {subject}"),
        reason,
    }
}

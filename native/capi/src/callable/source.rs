//! Tables whose rows the host reads itself, as the engine scans them.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::internal_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream};
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion_inline::{
    CodecStack, RowSource, ScanRequest, ScanShape, SourceRows, message as inlined,
};
use futures::Stream;
use prost::Message;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::JoinError;

use crate::boundary::{ReaderHost, RowsHost, TableHost, guard};
use crate::error::{Outcome, df_error};
use crate::expr::df_program;
use crate::failure::guarded;
use crate::raising::Raising;
use crate::runtime;
use crate::scope::{self, Scope, Scoped};
use crate::stream::df_stream;

/// Batches that are read before they are asked for. They are taken all at once, so that one side wakes the other less
/// than once a batch.
const READ_AHEAD: usize = 8;

/// A table of the host's.
#[derive(Debug)]
pub struct HostSource {
    callback: Arc<TableHost>,
}

impl HostSource {
    /// Answers the table behind a callback, if it is one.
    pub(super) fn of(callback: &Arc<TableHost>) -> Option<Self> {
        callback.is_source().then(|| Self {
            callback: Arc::clone(callback),
        })
    }

    fn supported(&self, filters: &[&Expr]) -> Outcome<Vec<TableProviderFilterPushDown>> {
        if filters.is_empty() {
            return Ok(Vec::new());
        }
        let programs = programs(filters.iter().copied())?;
        let answered = runtime::blocking(|| self.callback.supports_filters(&programs))?;
        answered
            .into_iter()
            .map(|number| match number {
                0 => Ok(TableProviderFilterPushDown::Unsupported),
                1 => Ok(TableProviderFilterPushDown::Inexact),
                2 => Ok(TableProviderFilterPushDown::Exact),
                _ => Err(df_error::invalid(format!("filter pushdown {number}"))),
            })
            .collect()
    }

    fn planned(&self, request: &ScanRequest) -> Outcome<HostRows> {
        let asked = inlined::ScanRequest {
            projected: request.projection.is_some(),
            projection: request
                .projection
                .iter()
                .flatten()
                .map(|index| *index as u32)
                .collect(),
            filters: Vec::new(),
            exact: Vec::new(),
            limit: request.limit.map(|limit| limit as u64),
            target_partitions: request.target_partitions as u32,
            batch_size: request.batch_size as u32,
        };
        let filters = programs(request.filters.iter())?;
        let scanned = || self.callback.scan(&asked.encode_to_vec(), &filters);
        let (callback, shape) = runtime::blocking(scanned)?;
        let shape = inlined::ScanShape::decode(shape.as_slice())
            .map_err(|error| df_error::invalid(format!("a scan that is no ScanShape: {error}")))?;
        Ok(HostRows {
            callback,
            shape: ScanShape::from_message(shape)?,
        })
    }
}

fn programs<'a>(filters: impl Iterator<Item = &'a Expr>) -> Outcome<Vec<df_program>> {
    filters
        .map(|filter| {
            let raising = Raising::without_session(CodecStack::new(None));
            Ok(df_program::new(raising.raise(filter)?))
        })
        .collect()
}

#[async_trait]
impl RowSource for HostSource {
    fn schema(&self) -> Result<SchemaRef> {
        guarded("TableProvider::schema", || {
            runtime::blocking(|| self.callback.schema())
        })
    }

    fn supports_filters(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        guarded("TableProvider::supports_filters_pushdown", || {
            self.supported(filters)
        })
    }

    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn SourceRows>> {
        let rows = guarded("TableProvider::scan", || self.planned(request))?;
        Ok(Arc::new(rows))
    }

    /// The host waits for the rows, so it does that where waiting holds nobody up.
    async fn insert(&self, op: InsertOp, rows: SendableRecordBatchStream) -> Result<u64> {
        let callback = Arc::clone(&self.callback);
        let op = match op {
            InsertOp::Append => 0,
            InsertOp::Overwrite => 1,
            InsertOp::Replace => 2,
        };
        let scope = running();
        let insert = move || {
            guarded("DataSink::write_all", || {
                scope::within(scope, || {
                    callback.insert(op, Box::new(df_stream::of_batches(rows)?))
                })
            })
        };
        let runtime = guarded("DataSink::write_all", runtime::required)?;
        let inserted = runtime.spawn_blocking(insert).await;
        inserted.map_err(external)?
    }
}

/// The scope of what runs for a query, not of its planning.
fn running() -> Scope {
    Scope {
        planning: false,
        ..scope::current()
    }
}

/// The rows of a scan.
#[derive(Debug)]
struct HostRows {
    callback: RowsHost,
    shape: ScanShape,
}

impl SourceRows for HostRows {
    fn shape(&self) -> &ScanShape {
        &self.shape
    }

    /// Reads ahead, on threads that may wait; it ends when nobody listens any more.
    fn open(&self, partition: usize, columns: &SchemaRef) -> Result<SendableRecordBatchStream> {
        guarded("ExecutionPlan::execute", || {
            let runtime = runtime::required()?;
            let reader = Arc::new(self.callback.open(partition)?);
            let (sender, queue) = channel(READ_AHEAD);
            let schema = Arc::clone(columns);
            let scope = running(); // how deep the query is, which the task would not know
            let work = read_all(Arc::clone(&reader), schema, sender, scope);
            runtime.spawn(Scoped::new(scope, work));
            let stream: SendableRecordBatchStream = Box::pin(Reading {
                schema: Arc::clone(columns),
                taken: VecDeque::new(),
                queue,
                reader,
                ended: false,
            });
            Ok(stream)
        })
    }
}

/// What is read: a batch, a failure, or the end.
type Read = Result<Option<RecordBatch>>;

/// Reads batch after batch, until the end, an error, or nobody listens. A thread is taken while the host reads, and not
/// while a batch waits to be wanted: there may be more partitions than threads.
async fn read_all(reader: Arc<ReaderHost>, schema: SchemaRef, sender: Sender<Read>, scope: Scope) {
    loop {
        let (reader, schema, ahead) = (Arc::clone(&reader), Arc::clone(&schema), sender.clone());
        let read = move || scope::within(scope, || read_ahead(&reader, &schema, &ahead));
        let waits = tokio::task::spawn_blocking(read).await;
        let Some(read) = waits.unwrap_or_else(|error| Some(Err(external(error)))) else {
            return;
        };
        let last = is_last(&read);
        if sender.send(read).await.is_err() || last {
            return;
        }
    }
}

/// Reads as long as there is room for what is read; answers what has to wait.
fn read_ahead(reader: &ReaderHost, schema: &SchemaRef, sender: &Sender<Read>) -> Option<Read> {
    loop {
        let read = guarded("RecordBatchStream::next", || reader.next(schema));
        let last = is_last(&read);
        match sender.try_send(read) {
            Ok(()) if last => return None,
            Ok(()) => {}
            Err(TrySendError::Full(waiting)) => return Some(waiting),
            Err(TrySendError::Closed(_)) => return None,
        }
    }
}

fn is_last(read: &Read) -> bool {
    !matches!(read, Ok(Some(_)))
}

fn external(error: JoinError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// What is read of a partition. Dropped before its end, it ends a wait of the reader's.
struct Reading {
    schema: SchemaRef,
    taken: VecDeque<Read>,
    queue: Receiver<Read>,
    reader: Arc<ReaderHost>,
    ended: bool,
}

impl Stream for Reading {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if self.taken.is_empty() {
            let mut came = Vec::with_capacity(READ_AHEAD);
            if ready!(self.queue.poll_recv_many(context, &mut came, READ_AHEAD)) == 0 {
                came.push(internal_err!(
                    "the reader stopped without saying that it is at its end"
                ));
            }
            self.taken = came.into();
        }
        let next = self.taken.pop_front().unwrap_or(Ok(None));
        self.ended = is_last(&next);
        Poll::Ready(next.transpose())
    }
}

impl RecordBatchStream for Reading {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if !self.ended {
            let _ = guard("ReaderHost::interrupt", || self.reader.interrupt());
        }
    }
}

//! Streams: the batches of a running query.

use std::mem::MaybeUninit;
use std::sync::Arc;

use arrow::ffi::FFI_ArrowSchema;
use arrow::ffi_stream::FFI_ArrowArrayStream;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::ExecutionPlan;

use crate::batch::df_batch;
use crate::boundary::{
    Kind, Live, infallible, ready_or, required, write_array_stream, write_schema, written,
};
use crate::error::{Outcome, df_error};
use crate::query::{BlockingReader, Part, Query};
use crate::runtime;
use crate::session::Session;
use crate::task::df_task;

/// The results of a running query.
pub struct df_stream {
    query: Arc<Query>,
    _live: Live,
}

impl df_stream {
    /// Starts a part of a plan.
    pub(crate) fn of_plan(
        session: &Session,
        plan: &Arc<dyn ExecutionPlan>,
        part: Part,
    ) -> Outcome<Self> {
        Ok(Self::of_query(Query::start(session, plan, part)?))
    }

    /// Hands on batches that something else makes.
    pub(crate) fn of_batches(batches: SendableRecordBatchStream) -> Outcome<Self> {
        Ok(Self::of_query(Query::of_batches(batches)?))
    }

    fn of_query(query: Query) -> Self {
        Self {
            query: Arc::new(query),
            _live: Live::new(Kind::Stream),
        }
    }
}

impl Drop for df_stream {
    fn drop(&mut self) {
        self.query.cancel();
    }
}

/// The columns of the batches. Borrows. `out`: a schema, the caller's to release. Errors: NULL, DF_ERROR_ARROW.
#[unsafe(no_mangle)]
pub extern "C" fn df_stream_schema(
    stream: Option<&df_stream>,
    out: Option<&mut MaybeUninit<FFI_ArrowSchema>>,
) -> Option<Box<df_error>> {
    written("df_stream_schema", out, || {
        write_schema(required(stream, "stream")?.query.schema())
    })
}

/// Waits for the next batch. Borrows. Task: a df_batch, or NULL at the end and ever after. Errors: NULL; the task's:
/// the query's, once; DF_ERROR_CANCELLED after df_stream_cancel.
#[unsafe(no_mangle)]
pub extern "C" fn df_stream_next(
    stream: Option<&df_stream>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    ready_or("df_stream_next", out, || {
        let query = Arc::clone(&required(stream, "stream")?.query);
        let waiting = Arc::clone(&query);
        Ok((
            move || Some(query.ready()?.map(|batch| batch.map(df_batch::boxed))),
            async move { Ok(waiting.next().await?.map(df_batch::boxed)) },
        ))
    })
}

/// Cancels the query. NULL is fine; so is any thread.
#[unsafe(no_mangle)]
pub extern "C" fn df_stream_cancel(stream: Option<&df_stream>) {
    infallible("df_stream_cancel", (), || {
        if let Some(stream) = stream {
            stream.query.cancel();
        }
    });
}

/// Turns the stream into an Arrow C stream, whose release cancels the query. Consumes `stream`. `out`: the C stream,
/// the caller's to release. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_stream_into_array_stream(
    stream: Option<Box<df_stream>>,
    out: Option<&mut MaybeUninit<FFI_ArrowArrayStream>>,
) -> Option<Box<df_error>> {
    written("df_stream_into_array_stream", out, || {
        Ok(write_array_stream(BlockingReader::new(required(
            stream, "stream",
        )?)))
    })
}

impl df_stream {
    pub(crate) fn query(&self) -> &Arc<Query> {
        &self.query
    }
}

/// Frees a stream and cancels its query. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_stream_free(stream: Option<Box<df_stream>>) {
    infallible("df_stream_free", (), || runtime::free(stream));
}

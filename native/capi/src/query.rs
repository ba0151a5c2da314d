//! Running queries: producers on the runtime, a short queue, a reader.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::{Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchReader};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::{
    ExecutionPlan, ExecutionPlanProperties, SendableRecordBatchStream,
};
use datafusion::prelude::SessionContext;
use futures::StreamExt;
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::AbortHandle;

use crate::boundary::{Guarded, guard};
use crate::error::{Outcome, df_error};
use crate::failure::into_engine;
use crate::progress::cancelled;
use crate::scope::{self, Scope, Scoped};
use crate::session::Session;
use crate::stream::df_stream;
use crate::{execution_plan, normal, options, rerun, runtime};

/// Batches that wait for the reader; beyond, the query waits. The reader takes all of them at once, so that one wakes
/// the other less than once a batch.
const PREFETCH: usize = 8;

/// A running query.
pub struct Query {
    schema: SchemaRef,
    batches: tokio::sync::Mutex<Batches>,
    producers: Vec<AbortHandle>,
    cancelled: Mutex<bool>,
    wake: tokio::sync::Notify,
}

/// Begins a partition, in the task that produces its batches.
type Begin = Box<dyn FnOnce() -> Outcome<SendableRecordBatchStream> + Send>;

/// What was taken off the queue, and the queue.
struct Batches {
    taken: VecDeque<Outcome<RecordBatch>>,
    queue: Receiver<Outcome<RecordBatch>>,
    /// A failure was told: nothing follows, whatever producers still send.
    failed: bool,
}

impl Batches {
    /// Takes what came, and what is there behind it, as much as the queue holds.
    fn take(&mut self, came: Outcome<RecordBatch>) {
        self.taken.push_back(came);
        while self.taken.len() < PREFETCH
            && let Ok(more) = self.queue.try_recv()
        {
            self.taken.push_back(more);
        }
    }

    fn pop(&mut self) -> Option<Outcome<RecordBatch>> {
        let next = self.taken.pop_front()?;
        if next.is_err() {
            self.failed = true;
            self.taken.clear();
            self.queue.close();
            while self.queue.try_recv().is_ok() {}
        }
        Some(next)
    }

    /// The next, None at the end, if either is known.
    fn known(&mut self) -> Option<Option<Outcome<RecordBatch>>> {
        if self.failed {
            return Some(None);
        }
        if self.taken.is_empty() {
            match self.queue.try_recv() {
                Ok(came) => self.take(came),
                Err(TryRecvError::Empty) => return None,
                Err(TryRecvError::Disconnected) => return Some(None),
            }
        }
        Some(self.pop())
    }

    async fn next(&mut self) -> Option<Outcome<RecordBatch>> {
        if let Some(known) = self.known() {
            return known;
        }
        let came = self.queue.recv().await?;
        self.take(came);
        self.pop()
    }
}

impl Query {
    /// Starts a part of a plan.
    pub fn start(session: &Session, plan: &Arc<dyn ExecutionPlan>, part: Part) -> Outcome<Self> {
        let begun = |stream| -> Begin { Box::new(move || Ok(stream)) };
        let producers = match part {
            Part::All => {
                let (plan, context) = (prepared(session, plan)?, session.context.task_ctx());
                match plan.output_partitioning().partition_count() {
                    1 => vec![begun(plan.execute(0, context)?)],
                    partitions => (0..partitions)
                        .map(|partition| -> Begin {
                            let (plan, context) = (Arc::clone(&plan), Arc::clone(&context));
                            Box::new(move || Ok(plan.execute(partition, context)?))
                        })
                        .collect(),
                }
            }
            Part::OfRun(partition) => {
                let context = session.context.task_ctx();
                vec![begun(partition_of(plan, partition, context)?)]
            }
            Part::Apart(partition) => {
                rerun::check_apart(plan)?;
                let plan = prepared(session, plan)?;
                let context = apart(&session.context);
                vec![begun(partition_of(&plan, partition, context)?)]
            }
        };
        Self::merged(normal::schema(&plan.schema()), producers)
    }

    /// Hands on the batches of a stream.
    pub fn of_batches(stream: SendableRecordBatchStream) -> Outcome<Self> {
        let schema = normal::schema(&stream.schema());
        Self::merged(schema, vec![Box::new(move || Ok(stream))])
    }

    /// Hands on the batches of streams, as they come.
    fn merged(schema: SchemaRef, producers: Vec<Begin>) -> Outcome<Self> {
        let (sender, queue) = channel(PREFETCH);
        let scope = Scope {
            planning: false,
            ..scope::current()
        };
        let runtime = runtime::required()?;
        let produced = producers.into_iter().map(|begin| {
            let work = produce(begin, sender.clone(), Arc::clone(&schema));
            runtime.spawn(Scoped::new(scope, work)).abort_handle()
        });
        Ok(Self {
            producers: produced.collect(),
            schema,
            batches: tokio::sync::Mutex::new(Batches {
                taken: VecDeque::new(),
                queue,
                failed: false,
            }),
            cancelled: Mutex::new(false),
            wake: tokio::sync::Notify::new(),
        })
    }

    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The next batch, or that there is none, if that is known already.
    pub fn ready(&self) -> Option<Outcome<Option<RecordBatch>>> {
        if self.is_cancelled() {
            return Some(Err(cancelled()));
        }
        let known = self.batches.try_lock().ok()?.known()?;
        Some(self.answer(known))
    }

    /// A query that was cancelled has not ended, and one that has failed goes on in none of its partitions.
    fn answer(&self, next: Option<Outcome<RecordBatch>>) -> Outcome<Option<RecordBatch>> {
        match next {
            None if self.is_cancelled() => Err(cancelled()),
            Some(Err(failure)) => {
                self.stop();
                Err(failure)
            }
            next => next.transpose(),
        }
    }

    fn stop(&self) {
        self.producers.iter().for_each(AbortHandle::abort);
    }

    /// Waits for the next batch; None at the end.
    pub async fn next(&self) -> Outcome<Option<RecordBatch>> {
        let woken = self.wake.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        if self.is_cancelled() {
            return Err(cancelled());
        }
        tokio::select! {
            next = async { self.batches.lock().await.next().await } => self.answer(next),
            () = woken => Err(cancelled()),
        }
    }

    /// Ends the query; who waits for a batch hears of it at once.
    pub fn cancel(&self) {
        *self
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.stop();
        self.wake.notify_waiters();
    }

    fn is_cancelled(&self) -> bool {
        *self
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which rows of a plan.
pub enum Part {
    /// Those of all partitions, merged.
    All,
    /// Those of one, whatever becomes of the others.
    Apart(usize),
    /// Those of one; the plan is a run, prepared, of which the others are begun as well.
    OfRun(usize),
}

/// Answers a plan that is ready to run: within the limits, its inlined functions alive.
pub fn prepared(
    session: &Session,
    plan: &Arc<dyn ExecutionPlan>,
) -> Outcome<Arc<dyn ExecutionPlan>> {
    execution_plan::check(plan, session)?;
    options::check_sizes(&session.context.copied_config())?;
    execution_plan::ready(plan)
}

fn partition_of(
    plan: &Arc<dyn ExecutionPlan>,
    partition: usize,
    context: Arc<TaskContext>,
) -> Outcome<SendableRecordBatchStream> {
    let partitions = plan.output_partitioning().partition_count();
    if partition >= partitions {
        return Err(df_error::invalid(format!(
            "partition {partition} of a plan that has {partitions}"
        )));
    }
    Ok(plan.execute(partition, context)?)
}

/// A partition that runs apart reads the files of its own: it would take those of the others, too.
pub fn apart(session: &SessionContext) -> Arc<TaskContext> {
    let context = TaskContext::from(session);
    let mut config = context.session_config().clone();
    let execution = &mut config.options_mut().execution;
    execution.enable_file_stream_work_stealing = false;
    Arc::new(context.with_session_config(config))
}

/// Sends the batches until the query ends, fails, or nobody listens.
async fn produce(begin: Begin, sender: Sender<Outcome<RecordBatch>>, schema: SchemaRef) {
    let failed = sender.clone();
    let work = async move {
        let mut stream = begin()?;
        while let Some(batch) = stream.next().await {
            let batch = normal::batch(&batch?, &schema)?;
            if sender.send(Ok(batch)).await.is_err() {
                break;
            }
        }
        Ok(())
    };
    if let Err(error) = Guarded::new("df_stream:producer".to_owned(), work).await {
        let _ = failed.send(Err(error)).await;
    }
}

/// A stream for those who wait on their own thread.
pub struct BlockingReader {
    stream: Option<Box<df_stream>>,
}

impl BlockingReader {
    pub fn new(stream: Box<df_stream>) -> Self {
        Self {
            stream: Some(stream),
        }
    }

    fn read(&self) -> Outcome<Option<RecordBatch>> {
        let Some(stream) = &self.stream else {
            return Ok(None);
        };
        if let Some(known) = stream.query().ready() {
            return known;
        }
        runtime::check_may_wait()?;
        let query = Arc::clone(stream.query());
        let (sender, receiver) = std::sync::mpsc::channel();
        runtime::required()?.spawn(async move {
            let _ = sender.send(query.next().await);
        });
        runtime::blocking(|| receiver.recv()).unwrap_or_else(|_| Err(cancelled()))
    }
}

impl Iterator for BlockingReader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = guard("RecordBatchReader::next", || self.read()).and_then(|outcome| outcome);
        read.map_err(|error| ArrowError::ExternalError(Box::new(into_engine(&error))))
            .transpose()
    }
}

impl RecordBatchReader for BlockingReader {
    fn schema(&self) -> SchemaRef {
        match &self.stream {
            Some(stream) => Arc::clone(&stream.query().schema),
            None => Arc::new(Schema::empty()),
        }
    }
}

impl Drop for BlockingReader {
    fn drop(&mut self) {
        runtime::free(self.stream.take());
    }
}

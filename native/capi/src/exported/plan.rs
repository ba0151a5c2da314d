//! Execution plans as other libraries run them.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::Statistics;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{RecordBatchStream, SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PhysicalExpr,
    PlanProperties, StatisticsArgs, StatisticsContext,
};
use futures::Stream;

use crate::boundary::infallible;
use crate::error::Outcome;
use crate::failure::guarded;
use crate::session::Session;
use crate::{execution_plan, query, rerun};

/// A plan for another library, a leaf to it: it runs with the memory, the object stores and the configuration of the
/// session that handed it out, of which another library's session knows nothing.
pub struct ExportedPlan {
    given: Arc<dyn ExecutionPlan>,
    /// With partitions that run apart from each other.
    plan: Arc<dyn ExecutionPlan>,
    session: Arc<Session>,
    run: Mutex<Run>,
}

/// A copy of a plan that runs: operators of the engine give each partition away once.
struct Run {
    plan: Arc<dyn ExecutionPlan>,
    begun: HashSet<usize>,
}

impl Run {
    fn of(plan: &Arc<dyn ExecutionPlan>) -> Outcome<Self> {
        Ok(Self {
            plan: execution_plan::ready(&rerun::copy(plan)?)?,
            begun: HashSet::new(),
        })
    }
}

impl ExportedPlan {
    /// Brings the plan's functions to life, for another library cannot.
    pub fn new(plan: &Arc<dyn ExecutionPlan>, session: Arc<Session>) -> Outcome<Self> {
        execution_plan::check(plan, &session)?;
        let given = Arc::clone(plan);
        let plan = match rerun::check_apart(plan) {
            Ok(()) => Arc::clone(plan),
            Err(_) => merged(plan),
        };
        Ok(Self {
            given,
            run: Mutex::new(Run::of(&plan)?),
            plan,
            session,
        })
    }

    fn run(&self) -> MutexGuard<'_, Run> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a partition; one that was begun already, in another copy. Runs at the same time cannot be told apart, so each
    /// partition has to be right whatever copies the others are of.
    fn begin(&self, partition: usize) -> Outcome<SendableRecordBatchStream> {
        let mut run = self.run();
        if run.begun.contains(&partition) {
            *run = Run::of(&self.plan)?;
        }
        let context = query::apart(&self.session.context);
        let stream = run.plan.execute(partition, context)?;
        run.begun.insert(partition);
        Ok(stream)
    }

    /// Answers the plan that was handed out, if it is one.
    pub fn unwrapped(plan: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
        match plan.downcast_ref::<Self>() {
            Some(own) => Arc::clone(&own.given),
            None => plan,
        }
    }
}

/// Answers a plan whose one partition has the rows of all, in the order that each has.
fn merged(plan: &Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    match plan.output_ordering() {
        Some(ordering) => Arc::new(SortPreservingMergeExec::new(
            ordering.clone(),
            Arc::clone(plan),
        )),
        None => Arc::new(CoalescePartitionsExec::new(Arc::clone(plan))),
    }
}

impl fmt::Debug for ExportedPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExportedPlan({:?})", self.plan)
    }
}

impl DisplayAs for ExportedPlan {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExportedPlan: ")?;
        self.plan.fmt_as(format, f)
    }
}

impl ExecutionPlan for ExportedPlan {
    fn name(&self) -> &str {
        "ExportedPlan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.plan.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _none: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(
        &self,
        partition: usize,
        _foreign: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        guarded("ExecutionPlan::execute", || {
            let stream = Some(self.begin(partition)?);
            let schema = self.plan.schema();
            Ok(Box::pin(ExportedStream { schema, stream }) as _)
        })
    }

    fn metrics(&self) -> Option<MetricsSet> {
        infallible("ExecutionPlan::metrics", None, || self.run().plan.metrics())
    }

    fn statistics_from_inputs(
        &self,
        _none: &[Arc<Statistics>],
        wanted: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        guarded("ExecutionPlan::statistics_from_inputs", || {
            Ok(StatisticsContext::new().compute(self.plan.as_ref(), wanted)?)
        })
    }
}

/// The rows of a plan; a panic ends them with an error.
struct ExportedStream {
    schema: SchemaRef,
    stream: Option<SendableRecordBatchStream>,
}

impl Stream for ExportedStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(stream) = &mut self.stream else {
            return Poll::Ready(None);
        };
        let polled = guarded("RecordBatchStream::poll_next", || {
            Ok(stream.as_mut().poll_next(context))
        });
        polled.unwrap_or_else(|panic| {
            self.stream = None;
            Poll::Ready(Some(Err(panic)))
        })
    }
}

impl RecordBatchStream for ExportedStream {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

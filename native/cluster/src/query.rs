//! A query on the cluster, as an operator: watched while it waits, and ended when nobody listens.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::config::BallistaConfig;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::internal_err;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PhysicalExpr, PlanProperties,
    SendableRecordBatchStream,
};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use futures::{StreamExt, stream};
use tokio::runtime::Handle;
use tokio::time::{sleep, timeout};

use crate::connection::{Connection, Distributed};

/// How long a job that nobody wants may take to say its id.
const UNWANTED: Duration = Duration::from_secs(10);
const ID_INTERVAL: Duration = Duration::from_millis(20);

pub struct ClusterQuery {
    connection: Connection,
    config: BallistaConfig,
    wait: Duration,
    codec: Arc<dyn LogicalExtensionCodec>,
    plan: LogicalPlan,
    session_id: String,
    properties: Arc<PlanProperties>,
}

impl ClusterQuery {
    pub fn new(
        connection: Connection,
        config: BallistaConfig,
        wait: Duration,
        codec: Arc<dyn LogicalExtensionCodec>,
        plan: LogicalPlan,
        session_id: String,
    ) -> Self {
        let schema = Arc::clone(plan.schema().inner());
        let properties = Arc::new(PlanProperties::new(
            EquivalenceProperties::new(schema),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        ));
        Self {
            connection,
            config,
            wait,
            codec,
            plan,
            session_id,
            properties,
        }
    }
}

impl fmt::Debug for ClusterQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fmt_as(DisplayFormatType::Default, f)
    }
}

impl DisplayAs for ClusterQuery {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClusterQuery: scheduler={}", self.connection.url())
    }
}

impl ExecutionPlan for ClusterQuery {
    fn name(&self) -> &str {
        "ClusterQuery"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !children.is_empty() {
            return internal_err!("ClusterQuery has no inputs");
        }
        Ok(self)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        if partition != 0 {
            return internal_err!("partition {partition} of a ClusterQuery, which has one");
        }
        let distributed = Distributed::with_extension(
            self.connection.url().to_owned(),
            self.config.clone(),
            self.plan.clone(),
            Arc::clone(&self.codec),
            self.session_id.clone(),
        );
        let schema: SchemaRef = self.schema();
        let rows = distributed.execute(0, context)?;
        let lost = self.connection.clone().lost(self.config.clone(), self.wait);
        let job = Job {
            connection: self.connection.clone(),
            config: self.config.clone(),
            distributed: Arc::new(distributed),
            rows: Some(rows),
            lost: Box::pin(lost),
            state: State::Waiting,
        };
        let batches = stream::unfold(job, |mut job| async move {
            let next = job.next().await?;
            Some((next, job))
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, batches)))
    }
}

#[derive(PartialEq)]
enum State {
    /// For the first rows: the job may not have begun.
    Waiting,
    /// The job has ended well; its rows are fetched.
    Fetching,
    Ended,
}

/// A job and its rows.
struct Job {
    connection: Connection,
    config: BallistaConfig,
    distributed: Arc<Distributed>,
    rows: Option<SendableRecordBatchStream>,
    lost: Pin<Box<dyn Future<Output = DataFusionError> + Send>>,
    state: State,
}

impl Job {
    async fn next(&mut self) -> Option<Result<RecordBatch>> {
        let rows = self.rows.as_mut()?;
        let next = match self.state {
            State::Ended => return None,
            State::Fetching => rows.next().await,
            State::Waiting => tokio::select! {
                biased;
                next = rows.next() => next,
                failure = &mut self.lost => {
                    self.abandon();
                    return Some(Err(failure));
                }
            },
        };
        self.state = match &next {
            Some(Ok(_)) => State::Fetching,
            _ => State::Ended,
        };
        next.map(|batch| batch.map_err(|error| self.placed(error)))
    }

    /// Says which scheduler it was.
    fn placed(&self, error: DataFusionError) -> DataFusionError {
        error.context(format!("query on the cluster of {}", self.connection.url()))
    }

    /// Has the scheduler end the job, as soon as its id is known.
    fn abandon(&mut self) {
        self.state = State::Ended;
        let (Some(mut rows), Ok(runtime)) = (self.rows.take(), Handle::try_current()) else {
            return;
        };
        let connection = self.connection.clone();
        let config = self.config.clone();
        let distributed = Arc::clone(&self.distributed);
        runtime.spawn(async move {
            let known = async {
                loop {
                    if let Some(job) = distributed.job_id() {
                        break Some(job);
                    }
                    tokio::select! {
                        next = rows.next() => if next.is_none_or(|batch| batch.is_err()) { break distributed.job_id() },
                        () = sleep(ID_INTERVAL) => {}
                    }
                }
            };
            if let Ok(Some(job)) = timeout(UNWANTED, known).await {
                let cancelled = connection.cancel(&config, job.into_inner());
                let _ = timeout(UNWANTED, cancelled).await;
            }
        });
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if self.state == State::Waiting {
            self.abandon();
        }
    }
}

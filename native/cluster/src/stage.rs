//! How an executor runs a stage: on the host's threads, its functions alive.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ballista_core::JobId;
use ballista_core::serde::protobuf::{
    RuntimeStatsReport, ShuffleWritePartition, TaskColumnStats, WindowStateReport,
};
use ballista_executor::execution_engine::{
    DefaultExecutionEngine, ExecutionEngine, QueryStageExecutor,
};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::prelude::SessionConfig;
use tokio::task::{AbortHandle, Id};

use crate::site::Site;

/// The tasks that run now.
pub type Running = Arc<Mutex<HashMap<Id, AbortHandle>>>;

pub struct Engine {
    site: Site,
    inner: DefaultExecutionEngine,
    running: Running,
}

impl Engine {
    pub fn new(site: Site, running: Running) -> Self {
        Self {
            site,
            inner: DefaultExecutionEngine::new(),
            running,
        }
    }
}

impl ExecutionEngine for Engine {
    fn create_query_stage_exec(
        &self,
        job_id: JobId,
        stage_id: usize,
        task_id: usize,
        global_output_partition_ids: Vec<usize>,
        plan: Arc<dyn ExecutionPlan>,
        work_dir: &str,
        config: &SessionConfig,
    ) -> Result<Arc<dyn QueryStageExecutor>> {
        (self.site.check)(config)?;
        let stage = self.inner.create_query_stage_exec(
            job_id,
            stage_id,
            task_id,
            global_output_partition_ids,
            (self.site.ready)(&plan)?,
            work_dir,
            config,
        )?;
        Ok(Arc::new(Stage {
            stage,
            site: self.site.clone(),
            running: Arc::clone(&self.running),
        }))
    }
}

/// A stage whose tasks run on the host's runtime: its threads are known to the host, and their stacks are large.
struct Stage {
    stage: Arc<dyn QueryStageExecutor>,
    site: Site,
    running: Running,
}

impl fmt::Debug for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.stage.fmt(f)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.stage, f)
    }
}

/// Ends the task when the one that waits for it is ended.
struct Ended {
    task: AbortHandle,
    running: Running,
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.task.abort();
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.task.id());
    }
}

#[async_trait::async_trait]
impl QueryStageExecutor for Stage {
    async fn execute_query_stage(
        &self,
        task_id: usize,
        context: Arc<TaskContext>,
    ) -> Result<Vec<ShuffleWritePartition>> {
        let stage = Arc::clone(&self.stage);
        let task = self
            .site
            .runtime
            .spawn(async move { stage.execute_query_stage(task_id, context).await });
        let abort = task.abort_handle();
        self.running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(abort.id(), abort.clone());
        let _ended = Ended {
            task: abort,
            running: Arc::clone(&self.running),
        };
        match task.await {
            Ok(outcome) => outcome,
            Err(error) if error.is_cancelled() => Err(DataFusionError::Execution(
                "the executor was stopped".to_owned(),
            )),
            Err(error) => Err(DataFusionError::External(Box::new(error))),
        }
    }

    fn collect_plan_metrics(&self) -> Vec<MetricsSet> {
        self.stage.collect_plan_metrics()
    }

    fn collect_runtime_stats_reports(&self) -> Vec<RuntimeStatsReport> {
        self.stage.collect_runtime_stats_reports()
    }

    fn collect_window_state_reports(&self) -> Result<Vec<WindowStateReport>> {
        self.stage.collect_window_state_reports()
    }

    fn collect_column_stats(&self) -> Vec<TaskColumnStats> {
        self.stage.collect_column_stats()
    }
}

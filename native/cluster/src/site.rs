use std::sync::Arc;
use std::time::Duration;

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionState;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionConfig;
use datafusion_inline::CodecStack;
use tokio::runtime::{Builder, Handle, Runtime};

/// How long threads that do not end by themselves are waited for.
const SHUTDOWN: Duration = Duration::from_secs(3);

/// Makes a plan ready to run.
pub type Ready = fn(&Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>>;

/// What the program that hosts a scheduler or an executor gives it.
#[derive(Clone)]
pub struct Site {
    /// Functions, object stores and settings of its queries.
    pub state: SessionState,
    /// What plans are written and read with.
    pub codecs: CodecStack,
    /// Brings the functions of a plan to life.
    pub ready: Ready,
    /// Fails for settings that a client sent and that would end the process.
    pub check: fn(&SessionConfig) -> Result<()>,
    /// Called on each thread that is started here.
    pub thread_started: fn(),
    /// Bytes of those threads' stacks: plans are read and planned on them.
    pub stack_size: usize,
    /// Where functions are called.
    pub runtime: Handle,
}

impl Site {
    /// A runtime of its own for loops that end with it only.
    pub(crate) fn own_runtime(&self, name: &str) -> Result<Own> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name(name)
            .thread_stack_size(self.stack_size)
            .on_thread_start(self.thread_started)
            .enable_all()
            .build()?;
        Ok(Own(Some(runtime)))
    }
}

/// A runtime that may be dropped anywhere.
pub(crate) struct Own(Option<Runtime>);

impl Own {
    /// Runs `work` there.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
        let Some(runtime) = &self.0 else {
            return Err(DataFusionError::Execution("it is stopped".to_owned()));
        };
        let ended = runtime.spawn(work).await;
        ended.map_err(|error| DataFusionError::External(Box::new(error)))?
    }

    /// Ends its tasks and waits for its threads, within a bound.
    pub async fn shut_down(mut self) {
        if let Some(runtime) = self.0.take() {
            let ended = tokio::task::spawn_blocking(move || runtime.shutdown_timeout(SHUTDOWN));
            let _ = ended.await;
        }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

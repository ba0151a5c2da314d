use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use ballista_core::config::BallistaConfig;
use ballista_core::execution_plans::DistributedQueryExec;
use ballista_core::planner::{BallistaQueryPlanner, scans_only_information_schema};
use ballista_core::serde::protobuf::CancelJobParams;
use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use ballista_core::utils::{GrpcClientConfig, create_grpc_client_endpoint};
use datafusion::catalog::Session;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_planner::{DefaultPhysicalPlanner, PhysicalPlanner};
use datafusion_inline::CodecStack;
use datafusion_proto::protobuf::LogicalPlanNode;
use tokio::time::{Instant, sleep};
use tonic::transport::Channel;

use crate::query::ClusterQuery;
use crate::{codec, leaves};

const WATCH_INTERVAL: Duration = Duration::from_millis(500);

/// The scheduler that a session's queries go to.
#[derive(Debug, Clone)]
pub struct Connection {
    url: String,
}

impl Connection {
    /// Checks the url; nothing is dialled before the first query. Errors: what is no `http://host:port`.
    pub fn new(url: &str) -> Result<Self> {
        let invalid = |why: &str| {
            DataFusionError::Configuration(format!(
                "'{url}' is no url of a scheduler, as in http://127.0.0.1:50050: {why}"
            ))
        };
        let rest = url
            .strip_prefix("http://")
            .ok_or_else(|| invalid("it does not begin with http://"))?;
        let (host, port) = rest
            .rsplit_once(':')
            .ok_or_else(|| invalid("it has no port"))?;
        if host.is_empty() || host.contains('/') {
            return Err(invalid("it has no host"));
        }
        port.parse::<u16>()
            .map_err(|_| invalid("its port is no number from 0 to 65535"))?;
        Ok(Self {
            url: url.to_owned(),
        })
    }

    /// Answers what plans the queries of a session with these codecs.
    pub fn planner(&self, codecs: &CodecStack) -> Arc<dyn QueryPlanner + Send + Sync> {
        Arc::new(ClusterPlanner {
            connection: self.clone(),
            codecs: codecs.clone(),
        })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn channel(&self, config: &BallistaConfig) -> Result<Channel> {
        let endpoint =
            create_grpc_client_endpoint(self.url.clone(), Some(&GrpcClientConfig::from(config)))
                .map_err(|error| DataFusionError::External(Box::new(error)))?;
        Ok(endpoint.connect_lazy())
    }

    /// Ends a job whose rows nobody wants.
    pub(crate) async fn cancel(&self, config: &BallistaConfig, job: String) {
        let Ok(channel) = self.channel(config) else {
            return;
        };
        let request = CancelJobParams { job_id: job };
        let _ = SchedulerGrpcClient::new(channel).cancel_job(request).await;
    }

    /// Ends, with an error, once the scheduler has had no executor, or has not answered, for that long.
    pub(crate) async fn lost(self, config: BallistaConfig, wait: Duration) -> DataFusionError {
        let channel = match self.channel(&config) {
            Ok(channel) => channel,
            Err(error) => return error,
        };
        let mut well = Instant::now();
        loop {
            sleep(WATCH_INTERVAL).await;
            let state = readiness(channel.clone()).await;
            match state {
                Ok(true) => well = Instant::now(),
                _ if well.elapsed() < wait => {}
                Ok(false) => return self.failure("has had no executor", wait),
                Err(_) => return self.failure("has not answered", wait),
            }
        }
    }

    fn failure(&self, what: &str, wait: Duration) -> DataFusionError {
        DataFusionError::Execution(format!(
            "the scheduler at {} {what} for {} s (cluster.executor_wait)",
            self.url,
            wait.as_secs()
        ))
    }
}

/// Whether the scheduler has an executor.
async fn readiness(mut channel: Channel) -> Result<bool, Box<dyn Error + Send + Sync>> {
    use tonic::codegen::{Service, http};
    let request = http::Request::get("/readyz").body(tonic::body::Body::empty())?;
    futures::future::poll_fn(|context| channel.poll_ready(context)).await?;
    let answered = tokio::time::timeout(WATCH_INTERVAL * 4, channel.call(request)).await??;
    Ok(answered.status().is_success())
}

/// An error and what caused it, in a line.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// Has queries run on the cluster.
struct ClusterPlanner {
    connection: Connection,
    codecs: CodecStack,
}

impl fmt::Debug for ClusterPlanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClusterPlanner {}", self.connection.url)
    }
}

#[async_trait::async_trait]
impl QueryPlanner for ClusterPlanner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if runs_here(plan)? {
            let local = DefaultPhysicalPlanner::default();
            return local.create_physical_plan(plan, session).await;
        }
        leaves::check_tables(plan)?;
        let config = session
            .config_options()
            .extensions
            .get::<BallistaConfig>()
            .cloned()
            .unwrap_or_default();
        self.check_size(plan, &config)?;
        let codec = codec::logical(&self.codecs)?;
        if matches!(plan, LogicalPlan::Analyze(_)) {
            let ballista = BallistaQueryPlanner::<LogicalPlanNode>::with_extension(
                self.connection.url.clone(),
                config,
                codec,
            );
            return ballista.create_physical_plan(plan, session).await;
        }
        let wait = session
            .config_options()
            .extensions
            .get::<crate::ClusterOptions>()
            .cloned()
            .unwrap_or_default();
        Ok(Arc::new(ClusterQuery::new(
            self.connection.clone(),
            config,
            Duration::from_secs(wait.executor_wait),
            codec,
            plan.clone(),
            session.session_id().to_owned(),
        )))
    }
}

impl ClusterPlanner {
    /// Fails where the plan cannot be written, or its message is larger than the client may send.
    fn check_size(&self, plan: &LogicalPlan, config: &BallistaConfig) -> Result<()> {
        let bytes = self.codecs.logical_plan_to_bytes(plan)?.len();
        let limit = config.grpc_client_max_message_size();
        if bytes <= limit {
            return Ok(());
        }
        Err(DataFusionError::ResourcesExhausted(format!(
            "the plan has {bytes} bytes, its functions and tables in memory included, and messages have at most {limit} \
             (ballista.client.grpc_max_message_size; the scheduler's and the executors' message limit)"
        )))
    }
}

/// Whether there is nothing to do on a cluster: what describes this session, and no rows at all.
fn runs_here(plan: &LogicalPlan) -> Result<bool> {
    Ok(scans_only_information_schema(plan)?
        || matches!(
            plan,
            LogicalPlan::EmptyRelation(_)
                | LogicalPlan::DescribeTable(_)
                | LogicalPlan::Statement(_)
                | LogicalPlan::Ddl(_)
        ))
}

/// The query as Ballista runs it.
pub(crate) type Distributed = DistributedQueryExec<LogicalPlanNode>;

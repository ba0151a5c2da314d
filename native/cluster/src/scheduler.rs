use std::sync::Arc;

use ballista_core::config::TaskSchedulingPolicy;
use ballista_core::error::BallistaError;
use ballista_core::extension::SessionConfigExt;
use ballista_core::optimizer::with_ballista_optimizer_rules;
use ballista_scheduler::cluster::BallistaCluster;
use ballista_scheduler::config::SchedulerConfig;
use ballista_scheduler::metrics::default_metrics_collector;
use ballista_scheduler::scheduler_process::start_grpc_service_with_listener;
use ballista_scheduler::scheduler_server::{JobIdGenerator, SchedulerServer, SessionBuilder};
use datafusion::config::ConfigOptions;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::SessionStateBuilder;
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::AnalyzerRule;
use datafusion::prelude::SessionConfig;
use datafusion_inline::DepthLimits;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};
use tokio::net::TcpListener;

use crate::site::{Own, Site};
use crate::sources::SlicedSources;
use crate::{codec, settings};

/// How a scheduler is started.
#[derive(Debug, Clone)]
pub struct SchedulerOptions {
    /// The address that it listens on.
    pub host: String,
    /// 0: any that is free.
    pub port: u16,
    /// Bytes of the largest message either way.
    pub message_limit: u32,
    /// Seconds without a word after which an executor counts as lost; as many again until jobs fail for want of one.
    pub executor_timeout: u64,
}

/// A scheduler in this process.
pub struct Scheduler {
    url: String,
    own: Own,
}

struct RandomIds;

#[async_trait::async_trait]
impl JobIdGenerator for RandomIds {
    async fn next_id(&self) -> String {
        uuid::Uuid::new_v4().simple().to_string()
    }
}

impl Scheduler {
    /// Starts one, which then takes jobs.
    pub async fn start(site: &Site, options: SchedulerOptions) -> Result<Self> {
        let own = site.own_runtime("datafusion-scheduler")?;
        let site = site.clone();
        let url = own.run(serve(site, options)).await?;
        Ok(Self { url, own })
    }

    /// Where it listens, for clients and executors.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Ends it. Jobs end with it.
    pub async fn stop(self) {
        self.own.shut_down().await;
    }
}

async fn serve(site: Site, options: SchedulerOptions) -> Result<String> {
    let listener = TcpListener::bind((options.host.as_str(), options.port)).await?;
    let address = listener.local_addr()?;
    let config = Arc::new(SchedulerConfig {
        external_host: address.ip().to_string(),
        bind_host: address.ip().to_string(),
        bind_port: address.port(),
        scheduling_policy: TaskSchedulingPolicy::PullStaged,
        job_id_generator: Some(Arc::new(RandomIds)),
        grpc_server_max_decoding_message_size: options.message_limit,
        grpc_server_max_encoding_message_size: options.message_limit,
        grpc_client_max_message_size: options.message_limit,
        executor_timeout_seconds: options.executor_timeout,
        expire_dead_executor_interval_seconds: options.executor_timeout.div_ceil(4),
        no_executors_grace_period_seconds: options.executor_timeout,
        ..SchedulerConfig::default()
    });
    let codec = codec::of(&site.codecs)?;
    let cluster = BallistaCluster::new_memory(
        config.scheduler_id.clone(),
        sessions(site.clone()),
        Arc::new(SessionConfig::new_with_ballista),
    );
    let metrics = default_metrics_collector().map_err(failed)?;
    let endpoint = config.scheduler_endpoint();
    let mut server = SchedulerServer::<LogicalPlanNode, PhysicalPlanNode>::new(
        endpoint, cluster, codec, config, metrics,
    );
    server.init().await.map_err(failed)?;
    tokio::spawn(start_grpc_service_with_listener(listener, server));
    Ok(format!("http://{address}"))
}

fn failed(error: BallistaError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

/// Measures plans before anything recurses over them: their bytes came from anybody.
#[derive(Debug)]
struct WithinLimits(DepthLimits);

impl AnalyzerRule for WithinLimits {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        self.0.check_query(&plan)?;
        Ok(plan)
    }

    fn name(&self) -> &str {
        "within_limits"
    }
}

/// The sessions in which jobs are planned: the site's, with the settings of the client's.
fn sessions(site: Site) -> SessionBuilder {
    Arc::new(move |config: SessionConfig| {
        (site.check)(&config)?;
        let state = &site.state;
        let mut analyzers = state.analyzer().rules.clone();
        analyzers.insert(0, Arc::new(WithinLimits(site.codecs.depth_limits())));
        let rules = with_ballista_optimizer_rules(state.optimizers());
        let state = SessionStateBuilder::new_from_existing(state.clone())
            .with_config(settings::known(config))
            .with_analyzer_rules(analyzers)
            .with_optimizer_rules(rules)
            .with_physical_optimizer_rule(Arc::new(SlicedSources))
            .build();
        Ok(state)
    })
}

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use arrow_flight::flight_service_server::FlightServiceServer;
use ballista_core::BALLISTA_PROTOCOL_VERSION;
use ballista_core::config::BallistaConfig;
use ballista_core::extension::SessionConfigExt;
use ballista_core::registry::BallistaFunctionRegistry;
use ballista_core::serde::protobuf::scheduler_grpc_client::SchedulerGrpcClient;
use ballista_core::serde::protobuf::{ExecutorRegistration, ExecutorStoppedParams};
use ballista_core::serde::scheduler::{
    ExecutorOperatingSystemSpecification, ExecutorSpecification,
};
use ballista_core::utils::{
    GrpcClientConfig, GrpcServerConfig, create_grpc_client_endpoint, create_grpc_server,
};
use ballista_executor::execution_loop::poll_loop;
use ballista_executor::executor::Executor as BallistaExecutor;
use ballista_executor::flight_service::BallistaFlightService;
use ballista_executor::health::ExecutorHealth;
use ballista_executor::metrics::LoggingMetricsCollector;
use datafusion::error::{DataFusionError, Result};
use datafusion::prelude::SessionConfig;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Channel;

use crate::site::{Own, Site};
use crate::stage::{Engine, Running};
use crate::{codec, settings};

/// How often the first answer of the scheduler is looked for.
const READY_INTERVAL: Duration = Duration::from_millis(20);
/// How long the scheduler may take to hear of an end.
const FAREWELL: Duration = Duration::from_secs(1);

/// How an executor is started.
#[derive(Debug, Clone)]
pub struct ExecutorOptions {
    /// The scheduler's url.
    pub scheduler: String,
    /// The address that it listens on, and is reached at.
    pub host: String,
    /// 0: any that is free.
    pub port: u16,
    /// Partitions that run at a time.
    pub cores: usize,
    /// Where a folder for the rows between stages is made; it goes when the executor stops.
    pub work_directory: PathBuf,
    /// Bytes of the largest message either way.
    pub message_limit: u32,
    /// How long the scheduler may take to accept it.
    pub connect: Duration,
}

/// An executor in this process.
pub struct Executor {
    url: String,
    id: String,
    own: Own,
    parts: Parts,
}

struct Parts {
    cores: usize,
    free: Arc<Semaphore>,
    health: ExecutorHealth,
    running: Running,
    poll: AbortHandle,
    served: oneshot::Sender<()>,
    scheduler: SchedulerGrpcClient<Channel>,
    folder: tempfile::TempDir,
}

impl Executor {
    /// Starts one and waits until the scheduler knows it.
    pub async fn start(site: &Site, options: ExecutorOptions) -> Result<Self> {
        let own = site.own_runtime("datafusion-executor")?;
        let site = site.clone();
        let (url, id, parts) = own.run(begin(site, options)).await?;
        Ok(Self {
            url,
            id,
            own,
            parts,
        })
    }

    /// Where other executors and clients fetch rows.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the scheduler knows it by.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the scheduler answered last time.
    pub fn is_connected(&self) -> bool {
        self.parts.health.is_ready()
    }

    /// Takes no more tasks, waits for those that run as long as that, ends them then, and leaves nothing behind.
    pub async fn stop(self, drain: Duration) {
        let Self { own, id, parts, .. } = self;
        let stopped = own.run(async move {
            parts.leave(id, drain).await;
            Ok(())
        });
        let _ = stopped.await;
        own.shut_down().await;
    }
}

impl Parts {
    async fn leave(mut self, id: String, drain: Duration) {
        let all = u32::try_from(self.cores).unwrap_or(u32::MAX);
        let drained = timeout(drain, self.free.acquire_many(all)).await;
        self.poll.abort();
        drop(drained); // not before: it would take another task
        let running = self
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        running.values().for_each(AbortHandle::abort);
        let farewell = self.scheduler.executor_stopped(ExecutorStoppedParams {
            executor_id: id,
            reason: "it was stopped".to_owned(),
        });
        let _ = timeout(FAREWELL, farewell).await;
        let _ = self.served.send(());
        let _ = self.folder.close();
    }
}

async fn begin(site: Site, options: ExecutorOptions) -> Result<(String, String, Parts)> {
    let listener = TcpListener::bind((options.host.as_str(), options.port)).await?;
    let address = listener.local_addr()?;
    let scheduler = connect(&options).await?;
    let folder = work_folder(&options.work_directory)?;
    let work = folder.path().to_string_lossy().into_owned();
    let id = uuid::Uuid::new_v4().to_string();
    let registration = ExecutorRegistration {
        id: id.clone(),
        host: Some(address.ip().to_string()),
        port: u32::from(address.port()),
        grpc_port: 0,
        specification: Some(
            ExecutorSpecification::default()
                .with_vcores(u32::try_from(options.cores).unwrap_or(u32::MAX))
                .into(),
        ),
        os_info: Some(ExecutorOperatingSystemSpecification::default().into()),
        ballista_protocol_version: BALLISTA_PROTOCOL_VERSION,
    };
    let running = Running::default();
    let environment = Arc::clone(site.state.runtime_env());
    let executor = BallistaExecutor::new(
        registration,
        &work,
        Arc::new(move |_| Ok(Arc::clone(&environment))),
        Arc::new(|| settings::known(SessionConfig::new_with_ballista())),
        Arc::new(BallistaFunctionRegistry::from(&site.state)),
        Arc::new(LoggingMetricsCollector::default()),
        options.cores,
        Arc::new(Engine::new(site.clone(), Arc::clone(&running))),
    );
    let limit = options.message_limit as usize;
    let flight = FlightServiceServer::new(BallistaFlightService::new(work))
        .max_decoding_message_size(limit)
        .max_encoding_message_size(limit);
    let (served, end) = oneshot::channel::<()>();
    tokio::spawn(
        create_grpc_server(&GrpcServerConfig::default())
            .add_service(flight)
            .serve_with_incoming_shutdown(TcpListenerStream::new(listener), async {
                let _ = end.await;
            }),
    );
    let free = Arc::new(Semaphore::new(options.cores));
    let health = ExecutorHealth::new();
    let poll = tokio::spawn(poll_loop(
        scheduler.clone(),
        Arc::new(executor),
        codec::of(&site.codecs)?,
        None,
        Some(Arc::clone(&free)),
        health.clone(),
    ));
    let parts = Parts {
        cores: options.cores,
        free,
        health,
        running,
        poll: poll.abort_handle(),
        served,
        scheduler,
        folder,
    };
    accepted(&parts.health, &options).await?;
    Ok((format!("http://{address}"), id, parts))
}

fn work_folder(parent: &Path) -> Result<tempfile::TempDir> {
    std::fs::create_dir_all(parent)?;
    Ok(tempfile::Builder::new()
        .prefix("datafusion-executor-")
        .tempdir_in(parent)?)
}

async fn connect(options: &ExecutorOptions) -> Result<SchedulerGrpcClient<Channel>> {
    let config = GrpcClientConfig {
        connect_timeout_seconds: options.connect.as_secs().max(1),
        http2_keepalive_interval_seconds: 10,
        ..GrpcClientConfig::from(&BallistaConfig::default())
    };
    let unreachable = |error: &dyn std::fmt::Display| {
        let message = format!("no scheduler at {}: {error}", options.scheduler);
        DataFusionError::Execution(message)
    };
    let endpoint = create_grpc_client_endpoint(options.scheduler.clone(), Some(&config))
        .map_err(|error| unreachable(&crate::connection::chain(&error)))?;
    let channel = endpoint
        .connect()
        .await
        .map_err(|error| unreachable(&crate::connection::chain(&error)))?;
    let limit = options.message_limit as usize;
    Ok(SchedulerGrpcClient::new(channel)
        .max_decoding_message_size(limit)
        .max_encoding_message_size(limit))
}

/// Waits for the scheduler's first answer.
async fn accepted(health: &ExecutorHealth, options: &ExecutorOptions) -> Result<()> {
    let ready = async {
        while !health.is_ready() {
            sleep(READY_INTERVAL).await;
        }
    };
    timeout(options.connect, ready).await.map_err(|_| {
        let seconds = options.connect.as_secs();
        let message = format!(
            "the scheduler at {} has not accepted the executor within {seconds} s: is it of the same version?",
            options.scheduler
        );
        DataFusionError::Execution(message)
    })
}

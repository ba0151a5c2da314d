//! Schedulers and executors of the distributed engine, in this process.

use std::mem::MaybeUninit;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use datafusion_cluster::{Executor, ExecutorOptions, Scheduler, SchedulerOptions, Site};
use prost::Message;
use tokio::sync::Mutex;

use crate::boundary::{Kind, Live, fallible, infallible, message, required, task};
use crate::buffer::df_buffer;
use crate::error::{Outcome, df_error};
use crate::execution_plan;
use crate::failure::into_engine;
use crate::message::node_options::Role;
use crate::message::{NodeInfo, NodeOptions};
use crate::options;
use crate::runtime::{self, STACK_SIZE};
use crate::session::{Session, df_session};
use crate::task::df_task;

/// A scheduler or an executor.
pub struct df_node {
    node: Arc<Mutex<Option<Node>>>,
    url: String,
    id: String,
    _live: Live,
}

enum Node {
    Scheduler(Scheduler),
    Executor(Box<Executor>),
}

fn site(session: &Session) -> Outcome<Site> {
    Ok(Site {
        state: session.context.state(),
        codecs: session.codecs.clone(),
        ready: |plan| execution_plan::ready(plan).map_err(|error| into_engine(&error)),
        check: |config| options::check_sizes(config).map_err(|error| into_engine(&error)),
        thread_started: runtime::thread_started,
        stack_size: STACK_SIZE,
        runtime: runtime::required()?.clone(),
    })
}

async fn start(session: Arc<Session>, options: NodeOptions) -> Outcome<df_node> {
    let site = site(&session)?;
    let port = u16::try_from(options.port)
        .map_err(|_| df_error::invalid(format!("port {}", options.port)))?;
    let node = match required(options.role, "options.role")? {
        Role::Scheduler(role) => {
            let options = SchedulerOptions {
                host: options.host,
                port,
                message_limit: options.message_limit,
                executor_timeout: u64::from(role.executor_timeout),
            };
            Node::Scheduler(Scheduler::start(&site, options).await?)
        }
        Role::Executor(role) => {
            let options = ExecutorOptions {
                scheduler: role.scheduler,
                host: options.host,
                port,
                cores: role.cores as usize,
                work_directory: PathBuf::from(role.work_directory),
                message_limit: options.message_limit,
                connect: Duration::from_millis(u64::from(role.connect_millis)),
            };
            Node::Executor(Box::new(Executor::start(&site, options).await?))
        }
    };
    let (url, id) = match &node {
        Node::Scheduler(scheduler) => (scheduler.url(), ""),
        Node::Executor(executor) => (executor.url(), executor.id()),
    };
    Ok(df_node {
        url: url.to_owned(),
        id: id.to_owned(),
        node: Arc::new(Mutex::new(Some(node))),
        _live: Live::new(Kind::Node),
    })
}

async fn stop(node: Option<Node>, drain: Duration) {
    match node {
        Some(Node::Scheduler(scheduler)) => scheduler.stop().await,
        Some(Node::Executor(executor)) => executor.stop(drain).await,
        None => {}
    }
}

/// Starts a scheduler or an executor, with the functions, codecs and policy that a session has now. Borrows `session` and
/// `options` (NodeOptions). Task: a df_node. Errors: NULL, a message that does not parse; the task's:
/// DF_ERROR_INVALID_ARGUMENT, DF_ERROR_IO, DF_ERROR_EXECUTION where the scheduler does not answer.
#[unsafe(no_mangle)]
pub extern "C" fn df_node_start(
    session: Option<&df_session>,
    options: *const u8,
    options_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_node_start", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let options = message(options, options_len, "options")?;
        Ok(async move { start(session, options).await.map(Box::new) })
    })
}

/// Where a node listens, and how it does. Borrows. `out`: NodeInfo. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_node_info(
    node: Option<&df_node>,
    out: Option<&mut MaybeUninit<Option<Box<df_buffer>>>>,
) -> Option<Box<df_error>> {
    fallible("df_node_info", out, || {
        let node = required(node, "node")?;
        let connected = node.node.try_lock().is_ok_and(|inner| match &*inner {
            Some(Node::Scheduler(_)) => true,
            Some(Node::Executor(executor)) => executor.is_connected(),
            None => false,
        });
        let info = NodeInfo {
            url: node.url.clone(),
            id: node.id.clone(),
            connected,
        };
        Ok(df_buffer::new(info.encode_to_vec()))
    })
}

/// Stops a node; an executor ends its tasks first, as far as `drain_millis` allow. Again, it does nothing. Borrows. Task:
/// nothing. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_node_stop(
    node: Option<&df_node>,
    drain_millis: u64,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_node_stop", out, || {
        let node = Arc::clone(&required(node, "node")?.node);
        Ok(async move {
            let mut inner = node.lock().await;
            stop(inner.take(), Duration::from_millis(drain_millis)).await;
            Ok(())
        })
    })
}

/// Frees a node, which stops at once if it was not stopped. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_node_free(node: Option<Box<df_node>>) {
    infallible("df_node_free", (), || runtime::free(node));
}

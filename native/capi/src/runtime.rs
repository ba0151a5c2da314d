//! The process's runtime: a few threads with large stacks, on which everything runs and is dropped.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};

use crate::boundary::{guard, prepare_helper};
use crate::error::{DF_ERROR_INTERNAL, DF_ERROR_REENTRY, Outcome, df_error};
use crate::host::Host;
use crate::scope;

/// Address space, not memory: 5,000 operators plan on it.
pub const STACK_SIZE: usize = 64 * 1024 * 1024;
const BLOCKING_THREADS: usize = 1024;
/// A thread is attached to the host's virtual machine once; it pays to keep it.
const KEEP_ALIVE: Duration = Duration::from_secs(3600);

static RUNTIME: OnceLock<Runtime> = OnceLock::new();
static STARTING: Mutex<()> = Mutex::new(());
static HOSTS: Mutex<Vec<Weak<Host>>> = Mutex::new(Vec::new());
static THREADS: AtomicI64 = AtomicI64::new(0);

/// Starts the runtime if it does not run yet; `host` is one that its threads are made known to.
pub fn start(host: &Arc<Host>) -> Outcome<()> {
    let mut hosts = HOSTS.lock().unwrap_or_else(PoisonError::into_inner);
    hosts.retain(|host| host.strong_count() > 0);
    hosts.push(Arc::downgrade(host));
    drop(hosts);
    let _one_at_a_time = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    if RUNTIME.get().is_none() {
        let runtime = build()?;
        scope::install();
        RUNTIME.get_or_init(|| runtime);
        prepare_helper();
    }
    Ok(())
}

fn build() -> Outcome<Runtime> {
    let built = Builder::new_multi_thread()
        .thread_name("datafusion-worker")
        .thread_stack_size(STACK_SIZE)
        .max_blocking_threads(BLOCKING_THREADS)
        .thread_keep_alive(KEEP_ALIVE)
        .on_thread_start(thread_started)
        .enable_all()
        .build();
    built.map_err(|error| df_error::boxed(DF_ERROR_INTERNAL, format!("no runtime: {error}")))
}

/// Makes a new thread known to the host.
pub fn thread_started() {
    let host = HOSTS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .iter()
        .find_map(Weak::upgrade);
    if let Some(host) = host {
        let index = THREADS.fetch_add(1, Ordering::Relaxed);
        let _ = guard("thread_started", || host.thread_started(index));
        free(Some(host));
    }
}

/// Answers the runtime, once there was a host.
pub fn handle() -> Option<&'static Handle> {
    RUNTIME.get().map(Runtime::handle)
}

pub fn required() -> Outcome<&'static Handle> {
    handle().ok_or_else(|| {
        df_error::boxed(
            DF_ERROR_INTERNAL,
            "there is no runtime before the first host",
        )
    })
}

/// Whether this thread belongs to a runtime.
pub fn inside() -> bool {
    Handle::try_current().is_ok()
}

/// Drops a value on the runtime: dropping a deep tree needs the stack it has there.
pub fn free<T: Send + 'static>(value: Option<T>) {
    let Some(value) = value else { return };
    match handle() {
        Some(handle) => drop(handle.spawn(async move { drop_guarded(value) })),
        None => drop_guarded(value),
    }
}

fn drop_guarded<T>(value: T) {
    let _ = guard("free", || drop(value));
}

/// Runs work that blocks: as it is outside a runtime, and so that the runtime's other tasks go on inside it.
pub fn blocking<T>(work: impl FnOnce() -> T) -> T {
    if may_block_in_place() {
        tokio::task::block_in_place(work)
    } else {
        work()
    }
}

fn may_block_in_place() -> bool {
    matches!(
        Handle::try_current().map(|handle| handle.runtime_flavor()),
        Ok(RuntimeFlavor::MultiThread)
    )
}

/// Fails where a wait would stop the thread that the work needs.
pub fn check_may_wait() -> Outcome<()> {
    let Ok(current) = Handle::try_current() else {
        return Ok(());
    };
    if current.runtime_flavor() == RuntimeFlavor::CurrentThread {
        return Err(df_error::boxed(
            DF_ERROR_REENTRY,
            "a wait inside a runtime of one thread would never end",
        ));
    }
    guard("block_in_place", || tokio::task::block_in_place(|| ()))
        .map_err(|_| df_error::boxed(DF_ERROR_REENTRY, "a wait inside a LocalSet would never end"))
}

use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, PoisonError};

use super::guard;
use crate::scope::Scope;
use crate::{runtime, scope};

type Job = Box<dyn FnOnce() + Send>;

static IDLE: Mutex<Vec<Sender<Job>>> = Mutex::new(Vec::new());

const STACK: usize = 8 * 1024 * 1024;

/// Runs `work` on a helper thread that the host knows already, and waits for it. A helper that is busy (its upcall may
/// hop again) is not waited for: there is another.
pub fn hop<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let mut result = None;
    let (done, finished) = channel();
    let scope = scope::current();
    let slot = &mut result;
    let job: Box<dyn FnOnce() + Send + '_> = Box::new(move || {
        *slot = Some(guard("helper thread", || scope::within(scope, work)));
        let _ = done.send(());
    });
    // SAFETY: the job borrows from this frame, which is not left before the job has ended: either it said so, or its
    // sender was dropped with it.
    let job: Job = unsafe { std::mem::transmute::<Box<dyn FnOnce() + Send + '_>, Job>(job) };
    let helper = idle().pop().unwrap_or_else(start);
    let sent = helper.send(job).is_ok();
    let _ = runtime::blocking(|| finished.recv());
    if sent {
        idle().push(helper);
    }
    match result {
        Some(Ok(value)) => value,
        Some(Err(panic)) => panic!("{}", panic.message()),
        None => panic!("a helper thread has ended"),
    }
}

fn idle() -> std::sync::MutexGuard<'static, Vec<Sender<Job>>> {
    IDLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Has one helper wait for work, so that the first hop finds a thread that the host knows.
pub fn prepare() {
    let helper = start();
    idle().push(helper);
}

fn start() -> Sender<Job> {
    let (sender, jobs) = channel::<Job>();
    let started = std::thread::Builder::new()
        .name("datafusion-helper".into())
        .stack_size(STACK)
        .spawn(move || {
            let _inside = runtime::handle().map(|handle| handle.enter());
            runtime::thread_started();
            scope::within(Scope::default(), || jobs.into_iter().for_each(|job| job()));
        });
    // Without a thread the sender has no receiver, and the hop ends with an error.
    drop(started);
    sender
}

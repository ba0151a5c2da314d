//! How far a task is: ready, running, settled, taken.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use futures::future::BoxFuture;
use tokio::task::AbortHandle;

use crate::boundary::structs::df_completion_functions;
use crate::boundary::{Callback, Product, guard};
use crate::error::{DF_ERROR_CANCELLED, DF_ERROR_REENTRY, Outcome, df_error};
use crate::runtime;
use crate::scope::{self, Scope, Scoped};

/// Waits within waits; beyond, an error instead of a process full of blocked threads.
pub const REENTRY_LIMIT: usize = 16;

type Work = BoxFuture<'static, Outcome<Product>>;
type Completion = Callback<df_completion_functions>;

/// The state of a task, shared with the work on the runtime.
pub struct Progress {
    state: Mutex<State>,
    settled: Condvar,
}

enum State {
    Ready(Work),
    Running {
        abort: AbortHandle,
        completion: Option<Completion>,
    },
    Settled(Outcome<Product>),
    Taken,
}

impl Progress {
    pub fn new(work: Work) -> Self {
        Self {
            state: Mutex::new(State::Ready(work)),
            settled: Condvar::new(),
        }
    }

    pub fn settled(outcome: Outcome<Product>) -> Self {
        Self {
            state: Mutex::new(State::Settled(outcome)),
            settled: Condvar::new(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Spawns the work; `completion` is called when it has settled.
    pub fn start(self: &Arc<Self>, completion: Option<Completion>) -> Outcome<()> {
        let runtime = runtime::required()?;
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Ready(work) => {
                let progress = Arc::clone(self);
                let scope = Scope::of_task();
                let running = runtime.spawn(async move {
                    let outcome = Scoped::new(scope, work).await;
                    progress.settle(outcome);
                });
                *state = State::Running {
                    abort: running.abort_handle(),
                    completion,
                };
                Ok(())
            }
            // Cancelled before it started.
            State::Settled(outcome) => {
                *state = State::Settled(outcome);
                complete(completion);
                Ok(())
            }
            other => {
                *state = other;
                Err(df_error::invalid("the task was started before"))
            }
        }
    }

    /// The first outcome stands; a later one is dropped.
    fn settle(&self, outcome: Outcome<Product>) {
        let mut state = self.state();
        if let State::Running { completion, .. } = &mut *state {
            let completion = completion.take();
            *state = State::Settled(outcome);
            self.settled.notify_all();
            drop(state);
            complete(completion);
        }
    }

    /// Starts the work if need be and blocks until it has settled.
    pub fn wait(self: &Arc<Self>) -> Outcome<()> {
        if scope::current().depth >= REENTRY_LIMIT {
            let message = format!(
                "a query within {} queries, and the limit is {REENTRY_LIMIT}",
                scope::current().depth
            );
            return Err(df_error::boxed(DF_ERROR_REENTRY, message));
        }
        runtime::check_may_wait()?;
        if matches!(*self.state(), State::Ready(_)) {
            self.start(None)?;
        }
        runtime::blocking(|| {
            let mut state = self.state();
            while matches!(*state, State::Running { .. }) {
                state = self
                    .settled
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        });
        Ok(())
    }

    /// Settles as cancelled at once; the work is dropped on the runtime, as soon as it lets go of its thread.
    pub fn cancel(&self) {
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Ready(work) => {
                *state = State::Settled(Err(cancelled()));
                drop(state);
                runtime::free(Some(work));
            }
            State::Running { abort, completion } => {
                *state = State::Settled(Err(cancelled()));
                self.settled.notify_all();
                drop(state);
                abort.abort();
                complete(completion);
            }
            other => *state = other,
        }
    }

    /// Whether it has ended.
    pub fn is_settled(&self) -> bool {
        matches!(*self.state(), State::Settled(_) | State::Taken)
    }

    /// Answers the outcome, once.
    pub fn take(&self) -> Outcome<Product> {
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::Taken) {
            State::Settled(outcome) => outcome,
            other => {
                *state = other;
                Err(df_error::invalid("the task has not ended"))
            }
        }
    }
}

pub fn cancelled() -> Box<df_error> {
    df_error::boxed(DF_ERROR_CANCELLED, "cancelled")
}

/// Tells the host at once, on this thread: the runtime's may all be held by callbacks.
fn complete(completion: Option<Completion>) {
    let Some(completion) = completion else { return };
    let _ = guard("completion", || {
        if let Some(complete) = completion.functions().complete {
            let _ = completion.call(|data| complete(data));
        }
    });
}

//! What a query within a query inherits: how deep it is nested, and whether planning is on the stack. Carried by a
//! thread-local that is set at each poll, also in the tasks that the engine spawns.

use std::any::Any;
use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use datafusion::common::runtime::{JoinSetTracer, set_join_set_tracer};
use datafusion_inline::Planning;
use futures::future::BoxFuture;

/// The scope of a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scope {
    /// How many tasks wait around this one.
    pub depth: usize,
    pub planning: bool,
}

impl Scope {
    /// That of a task which is made here.
    pub fn of_task() -> Self {
        Self {
            depth: current().depth + 1,
            planning: false,
        }
    }
}

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Answers the scope of the work on this thread.
pub fn current() -> Scope {
    Scope {
        depth: DEPTH.get(),
        planning: Planning::is_active(),
    }
}

/// Runs `work` in a scope.
pub fn within<T>(scope: Scope, work: impl FnOnce() -> T) -> T {
    let _restore = Restore(DEPTH.replace(scope.depth));
    if scope.planning && !Planning::is_active() {
        Planning::scope(work)
    } else {
        work()
    }
}

struct Restore(usize);

impl Drop for Restore {
    fn drop(&mut self) {
        DEPTH.set(self.0);
    }
}

/// A future whose every poll runs in a scope.
pub struct Scoped<F> {
    scope: Scope,
    future: Pin<Box<F>>,
}

impl<F: Future> Scoped<F> {
    pub fn new(scope: Scope, future: F) -> Self {
        Self {
            scope,
            future: Box::pin(future),
        }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        within(this.scope, || this.future.as_mut().poll(context))
    }
}

struct Inherit;

type Erased = Box<dyn Any + Send>;

impl JoinSetTracer for Inherit {
    fn trace_future(&self, future: BoxFuture<'static, Erased>) -> BoxFuture<'static, Erased> {
        Box::pin(Scoped::new(current(), future))
    }

    fn trace_block(
        &self,
        work: Box<dyn FnOnce() -> Erased + Send>,
    ) -> Box<dyn FnOnce() -> Erased + Send> {
        let scope = current();
        Box::new(move || within(scope, work))
    }
}

/// Has the engine's own tasks inherit the scope; once a process. A host that traces the engine's tasks itself came
/// first, and keeps that right.
pub fn install() {
    let _ = set_join_set_tracer(&Inherit);
}

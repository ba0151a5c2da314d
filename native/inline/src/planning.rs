use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Marks planning on the current thread: inside it a decoded function whose callable is unresolved
/// answers an error when it is invoked, which the optimiser takes as "do not fold".
#[derive(Debug)]
pub struct Planning {
    _private: (),
}

impl Planning {
    /// Runs `work` as planning.
    pub fn scope<T>(work: impl FnOnce() -> T) -> T {
        let _entered = Entered::new();
        work()
    }

    /// Runs a future as planning: the mark is set at each poll and taken away after it, whichever
    /// thread polls.
    pub fn wrap<F: Future>(future: F) -> impl Future<Output = F::Output> {
        PlanningFuture {
            future: Box::pin(future),
        }
    }

    /// Whether planning is on the stack of this thread.
    pub fn is_active() -> bool {
        DEPTH.get() > 0
    }
}

struct Entered;

impl Entered {
    fn new() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        Entered
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

struct PlanningFuture<F> {
    future: Pin<Box<F>>,
}

impl<F: Future> Future for PlanningFuture<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let _entered = Entered::new();
        self.future.as_mut().poll(context)
    }
}

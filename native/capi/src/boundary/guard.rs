use std::any::Any;
use std::future::Future;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::{Product, fault, stack};
use crate::error::{DF_ERROR_PANIC, Outcome, df_error};
use crate::scope::{self, Scope};
use crate::task::df_task;

/// What small work takes of a caller's stack at most, and a callback below it.
const BRIEF_STACK: usize = 512 * 1024;

/// The only `catch_unwind`: a panic in `body` becomes an error with its message. `name` is what a fault is injected
/// under.
pub fn guard<T>(name: &str, body: impl FnOnce() -> T) -> Outcome<T> {
    let attempt = AssertUnwindSafe(|| {
        fault::trip(name);
        body()
    });
    catch_unwind(attempt).map_err(|payload| panicked(name, payload))
}

/// A payload may panic again when it is dropped, so an unknown one is left alone.
fn panicked(name: &str, payload: Box<dyn Any + Send>) -> Box<df_error> {
    let payload = match payload.downcast::<String>() {
        Ok(message) => {
            return df_error::boxed(DF_ERROR_PANIC, format!("panic in {name}: {message}"));
        }
        Err(payload) => payload,
    };
    let message = match payload.downcast::<&'static str>() {
        Ok(message) => *message,
        Err(payload) => {
            std::mem::forget(payload);
            "a payload that is no text"
        }
    };
    df_error::boxed(DF_ERROR_PANIC, format!("panic in {name}: {message}"))
}

/// An export that makes an object.
pub fn fallible<T>(
    name: &'static str,
    out: Option<&mut MaybeUninit<Option<Box<T>>>>,
    body: impl FnOnce() -> Outcome<T>,
) -> Option<Box<df_error>> {
    written(name, out, || body().map(|value| Some(Box::new(value))))
}

/// An export that writes a value into `out` on success only.
pub fn written<T>(
    name: &'static str,
    out: Option<&mut MaybeUninit<T>>,
    body: impl FnOnce() -> Outcome<T>,
) -> Option<Box<df_error>> {
    checked(name, || {
        let out = super::required(out, "out")?;
        out.write(body()?);
        Ok(())
    })
}

/// An export that has no result.
pub fn checked(name: &'static str, body: impl FnOnce() -> Outcome<()>) -> Option<Box<df_error>> {
    guard(name, body).and_then(|outcome| outcome).err()
}

/// An export, or a method of the engine's, that cannot fail; `fallback` is its answer to a panic.
pub fn infallible<T>(name: &'static str, fallback: T, body: impl FnOnce() -> T) -> T {
    guard(name, body).unwrap_or(fallback)
}

/// An export that makes a task: `body` reads the arguments, what it answers runs on the runtime.
pub fn task<F, P>(
    name: &'static str,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
    body: impl FnOnce() -> Outcome<F>,
) -> Option<Box<df_error>>
where
    F: Future<Output = Outcome<P>> + Send + 'static,
    P: Into<Product>,
{
    fallible(name, out, || {
        let work = body()?;
        let product = async move { work.await.map(Into::into) };
        Ok(df_task::new(Guarded::new(format!("{name}:task"), product)))
    })
}

/// An export that makes a task of work that waits for nothing. `body` says whether it is small: then it is done on this
/// thread, where there is stack for it, and the task has ended. To hand it to another thread and be woken takes ten times
/// as long as most of it.
pub fn brief<F, P>(
    name: &'static str,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
    body: impl FnOnce() -> Outcome<(bool, F)>,
) -> Option<Box<df_error>>
where
    F: FnOnce() -> Outcome<P> + Send + 'static,
    P: Into<Product>,
{
    fallible(name, out, || {
        let (small, work) = body()?;
        let work = move || work().map(Into::into);
        let name = format!("{name}:task");
        if !small || !stack::has_room(BRIEF_STACK) {
            return Ok(df_task::new(Guarded::new(name, async move { work() })));
        }
        let scope = Scope::of_task();
        let done = guard(&name, || scope::within(scope, work));
        Ok(df_task::settled(done.and_then(|outcome| outcome)))
    })
}

/// An export that makes a task of work which may have its result already: `ready` answers that, or `later` waits for it.
pub fn ready_or<R, F, P>(
    name: &'static str,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
    body: impl FnOnce() -> Outcome<(R, F)>,
) -> Option<Box<df_error>>
where
    R: FnOnce() -> Option<Outcome<P>>,
    F: Future<Output = Outcome<P>> + Send + 'static,
    P: Into<Product>,
{
    fallible(name, out, || {
        let (ready, later) = body()?;
        let name = format!("{name}:task");
        let found = guard(&name, ready).unwrap_or_else(|panic| Some(Err(panic)));
        Ok(match found {
            Some(outcome) => df_task::settled(outcome.map(Into::into)),
            None => df_task::new(Guarded::new(
                name,
                async move { later.await.map(Into::into) },
            )),
        })
    })
}

/// A future whose every poll is guarded; a panic ends it with an error.
pub struct Guarded<F: Future> {
    name: String,
    future: Pin<Box<F>>,
}

impl<F: Future> Guarded<F> {
    pub fn new(name: String, future: F) -> Self {
        Self {
            name,
            future: Box::pin(future),
        }
    }
}

impl<T, F: Future<Output = Outcome<T>>> Future for Guarded<F> {
    type Output = Outcome<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome<T>> {
        let this = &mut *self;
        match guard(&this.name, || this.future.as_mut().poll(context)) {
            Ok(poll) => poll,
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}

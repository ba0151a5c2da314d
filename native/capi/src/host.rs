//! The host: the other language's runtime, its threads and its functions.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::sync::Arc;

use crate::boundary::structs::{df_host_callback, df_host_functions};
use crate::boundary::{Callback, checked, fallible, infallible, watch_machine};
use crate::error::{Outcome, df_error};
use crate::resolver::HostResolver;
use crate::runtime;

/// A host of this library.
pub struct df_host {
    pub(crate) host: Arc<Host>,
}

/// What the crate knows of a host.
#[derive(Debug)]
pub struct Host {
    callback: Callback<df_host_functions>,
}

impl Host {
    /// Tells the host that a thread of the runtime has started: attaches and names it.
    pub(crate) fn thread_started(&self, index: i64) {
        if let Some(started) = self.callback.functions().thread_started {
            let _ = self.callback.call(|data| started(data, index));
        }
    }

    pub(crate) fn callback(&self) -> &Callback<df_host_functions> {
        &self.callback
    }

    /// Answers what brings decoded functions to life.
    pub(crate) fn resolver(self: &Arc<Self>) -> Arc<HostResolver> {
        Arc::new(HostResolver::new(Arc::clone(self)))
    }
}

fn open(callback: df_host_callback) -> Outcome<df_host> {
    let host = Arc::new(Host {
        callback: Callback::of(callback)?,
    });
    runtime::start(&host)?;
    Ok(df_host { host })
}

/// Makes a host and, the first time, the process's runtime. Consumes `callback`, also on failure. `out`: the host.
/// Errors: NULL, no threads to be had.
#[unsafe(no_mangle)]
pub extern "C" fn df_host_new(
    callback: df_host_callback,
    out: Option<&mut MaybeUninit<Option<Box<df_host>>>>,
) -> Option<Box<df_error>> {
    fallible("df_host_new", out, || open(callback))
}

/// Has callbacks fail, and leaves them unreleased, once the virtual machine that they run in has ended: what other
/// libraries hold may outlive it, and an upcall would end the process. `created` is the machine's JNI_GetCreatedJavaVMs;
/// the first one is kept. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_machine_watch(created: *const c_void) -> Option<Box<df_error>> {
    checked("df_machine_watch", || watch_machine(created))
}

/// Frees a host; what was made with it stays alive and keeps the callback. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_host_free(host: Option<Box<df_host>>) {
    infallible("df_host_free", (), || runtime::free(host));
}

/// True on a thread of the runtime: there, wait for a task with df_task_wait instead of starting it. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn df_runtime_inside() -> bool {
    infallible("df_runtime_inside", false, runtime::inside)
}

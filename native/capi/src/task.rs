//! Tasks: everything that plans, encodes, decodes or runs.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::sync::Arc;

use crate::boundary::structs::df_completion;
use crate::boundary::{
    Callback, Guarded, Kind, Live, Product, checked, infallible, required, written,
};
use crate::error::{Outcome, df_error};
use crate::progress::Progress;
use crate::runtime;

/// Work for the runtime, made by an export, then started or waited for, then finished or freed. Small work may have ended
/// when its task is made.
pub struct df_task {
    progress: Arc<Progress>,
    _live: Live,
}

impl df_task {
    pub(crate) fn new(
        work: Guarded<impl Future<Output = Outcome<Product>> + Send + 'static>,
    ) -> Self {
        Self {
            progress: Arc::new(Progress::new(Box::pin(work))),
            _live: Live::new(Kind::Task),
        }
    }

    /// One that has ended.
    pub(crate) fn settled(outcome: Outcome<Product>) -> Self {
        Self {
            progress: Arc::new(Progress::settled(outcome)),
            _live: Live::new(Kind::Task),
        }
    }
}

impl Drop for df_task {
    fn drop(&mut self) {
        self.progress.cancel();
        // A result that nobody took is dropped where there is stack for it.
        runtime::free(self.progress.take().ok());
    }
}

/// Starts the task on the runtime. Borrows `task`; consumes `completion`, which is called exactly once, also when the
/// task is cancelled or freed. Errors: NULL, a task that was started before; then `completion` is not called.
#[unsafe(no_mangle)]
pub extern "C" fn df_task_start(
    task: Option<&df_task>,
    completion: df_completion,
) -> Option<Box<df_error>> {
    checked("df_task_start", || {
        let completion = Callback::of(completion)?;
        required(task, "task")?.progress.start(Some(completion))
    })
}

/// Starts the task if it was not started, and blocks until it has ended, whatever its result. Inside the runtime this
/// is the way to wait. Borrows `task`. Errors: NULL; DF_ERROR_REENTRY within 16 such waits, inside a runtime of one
/// thread, or inside a LocalSet.
#[unsafe(no_mangle)]
pub extern "C" fn df_task_wait(task: Option<&df_task>) -> Option<Box<df_error>> {
    checked("df_task_wait", || required(task, "task")?.progress.wait())
}

/// Ends the task soon with DF_ERROR_CANCELLED, if it has not ended. NULL is fine; so is any thread.
#[unsafe(no_mangle)]
pub extern "C" fn df_task_cancel(task: Option<&df_task>) {
    infallible("df_task_cancel", (), || {
        if let Some(task) = task {
            task.progress.cancel();
        }
    });
}

/// True once the task has ended, whatever its result; true for NULL. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn df_task_is_settled(task: Option<&df_task>) -> bool {
    infallible("df_task_is_settled", true, || {
        task.is_none_or(|task| task.progress.is_settled())
    })
}

/// Consumes an ended task. `out`: its result, of the type that the export which made it says, NULL if it has none.
/// Errors: the task's; NULL; a task that has not ended, which is then cancelled.
#[unsafe(no_mangle)]
pub extern "C" fn df_task_finish(
    task: Option<Box<df_task>>,
    out: Option<&mut MaybeUninit<*mut c_void>>,
) -> Option<Box<df_error>> {
    written("df_task_finish", out, || {
        let task = required(task, "task")?;
        task.progress.take().map(Product::into_raw)
    })
}

/// Cancels and frees a task. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_task_free(task: Option<Box<df_task>>) {
    infallible("df_task_free", (), || runtime::free(task));
}

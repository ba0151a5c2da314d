use std::cell::Cell;
use std::ptr::null_mut;

use super::required;
use crate::error::{Outcome, df_error};

thread_local! {
    static CURRENT: Cell<*mut ()> = const { Cell::new(null_mut()) };
}

/// Lends an object to a callback on this thread, by pointer, for as long as the callback runs.
pub fn lend<T, R>(object: &mut T, callback: impl FnOnce(*mut T) -> R) -> R {
    let pointer = std::ptr::from_mut(object);
    let _restore = Restore(CURRENT.replace(pointer.cast()));
    callback(pointer)
}

struct Restore(*mut ());

impl Drop for Restore {
    fn drop(&mut self) {
        CURRENT.set(self.0);
    }
}

/// Answers what was lent to the callback that runs on this thread, if that is what the pointer says.
pub fn lent<'a, T>(pointer: *mut (), name: &str) -> Outcome<&'a mut T> {
    required((!pointer.is_null()).then_some(()), name)?;
    if !std::ptr::eq(CURRENT.get(), pointer) {
        return Err(df_error::invalid(format!(
            "this {name} was not handed to a callback on this thread"
        )));
    }
    // SAFETY: `lend` put it there for the length of the callback that runs on this thread, and holds it itself
    // exclusively; the callback has only the pointer. Each type is lent under one name of pointer only.
    Ok(unsafe { &mut *pointer.cast::<T>() })
}

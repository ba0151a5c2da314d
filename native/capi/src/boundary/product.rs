use std::ffi::c_void;
use std::ptr::null_mut;

/// The result of a task: an object that the caller gets as `void *`, or nothing.
pub struct Product {
    pointer: *mut c_void,
    discard: fn(*mut c_void),
}

// SAFETY: made from `Box<T>` with `T: Send` only.
unsafe impl Send for Product {}

impl<T: Send + 'static> From<Box<T>> for Product {
    fn from(value: Box<T>) -> Self {
        Self {
            pointer: Box::into_raw(value).cast(),
            discard: discard::<T>,
        }
    }
}

impl<T: Send + 'static> From<Option<Box<T>>> for Product {
    fn from(value: Option<Box<T>>) -> Self {
        value.map_or_else(|| ().into(), Into::into)
    }
}

impl From<()> for Product {
    fn from((): ()) -> Self {
        Self {
            pointer: null_mut(),
            discard: |_| (),
        }
    }
}

fn discard<T>(pointer: *mut c_void) {
    // SAFETY: `pointer` came from a `Box<T>` in `from` and is given here by `drop` only, once.
    drop(unsafe { Box::from_raw(pointer.cast::<T>()) });
}

impl Product {
    /// Gives the object away.
    pub fn into_raw(self) -> *mut c_void {
        let pointer = self.pointer;
        std::mem::forget(self);
        pointer
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        if !self.pointer.is_null() {
            (self.discard)(self.pointer);
        }
    }
}

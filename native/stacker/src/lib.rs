//! The interface of the crate `stacker`, on the thread's own stack.
//!
//! Ballista turns the engine's `recursive_protection` on, which moves the stack pointer to memory of
//! the heap when the stack runs low. HotSpot knows the bounds of a thread's stack: a callback made
//! from outside of them ends the process. Here the closure runs where the caller stands; the depth of
//! what is parsed and planned is bounded before (`sql_depth`), and planning threads have 8 MiB.

/// Calls `callback` on the stack of its caller.
pub fn maybe_grow<R, F: FnOnce() -> R>(_red_zone: usize, _stack_size: usize, callback: F) -> R {
    callback()
}

/// Calls `callback` on the stack of its caller.
pub fn grow<R, F: FnOnce() -> R>(_stack_size: usize, callback: F) -> R {
    callback()
}

/// What is left is not known.
pub fn remaining_stack() -> Option<usize> {
    None
}

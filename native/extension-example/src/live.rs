//! Objects that are counted while they live, so that a host's tests see what it did not release.

use std::sync::atomic::{AtomicI64, Ordering};

static COUNT: AtomicI64 = AtomicI64::new(0);

/// Counts the object that it is a field of.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Live(());

impl Default for Live {
    fn default() -> Self {
        COUNT.fetch_add(1, Ordering::AcqRel);
        Self(())
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        COUNT.fetch_sub(1, Ordering::AcqRel);
    }
}

pub fn count() -> i64 {
    COUNT.load(Ordering::Acquire)
}

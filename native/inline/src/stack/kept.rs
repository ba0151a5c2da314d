use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// What lives as long as the stack does.
#[derive(Clone, Default)]
pub(super) struct Kept {
    _alive: Option<Arc<dyn Any + Send + Sync>>,
}

impl Kept {
    pub(super) fn new(alive: Option<Arc<dyn Any + Send + Sync>>) -> Self {
        Self { _alive: alive }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

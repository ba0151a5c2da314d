use std::fmt::Debug;

use crate::Subject;

/// Whether a payload was written or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Wrote,
    Read,
}

/// One payload, and the codec that took it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceEvent<'a> {
    pub direction: Direction,
    /// The id of the codec; "default" is the engine's own.
    pub codec: &'a str,
    pub subject: Subject<'a>,
    /// The codec's own bytes, its envelope not counted.
    pub bytes: usize,
}

/// Is told which codec wrote or read each payload.
pub trait CodecTrace: Debug + Send + Sync {
    /// Called on the thread that encodes or decodes, once a payload.
    fn payload(&self, event: TraceEvent<'_>);
}

//! How deep a tree or a message is, measured without recursion, before anything recurses over it.
//!
//! Two numbers, because they cost differently: operators (a chain of `+` or `AND` is as deep as it is
//! long) and all other nesting. The engine recurses over both when it plans, encodes, clones and drops,
//! and a stack overflow ends the process.

mod plan;
mod shape;
mod wire;

use crate::InlineError;

pub use crate::wire::MessageKind;
pub use plan::{of_execution_plan, of_expr, of_logical_plan, of_physical_expr};
pub use shape::{BATCH_LIMIT, PARTITION_LIMIT, TYPE_LIMIT, check_partitions, check_types};
pub use wire::{MessageDepth, of_message};

/// Nested messages that the engine's protobuf library decodes, the outermost not counted.
pub const MESSAGE_LIMIT: usize = 100;

/// The depth of a tree: the most of each that lie on one path from the root to a leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Depth {
    pub operators: usize,
    pub nesting: usize,
}

impl Depth {
    /// Answers the larger of each number.
    pub fn max(self, other: Depth) -> Depth {
        Depth {
            operators: self.operators.max(other.operators),
            nesting: self.nesting.max(other.nesting),
        }
    }

    fn below_operator(self) -> Depth {
        Depth {
            operators: self.operators + 1,
            ..self
        }
    }

    fn below_level(self) -> Depth {
        Depth {
            nesting: self.nesting + 1,
            ..self
        }
    }
}

/// How deep a tree may be at every door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepthLimits {
    /// Levels of binary operators.
    pub operators: usize,
    /// Levels of everything else: calls, casts, plan operators.
    pub nesting: usize,
}

impl Default for DepthLimits {
    fn default() -> Self {
        Self {
            operators: 5000,
            nesting: 500,
        }
    }
}

impl DepthLimits {
    /// Fails with both numbers if `measured` is beyond the limits; `what` is "expression" or so.
    pub fn check(&self, what: &str, measured: Depth) -> Result<(), InlineError> {
        let (measure, measured, limit) = if measured.operators > self.operators {
            ("operators", measured.operators, self.operators)
        } else if measured.nesting > self.nesting {
            ("levels of nesting", measured.nesting, self.nesting)
        } else {
            return Ok(());
        };
        Err(InlineError::TooDeep {
            what: what.to_owned(),
            measure,
            measured,
            limit,
            remedy: "Build it flatter, or raise the limit.",
        })
    }
}

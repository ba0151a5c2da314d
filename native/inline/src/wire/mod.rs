//! The wire format of the engine's messages, read without recursion and without building anything.

pub(crate) mod ipc;
pub(crate) mod maps;
pub(crate) mod reader;
pub(crate) mod table;

/// Which message the bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    LogicalExpr,
    LogicalPlan,
    PhysicalExpr,
    PhysicalPlan,
}

impl MessageKind {
    /// Answers what the bytes are called in messages to people.
    pub fn noun(self) -> &'static str {
        match self {
            MessageKind::LogicalExpr => "expression",
            MessageKind::LogicalPlan => "logical plan",
            MessageKind::PhysicalExpr => "physical expression",
            MessageKind::PhysicalPlan => "physical plan",
        }
    }

    pub(crate) fn root(self) -> usize {
        match self {
            MessageKind::LogicalExpr => table::LOGICAL_EXPR,
            MessageKind::LogicalPlan => table::LOGICAL_PLAN,
            MessageKind::PhysicalExpr => table::PHYSICAL_EXPR,
            MessageKind::PhysicalPlan => table::PHYSICAL_PLAN,
        }
    }
}

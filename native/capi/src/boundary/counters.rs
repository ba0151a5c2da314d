use std::sync::atomic::{AtomicI64, Ordering};

/// The kinds of objects that are counted while they live.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Session,
    Task,
    Buffer,
    Function,
    Program,
    DataFrame,
    LogicalPlan,
    ExecutionPlan,
    Stream,
    Batch,
    Error,
    Callback,
    Capsule,
    PhysicalExpr,
    Node,
}

const KINDS: usize = 15;
static COUNTS: [AtomicI64; KINDS] = [const { AtomicI64::new(0) }; KINDS];

/// Counts the object that it is a field of.
#[derive(Debug)]
pub struct Live(Kind);

impl Live {
    pub fn new(kind: Kind) -> Self {
        COUNTS[kind as usize].fetch_add(1, Ordering::AcqRel);
        Live(kind)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        COUNTS[self.0 as usize].fetch_sub(1, Ordering::AcqRel);
    }
}

/// Answers how many objects of each kind live, in the order of [`Kind`].
pub fn counts() -> [i64; KINDS] {
    std::array::from_fn(|index| COUNTS[index].load(Ordering::Acquire))
}

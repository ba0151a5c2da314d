use std::fmt::Debug;
use std::ops::Range;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::not_impl_err;
use datafusion::error::Result;
use datafusion::scalar::ScalarValue;

/// A window function that can be run: the host's side of an [`InlinedWindow`](crate::InlinedWindow).
pub trait WindowCallable: Debug + Send + Sync {
    /// Makes what evaluates one partition.
    fn open(&self, call: &WindowCall) -> Result<Box<dyn WindowEvaluator>>;

    /// Answers the result field where the definition says "computed".
    fn return_field(&self, _arguments: &[FieldRef]) -> Result<FieldRef> {
        not_impl_err!("this callable does not compute its result field")
    }

    /// Answers the argument types where the signature says "user defined".
    fn coerce_types(&self, _types: &[DataType]) -> Result<Vec<DataType>> {
        not_impl_err!("this callable does not coerce its arguments")
    }
}

/// What a window function is called with, the same for all partitions of a query.
#[derive(Debug, Clone, PartialEq)]
pub struct WindowCall {
    pub arguments: Vec<FieldRef>,
    /// The values of arguments that are literals.
    pub literals: Vec<Option<ScalarValue>>,
    pub result: FieldRef,
    pub ignore_nulls: bool,
    /// The rows come in the reverse of the order that was asked for.
    pub reversed: bool,
}

/// The evaluator of one partition. The caller checks types and lengths of what it answers. Ranges are half-open.
pub trait WindowEvaluator: Debug + Send {
    /// Evaluates a whole partition: a value for each row.
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef>;

    /// Evaluates rows: a value for each range, in the order of the rows that they are for.
    fn evaluate(
        &mut self,
        values: &[ArrayRef],
        rows: usize,
        ranges: &[Range<usize>],
    ) -> Result<ArrayRef>;

    /// Evaluates a whole partition by its groups of rows that are equal by the order: a value for each row.
    fn evaluate_all_with_rank(&mut self, rows: usize, groups: &[Range<usize>]) -> Result<ArrayRef>;

    /// Answers the rows that each of `rows` depends on, where no frame says.
    fn ranges(&mut self, rows: Range<usize>, _count: usize) -> Result<Vec<Range<usize>>> {
        Ok(rows.map(|row| row..row + 1).collect())
    }

    /// Answers the first row of the last frame that is still needed: earlier ones may be dropped.
    fn memoize(&mut self, frame: &Range<usize>) -> Result<usize> {
        Ok(frame.start)
    }
}

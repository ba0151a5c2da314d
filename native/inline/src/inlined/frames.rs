//! The frames of a partition that is whole, computed before its rows are evaluated.

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{FieldRef, SchemaRef};
use datafusion::common::internal_err;
use datafusion::common::tree_node::Transformed;
use datafusion::error::Result;
use datafusion::logical_expr::window_state::WindowFrameContext;
use datafusion::logical_expr::{LimitEffect, PartitionEvaluator, WindowFrame};
use datafusion::physical_expr::PhysicalSortExpr;
use datafusion::physical_expr::window::{StandardWindowExpr, StandardWindowFunctionExpr};
use datafusion::physical_plan::windows::{WindowAggExec, WindowExpr};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::partition::InlinedEvaluator;

/// The frame clause of a call over whole partitions.
#[derive(Debug, Clone)]
pub(crate) struct Frames {
    frame: Arc<WindowFrame>,
    order: Vec<SortOptions>,
}

impl Frames {
    /// Answers the frame of every row; the first is known. Without any column the rows cannot be counted.
    pub(super) fn of(
        &self,
        values: &[ArrayRef],
        arguments: usize,
        first: &Range<usize>,
    ) -> Result<Vec<Range<usize>>> {
        let Some(rows) = values.first().map(|values| values.len()) else {
            return Ok(vec![first.clone()]);
        };
        let mut context = WindowFrameContext::new(Arc::clone(&self.frame), self.order.clone());
        let mut all = Vec::with_capacity(rows);
        let mut last = 0..0;
        for row in 0..rows {
            last = context.calculate_range(&values[arguments..], &last, rows, row)?;
            all.push(last.clone());
        }
        if all.first() == Some(first) {
            return Ok(all);
        }
        internal_err!(
            "the first frame is {first:?}, and was to be {:?}",
            all.first()
        )
    }
}

/// A call whose evaluators know the frame clause.
#[derive(Debug)]
struct FramedCall {
    call: Arc<dyn StandardWindowFunctionExpr>,
    frames: Frames,
}

impl StandardWindowFunctionExpr for FramedCall {
    fn as_any(&self) -> &dyn Any {
        self.call.as_any()
    }

    fn field(&self) -> Result<FieldRef> {
        self.call.field()
    }

    fn expressions(&self) -> Vec<Arc<dyn PhysicalExpr>> {
        self.call.expressions()
    }

    fn create_evaluator(&self) -> Result<Box<dyn PartitionEvaluator>> {
        let evaluator: Box<dyn Any> = self.call.create_evaluator()?;
        match evaluator.downcast::<InlinedEvaluator>() {
            Ok(inlined) => Ok(Box::new(inlined.over(self.frames.clone()))),
            Err(_) => internal_err!("'{}' is no inlined function", self.call.name()),
        }
    }

    fn name(&self) -> &str {
        self.call.name()
    }

    fn reverse_expr(&self) -> Option<Arc<dyn StandardWindowFunctionExpr>> {
        None
    }

    fn get_result_ordering(&self, schema: &SchemaRef) -> Option<PhysicalSortExpr> {
        self.call.get_result_ordering(schema)
    }

    fn limit_effect(&self) -> LimitEffect {
        self.call.limit_effect()
    }
}

/// Answers the plan of window calls as it is best executed: where inlined functions see the frames of whole partitions,
/// all frames of a partition are computed at once, and the function is called once a partition instead of once a row.
pub(super) fn framed_plan(
    plan: Arc<dyn ExecutionPlan>,
) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    let Some(window) = plan.downcast_ref::<WindowAggExec>() else {
        return Ok(Transformed::no(plan));
    };
    let framed: Vec<_> = window.window_expr().iter().map(framed_expr).collect();
    if framed.iter().all(Option::is_none) {
        return Ok(Transformed::no(plan));
    }
    let calls = framed.into_iter().zip(window.window_expr());
    let calls = calls.map(|(framed, call)| framed.unwrap_or_else(|| Arc::clone(call)));
    let input = Arc::clone(window.input());
    let repartitions = !window.partition_keys().is_empty();
    let framed = WindowAggExec::try_new(calls.collect(), input, repartitions)?;
    Ok(Transformed::yes(Arc::new(framed)))
}

fn framed_expr(expr: &Arc<dyn WindowExpr>) -> Option<Arc<dyn WindowExpr>> {
    let standard = expr.as_any().downcast_ref::<StandardWindowExpr>()?;
    let call = standard.get_standard_func_expr();
    let evaluator: Box<dyn Any> = call.create_evaluator().ok()?;
    let inlined = evaluator.downcast::<InlinedEvaluator>().ok()?;
    if !inlined.uses_window_frame() {
        return None;
    }
    let frame = standard.get_window_frame();
    let framed = FramedCall {
        call: Arc::clone(call),
        frames: Frames {
            frame: Arc::clone(frame),
            order: expr.order_by().iter().map(|key| key.options).collect(),
        },
    };
    Some(Arc::new(StandardWindowExpr::new(
        Arc::new(framed),
        expr.partition_by(),
        expr.order_by(),
        Arc::clone(frame),
    )))
}

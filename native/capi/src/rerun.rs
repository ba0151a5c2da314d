//! Plans that are kept, made ready to run: running one changes it.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::expressions::{DynamicFilterPhysicalExpr, lit};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::execution_plan::reset_plan_states;

/// Answers a copy to run. What an operator learns while it runs (the worst of the best rows so far, the keys of a join)
/// goes to a filter of the copy's own: the scans, which both share, keep theirs, which lets every row through.
pub fn copy(plan: &Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let reset = reset_plan_states(Arc::clone(plan))?;
    Ok(reset.transform_up(own_filter)?.data)
}

/// Resetting leaves an aggregate the filter that it shares with its scan.
fn own_filter(node: Arc<dyn ExecutionPlan>) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    let Some(aggregate) = node.downcast_ref::<AggregateExec>() else {
        return Ok(Transformed::no(node));
    };
    let Some(filter) = node.dynamic_expressions_produced().into_iter().next() else {
        return Ok(Transformed::no(node));
    };
    let columns = filter.children().into_iter().map(Arc::clone).collect();
    let own = Arc::new(DynamicFilterPhysicalExpr::new(columns, lit(true)));
    let aggregate = aggregate.clone().with_dynamic_filter_expr(own)?;
    Ok(Transformed::yes(Arc::new(aggregate)))
}

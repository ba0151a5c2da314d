//! Plans that are kept, made ready to run: running one changes it.

use std::sync::Arc;

use datafusion::common::JoinType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::expressions::{DynamicFilterPhysicalExpr, lit};
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::execution_plan::reset_plan_states;
use datafusion::physical_plan::joins::{HashJoinExec, NestedLoopJoinExec, PartitionMode};
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

use crate::error::{DF_ERROR_NOT_IMPLEMENTED, Outcome, df_error};

/// Answers a copy to run. What an operator learns while it runs (the worst of the best rows so far, the keys of a join)
/// goes to a filter of the copy's own: the scans, which both share, keep theirs, which lets every row through.
pub fn copy(plan: &Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let reset = reset_plan_states(Arc::clone(plan))?;
    Ok(reset.transform_up(own_filter)?.data)
}

/// Fails where partitions that run apart, each in a copy of its own, would not add up: the last partition of a join that
/// collects its left side answers for the left rows that none has found.
pub fn check_apart(plan: &Arc<dyn ExecutionPlan>) -> Outcome<()> {
    if plan.output_partitioning().partition_count() == 1 || plan.is::<RepartitionExec>() {
        return Ok(()); // runs all that is below, whichever partition is wanted
    }
    let collecting = match plan.downcast_ref::<HashJoinExec>() {
        Some(join) if *join.partition_mode() == PartitionMode::CollectLeft => {
            Some(join.join_type())
        }
        Some(_) => None,
        None => plan
            .downcast_ref::<NestedLoopJoinExec>()
            .map(NestedLoopJoinExec::join_type),
    };
    use JoinType::{Full, Left, LeftAnti, LeftMark, LeftSemi};
    if let Some(kind @ (Left | Full | LeftSemi | LeftAnti | LeftMark)) = collecting {
        let message = format!(
            "a partition of this plan cannot run apart from the others: its {kind} join ({}) answers left rows once all \
             partitions have ended; run the partitions together, or merged",
            plan.name()
        );
        return Err(df_error::boxed(DF_ERROR_NOT_IMPLEMENTED, message));
    }
    plan.children().into_iter().try_for_each(check_apart)
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

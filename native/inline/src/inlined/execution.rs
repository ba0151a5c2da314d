//! A plan as it is executed; what such a plan is encoded as is not said.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;

use super::frames::framed_plan;
use crate::depth::BATCH_LIMIT;

/// Answers the plan as it is best executed, and safely.
pub fn prepared_for_execution(plan: &Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let prepared = Arc::clone(plan).transform_up(|plan| {
        let Transformed {
            data, transformed, ..
        } = framed_plan(plan)?;
        Ok(match without_large_limit(&data) {
            Some(plan) => Transformed::yes(plan),
            None => Transformed::new_transformed(data, transformed),
        })
    })?;
    Ok(prepared.data)
}

/// A hint that the groups above some number will not be asked for makes room for all that may be, and the process ends
/// where that cannot be had. The limit itself stands in an operator above.
fn without_large_limit(plan: &Arc<dyn ExecutionPlan>) -> Option<Arc<dyn ExecutionPlan>> {
    let aggregation = plan.downcast_ref::<AggregateExec>()?;
    let limit = aggregation.limit_options()?.limit();
    (limit as u64 > BATCH_LIMIT)
        .then(|| Arc::new(aggregation.with_new_limit_options(None)) as Arc<dyn ExecutionPlan>)
}

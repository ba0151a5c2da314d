//! Operators of other libraries inside plans of this one.

use std::fmt;
use std::sync::Arc;

use datafusion::common::Statistics;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::metrics::MetricsSet;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties, StatisticsArgs,
    StatisticsContext,
};
use datafusion_ffi::execution_plan::ForeignExecutionPlan;

use crate::failure::guarded;

/// Leaves the inside of another library's tree to that library, which has optimised it: what the engine would put between
/// its operators runs on threads of the wrong library, and what they ask of their inputs is not to be seen from here.
#[derive(Debug)]
pub struct CloseForeignTrees;

impl PhysicalOptimizerRule for CloseForeignTrees {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        guarded("PhysicalOptimizerRule::optimize", || {
            let closed = plan.transform_down(|node| {
                if node.children().is_empty() || !is_foreign(&node)? {
                    return Ok(Transformed::no(node));
                }
                Ok(Transformed::yes(Arc::new(ForeignTree(node)) as _))
            });
            Ok(closed?.data)
        })
    }

    fn name(&self) -> &str {
        "close_foreign_trees"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Whether each operator of a tree is another library's. A sink of another library's has inputs of this one's.
fn is_foreign(tree: &Arc<dyn ExecutionPlan>) -> Result<bool> {
    Ok(!tree.exists(|node| Ok(!node.is::<ForeignExecutionPlan>()))?)
}

/// Opens what was closed, for a codec to see each operator.
pub fn opened(plan: &Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let opened = Arc::clone(plan).transform_down(|node| match node.downcast_ref::<ForeignTree>() {
        Some(tree) => Ok(Transformed::yes(Arc::clone(&tree.0))),
        None => Ok(Transformed::no(node)),
    });
    Ok(opened?.data)
}

/// A tree of another library's operators, as one.
struct ForeignTree(Arc<dyn ExecutionPlan>);

impl fmt::Debug for ForeignTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ForeignTree({:?})", self.0)
    }
}

impl DisplayAs for ForeignTree {
    fn fmt_as(&self, format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ForeignTree: ")?;
        self.0.fmt_as(format, f)
    }
}

impl ExecutionPlan for ForeignTree {
    fn name(&self) -> &str {
        "ForeignTree"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.0.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _none: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        guarded("ExecutionPlan::execute", || {
            Ok(self.0.execute(partition, context)?)
        })
    }

    fn metrics(&self) -> Option<MetricsSet> {
        self.0.metrics()
    }

    fn statistics_from_inputs(
        &self,
        _none: &[Arc<Statistics>],
        wanted: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        guarded("ExecutionPlan::statistics_from_inputs", || {
            Ok(StatisticsContext::new().compute(self.0.as_ref(), wanted)?)
        })
    }
}

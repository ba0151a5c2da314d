//! A query planner, a physical optimizer rule and a physical expression.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::catalog::Session;
use datafusion::common::DFSchema;
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::{LogicalPlan, col};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::limit::GlobalLimitExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, PhysicalExpr};
use datafusion::prelude::SessionContext;
use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;
use datafusion_ffi::query_planner::FFI_QueryPlanner;
use datafusion_proto::physical_plan::DefaultPhysicalExtensionCodec;

use crate::codecs;
use crate::functions;
use crate::live::Live;

/// Answers the counting planner as a struct.
pub fn planner(codec: &FFI_LogicalExtensionCodec) -> FFI_QueryPlanner {
    let physical = codecs::physical(Arc::new(DefaultPhysicalExtensionCodec {}));
    FFI_QueryPlanner::new_with_ffi_codecs(Arc::new(Counting::default()), codec.clone(), physical)
}

/// Plans as the engine does, in a session of this library's so that each operator is its own, and counts.
#[derive(Debug, Default)]
struct Counting(Live);

#[async_trait]
impl QueryPlanner for Counting {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        codecs::counted(16);
        let state = SessionStateBuilder::new_with_default_features();
        let state = state.with_config(session.config().clone()).build();
        state
            .query_planner()
            .create_physical_plan(plan, &state)
            .await
    }
}

/// Lets every query answer two rows at most, and counts.
#[derive(Debug, Default)]
pub struct FirstTwo(Live);

impl PhysicalOptimizerRule for FirstTwo {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        codecs::counted(17);
        let merged = match plan.output_partitioning().partition_count() {
            1 => plan,
            _ => Arc::new(CoalescePartitionsExec::new(plan)),
        };
        Ok(Arc::new(GlobalLimitExec::new(merged, 0, Some(2))))
    }

    fn name(&self) -> &str {
        "first_two"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

/// Answers `triple(n)` over a column of 64-bit integers.
pub fn tripled() -> Arc<dyn PhysicalExpr> {
    let schema = Schema::new(vec![Field::new("n", DataType::Int64, true)]);
    let schema = DFSchema::try_from(schema).expect("one column");
    let call = functions::triple().call(vec![col("n")]);
    let planned = SessionContext::new().create_physical_expr(call, &schema);
    planned.expect("a call with one argument")
}

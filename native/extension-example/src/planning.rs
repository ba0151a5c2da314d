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

type Planner = Arc<dyn QueryPlanner + Send + Sync>;

/// Answers the counting planner as a struct; over the planner that a session had before, if there is one.
pub fn planner(
    codec: &FFI_LogicalExtensionCodec,
    fallback: Option<&FFI_QueryPlanner>,
) -> FFI_QueryPlanner {
    let physical = codecs::physical(Arc::new(DefaultPhysicalExtensionCodec {}));
    let planner = Counting {
        fallback: fallback.map(Into::into),
        _live: Live::default(),
    };
    FFI_QueryPlanner::new_with_ffi_codecs(Arc::new(planner), codec.clone(), physical)
}

/// Plans as the engine does, in a session of this library's so that each operator is its own, and counts.
#[derive(Debug)]
struct Counting {
    fallback: Option<Planner>,
    _live: Live,
}

#[async_trait]
impl QueryPlanner for Counting {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        codecs::counted(16);
        if let Some(fallback) = &self.fallback {
            return fallback.create_physical_plan(plan, session).await;
        }
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

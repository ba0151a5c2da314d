//! The planner of a session, as other libraries ask it.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session as EngineSession;
use datafusion::error::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_inline::Planning;

use crate::callable::table::calling_state;
use crate::failure::guarded_async;
use crate::session::Session;

/// Plans in the session that handed it out, whichever session asks.
pub struct ExportedPlanner {
    session: Arc<Session>,
}

impl ExportedPlanner {
    pub fn new(session: Arc<Session>) -> Self {
        Self { session }
    }
}

impl fmt::Debug for ExportedPlanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExportedPlanner")
    }
}

#[async_trait]
impl QueryPlanner for ExportedPlanner {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        _foreign: &dyn EngineSession,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let state = calling_state(&self.session);
        let planner = Arc::clone(state.query_planner());
        let planned = async {
            self.session.limits.check_query(plan)?;
            Ok(Planning::wrap(planner.create_physical_plan(plan, &state)).await?)
        };
        guarded_async("QueryPlanner::create_physical_plan", planned).await
    }
}

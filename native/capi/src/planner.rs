//! Query planners and physical optimizer rules of other libraries, which a session plans with.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::Session as EngineSession;
use datafusion::error::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::execution::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion_cluster::Connection;
use datafusion_ffi::query_planner::{FFI_QueryPlanner, ForeignQueryPlanner};

use crate::export;
use crate::exported::Exported;
use crate::failure::guarded_async;
use crate::runtime;
use crate::session::Session;

type Planner = Arc<dyn QueryPlanner + Send + Sync>;

/// What a session plans with beyond the engine's own. A value: `with...` answers a new one.
#[derive(Clone, Default)]
pub struct Planners {
    planner: Option<Planner>,
    /// Where queries run, if not here; another library's planner comes before it.
    cluster: Option<Connection>,
    rules: Vec<Arc<dyn PhysicalOptimizerRule + Send + Sync>>,
}

impl Planners {
    /// Those of a session whose queries run on a cluster.
    pub fn of_cluster(connection: Connection) -> Self {
        Self {
            cluster: Some(connection),
            ..Self::default()
        }
    }

    /// In place of the planner that was there.
    pub fn with_planner(&self, planner: &FFI_QueryPlanner) -> Self {
        Self {
            planner: Some(planner.into()),
            ..self.clone()
        }
    }

    /// Behind the rules that are there.
    pub fn with_rule(&self, rule: Arc<dyn PhysicalOptimizerRule + Send + Sync>) -> Self {
        let mut changed = self.clone();
        changed.rules.push(rule);
        changed
    }
}

/// Answers the engine's state with the planner and the rules of a session.
pub fn installed(session: &Arc<Session>, state: SessionState) -> SessionState {
    let planners = &session.planners;
    if planners.planner.is_none() && planners.cluster.is_none() && planners.rules.is_empty() {
        return state;
    }
    let id = state.session_id().to_owned();
    let mut builder = SessionStateBuilder::new_from_existing(state).with_session_id(id);
    for rule in &planners.rules {
        builder = builder.with_physical_optimizer_rule(Arc::clone(rule));
    }
    if let Some(planner) = &planners.planner {
        builder = builder.with_query_planner(bound(session, planner));
    } else if let Some(cluster) = &planners.cluster {
        builder = builder.with_query_planner(cluster.planner(&session.codecs));
    }
    builder.build()
}

/// Plans travel to a planner of another library's and back through the codecs that the session has now.
fn bound(session: &Session, planner: &Planner) -> Planner {
    if !(planner.as_ref() as &dyn std::any::Any).is::<ForeignQueryPlanner>() {
        return Arc::clone(planner);
    }
    Arc::new(Installed(FFI_QueryPlanner::new_with_ffi_codecs(
        Arc::clone(planner),
        export::logical_codec(session, Some(&session.context)),
        export::physical_codec(session, Some(&session.context)),
    )))
}

/// A planner of another library's, which asks the session on this library's runtime.
struct Installed(FFI_QueryPlanner);

impl fmt::Debug for Installed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Installed")
    }
}

#[async_trait]
impl QueryPlanner for Installed {
    async fn create_physical_plan(
        &self,
        plan: &LogicalPlan,
        session: &dyn EngineSession,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let runtime = runtime::handle().cloned();
        let planned = async {
            let plan = Exported::called(plan)?;
            let made = self
                .0
                .create_physical_plan_with_session_runtime(&plan, session, runtime);
            Ok(made.await?)
        };
        guarded_async("QueryPlanner::create_physical_plan", planned).await
    }
}

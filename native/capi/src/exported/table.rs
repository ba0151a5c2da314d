//! Tables as other libraries scan them.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::{Session as EngineSession, TableProvider};
use datafusion::common::Statistics;
use datafusion::common::tree_node::{Transformed, TreeNodeRecursion};
use datafusion::datasource::{DefaultTableSource, provider_as_source};
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{
    Expr, LogicalPlan, LogicalPlanBuilder, TableProviderFilterPushDown, TableScan, TableSource,
    TableType,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion_inline::{RunElsewhere, TableCall, TableLender};

use super::plan::ExportedPlan;
use crate::boundary::infallible;
use crate::callable::table::calling_state;
use crate::error::Outcome;
use crate::failure::{guarded, guarded_async};
use crate::lent::LentSession;
use crate::session::Session;

/// A table for another library. It is planned in the session that handed it out: one of another library's plans what is
/// not its own by writing it down, and has other object stores.
pub struct Exported {
    table: Arc<dyn TableProvider>,
    session: Arc<Session>,
}

impl Exported {
    pub fn new(table: Arc<dyn TableProvider>, session: Arc<Session>) -> Self {
        Self { table, session }
    }

    /// Answers a table as the session may keep it: one of its own that comes back is the table itself, or the two would
    /// hold each other for ever.
    pub fn kept(table: Arc<dyn TableProvider>, session: &Session) -> Arc<dyn TableProvider> {
        match table.downcast_ref::<Self>() {
            Some(own) if own.session.shares_engine(session) => Arc::clone(&own.table),
            _ => table,
        }
    }

    /// Answers a plan with the queries that calls of table functions have answered, for a planner that cannot call them.
    pub fn called(plan: &LogicalPlan) -> Result<LogicalPlan> {
        let seen = Self::seen_through(plan)?.into_owned();
        let called = seen.transform_down_with_subqueries(|node| {
            let LogicalPlan::TableScan(scan) = node else {
                return Ok(Transformed::no(node));
            };
            let query = TableCall::scanned(&scan).and_then(TableCall::plan);
            match query.map(Cow::into_owned) {
                Some(query) => Ok(Transformed::yes(viewed(scan, query)?)),
                None => Ok(Transformed::no(LogicalPlan::TableScan(scan))),
            }
        });
        Ok(called?.data)
    }

    /// Answers a plan that scans the tables themselves, which have bytes.
    pub fn seen_through(plan: &LogicalPlan) -> Result<Cow<'_, LogicalPlan>> {
        if !Self::is_in(plan)? {
            return Ok(Cow::Borrowed(plan)); // to rewrite a plan copies it
        }
        let seen = plan
            .clone()
            .transform_down_with_subqueries(|node| match node {
                LogicalPlan::TableScan(mut scan) => match Self::behind_source(&scan.source) {
                    Some(table) => {
                        let view = table.get_logical_plan().map(Cow::into_owned);
                        scan.source = provider_as_source(table);
                        Ok(Transformed::yes(match view {
                            Some(view) => viewed(scan, view)?,
                            None => LogicalPlan::TableScan(scan),
                        }))
                    }
                    None => Ok(Transformed::no(LogicalPlan::TableScan(scan))),
                },
                LogicalPlan::Dml(mut change) => match Self::behind_source(&change.target) {
                    Some(table) => {
                        change.target = provider_as_source(table);
                        Ok(Transformed::yes(LogicalPlan::Dml(change)))
                    }
                    None => Ok(Transformed::no(LogicalPlan::Dml(change))),
                },
                node => Ok(Transformed::no(node)),
            });
        Ok(Cow::Owned(seen?.data))
    }

    fn is_in(plan: &LogicalPlan) -> Result<bool> {
        let mut found = false;
        plan.apply_with_subqueries(|node| {
            found = match node {
                LogicalPlan::TableScan(scan) => Self::behind_source(&scan.source).is_some(),
                LogicalPlan::Dml(change) => Self::behind_source(&change.target).is_some(),
                _ => false,
            };
            Ok(if found {
                TreeNodeRecursion::Stop
            } else {
                TreeNodeRecursion::Continue
            })
        })?;
        Ok(found)
    }

    fn behind_source(source: &Arc<dyn TableSource>) -> Option<Arc<dyn TableProvider>> {
        let source: &dyn Any = source.as_ref();
        let source = source.downcast_ref::<DefaultTableSource>()?;
        Self::behind(source.table_provider.as_ref())
    }

    fn behind(table: &dyn TableProvider) -> Option<Arc<dyn TableProvider>> {
        let own = table.downcast_ref::<Self>()?;
        Some(Self::behind(own.table.as_ref()).unwrap_or_else(|| Arc::clone(&own.table)))
    }

    /// The state that the session plans in. A table that came in bytes comes to life for that.
    fn state(&self, caller: &dyn EngineSession) -> Result<(SessionState, bool)> {
        let mut state = calling_state(&self.session);
        let elsewhere = caller.as_any().downcast_ref::<SessionState>().is_none();
        if elsewhere {
            state.config_mut().set_extension(Arc::new(RunElsewhere));
        }
        if let Some(call) = TableCall::of(self.table.as_ref()) {
            call.resolve(Some(&state))?;
        }
        Ok((state, elsewhere))
    }

    /// Operators of this library that run what is below them on its own threads are one to another library: its planner
    /// would put its own between them, to be run where nothing knows its runtime.
    fn closed(&self, plan: Arc<dyn ExecutionPlan>) -> Outcome<Arc<dyn ExecutionPlan>> {
        let mut below = &plan;
        while below.is::<FilterExec>() || below.is::<ProjectionExec>() {
            below = below.children()[0];
        }
        if below.children().is_empty() {
            return Ok(plan);
        }
        Ok(Arc::new(ExportedPlan::new(
            &plan,
            Arc::clone(&self.session),
        )?))
    }
}

/// Answers what a scan of a view answers.
fn viewed(scan: TableScan, view: LogicalPlan) -> Result<LogicalPlan> {
    let mut rows = LogicalPlanBuilder::from(view).alias(scan.table_name)?;
    if let Some(condition) = conjunction(scan.filters) {
        rows = rows.filter(condition)?;
    }
    if scan.projection.is_some() {
        let columns = scan.projected_schema.columns();
        rows = rows.project(columns.into_iter().map(Expr::Column))?;
    }
    rows.limit(0, scan.fetch)?.build()
}

/// Tables that a session's codec reads for another library are planned in that session.
#[derive(Debug)]
pub struct Lender(LentSession);

impl Lender {
    pub fn new(session: &Session) -> Self {
        Self(LentSession::of(session))
    }
}

impl TableLender for Lender {
    fn lent(&self, table: Arc<dyn TableProvider>) -> Arc<dyn TableProvider> {
        match self.0.upgrade() {
            Some(session) => Arc::new(Exported::new(table, Arc::new(session))),
            None => table,
        }
    }

    fn behind(&self, table: &dyn TableProvider) -> Option<Arc<dyn TableProvider>> {
        Exported::behind(table)
    }
}

impl fmt::Debug for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exported({:?})", self.table)
    }
}

#[async_trait]
impl TableProvider for Exported {
    fn schema(&self) -> SchemaRef {
        infallible(
            "TableProvider::schema",
            SchemaRef::new(Schema::empty()),
            || self.table.schema(),
        )
    }

    fn table_type(&self) -> TableType {
        infallible("TableProvider::table_type", TableType::Base, || {
            self.table.table_type()
        })
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        guarded("TableProvider::supports_filters_pushdown", || {
            Ok(self.table.supports_filters_pushdown(filters)?)
        })
    }

    async fn scan(
        &self,
        caller: &dyn EngineSession,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let scan = async {
            let (state, elsewhere) = self.state(caller)?;
            let plan = self.table.scan(&state, projection, filters, limit).await?;
            if elsewhere {
                self.closed(plan)
            } else {
                Ok(plan)
            }
        };
        guarded_async("TableProvider::scan", scan).await
    }

    async fn insert_into(
        &self,
        caller: &dyn EngineSession,
        input: Arc<dyn ExecutionPlan>,
        insert: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = async {
            let (state, _) = self.state(caller)?;
            Ok(self.table.insert_into(&state, input, insert).await?)
        };
        guarded_async("TableProvider::insert_into", plan).await
    }

    fn statistics(&self) -> Option<Statistics> {
        infallible("TableProvider::statistics", None, || {
            self.table.statistics()
        })
    }
}

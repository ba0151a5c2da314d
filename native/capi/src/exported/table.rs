//! Tables as other libraries scan them.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::{Session as EngineSession, TableProvider};
use datafusion::common::Statistics;
use datafusion::error::Result;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::boundary::infallible;
use crate::callable::table::calling_state;
use crate::failure::{guarded, guarded_async};
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
        _foreign: &dyn EngineSession,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let state = calling_state(&self.session);
        let scan = async {
            let plan = self.table.scan(&state, projection, filters, limit).await;
            Ok(plan?)
        };
        guarded_async("TableProvider::scan", scan).await
    }

    async fn insert_into(
        &self,
        _foreign: &dyn EngineSession,
        input: Arc<dyn ExecutionPlan>,
        insert: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let state = calling_state(&self.session);
        let plan = async { Ok(self.table.insert_into(&state, input, insert).await?) };
        guarded_async("TableProvider::insert_into", plan).await
    }

    fn statistics(&self) -> Option<Statistics> {
        infallible("TableProvider::statistics", None, || {
            self.table.statistics()
        })
    }
}

//! Tables as other libraries scan them.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session as EngineSession, TableProvider};
use datafusion::common::Statistics;
use datafusion::error::Result;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;

use crate::boundary::{Guarded, guard};
use crate::callable::table::calling_state;
use crate::failure::into_engine;
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
}

impl fmt::Debug for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exported({:?})", self.table)
    }
}

#[async_trait]
impl TableProvider for Exported {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        self.table.table_type()
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        guard("TableProvider::supports_filters_pushdown", || {
            self.table.supports_filters_pushdown(filters)
        })
        .unwrap_or_else(|error| Err(into_engine(&error)))
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
        Guarded::new("TableProvider::scan".to_owned(), scan)
            .await
            .map_err(|error| into_engine(&error))
    }

    async fn insert_into(
        &self,
        _foreign: &dyn EngineSession,
        input: Arc<dyn ExecutionPlan>,
        insert: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let state = calling_state(&self.session);
        let plan = async { Ok(self.table.insert_into(&state, input, insert).await?) };
        Guarded::new("TableProvider::insert_into".to_owned(), plan)
            .await
            .map_err(|error| into_engine(&error))
    }

    fn statistics(&self) -> Option<Statistics> {
        self.table.statistics()
    }
}

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::{Session, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::plan_err;
use datafusion::datasource::DefaultTableSource;
use datafusion::error::Result;
use datafusion::logical_expr::{
    Expr, LogicalPlan, TableProviderFilterPushDown, TableScan, TableType,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::scalar::ScalarValue;

use crate::{Definition, Inlined, TableCallable};

/// A table function whose calls travel inside the bytes of logical plans.
#[derive(Debug, Clone)]
pub struct InlinedTable(Arc<Inlined<dyn TableCallable>>);

impl InlinedTable {
    /// A function as the engine calls it.
    pub fn new(inlined: Inlined<dyn TableCallable>) -> Self {
        Self(Arc::new(inlined))
    }

    /// Answers what it is made of.
    pub fn inlined(&self) -> &Inlined<dyn TableCallable> {
        &self.0
    }

    /// Calls the function in a session; the table keeps the call, so that it can travel.
    pub fn call(
        &self,
        arguments: Vec<ScalarValue>,
        session: &dyn Session,
    ) -> Result<Arc<TableCall>> {
        let table = self.0.invocable()?.table(&arguments, session)?;
        Ok(Arc::new(TableCall {
            function: self.clone(),
            arguments,
            schema: table.schema(),
            table: OnceLock::from(table),
        }))
    }
}

impl TableFunctionImpl for InlinedTable {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        let name = self.0.definition().name();
        let constants = args.exprs().iter().enumerate().map(|(index, expr)| {
            match expr {
                Expr::Literal(value, _) => Ok(value.clone()),
                // a string between double quotes is a column to SQL
                other => plan_err!(
                    "argument {} of table function '{name}' is no constant: {other}",
                    index + 1
                ),
            }
        });
        Ok(self.call(constants.collect::<Result<_>>()?, args.session())?)
    }
}

/// A call of a table function: the table that it answers, once the function has been called here.
pub struct TableCall {
    function: InlinedTable,
    arguments: Vec<ScalarValue>,
    schema: SchemaRef,
    table: OnceLock<Arc<dyn TableProvider>>,
}

impl TableCall {
    /// A call that came in bytes; the plan says its columns.
    pub(crate) fn decoded(
        function: InlinedTable,
        arguments: Vec<ScalarValue>,
        schema: SchemaRef,
    ) -> Self {
        Self {
            function,
            arguments,
            schema,
            table: OnceLock::new(),
        }
    }

    /// Answers the call behind a table of the engine, if it is one.
    pub fn of(table: &dyn TableProvider) -> Option<&TableCall> {
        (table as &dyn Any).downcast_ref()
    }

    /// Answers the call that a plan scans, if it scans one.
    pub(crate) fn scanned(scan: &TableScan) -> Option<&TableCall> {
        Self::scanned_table(scan).and_then(|table| Self::of(table.as_ref()))
    }

    /// Answers the table that a plan scans, if it is a call.
    pub(crate) fn scanned_table(scan: &TableScan) -> Option<&Arc<dyn TableProvider>> {
        let source: &dyn Any = scan.source.as_ref();
        let table = &source.downcast_ref::<DefaultTableSource>()?.table_provider;
        Self::of(table.as_ref()).map(|_| table)
    }

    /// Answers the plan of what the function answered, if it was called and answered a view.
    pub(crate) fn plan(&self) -> Option<Cow<'_, LogicalPlan>> {
        self.table.get()?.get_logical_plan()
    }

    /// Answers the function that is called.
    pub fn function(&self) -> &InlinedTable {
        &self.function
    }

    /// Answers what planning knows of the function.
    pub fn definition(&self) -> &Arc<Definition> {
        self.function.0.definition()
    }

    /// Answers the arguments.
    pub fn arguments(&self) -> &[ScalarValue] {
        &self.arguments
    }

    /// Calls the function, if it was not called yet.
    pub fn resolve(&self, session: &dyn Session) -> Result<()> {
        if self.table.get().is_some() {
            return Ok(());
        }
        let table = self
            .function
            .0
            .resolved()?
            .table(&self.arguments, session)?;
        if !answers(&table.schema(), &self.schema) {
            return self.function.0.wrong(format!(
                "it answered a table of {}, and the plan was made with one of {}",
                columns(&table.schema()),
                columns(&self.schema)
            ));
        }
        self.table.get_or_init(|| table);
        Ok(())
    }
}

/// Whether a table holds what a plan expects, column by column.
fn answers(table: &Schema, expected: &Schema) -> bool {
    table.fields().len() == expected.fields().len()
        && table
            .fields()
            .iter()
            .zip(expected.fields())
            .all(|(given, expected)| {
                given.name() == expected.name()
                    && given.data_type() == expected.data_type()
                    && (expected.is_nullable() || !given.is_nullable())
            })
}

fn columns(schema: &Schema) -> String {
    let columns = schema.fields().iter().map(|field| {
        let nulls = if field.is_nullable() { "" } else { " not null" };
        format!("{} {}{nulls}", field.name(), field.data_type())
    });
    format!("({})", columns.collect::<Vec<_>>().join(", "))
}

#[async_trait]
impl TableProvider for TableCall {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    /// The same before and after the call, so that plans do not depend on when it happens.
    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let table = self.table.get().ok_or_else(|| {
            let remedy = "resolve the plan's functions first";
            let reason = format!("the plan holds a call of it that was not made here; {remedy}");
            self.function.0.uncallable(reason)
        })?;
        let asked: Vec<&Expr> = filters.iter().collect();
        let taken = table.supports_filters_pushdown(&asked)?;
        let taken = filters
            .iter()
            .zip(&taken)
            .filter(|(_, taken)| **taken != TableProviderFilterPushDown::Unsupported);
        let filters: Vec<Expr> = taken.map(|(filter, _)| filter.clone()).collect();
        table.scan(state, projection, &filters, limit).await
    }
}

impl fmt::Debug for TableCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableCall")
            .field("function", &self.function.0.definition().name())
            .field("arguments", &self.arguments)
            .finish_non_exhaustive()
    }
}

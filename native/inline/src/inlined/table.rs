use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::{Session, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::{DFSchema, not_impl_err, plan_err};
use datafusion::datasource::DefaultTableSource;
use datafusion::error::Result;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{
    Expr, LogicalPlan, TableProviderFilterPushDown, TableScan, TableSource, TableType,
};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter::FilterExecBuilder;
use datafusion::scalar::ScalarValue;

use super::filters::Taken;
use super::scan::SourceScan;
use super::sink::{Insertion, RunElsewhere, SourceInsert};
use crate::{Definition, Inlined, RowSource, ScanRequest, TableCallable};

/// A table function whose calls travel inside the bytes of logical plans.
#[derive(Debug, Clone, PartialEq, Eq)]
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
        let called = Called::of(self.0.invocable()?.as_ref(), &arguments, Some(session))?;
        Ok(Arc::new(TableCall {
            function: self.clone(),
            arguments,
            schema: called.schema()?,
            called: OnceLock::from(called),
            travelled: false,
        }))
    }

    /// Answers the host's side of it, which comes to life for that.
    pub fn callable(&self) -> Result<&Arc<dyn TableCallable>> {
        self.0.resolved()
    }

    /// Answers the table that a host reads itself, if the function is one; it comes to life for that.
    pub fn source(&self) -> Result<Arc<dyn RowSource>> {
        let source = self.0.resolved()?.source();
        source.ok_or_else(|| {
            self.0
                .uncallable("it makes queries, and has no rows of its own".to_owned())
        })
    }
}

/// What a call has answered.
pub(super) enum Called {
    Query(Arc<dyn TableProvider>),
    Source(Arc<dyn RowSource>),
}

impl Called {
    fn of(
        callable: &dyn TableCallable,
        arguments: &[ScalarValue],
        session: Option<&dyn Session>,
    ) -> Result<Self> {
        match (callable.source(), session) {
            (Some(_), _) if !arguments.is_empty() => {
                plan_err!("a table is no function, and takes no arguments")
            }
            (Some(source), _) => Ok(Self::Source(source)),
            (None, Some(session)) => Ok(Self::Query(callable.table(arguments, session)?)),
            (None, None) => {
                plan_err!("the plan calls table functions: name the session to call them in")
            }
        }
    }

    fn schema(&self) -> Result<SchemaRef> {
        match self {
            Self::Query(table) => Ok(table.schema()),
            Self::Source(source) => source.schema(),
        }
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
    called: OnceLock<Called>,
    /// It came in bytes.
    travelled: bool,
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
            called: OnceLock::new(),
            travelled: true,
        }
    }

    /// Answers the call behind a table of the engine, if it is one.
    pub fn of(table: &dyn TableProvider) -> Option<&TableCall> {
        (table as &dyn Any).downcast_ref()
    }

    /// Answers the call that a plan scans, if it scans one.
    pub fn scanned(scan: &TableScan) -> Option<&TableCall> {
        Self::scanned_table(scan).and_then(|table| Self::of(table.as_ref()))
    }

    /// Answers the table that a plan scans, if it is a call.
    pub(crate) fn scanned_table(scan: &TableScan) -> Option<&Arc<dyn TableProvider>> {
        Self::behind(scan.source.as_ref())
    }

    /// Answers the table of a plan's source, if it is a call.
    pub(crate) fn behind(source: &dyn TableSource) -> Option<&Arc<dyn TableProvider>> {
        let source: &dyn Any = source;
        let table = &source.downcast_ref::<DefaultTableSource>()?.table_provider;
        Self::of(table.as_ref()).map(|_| table)
    }

    /// Answers the plan of what the function answered, if it was called and answered a view.
    pub fn plan(&self) -> Option<Cow<'_, LogicalPlan>> {
        match self.called.get()? {
            Called::Query(table) => table.get_logical_plan(),
            Called::Source(_) => None,
        }
    }

    /// Whether it is known to be a table that a host reads itself.
    pub fn is_source(&self) -> bool {
        matches!(self.called.get(), Some(Called::Source(_)))
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

    /// Calls the function, if it was not called yet. One that makes a query needs the session to make it in.
    pub fn resolve(&self, session: Option<&dyn Session>) -> Result<()> {
        if self.called.get().is_some() {
            return Ok(());
        }
        let callable = self.function.0.resolved()?;
        let called = Called::of(callable.as_ref(), &self.arguments, session)?;
        check_columns(&self.function, called.schema()?.as_ref(), &self.schema)?;
        self.called.get_or_init(|| called);
        Ok(())
    }

    fn uncalled(&self) -> datafusion::error::DataFusionError {
        let remedy = "resolve the plan's functions first";
        self.function.0.uncallable(format!(
            "the plan holds a call of it that was not made here; {remedy}"
        ))
    }
}

impl TableCall {
    fn begun(&self, source: &Arc<dyn RowSource>, request: ScanRequest) -> Result<SourceScan> {
        let rows = source.scan(&request)?;
        SourceScan::begun(self.function.clone(), &self.schema, request, rows)
    }

    /// Scans, and applies the filters that the table does not apply exactly. A plan that was optimised elsewhere may have
    /// left them to the table alone, which perhaps said more there.
    fn filtered(
        &self,
        source: &Arc<dyn RowSource>,
        mut request: ScanRequest,
        left: Vec<Expr>,
        state: &dyn Session,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let Some(predicate) = conjunction(left) else {
            return Ok(Arc::new(self.begun(source, request)?));
        };
        request.limit = None;
        let wanted = request.projection.clone();
        if let Some(read) = &mut request.projection {
            for column in predicate.column_refs() {
                let index = self.schema.index_of(&column.name)?;
                if !read.contains(&index) {
                    read.push(index);
                }
            }
        }
        let scan = Arc::new(self.begun(source, request)?);
        let schema = DFSchema::try_from(scan.schema())?;
        let predicate = state.create_physical_expr(predicate, &schema)?;
        let kept = wanted.map(|columns| (0..columns.len()).collect());
        let filter = FilterExecBuilder::new(predicate, scan).apply_projection(kept)?;
        Ok(Arc::new(filter.build()?))
    }
}

/// Fails where a table is not what a plan was made with.
pub(super) fn check_columns(
    function: &InlinedTable,
    table: &Schema,
    expected: &Schema,
) -> Result<()> {
    if answers(table, expected) {
        return Ok(());
    }
    function.0.wrong(format!(
        "it answered a table of {}, and the plan was made with one of {}",
        columns(table),
        columns(expected)
    ))
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
        match self.called.get() {
            Some(Called::Source(_)) => TableType::Base,
            _ => TableType::Temporary,
        }
    }

    /// Of a query the same before and after the call, so that plans do not depend on when it happens.
    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        match self.called.get() {
            Some(Called::Source(source)) => source.supports_filters(filters),
            _ => Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()]),
        }
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let called = self.called.get().ok_or_else(|| self.uncalled())?;
        let taken = Taken::of(called, filters)?;
        let source = match called {
            Called::Query(table) => {
                return table.scan(state, projection, &taken.filters, limit).await;
            }
            Called::Source(source) => source,
        };
        let request = ScanRequest {
            projection: projection.cloned(),
            filters: taken.filters,
            exact: taken.exact,
            limit,
            target_partitions: state.config().target_partitions(),
            batch_size: state.config().batch_size(),
        };
        if self.travelled {
            self.filtered(source, request, taken.left, state)
        } else {
            Ok(Arc::new(self.begun(source, request)?))
        }
    }

    async fn insert_into(
        &self,
        state: &dyn Session,
        input: Arc<dyn ExecutionPlan>,
        op: InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        match self.called.get().ok_or_else(|| self.uncalled())? {
            Called::Source(source) => {
                let elsewhere = state.config().get_extension::<RunElsewhere>();
                Ok(Arc::new(SourceInsert::planned(Insertion {
                    table: self.definition().name().to_owned(),
                    source: Arc::clone(source),
                    schema: Arc::clone(&self.schema),
                    op,
                    input,
                    elsewhere: elsewhere.is_some(),
                })?))
            }
            Called::Query(_) => not_impl_err!(
                "the table of '{}' is a query, which takes no rows",
                self.definition().name()
            ),
        }
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

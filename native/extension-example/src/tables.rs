//! Tables.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{
    CatalogProvider, MemTable, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider,
    Session, TableFunctionArgs, TableFunctionImpl, TableProvider, TableProviderFactory,
};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DFSchema, plan_err};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{CreateExternalTable, Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::filter::FilterExec;
use datafusion::physical_plan::projection::ProjectionExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, PhysicalExpr, PlanProperties,
    SendableRecordBatchStream,
};
use datafusion::scalar::ScalarValue;
use datafusion_ffi::config::ExtensionOptionsFFIProvider;

use crate::live::Live;
use crate::options::CityOptions;

const NAMES: [&str; 3] = ["Bern", "Oslo", "Riga"];

/// A table of three cities: `id` Int64, `name` Utf8. It sees to filters itself.
pub fn cities() -> Arc<dyn TableProvider> {
    Arc::new(Cities::of(NAMES.len()))
}

/// A schema with the one table `cities`.
pub fn schema() -> Arc<MemorySchemaProvider> {
    let schema = MemorySchemaProvider::new();
    schema
        .register_table("cities".to_owned(), cities())
        .expect("an empty schema takes a table");
    Arc::new(schema)
}

/// A catalog with that one schema, `places`.
pub fn catalog() -> Arc<dyn CatalogProvider> {
    let catalog = MemoryCatalogProvider::new();
    catalog
        .register_schema("places", schema())
        .expect("an empty catalog takes a schema");
    Arc::new(catalog)
}

/// The first of the cities.
#[derive(Debug)]
pub struct Cities {
    pub count: usize,
    rows: MemTable,
    _live: Live,
}

impl Cities {
    pub fn of(count: usize) -> Self {
        let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(1..=count as i64));
        let names: ArrayRef = Arc::new(StringArray::from_iter_values(&NAMES[..count]));
        let batch = RecordBatch::try_from_iter([("id", ids), ("name", names)]);
        let batch = batch.expect("columns of one length");
        let rows = MemTable::try_new(batch.schema(), vec![vec![batch]]);
        Self {
            count,
            rows: rows.expect("batches of the schema"),
            _live: Live::default(),
        }
    }

    async fn plan(&self, state: &dyn Session, filters: &[Expr]) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = self.rows.scan(state, None, &[], None).await?;
        let Some(filter) = conjunction(filters.to_vec()) else {
            return Ok(rows);
        };
        let schema = DFSchema::try_from(self.schema())?;
        let filter = state.create_physical_expr(filter, &schema)?;
        Ok(Arc::new(FilterExec::try_new(filter, rows)?))
    }
}

#[async_trait]
impl TableProvider for Cities {
    fn schema(&self) -> SchemaRef {
        self.rows.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Exact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = self.plan(state, filters).await?;
        let encodable = filters.is_empty();
        CitiesExec::over(self.count, projection.cloned(), plan, encodable)
    }
}

/// A scan of the cities.
#[derive(Debug)]
pub struct CitiesExec {
    pub count: usize,
    pub projection: Option<Vec<usize>>,
    /// Whether the two numbers say all of it.
    pub encodable: bool,
    rows: Arc<dyn ExecutionPlan>,
    _live: Live,
}

impl CitiesExec {
    fn over(
        count: usize,
        projection: Option<Vec<usize>>,
        rows: Arc<dyn ExecutionPlan>,
        encodable: bool,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = match &projection {
            None => rows,
            Some(columns) => {
                let schema = rows.schema();
                let exprs = columns.iter().map(|index| {
                    let name = schema.field(*index).name();
                    let column = datafusion::physical_expr::expressions::Column::new(name, *index);
                    (Arc::new(column) as _, name.clone())
                });
                Arc::new(ProjectionExec::try_new(
                    exprs.collect::<Vec<(_, String)>>(),
                    rows,
                )?)
            }
        };
        Ok(Arc::new(Self {
            count,
            projection,
            encodable,
            rows,
            _live: Live::default(),
        }))
    }

    /// Makes the scan that the two numbers say.
    pub fn decoded(count: usize, projection: Option<Vec<usize>>) -> Result<Arc<dyn ExecutionPlan>> {
        let cities = Cities::of(count);
        let batches = datafusion::datasource::memory::MemorySourceConfig::try_new_exec(
            &[cities.batches()],
            cities.schema(),
            None,
        )?;
        Self::over(count, projection, batches, true)
    }
}

impl Cities {
    fn batches(&self) -> Vec<RecordBatch> {
        let partitions = &self.rows.batches;
        let rows = partitions.first().expect("one partition");
        rows.try_read().expect("nobody writes").clone()
    }
}

impl DisplayAs for CitiesExec {
    fn fmt_as(&self, _format: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CitiesExec: count={}", self.count)
    }
}

impl ExecutionPlan for CitiesExec {
    fn name(&self) -> &str {
        "CitiesExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        self.rows.properties()
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        _children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        self.rows.execute(partition, context)
    }
}

/// `cities_up_to(Int64)`: the first of the cities.
#[derive(Debug, Default)]
pub struct CitiesUpTo(Live);

impl TableFunctionImpl for CitiesUpTo {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        match args.exprs() {
            [Expr::Literal(ScalarValue::Int64(Some(count)), _)] => {
                let count = usize::try_from(*count).unwrap_or(0).min(NAMES.len());
                Ok(Arc::new(Cities::of(count)))
            }
            _ => plan_err!("cities_up_to takes one Int64"),
        }
    }
}

/// Makes tables of as many cities as the location says, but no more than the option `cities.most`.
#[derive(Debug, Default)]
pub struct CitiesFactory(Live);

#[async_trait]
impl TableProviderFactory for CitiesFactory {
    async fn create(
        &self,
        state: &dyn Session,
        command: &CreateExternalTable,
    ) -> Result<Arc<dyn TableProvider>> {
        let options: Option<CityOptions> = state.config_options().local_or_ffi_extension();
        let most = options.unwrap_or_default().most.min(NAMES.len());
        match command.locations.as_slice() {
            [count] if count.parse::<usize>().is_ok() => {
                let count: usize = count.parse().expect("a number");
                Ok(Arc::new(Cities::of(count.min(most))))
            }
            other => plan_err!("a table of cities lies at a number, not at {other:?}"),
        }
    }
}

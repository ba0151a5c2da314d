//! Scans of tables that a host reads itself.

use std::fmt;
use std::sync::{Arc, OnceLock};

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Statistics, plan_err};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{EquivalenceProperties, LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PhysicalExpr, PlanProperties,
};

use super::table::check_columns;
use crate::depth::PARTITION_LIMIT;
use crate::{InlinedTable, RowSource, ScanRequest, ScanShape, SourceRows};

/// A scan of a table that its callable reads. One that came in bytes asks for its rows when it is first run.
pub struct SourceScan {
    table: InlinedTable,
    table_schema: SchemaRef,
    request: ScanRequest,
    shape: ScanShape,
    properties: Arc<PlanProperties>,
    rows: OnceLock<Arc<dyn SourceRows>>,
}

impl SourceScan {
    /// A scan whose rows are at hand.
    pub(super) fn begun(
        table: InlinedTable,
        table_schema: &SchemaRef,
        request: ScanRequest,
        rows: Arc<dyn SourceRows>,
    ) -> Result<Self> {
        let shape = rows.shape().clone();
        let scan = Self::described(table, Arc::clone(table_schema), request, shape)?;
        let _ = scan.rows.set(rows);
        Ok(scan)
    }

    /// A scan that came in bytes.
    pub(crate) fn described(
        table: InlinedTable,
        table_schema: SchemaRef,
        request: ScanRequest,
        shape: ScanShape,
    ) -> Result<Self> {
        let schema = match &request.projection {
            Some(columns) => Arc::new(table_schema.project(columns)?),
            None => Arc::clone(&table_schema),
        };
        check(&shape, &schema)?;
        let properties = Arc::new(properties(&shape, &schema));
        Ok(Self {
            table,
            table_schema,
            request,
            shape,
            properties,
            rows: OnceLock::new(),
        })
    }

    /// Answers the table, as a function without arguments.
    pub fn table(&self) -> &InlinedTable {
        &self.table
    }

    /// Answers all columns of the table.
    pub fn table_schema(&self) -> &SchemaRef {
        &self.table_schema
    }

    /// Answers what is asked for.
    pub fn request(&self) -> &ScanRequest {
        &self.request
    }

    /// Answers what planning knows.
    pub fn shape(&self) -> &ScanShape {
        &self.shape
    }

    /// Asks for the rows, if they were not asked for yet.
    pub fn resolve(&self) -> Result<&Arc<dyn SourceRows>> {
        if let Some(rows) = self.rows.get() {
            return Ok(rows);
        }
        let source = self.table.source()?;
        check_columns(&self.table, source.schema()?.as_ref(), &self.table_schema)?;
        self.check_filters(source.as_ref())?;
        let rows = source.scan(&self.request)?;
        self.check_shape(rows.shape())?;
        Ok(self.rows.get_or_init(|| rows))
    }

    /// The plan has no other place where the exact ones are applied.
    fn check_filters(&self, source: &dyn RowSource) -> Result<()> {
        let filters: Vec<&Expr> = self.request.filters.iter().collect();
        let supported = source.supports_filters(&filters)?;
        for (index, (filter, supported)) in filters.iter().zip(supported).enumerate() {
            let exact = self.request.exact.contains(&index);
            if supported == TableProviderFilterPushDown::Unsupported
                || exact && supported != TableProviderFilterPushDown::Exact
            {
                let asked = if exact { "exactly" } else { "at all" };
                let said =
                    format!("it does not apply {filter} {asked}, and the plan relies on that");
                return self.table.inlined().wrong(said);
            }
        }
        Ok(())
    }

    fn check_shape(&self, found: &ScanShape) -> Result<()> {
        let planned = &self.shape;
        if found.partitions != planned.partitions {
            let (found, planned) = (found.partitions, planned.partitions);
            return self.table.inlined().wrong(format!(
                "it has {found} partitions, and the plan was made with {planned}"
            ));
        }
        if !found.ordering.starts_with(&planned.ordering) {
            let said = "its rows come in another order than the plan was made with";
            return self.table.inlined().wrong(said.to_owned());
        }
        if found.unbounded && !planned.unbounded {
            let said = "its rows do not end, and the plan was made for rows that do";
            return self.table.inlined().wrong(said.to_owned());
        }
        Ok(())
    }

    fn statistics(&self) -> Statistics {
        match &self.shape.statistics {
            Some(statistics) => statistics.clone(),
            None => Statistics::new_unknown(self.properties.eq_properties.schema()),
        }
    }
}

fn check(shape: &ScanShape, schema: &Schema) -> Result<()> {
    let columns = schema.fields().len();
    if !(1..=PARTITION_LIMIT).contains(&shape.partitions) {
        return plan_err!(
            "a scan of {} partitions, and 1 to {PARTITION_LIMIT} are allowed",
            shape.partitions
        );
    }
    if let Some((column, _)) = shape.ordering.iter().find(|(column, _)| *column >= columns) {
        return plan_err!("rows ordered by column {column}, and there are {columns}");
    }
    match &shape.statistics {
        Some(statistics) if statistics.column_statistics.len() != columns => plan_err!(
            "statistics of {} columns, and there are {columns}",
            statistics.column_statistics.len()
        ),
        _ => Ok(()),
    }
}

fn properties(shape: &ScanShape, schema: &SchemaRef) -> PlanProperties {
    let keys = shape.ordering.iter().map(|(column, options)| {
        let name = schema.field(*column).name();
        PhysicalSortExpr::new(Arc::new(Column::new(name, *column)), *options)
    });
    let mut equivalences = EquivalenceProperties::new(Arc::clone(schema));
    if let Some(ordering) = LexOrdering::new(keys) {
        equivalences.add_ordering(ordering);
    }
    let boundedness = if shape.unbounded {
        Boundedness::Unbounded {
            requires_infinite_memory: false,
        }
    } else {
        Boundedness::Bounded
    };
    PlanProperties::new(
        equivalences,
        Partitioning::UnknownPartitioning(shape.partitions),
        EmissionType::Incremental,
        boundedness,
    )
}

impl fmt::Debug for SourceScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceScan")
            .field("table", &self.table)
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

impl DisplayAs for SourceScan {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.table.inlined().definition().name();
        write!(
            f,
            "SourceScan: table={table}, partitions={}",
            self.shape.partitions
        )?;
        if !self.request.filters.is_empty() {
            let filters: Vec<String> = self.request.filters.iter().map(|f| f.to_string()).collect();
            write!(f, ", filters=[{}]", filters.join(", "))?;
        }
        if let Some(limit) = self.request.limit {
            write!(f, ", limit={limit}")?;
        }
        Ok(())
    }
}

impl ExecutionPlan for SourceScan {
    fn name(&self) -> &str {
        "SourceScan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn with_new_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        self.resolve()?.open(partition, &self.schema())
    }

    fn statistics_from_inputs(
        &self,
        _: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        Ok(Arc::new(match args.partition() {
            None => self.statistics(),
            Some(_) => Statistics::new_unknown(&self.schema()),
        }))
    }
}

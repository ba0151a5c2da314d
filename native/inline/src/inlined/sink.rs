//! INSERT into tables that a host reads and writes itself.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::SchemaExt;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::dml::InsertOp;
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PhysicalExpr, PlanProperties,
    execute_input_stream,
};
use futures::{TryStreamExt, stream};

use crate::RowSource;

/// Answers the plan that hands all rows of `input` to a source, as one stream.
pub(super) fn insert_plan(
    source: Arc<dyn RowSource>,
    schema: &SchemaRef,
    input: Arc<dyn ExecutionPlan>,
    op: InsertOp,
) -> Result<Arc<dyn ExecutionPlan>> {
    schema.logically_equivalent_names_and_types(&input.schema())?;
    Ok(Arc::new(SourceInsert::new(
        source,
        Arc::clone(schema),
        op,
        input,
    )))
}

/// Takes its input in where the engine's own sink does not serve: a planner of another library does not see that the rows
/// of all partitions have to meet, and runs it on threads that know nothing of the source's runtime. So the input begins
/// where the source asks for its first row.
struct SourceInsert {
    source: Arc<dyn RowSource>,
    schema: SchemaRef,
    op: InsertOp,
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl SourceInsert {
    fn new(
        source: Arc<dyn RowSource>,
        schema: SchemaRef,
        op: InsertOp,
        input: Arc<dyn ExecutionPlan>,
    ) -> Self {
        let count = Field::new("count", DataType::UInt64, false);
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::new(Schema::new(vec![count]))),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self {
            source,
            schema,
            op,
            input,
            properties: Arc::new(properties),
        }
    }

    fn rows(&self, context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (input, schema) = (Arc::clone(&self.input), Arc::clone(&self.schema));
        let begun = async move {
            let all = Arc::new(CoalescePartitionsExec::new(input));
            execute_input_stream(all, schema, 0, context)
        };
        let rows = stream::once(begun).try_flatten();
        Box::pin(RecordBatchStreamAdapter::new(self.input.schema(), rows))
    }
}

impl fmt::Debug for SourceInsert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceInsert({}, {:?})", self.op, self.source)
    }
}

impl DisplayAs for SourceInsert {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceInsert: op={}", self.op)
    }
}

impl ExecutionPlan for SourceInsert {
    fn name(&self) -> &str {
        "SourceInsert"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self::new(
            Arc::clone(&self.source),
            Arc::clone(&self.schema),
            self.op,
            children.swap_remove(0),
        )))
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let rows = self.rows(context);
        let (source, op, schema) = (Arc::clone(&self.source), self.op, self.schema());
        let answer = Arc::clone(&schema);
        let inserted = async move {
            let count: ArrayRef = Arc::new(UInt64Array::from(vec![source.insert(op, rows).await?]));
            Ok(RecordBatch::try_new(answer, vec![count])?)
        };
        let inserted = stream::once(inserted);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, inserted)))
    }
}

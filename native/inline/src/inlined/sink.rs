//! INSERT into tables that a host reads and writes itself.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::SchemaExt;
use datafusion::datasource::sink::{DataSink, DataSinkExec};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::dml::InsertOp;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties,
};

use crate::RowSource;

/// Answers the plan that hands all rows of `input` to a source, as one stream.
pub(super) fn insert_plan(
    source: Arc<dyn RowSource>,
    schema: &SchemaRef,
    input: Arc<dyn ExecutionPlan>,
    op: InsertOp,
) -> Result<Arc<dyn ExecutionPlan>> {
    schema.logically_equivalent_names_and_types(&input.schema())?;
    // A planner of another library does not see that the sink wants one partition.
    let input: Arc<dyn ExecutionPlan> = match input.output_partitioning().partition_count() {
        1 => input,
        _ => Arc::new(CoalescePartitionsExec::new(input)),
    };
    let sink = SourceSink {
        source,
        schema: Arc::clone(schema),
        op,
    };
    Ok(Arc::new(DataSinkExec::new(input, Arc::new(sink), None)))
}

#[derive(Debug)]
struct SourceSink {
    source: Arc<dyn RowSource>,
    schema: SchemaRef,
    op: InsertOp,
}

impl DisplayAs for SourceSink {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceSink({})", self.op)
    }
}

#[async_trait]
impl DataSink for SourceSink {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    async fn write_all(
        &self,
        data: SendableRecordBatchStream,
        _: &Arc<TaskContext>,
    ) -> Result<u64> {
        self.source.insert(self.op, data).await
    }
}

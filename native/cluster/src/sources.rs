//! Sources of rows in a form that Ballista's slices of a stage keep whole.

use std::any::Any;
use std::sync::Arc;

use datafusion::arrow::array::new_null_array;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::limit::LocalLimitExec;
use datafusion::physical_plan::placeholder_row::PlaceholderRowExec;
use datafusion::physical_plan::union::UnionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};
use datafusion::scalar::ScalarValue;

/// The last rule of a scheduler. A slice of rows in memory loses the limit that was pushed into them; and where a task of a
/// UNION leaves a constant out, Ballista 55 puts rows in memory in its place, whose metrics the scheduler does not expect:
/// it throws away what the task reports, and the job never ends.
#[derive(Debug)]
pub struct SlicedSources;

impl PhysicalOptimizerRule for SlicedSources {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let plan = plan.transform_up(limited_apart)?.data;
        let in_unions = plan.transform_up(|node| {
            if !node.is::<UnionExec>() {
                return Ok(Transformed::no(node));
            }
            node.map_children(|input| input.transform_up(constant_in_memory))
        });
        Ok(in_unions?.data)
    }

    fn name(&self) -> &str {
        "sliced_sources"
    }

    fn schema_check(&self) -> bool {
        true
    }
}

fn constant_in_memory(node: Arc<dyn ExecutionPlan>) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    if node.is::<PlaceholderRowExec>() {
        return in_memory(&node, &[one_row(&node.schema())?]);
    }
    if node.is::<EmptyExec>() {
        return in_memory(&node, &[]);
    }
    Ok(Transformed::no(node))
}

fn limited_apart(node: Arc<dyn ExecutionPlan>) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    match node.fetch() {
        Some(fetch) if is_memory(&node) => {
            let Some(unlimited) = node.with_fetch(None) else {
                return Ok(Transformed::no(node));
            };
            Ok(Transformed::yes(Arc::new(LocalLimitExec::new(
                unlimited, fetch,
            ))))
        }
        _ => Ok(Transformed::no(node)),
    }
}

fn is_memory(node: &Arc<dyn ExecutionPlan>) -> bool {
    node.downcast_ref::<DataSourceExec>().is_some_and(|exec| {
        let source: &dyn Any = exec.data_source().as_ref();
        source.is::<MemorySourceConfig>()
    })
}

/// A row whose values nobody reads.
fn one_row(schema: &SchemaRef) -> Result<RecordBatch> {
    let columns = schema.fields().iter().map(|field| {
        if field.is_nullable() {
            return Ok(new_null_array(field.data_type(), 1));
        }
        ScalarValue::new_default(field.data_type())?.to_array()
    });
    let columns = columns.collect::<Result<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(1));
    Ok(RecordBatch::try_new_with_options(
        Arc::clone(schema),
        columns,
        &options,
    )?)
}

/// The same rows in each partition, as the node has them.
fn in_memory(
    node: &Arc<dyn ExecutionPlan>,
    batches: &[RecordBatch],
) -> Result<Transformed<Arc<dyn ExecutionPlan>>> {
    let partitions = vec![batches.to_vec(); node.output_partitioning().partition_count()];
    let source = MemorySourceConfig::try_new(&partitions, node.schema(), None)?;
    Ok(Transformed::yes(DataSourceExec::from_data_source(source)))
}

//! Which sources of rows Ballista shares out among tasks. Any other one runs whole in each task: its rows would come as many
//! times as there are tasks.

use std::any::Any;
use std::sync::Arc;

use ballista_core::execution_plans::{
    RangeShuffleReaderExec, RangeShuffleWriterExec, ShuffleReaderExec, ShuffleWriterExec,
    SortShuffleWriterExec, UnresolvedShuffleExec,
};
use datafusion::catalog::MemTable;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::listing::ListingTable;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::datasource::physical_plan::FileScanConfig;
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::source_as_provider;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::placeholder_row::PlaceholderRowExec;

fn refused(what: &str) -> DataFusionError {
    DataFusionError::NotImplemented(format!(
        "{what} cannot be shared out among the tasks of a cluster, which scans files and tables in memory: write it to \
         files that every node sees, or read it into memory first"
    ))
}

/// Fails for a plan that reads a table which is neither files nor rows in memory.
pub fn check_tables(plan: &LogicalPlan) -> Result<()> {
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            let provider = source_as_provider(&scan.source)?;
            if !provider.is::<ListingTable>() && !provider.is::<MemTable>() {
                return Err(refused(&format!("table {}", scan.table_name)));
            }
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

/// Fails for a stage, known by the writer at its top, with another source of rows.
pub fn check(node: &Arc<dyn ExecutionPlan>) -> Result<()> {
    let is_stage = node.is::<ShuffleWriterExec>()
        || node.is::<SortShuffleWriterExec>()
        || node.is::<RangeShuffleWriterExec>();
    if !is_stage {
        return Ok(());
    }
    node.apply(|inner| {
        if inner.children().is_empty() && !is_shared_out(inner) {
            return Err(refused(&format!("operator {}", inner.name())));
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

fn is_shared_out(leaf: &Arc<dyn ExecutionPlan>) -> bool {
    if let Some(source) = leaf.downcast_ref::<DataSourceExec>() {
        let source: &dyn Any = source.data_source().as_ref();
        return source.is::<FileScanConfig>() || source.is::<MemorySourceConfig>();
    }
    leaf.is::<ShuffleReaderExec>()
        || leaf.is::<RangeShuffleReaderExec>()
        || leaf.is::<UnresolvedShuffleExec>()
        || leaf.is::<EmptyExec>()
        || leaf.is::<PlaceholderRowExec>()
}

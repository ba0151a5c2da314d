//! Tables in memory inside the bytes of logical plans.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::MemTable;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion_inline::{CodecStack, InlineError, InliningPolicy};

use crate::fixture::{context_with, found, run};

fn in_memory(rows: i64) -> LogicalPlan {
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
    let batch = RecordBatch::try_from_iter([("n", numbers)]).unwrap();
    let partitions = vec![vec![batch.clone(), batch.slice(1, 2)], vec![], vec![batch]];
    let table = MemTable::try_new(partitions[0][0].schema(), partitions).unwrap();
    let scan = LogicalPlanBuilder::scan("m", provider_as_source(Arc::new(table)), None);
    scan.unwrap().build().unwrap()
}

#[test]
fn a_table_in_memory_travels_with_its_rows() {
    run(async {
        let stack = CodecStack::new(None).with_policy(InliningPolicy::Disabled);
        let bytes = stack.logical_plan_to_bytes(&in_memory(5)).unwrap();
        let receiver = context_with(&[]).await;
        let decoded = stack
            .logical_plan_from_bytes(&bytes, &receiver.task_ctx())
            .unwrap();
        assert_eq!(stack.logical_plan_to_bytes(&decoded).unwrap(), bytes);
        let rows = receiver.execute_logical_plan(decoded).await.unwrap();
        assert_eq!(rows.count().await.unwrap(), 12);
    });
}

/// Contract 11, for rows.
#[test]
fn rows_that_are_too_many_or_broken_are_errors() {
    run(async {
        let stack = CodecStack::new(None);
        let plan = in_memory(1_000);
        let error = stack.with_payload_limit(4_096).logical_plan_to_bytes(&plan);
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("table 'm'") && error.contains("4096 bytes"),
            "{error}"
        );
        let context = context_with(&[]).await.task_ctx();
        let bytes = stack.logical_plan_to_bytes(&plan).unwrap();
        let error = stack
            .with_payload_limit(4_096)
            .logical_plan_from_bytes(&bytes, &context);
        assert!(matches!(
            found(&error.unwrap_err()),
            InlineError::Malformed { .. }
        ));
        let bytes = stack.logical_plan_to_bytes(&in_memory(3)).unwrap();
        let mut refused = 0;
        for bit in 0..bytes.len() * 8 {
            let mut mutated = bytes.clone();
            mutated[bit / 8] ^= 1 << (bit % 8);
            refused += usize::from(stack.logical_plan_from_bytes(&mutated, &context).is_err());
        }
        assert!(refused > 100);
    });
}

//! Plans as they are executed.

use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::prelude::SessionContext;
use datafusion_inline::prepared_for_execution;
use std::sync::Arc;

use crate::fixture::run;
use crate::windows::{planned, rows};

fn limits(plan: &Arc<dyn ExecutionPlan>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut stack = vec![plan];
    while let Some(plan) = stack.pop() {
        let aggregation = plan.downcast_ref::<AggregateExec>();
        let limit = aggregation.and_then(AggregateExec::limit_options);
        found.extend(limit.map(|options| options.limit()));
        stack.extend(plan.children());
    }
    found
}

/// The engine makes room for as many groups as a query may ask for, and the process would end.
#[test]
fn groups_are_not_limited_by_more_than_fit() {
    run(async {
        let context = SessionContext::new();
        let sql = |limit: &str| {
            format!(
                "SELECT value % 7 AS g, max(value) AS m FROM range(0, 1000) GROUP BY value % 7 \
                 ORDER BY m DESC LIMIT {limit}"
            )
        };
        for (limit, kept) in [("3", true), ("9000000000000", false)] {
            let plan = planned(&context, &sql(limit)).await;
            assert!(!limits(&plan).is_empty(), "the engine's hint");
            let prepared = prepared_for_execution(&plan).unwrap();
            assert_eq!(limits(&prepared) == limits(&plan), kept, "{limit}");
            let count = rows(&context, &prepared)
                .await
                .unwrap()
                .matches('\n')
                .count();
            let expected = if kept { 3 } else { 7 };
            assert_eq!(count, expected + 3, "{limit}");
        }
    });
}

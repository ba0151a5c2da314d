//! Aggregate functions that travel: stages, windows, what a call may ask for, and who lies.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::error::Result;
use datafusion::logical_expr::AggregateUDF;
use datafusion::physical_expr::aggregate::AggregateExprBuilder;
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::aggregates::{AggregateExec, AggregateMode, PhysicalGroupBy};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr, collect};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_inline::{
    CodecStack, Definition, FoundFunction, InlineError, InliningPolicy, inlined_in_execution_plan,
    inlined_in_logical_plan,
};

use crate::fixture::{found, occurrences, resolving, run};
use crate::totals::{Fault, Total, message, total};

/// A table `t(a, k)` of 1,000 rows in four partitions.
fn context(functions: impl IntoIterator<Item = AggregateUDF>) -> SessionContext {
    let config = SessionConfig::new()
        .with_target_partitions(4)
        .with_batch_size(100);
    let context = SessionContext::new_with_config(config);
    let schema = Arc::new(Schema::new(vec![
        Field::new("a", DataType::Int64, true),
        Field::new("k", DataType::Int64, false),
    ]));
    let partition = |part: i64| {
        let rows = (part * 250)..((part + 1) * 250);
        let a: Int64Array = rows
            .clone()
            .map(|row| (row % 13 != 0).then_some(row % 50))
            .collect();
        let k: Int64Array = rows.map(|row| Some(row % 3)).collect();
        vec![RecordBatch::try_new(Arc::clone(&schema), vec![Arc::new(a), Arc::new(k)]).unwrap()]
    };
    let table = datafusion::datasource::MemTable::try_new(
        Arc::clone(&schema),
        (0..4).map(partition).collect(),
    );
    context
        .register_table("t", Arc::new(table.unwrap()))
        .unwrap();
    functions
        .into_iter()
        .for_each(|function| context.register_udaf(function));
    context
}

async fn answer(context: &SessionContext, query: &str) -> Result<String> {
    let batches = context.sql(query).await?.collect().await?;
    Ok(pretty_format_batches(&batches)?.to_string())
}

/// The same query with the engine's own function, columns named alike.
async fn same(context: &SessionContext, query: &str) {
    let ours = answer(context, &query.replace("AGG", "total"))
        .await
        .unwrap();
    let theirs = answer(context, &query.replace("AGG", "sum")).await.unwrap();
    assert_eq!(ours, theirs, "{query}");
}

#[test]
fn calls_answer_what_the_engines_own_do() {
    run(async {
        let context = context([total("total", Total::default())]);
        for query in [
            "SELECT AGG(a) AS x FROM t",
            "SELECT k, AGG(a) AS x FROM t GROUP BY k ORDER BY k",
            "SELECT k, AGG(a) FILTER (WHERE a > 20) AS x, AGG(a) AS y FROM t GROUP BY k ORDER BY k",
            "SELECT k, AGG(DISTINCT a) AS x FROM t GROUP BY k ORDER BY k",
            "SELECT k, AGG(DISTINCT a) AS x, AGG(DISTINCT a % 7) AS y, count(*) FROM t GROUP BY k ORDER BY k",
            "SELECT AGG(DISTINCT a) AS x, AGG(DISTINCT a % 7) AS y, count(*) FROM t",
            "SELECT AGG(DISTINCT a ORDER BY a DESC) AS x, count(*) FROM t",
            "SELECT k, AGG(a ORDER BY a DESC) AS x FROM t GROUP BY k ORDER BY k",
            "SELECT a, AGG(a) OVER (PARTITION BY k ORDER BY a ROWS UNBOUNDED PRECEDING) AS x FROM t WHERE a > 0 ORDER BY a, x",
            "SELECT a, AGG(a) OVER (PARTITION BY k ORDER BY a ROWS BETWEEN 3 PRECEDING AND CURRENT ROW) AS x FROM t WHERE a > 0 ORDER BY a, x",
            "SELECT AGG(DISTINCT a) OVER (PARTITION BY k) AS x FROM t ORDER BY x",
            "SELECT k, a, AGG(a) AS x FROM t WHERE a > 0 GROUP BY GROUPING SETS ((k), (a)) ORDER BY k, a",
        ] {
            same(&context, query).await;
        }
    });
}

#[test]
fn calls_are_as_many_as_batches() {
    run(async {
        let callable = Total::default();
        let (opened, calls) = (Arc::clone(&callable.opened), Arc::clone(&callable.calls));
        let context = context([total("total", callable)]);
        answer(&context, "SELECT k, total(a) FROM t GROUP BY k")
            .await
            .unwrap();
        // Four partitions of three batches each; each opens a partial and a final stage.
        assert_eq!(calls.load(Ordering::SeqCst), 12);
        assert_eq!(opened.load(Ordering::SeqCst), 8);
    });
}

#[test]
fn what_cannot_be_is_an_error_with_a_remedy() {
    run(async {
        let context = context([
            total("total", Total::default()),
            total("steady", Total::default()),
        ]);
        for (query, said) in [
            (
                "SELECT steady(a) OVER (ORDER BY a ROWS 1 PRECEDING) FROM t",
                "define it with retract",
            ),
            (
                "SELECT total(DISTINCT a) OVER (ORDER BY a ROWS 1 PRECEDING) FROM t",
                "UNBOUNDED PRECEDING",
            ),
        ] {
            let error = answer(&context, query).await.unwrap_err().to_string();
            assert!(
                error.contains(said) && error.contains("aggregate function '"),
                "{error}"
            );
        }
    });
}

#[test]
fn what_a_host_answers_is_checked() {
    run(async {
        for (fault, said) in [
            (Fault::Type, "results of type Int32, and Int64 was promised"),
            (Fault::Length, "results of 4 rows for 3 groups"),
            (Fault::Null, "3 nulls as results"),
            (Fault::StateCount, "0 state columns, and declares 1"),
            (Fault::StateType, "state 'sum' of type Int32"),
            (Fault::Fails, "no more"),
        ] {
            let callable = Total {
                fault,
                ..Total::default()
            };
            let config = SessionConfig::new().with_target_partitions(1);
            let context = match fault {
                Fault::Type | Fault::Length | Fault::Null => {
                    let single = SessionContext::new_with_config(config);
                    single.register_udaf(total("total", callable));
                    let table =
                        "CREATE TABLE t AS SELECT value AS a, value % 3 AS k FROM range(0, 9)";
                    single.sql(table).await.unwrap().collect().await.unwrap();
                    single
                }
                _ => context([total("total", callable)]),
            };
            let error = answer(&context, "SELECT k, total(a) FROM t GROUP BY k")
                .await
                .unwrap_err();
            assert!(error.to_string().contains(said), "{fault:?}: {error}");
            if fault != Fault::Fails {
                assert!(
                    matches!(found(&error), InlineError::WrongResult { name, .. } if name == "total")
                );
            }
        }
    });
}

/// A physical plan from outside hands over states of other types.
#[test]
fn forged_states_are_refused_before_the_host_sees_them() {
    run(async {
        let function = Arc::new(total("total", Total::default()));
        let schema = Arc::new(Schema::new(vec![
            Field::new("k", DataType::Int64, false),
            Field::new("state", DataType::Utf8, true),
        ]));
        let states: ArrayRef = Arc::new(datafusion::arrow::array::StringArray::from(vec!["7"]));
        let keys: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        let batch = RecordBatch::try_new(Arc::clone(&schema), vec![keys, states]).unwrap();
        let input =
            MemorySourceConfig::try_new_exec(&[vec![batch]], Arc::clone(&schema), None).unwrap();
        let column =
            |name: &str, index| Arc::new(Column::new(name, index)) as Arc<dyn PhysicalExpr>;
        let call = AggregateExprBuilder::new(function, vec![column("k", 0)])
            .schema(Arc::clone(&schema))
            .alias("total")
            .build()
            .unwrap();
        let group_by = PhysicalGroupBy::new_single(vec![(column("k", 0), "k".to_owned())]);
        let plan: Arc<dyn ExecutionPlan> = Arc::new(
            AggregateExec::try_new(
                AggregateMode::Final,
                group_by,
                vec![Arc::new(call)],
                vec![None],
                input,
                schema,
            )
            .unwrap(),
        );
        let error = collect(plan, SessionContext::new().task_ctx())
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("partial states of [Utf8]"),
            "{error}"
        );
    });
}

#[test]
fn plans_travel_and_stay_as_they_are() {
    run(async {
        let sender = context([total("total", Total::default())]);
        let (resolver, stack) = resolving();
        let query = "SELECT k, total(a) AS x, total(a) OVER (PARTITION BY k) FROM t GROUP BY k, a";
        let frame = sender.sql(query).await.unwrap();
        let logical = frame.logical_plan().clone();
        let functions = inlined_in_logical_plan(&logical).unwrap().functions;
        assert!(matches!(
            functions.as_slice(),
            [FoundFunction::Aggregate(_)]
        ));
        let bytes = stack
            .expr_to_bytes(
                &total("total", Total::default()).call(vec![datafusion::prelude::col("a")]),
            )
            .unwrap();
        let receiver = SessionContext::new();
        let read = stack.expr_from_bytes(&bytes, &receiver.task_ctx()).unwrap();
        assert_eq!(stack.expr_to_bytes(&read).unwrap(), bytes);
        assert_eq!(occurrences(&bytes, b"DFJVUDA"), 1);
        assert_eq!(resolver.count(), 0);
        for policy in [InliningPolicy::Disabled] {
            let strict = stack.with_policy(policy);
            let error = strict
                .expr_from_bytes(&bytes, &receiver.task_ctx())
                .unwrap_err();
            assert!(
                matches!(found(&error), InlineError::Refused { .. }),
                "{error}"
            );
            let named = strict.expr_to_bytes(&read).unwrap();
            assert_eq!(occurrences(&named, b"DFJVUDA"), 0);
        }
    });
}

/// Contract 16: a scheduler decodes, plans and encodes again without a callable.
#[test]
fn a_scheduler_plans_without_callables() {
    run(async {
        let sender = crate::fixture::context().await;
        sender.register_udaf(total("total", Total::default()));
        let stack = CodecStack::new(None);
        let query = "SELECT b, total(a) AS x, total(DISTINCT a) AS y, count(*) FROM t GROUP BY b ORDER BY b";
        let logical = sender.sql(query).await.unwrap().into_unoptimized_plan();
        let bytes = stack.logical_plan_to_bytes(&logical).unwrap();
        let scheduler = crate::fixture::context().await;
        let plan = stack
            .logical_plan_from_bytes(&bytes, &scheduler.task_ctx())
            .unwrap();
        assert_eq!(stack.logical_plan_to_bytes(&plan).unwrap(), bytes);
        let optimized = scheduler.state().optimize(&plan).unwrap();
        let physical = scheduler
            .state()
            .create_physical_plan(&optimized)
            .await
            .unwrap();
        let stages = stack.physical_plan_to_bytes(&physical).unwrap();
        assert!(occurrences(&stages, b"DFJVUDA") >= 2);
        let (resolver, worker) = resolving();
        let read = worker
            .physical_plan_from_bytes(&stages, &scheduler.task_ctx())
            .unwrap();
        assert_eq!(worker.physical_plan_to_bytes(&read).unwrap(), stages);
        let found = inlined_in_execution_plan(&read).unwrap();
        assert!(matches!(found.as_slice(), [FoundFunction::Aggregate(_)]));
        assert_eq!(resolver.count(), 0);
        let batches = collect(read, scheduler.task_ctx()).await.unwrap();
        let expected = sender.sql(query).await.unwrap().collect().await.unwrap();
        assert_eq!(
            pretty_format_batches(&batches).unwrap().to_string(),
            pretty_format_batches(&expected).unwrap().to_string()
        );
        let error = collect(physical, scheduler.task_ctx()).await.unwrap_err();
        assert!(
            error
                .to_string()
                .contains("aggregate function 'total' cannot be called"),
            "{error}"
        );
    });
}

#[test]
fn a_definition_without_state_is_malformed() {
    let mut message = message("total", false);
    message.state_fields = Vec::new().into();
    let error = Definition::from_message(&message).unwrap_err().to_string();
    assert!(error.contains("has state fields"), "{error}");
}

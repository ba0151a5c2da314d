//! Contract 10 and 16: through bytes and back, optimised or not, without bringing anything to life.

use std::sync::Arc;

use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::{Expr, LogicalPlan, ScalarUDF};
use datafusion::physical_plan::{collect, displayable};
use datafusion::prelude::{SessionContext, col, lit};
use datafusion_inline::{CodecStack, InlinedScalar};
use datafusion_proto::bytes::{logical_plan_to_bytes, physical_plan_to_bytes};

use crate::fixture::{context, context_with, local, occurrences, resolving, run};

pub const QUERIES: [&str; 6] = [
    "select tip(a) x, b from t where tip(a) > 1 order by x",
    "select b, sum(tip(a)) s, max(bonus(a)) from t group by b having sum(tip(a)) > 0 order by b",
    "select l.b, tip(l.a) + bonus(r.a) s from t l join t r on tip(l.a) = tip(r.a) order by s",
    "select tip(tip(a)), bonus(1), case when tip(a) > 2 then 1 else bonus(a) end from t order by 1",
    "select a, row_number() over (order by tip(a)) from t where a in (select bonus(a) - a from t)",
    "with c as (select tip(a) x from t) select x from c union all select bonus(x) from c order by 1",
];

fn functions() -> [Arc<ScalarUDF>; 2] {
    [local("tip"), local("bonus")]
}

pub async fn sender() -> SessionContext {
    let [tip, bonus] = functions();
    context_with(&[&tip, &bonus]).await
}

async fn table(frame: DataFrame) -> String {
    pretty_format_batches(&frame.collect().await.unwrap())
        .unwrap()
        .to_string()
}

/// The payloads of all functions in bytes, in order.
fn payloads(bytes: &[u8]) -> Vec<Vec<u8>> {
    let starts = bytes
        .windows(8)
        .enumerate()
        .filter(|(_, window)| *window == b"DFJVUDF\x01");
    let names = ["tip", "bonus"].map(local);
    let frames = names.iter().map(|name| {
        InlinedScalar::of(name)
            .unwrap()
            .definition()
            .frame()
            .to_vec()
    });
    let frames: Vec<Vec<u8>> = frames.collect();
    starts
        .map(|(at, _)| {
            frames
                .iter()
                .find(|frame| bytes[at..].starts_with(frame))
                .expect("whole")
                .clone()
        })
        .collect()
}

pub async fn logical(context: &SessionContext, query: &str) -> LogicalPlan {
    context.sql(query).await.unwrap().into_unoptimized_plan()
}

/// Contract 10 and 12: a logical plan, optimised or not, into a session that knows no function of it.
#[test]
fn logical_plans_travel_and_answer_the_same() {
    run(async {
        let (resolver, stack) = resolving();
        let sender = sender().await;
        for query in QUERIES {
            let plan = logical(&sender, query).await;
            let bytes = stack
                .logical_plan_to_bytes(&sender.state().optimize(&plan).unwrap())
                .unwrap();
            let receiver = context().await;
            let decoded = stack
                .logical_plan_from_bytes(&bytes, &receiver.task_ctx())
                .unwrap();
            let answer = table(receiver.execute_logical_plan(decoded).await.unwrap()).await;
            assert_eq!(
                answer,
                table(sender.sql(query).await.unwrap()).await,
                "{query}"
            );
        }
        assert!(resolver.count() > 0);
    });
}

/// Contract 10: an unchanged decoded plan is encoded to the same bytes.
#[test]
fn an_unchanged_logical_plan_has_the_same_bytes() {
    run(async {
        let (resolver, stack) = resolving();
        let sender = sender().await;
        for query in QUERIES.iter().filter(|query| !query.contains("in (select")) {
            let bytes = stack
                .logical_plan_to_bytes(&logical(&sender, query).await)
                .unwrap();
            let receiver = context().await.task_ctx();
            let decoded = stack.logical_plan_from_bytes(&bytes, &receiver).unwrap();
            assert_eq!(
                stack.logical_plan_to_bytes(&decoded).unwrap(),
                bytes,
                "{query}"
            );
        }
        assert_eq!(resolver.count(), 0);
    });
}

/// Contract 10 and 16: a scheduler decodes, optimises and encodes again; every payload is the same,
/// and no callable was asked for.
#[test]
fn a_scheduler_optimises_without_callables() {
    run(async {
        let (resolver, stack) = resolving();
        let sender = sender().await;
        for query in QUERIES.iter().filter(|query| !query.contains("in (select")) {
            let bytes = stack
                .logical_plan_to_bytes(&logical(&sender, query).await)
                .unwrap();
            let scheduler = context().await;
            let decoded = stack
                .logical_plan_from_bytes(&bytes, &scheduler.task_ctx())
                .unwrap();
            let frame = scheduler.execute_logical_plan(decoded).await.unwrap();
            let state = scheduler.state();
            let plan = frame.logical_plan();
            let optimized = datafusion_inline::Planning::scope(|| state.optimize(plan)).unwrap();
            let again = stack.logical_plan_to_bytes(&optimized).unwrap();
            let (before, after) = (payloads(&bytes), payloads(&again));
            assert!(
                !after.is_empty() && after.iter().all(|payload| before.contains(payload)),
                "{query}"
            );
            let physical =
                datafusion_inline::Planning::wrap(state.create_physical_plan(&optimized))
                    .await
                    .unwrap();
            let physical = stack.physical_plan_to_bytes(&physical).unwrap();
            assert!(
                payloads(&physical)
                    .iter()
                    .all(|payload| before.contains(payload)),
                "{query}"
            );
        }
        assert_eq!(resolver.count(), 0, "nothing was brought to life");
    });
}

/// Contract 16: a call over literals would be folded; with the callable absent it is left as it is.
#[test]
fn what_cannot_be_folded_is_left_alone() {
    run(async {
        let (resolver, stack) = resolving();
        let sender = sender().await;
        let bytes = stack
            .logical_plan_to_bytes(&logical(&sender, "select tip(1) x from t").await)
            .unwrap();
        let scheduler = context().await;
        let decoded = stack
            .logical_plan_from_bytes(&bytes, &scheduler.task_ctx())
            .unwrap();
        let state = scheduler.state();
        let planned = datafusion_inline::Planning::scope(|| state.optimize(&decoded)).unwrap();
        assert!(
            planned
                .display_indent()
                .to_string()
                .contains("tip(Int64(1))")
        );
        assert_eq!(resolver.count(), 0);
        let folded = state.optimize(&decoded).unwrap();
        assert!(
            !folded
                .display_indent()
                .to_string()
                .contains("tip(Int64(1)) AS"),
            "outside it folds"
        );
        assert_eq!(resolver.count(), 1);
    });
}

/// Contract 10 and 12: a physical plan, byte for byte, and with the same answer.
#[test]
fn physical_plans_travel_and_answer_the_same() {
    run(async {
        let (resolver, stack) = resolving();
        let sender = sender().await;
        for query in QUERIES {
            let plan = sender
                .sql(query)
                .await
                .unwrap()
                .create_physical_plan()
                .await
                .unwrap();
            let bytes = stack.physical_plan_to_bytes(&plan).unwrap();
            let receiver = SessionContext::new();
            let decoded = stack
                .physical_plan_from_bytes(&bytes, &receiver.task_ctx())
                .unwrap();
            let shown = |plan: &Arc<dyn datafusion::physical_plan::ExecutionPlan>| {
                displayable(plan.as_ref()).indent(true).to_string()
            };
            assert_eq!(shown(&decoded), shown(&plan));
            let before = resolver.count();
            assert_eq!(
                stack.physical_plan_to_bytes(&decoded).unwrap(),
                bytes,
                "{query}"
            );
            assert_eq!(resolver.count(), before, "encoding brings nothing to life");
            let answer = collect(decoded, receiver.task_ctx()).await.unwrap();
            let expected = collect(plan, sender.task_ctx()).await.unwrap();
            let text = |batches: &[_]| pretty_format_batches(batches).unwrap().to_string();
            assert_eq!(text(&answer), text(&expected), "{query}");
        }
    });
}

/// Contract 3: without extensions, plans are the engine's own bytes.
#[test]
fn plans_without_extensions_are_the_engines_own_bytes() {
    run(async {
        let context = context().await;
        let query = "select b, sum(abs(a)) s from t where a + 1 > 0 group by b order by s limit 5";
        let plan = logical(&context, query).await;
        let stack = CodecStack::new(None);
        assert_eq!(
            stack.logical_plan_to_bytes(&plan).unwrap(),
            logical_plan_to_bytes(&plan).unwrap().to_vec()
        );
        let plan = context
            .sql(query)
            .await
            .unwrap()
            .create_physical_plan()
            .await
            .unwrap();
        let bytes = stack.physical_plan_to_bytes(&plan).unwrap();
        assert_eq!(
            bytes,
            physical_plan_to_bytes(Arc::clone(&plan)).unwrap().to_vec()
        );
        assert_eq!(occurrences(&bytes, b"DFPYCHN"), 0);
    });
}

/// Contract 10, equality: the optimiser merges two decodes of one function, and one defined here.
#[test]
fn two_decodes_are_merged() {
    run(async {
        let stack = resolving().1;
        let receiver = context().await;
        let decode = |expr: Expr| {
            let bytes = stack.expr_to_bytes(&expr).unwrap();
            stack.expr_from_bytes(&bytes, &receiver.task_ctx()).unwrap()
        };
        let tip = local("tip");
        let call = || tip.call(vec![col("a") + lit(1)]);
        let (one, two) = (decode(call()), decode(call()));
        assert_eq!(one, two);
        let frame = receiver.table("t").await.unwrap();
        let frame = frame
            .select(vec![one.alias("x"), two.alias("y"), call().alias("z")])
            .unwrap();
        let plan = frame
            .into_optimized_plan()
            .unwrap()
            .display_indent()
            .to_string();
        assert!(plan.contains("__common_expr_1"), "{plan}");
        assert_eq!(plan.matches("tip(").count(), 1, "{plan}");
    });
}

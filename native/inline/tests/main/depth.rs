//! Contract 11: depth is measured before anything is built, without recursion.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::functions::math::abs;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, Operator, binary_expr};
use datafusion::prelude::{SessionContext, cast, col, lit, not};
use datafusion_inline::depth::{
    Depth, MessageKind, of_execution_plan, of_expr, of_logical_plan, of_message,
};
use datafusion_inline::{CodecStack, DepthLimits, InlineError};
use fastrand::Rng;

use crate::fixture::{context, inline_error, local, on_big_stack, run, task_context};

fn depth(operators: usize, nesting: usize) -> Depth {
    Depth { operators, nesting }
}

fn sum(operands: usize) -> Expr {
    (1..operands).fold(col("a"), |sum, _| sum + col("a"))
}

fn calls(levels: usize) -> Expr {
    (0..levels).fold(col("a"), |inner, _| abs().call(vec![inner]))
}

#[track_caller]
pub fn too_deep<T: std::fmt::Debug>(
    result: datafusion::error::Result<T>,
) -> (&'static str, usize, usize, String) {
    match inline_error(&result) {
        error @ InlineError::TooDeep {
            measure,
            measured,
            limit,
            ..
        } => (*measure, *measured, *limit, error.to_string()),
        other => panic!("{other}"),
    }
}

/// Drops a deep tree where there is stack enough.
fn measure(expr: impl FnOnce() -> Expr + Send) -> Depth {
    on_big_stack(|| of_expr(&expr()))
}

#[test]
fn trees_are_measured_on_their_deepest_paths() {
    assert_eq!(measure(|| col("a")), depth(0, 1));
    assert_eq!(measure(|| sum(3)), depth(2, 1));
    assert_eq!(measure(|| calls(4)), depth(0, 5));
    assert_eq!(
        measure(|| abs().call(vec![sum(10)]) + not(calls(3))),
        depth(10, 5)
    );
    assert_eq!(measure(|| sum(20_000)), depth(19_999, 1));
}

fn random(rng: &mut Rng, levels: u8) -> Expr {
    if levels == 0 {
        return if rng.bool() {
            col("a")
        } else {
            lit(rng.i64(..))
        };
    }
    let inner = |rng: &mut Rng| random(rng, levels - 1);
    match rng.u8(..9) {
        0 => abs().call(vec![inner(rng)]),
        1 => cast(inner(rng), DataType::Int64),
        2 => inner(rng).alias("x"),
        3 => inner(rng).between(inner(rng), inner(rng)),
        4 => inner(rng).in_list(vec![inner(rng), inner(rng)], rng.bool()),
        5 => datafusion::logical_expr::when(inner(rng).gt(lit(1)), inner(rng))
            .otherwise(inner(rng))
            .unwrap(),
        6 => inner(rng).is_null(),
        _ => {
            let operator = [Operator::Plus, Operator::Minus, Operator::And][rng.usize(..3)];
            (0..rng.usize(1..6)).fold(inner(rng), |left, _| {
                binary_expr(left, operator, random(rng, levels / 2))
            })
        }
    }
}

/// The two measures are one: bytes are measured as the tree that they decode to.
#[test]
fn bytes_measure_as_the_tree_that_they_build() {
    on_big_stack(|| {
        let mut rng = Rng::with_seed(5);
        let stack = CodecStack::new(None);
        for round in 0..2000 {
            let levels = rng.u8(1..7);
            let expr = random(&mut rng, levels);
            let bytes = stack.expr_to_bytes(&expr).unwrap();
            let measured = of_message(MessageKind::LogicalExpr, &bytes).unwrap();
            assert_eq!(measured.tree, of_expr(&expr), "round {round}: {expr}");
            assert_eq!(
                stack.expr_from_bytes(&bytes, &task_context()).unwrap(),
                expr
            );
        }
    });
}

/// The same for plans, logical and physical.
#[test]
fn plans_measure_as_their_bytes() {
    run(async {
        let context = context().await;
        let stack = CodecStack::new(None);
        for query in [
            "select a from t",
            "select a + 1 + 2 + 3 from t where abs(abs(a)) > 1",
            "select sum(a), b from t group by b order by 1 limit 3",
            "select * from t l join t r on l.a = r.a + 1",
            "select a from t where a > (select max(a) - 1 - 2 from t)",
            "select a from t union all select a + 1 from t",
        ] {
            let frame = context.sql(query).await.unwrap();
            let plan = frame.clone().into_unoptimized_plan();
            let bytes = stack.logical_plan_to_bytes(&plan).unwrap();
            let measured = of_message(MessageKind::LogicalPlan, &bytes).unwrap().tree;
            assert_eq!(measured, of_logical_plan(&plan), "{query}");
            let plan = frame.create_physical_plan().await.unwrap();
            let bytes = stack.physical_plan_to_bytes(&plan).unwrap();
            let measured = of_message(MessageKind::PhysicalPlan, &bytes).unwrap().tree;
            let tree = of_execution_plan(&plan);
            assert!(
                measured.operators >= tree.operators && measured.nesting >= tree.nesting,
                "{query}"
            );
        }
    });
}

/// Contract 11: an encode that nobody could decode fails, with both numbers and the remedy.
#[test]
fn an_encode_beyond_the_message_limit_fails() {
    run(async {
        let stack = CodecStack::new(None);
        let (measure, measured, limit, _) = too_deep(stack.expr_to_bytes(&calls(60)));
        assert_eq!((measure, limit), ("nested messages", 100));
        assert!(measured > 100);
        let mut frame = context().await.table("t").await.unwrap();
        for level in 0..70 {
            frame = frame.filter(col("a").gt(lit(level))).unwrap();
        }
        let (_, measured, limit, text) =
            too_deep(stack.logical_plan_to_bytes(frame.logical_plan()));
        assert!(measured > limit && limit == 100);
        assert!(text.contains("optimizedPlan().toBytes()"), "{text}");
        let optimized = frame.into_optimized_plan().unwrap();
        assert!(
            stack.logical_plan_to_bytes(&optimized).is_ok(),
            "the remedy helps"
        );
    });
}

/// About 45 nested calls fit.
#[test]
fn what_fits_is_written_and_read() {
    on_big_stack(|| {
        let stack = CodecStack::new(None);
        let bytes = stack.expr_to_bytes(&calls(45)).unwrap();
        assert_eq!(
            stack.expr_from_bytes(&bytes, &task_context()).unwrap(),
            calls(45)
        );
        let bytes = stack.expr_to_bytes(&sum(5001)).unwrap();
        assert_eq!(
            stack.expr_from_bytes(&bytes, &task_context()).unwrap(),
            sum(5001)
        );
    });
}

/// Contract 11: the tree is measured before the encode recurses over it, and the limits are those that
/// were set.
#[test]
fn a_tree_beyond_the_limits_is_not_encoded() {
    on_big_stack(|| {
        let stack = CodecStack::new(None);
        let (measure, measured, limit, _) = too_deep(stack.expr_to_bytes(&sum(5002)));
        assert_eq!((measure, measured, limit), ("operators", 5001, 5000));
        let (measure, measured, limit, _) = too_deep(stack.expr_to_bytes(&calls(600)));
        assert_eq!((measure, measured, limit), ("levels of nesting", 601, 500));
        let narrow = stack.with_depth_limits(DepthLimits {
            operators: 2,
            nesting: 3,
        });
        assert!(narrow.expr_to_bytes(&sum(3)).is_ok());
        too_deep(narrow.expr_to_bytes(&sum(4)));
        let bytes = stack.expr_to_bytes(&sum(4)).unwrap();
        too_deep(narrow.expr_from_bytes(&bytes, &task_context()));
        let plan = LogicalPlanBuilder::empty(true).project(vec![calls(600).alias("x")]);
        // The measure of plans sees their expressions.
        drop(plan);
        let plan = LogicalPlanBuilder::empty(true).project(vec![lit(1) + lit(1) + lit(1) + lit(1)]);
        too_deep(narrow.logical_plan_to_bytes(&plan.unwrap().build().unwrap()));
    });
}

/// A decode makes nested unions of two inputs each out of one flat union.
#[test]
fn a_flat_union_counts_as_the_nested_ones_that_a_decode_makes() {
    run(async {
        let context = context().await;
        let query = vec!["select a from t"; 40].join(" union all ");
        let stack = CodecStack::new(None);
        let plan = context
            .sql(&query)
            .await
            .unwrap()
            .into_optimized_plan()
            .unwrap();
        let bytes = stack.logical_plan_to_bytes(&plan).unwrap();
        let measured = of_message(MessageKind::LogicalPlan, &bytes).unwrap().tree;
        let decoded = stack
            .logical_plan_from_bytes(&bytes, &context.task_ctx())
            .unwrap();
        assert_eq!(measured, of_logical_plan(&decoded));
        assert!(measured.nesting > of_logical_plan(&plan).nesting);
        let narrow = stack.with_depth_limits(DepthLimits {
            operators: 5000,
            nesting: 30,
        });
        too_deep(narrow.logical_plan_from_bytes(&bytes, &context.task_ctx()));
    });
}

/// Few parts, very many paths: measured in the time of the parts.
#[test]
fn shared_parts_are_measured_once() {
    run(async {
        let plan = SessionContext::new()
            .sql("select 1 a")
            .await
            .unwrap()
            .create_physical_plan()
            .await
            .unwrap();
        let doubled = (0..200).fold(plan, |plan, _| {
            datafusion::physical_plan::union::UnionExec::try_new(vec![Arc::clone(&plan), plan])
                .unwrap()
        });
        assert_eq!(of_execution_plan(&doubled).nesting, 202);
        std::mem::forget(doubled);
    });
}

/// Functions of ours are as deep as any.
#[test]
fn inlined_functions_are_measured_like_others() {
    on_big_stack(|| {
        let tip = local("tip");
        let nested = (0..60).fold(col("a"), |inner, _| tip.call(vec![inner]));
        too_deep(CodecStack::new(None).expr_to_bytes(&nested));
    });
}

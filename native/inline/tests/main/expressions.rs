//! Contract 10 and 16: expressions through bytes and back, and the functions found in plans.

use std::sync::Arc;

use datafusion::logical_expr::{Expr, ScalarUDF};
use datafusion::prelude::{col, lit};
use datafusion_inline::{
    CodecStack, Definition, FoundFunction, InlinedScalar, inlined_in_execution_plan,
    inlined_in_expr, inlined_in_logical_plan,
};

use crate::fixture::{Resolver, Twice, context, local, message, occurrences, resolving, run};
use crate::round_trips::{QUERIES, logical, sender};

/// Contract 10: any frame, random ones too, is written again verbatim by whoever decodes it.
#[test]
fn any_definition_is_written_again_verbatim() {
    let mut rng = fastrand::Rng::with_seed(11);
    let stack = resolving().1;
    for _ in 0..500 {
        let name: String = (0..rng.usize(1..9))
            .map(|_| rng.char('a'..'\u{2000}'))
            .collect();
        let payload: Vec<u8> = (0..rng.usize(..200)).map(|_| rng.u8(..)).collect();
        let mut message = message(&name, &payload);
        message.aliases = (0..rng.usize(..3))
            .map(|index| format!("alias{index}"))
            .collect();
        message.volatility = rng.i32(1..4);
        let definition = Definition::from_message(&message).unwrap();
        let frame = definition.frame().clone();
        let function =
            ScalarUDF::new_from_impl(InlinedScalar::local(definition, Arc::new(Twice), None));
        let bytes = stack.expr_to_bytes(&function.call(vec![col("a")])).unwrap();
        let decoded = stack
            .expr_from_bytes(&bytes, &crate::fixture::task_context())
            .unwrap();
        assert_eq!(decoded, function.call(vec![col("a")]));
        assert_eq!(stack.expr_to_bytes(&decoded).unwrap(), bytes);
        assert_eq!(occurrences(&bytes, &frame), 1);
        let [found] = &inlined_in_expr(&decoded).unwrap()[..] else {
            panic!("one function")
        };
        assert_eq!(found.definition().unwrap().message(), &message);
    }
}

/// Design 4: a message with one function many times decodes it once.
#[test]
fn one_decode_shares_a_function() {
    let stack = resolving().1;
    let tip = local("tip");
    let call = || tip.call(vec![col("a")]);
    let bytes = stack.expr_to_bytes(&(call() + call())).unwrap();
    let decoded = stack
        .expr_from_bytes(&bytes, &crate::fixture::task_context())
        .unwrap();
    let Expr::BinaryExpr(sum) = decoded else {
        panic!("a sum")
    };
    let (Expr::ScalarFunction(left), Expr::ScalarFunction(right)) = (*sum.left, *sum.right) else {
        panic!("two calls")
    };
    assert!(Arc::ptr_eq(&left.func, &right.func));
}

/// Definitions that live are parsed once, whoever decodes them.
#[test]
fn decodes_share_the_definition_that_lives() {
    let stack = resolving().1;
    let bytes = stack
        .expr_to_bytes(&local("lives").call(vec![col("a")]))
        .unwrap();
    let read = || {
        stack
            .expr_from_bytes(&bytes, &crate::fixture::task_context())
            .unwrap()
    };
    let (one, other) = (read(), read());
    let definition = |expr: &Expr| inlined_in_expr(expr).unwrap()[0].definition().unwrap();
    assert!(Arc::ptr_eq(&definition(&one), &definition(&other)));
}

/// Contract 16: what a plan needs is found in it, each function once.
#[test]
fn the_functions_of_a_plan_are_found() {
    run(async {
        let sender = sender().await;
        let names = |functions: Vec<FoundFunction>| {
            let mut names: Vec<String> = functions
                .iter()
                .map(|function| function.definition().unwrap().name().to_owned())
                .collect();
            names.sort();
            names
        };
        let plan = logical(&sender, QUERIES[4]).await;
        assert_eq!(
            names(inlined_in_logical_plan(&plan).unwrap().functions),
            ["bonus", "tip"],
            "subqueries too"
        );
        for query in [QUERIES[1], QUERIES[2], QUERIES[3]] {
            let plan = sender
                .sql(query)
                .await
                .unwrap()
                .create_physical_plan()
                .await
                .unwrap();
            assert_eq!(
                names(inlined_in_execution_plan(&plan).unwrap()),
                ["bonus", "tip"],
                "{query}"
            );
        }
        assert!(inlined_in_expr(&(col("a") + lit(1))).unwrap().is_empty());
    });
}

/// Contract 12 and 16: a failing resolver is an error of execution, and names what it needs.
#[test]
fn a_callable_that_cannot_be_made_is_an_error_of_execution() {
    run(async {
        let resolver = Arc::new(Resolver::default());
        let stack = CodecStack::new(Some(Arc::clone(&resolver) as _));
        let definition = Definition::from_message(&message("tip", b"unknown")).unwrap();
        let tip = ScalarUDF::new_from_impl(InlinedScalar::local(definition, Arc::new(Twice), None));
        let bytes = stack.expr_to_bytes(&tip.call(vec![col("a")])).unwrap();
        let receiver = context().await;
        let expr = stack.expr_from_bytes(&bytes, &receiver.task_ctx()).unwrap();
        let frame = receiver
            .table("t")
            .await
            .unwrap()
            .select(vec![expr])
            .unwrap();
        let error = frame.collect().await.unwrap_err().to_string();
        assert!(error.contains("no callable"), "{error}");
    });
}

/// Contract 10: maps are hash maps in the engine, in another order each time; our bytes are the same.
#[test]
fn metadata_has_one_order() {
    let metadata: std::collections::BTreeMap<String, String> = (0..20)
        .map(|index| (format!("key{index}"), format!("value{index}")))
        .collect();
    let stack = CodecStack::new(None);
    let encode = || {
        let expr = col("a").alias_with_metadata("x", Some(metadata.clone().into()));
        stack.expr_to_bytes(&(expr.clone() + expr)).unwrap()
    };
    let first = encode();
    for _ in 0..10 {
        assert_eq!(encode(), first);
    }
    let at = |text: &[u8]| {
        first
            .windows(text.len())
            .position(|window| window == text)
            .unwrap()
    };
    assert!(at(b"key0") < at(b"key1") && at(b"key18") < at(b"key19"));
}

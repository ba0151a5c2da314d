//! Contract 3, 4, 8 and 11: the inlining layer in front of the chain.

use std::sync::Arc;

use datafusion::functions::math::abs;
use datafusion::prelude::{col, lit};
use datafusion_inline::{CodecId, CodecStack, InlineError};

use crate::chain::{Functions, call, envelope, stack, writing};
use crate::fixture::{context, inline_error, local, resolving, run, stuck, task_context};

/// Contract 3: our frames are in an envelope of the reserved id, wherever they stand, and the inlining
/// layer is asked before the chain.
#[test]
fn the_inlining_layer_writes_first_and_in_its_envelope() {
    let function = local("tip");
    let (_, stack) = resolving();
    let stack = stack
        .with_logical_codec(Arc::new(writing("x")), CodecId::new("greedy").unwrap())
        .unwrap();
    let bytes = stack.expr_to_bytes(&function.call(vec![col("a")])).unwrap();
    let frame = crate::fixture::definition("tip").frame().clone();
    assert_eq!(
        bytes,
        call("tip", Some(&envelope("io.datafusion.inline", &frame)))
    );
    let decode = |bytes: &[u8]| stack.expr_from_bytes(bytes, &task_context()).unwrap();
    assert_eq!(decode(&bytes), function.call(vec![col("a")]));
    assert_eq!(
        decode(&call("tip", Some(&frame))),
        function.call(vec![col("a")]),
        "bare"
    );
    let twice = envelope(
        "io.datafusion.inline",
        &envelope("io.datafusion.inline", &frame),
    );
    assert_eq!(
        decode(&call("tip", Some(&twice))),
        function.call(vec![col("a")]),
        "at any nesting"
    );
}

/// Contract 3: a capsule of ours in another program is one codec there, chain and all.
#[test]
fn an_inline_envelope_around_another_one_is_opened() {
    let known = Functions {
        reads: Some(abs()),
        ..Functions::default()
    };
    let stack = stack(vec![("known", known)]);
    let bytes = call(
        "abs",
        Some(&envelope("io.datafusion.inline", &envelope("known", b"x"))),
    );
    assert!(stack.expr_from_bytes(&bytes, &task_context()).is_ok());
}

/// Contract 8: the engine's logical serializer drops a codec's error; ours is raised.
#[test]
fn a_function_that_cannot_travel_fails_the_encode() {
    let reason = "it captures 'connection' of class acme.Connection";
    let expr = stuck("lookup", reason).call(vec![col("a")]).gt(lit(1));
    let result = CodecStack::new(None).expr_to_bytes(&expr);
    let error = inline_error(&result);
    assert!(matches!(error, InlineError::Unserializable { name, .. } if name == "lookup"));
    assert!(error.to_string().contains(reason));
    let result = run(async {
        let plan = context()
            .await
            .table("t")
            .await
            .unwrap()
            .filter(expr)
            .unwrap();
        let logical = CodecStack::new(None).logical_plan_to_bytes(plan.logical_plan());
        let physical = plan.create_physical_plan().await.unwrap();
        (
            logical,
            CodecStack::new(None).physical_plan_to_bytes(&physical),
        )
    });
    assert!(matches!(
        inline_error(&result.0),
        InlineError::Unserializable { .. }
    ));
    assert!(matches!(
        inline_error(&result.1),
        InlineError::Unserializable { .. }
    ));
}

/// Contract 4: the name in the body is the node's.
#[test]
fn a_frame_under_another_name_is_malformed() {
    let frame = crate::fixture::definition("tip").frame().clone();
    let bytes = call("other", Some(&envelope("io.datafusion.inline", &frame)));
    let result = CodecStack::new(None).expr_from_bytes(&bytes, &task_context());
    let text = inline_error(&result).to_string();
    assert!(
        text.contains("scalar function 'other'") && text.contains("its body says 'tip'"),
        "{text}"
    );
}

/// Contract 11: a frame of another kind than the node.
#[test]
fn a_frame_of_another_kind_is_malformed() {
    for family in ["DFJVUDA", "DFJVUDW"] {
        let bytes = call("f", Some(format!("{family}\x01rest").as_bytes()));
        let result = CodecStack::new(None).expr_from_bytes(&bytes, &task_context());
        let text = inline_error(&result).to_string();
        assert!(
            text.contains(family) && text.contains("of another kind"),
            "{text}"
        );
    }
}

/// Windows are recognised, and refused by name until they can be decoded; a frame of an aggregate is read.
#[test]
fn frames_of_other_kinds_of_function_are_recognised() {
    let stack = CodecStack::new(None);
    let aggregate = stack.logical().try_decode_udaf("total", b"DFJVUDA\x01rest");
    let aggregate = aggregate.unwrap_err();
    let aggregate = crate::fixture::found(&aggregate);
    assert!(
        matches!(aggregate, InlineError::Malformed { .. }),
        "{aggregate}"
    );
    let window = stack.physical().try_decode_udwf("rank", b"DFJVUDW\x01rest");
    for (error, name) in [(window.unwrap_err(), "window function 'rank'")] {
        let error = crate::fixture::found(&error);
        assert!(matches!(error, InlineError::Unserializable { .. }));
        assert!(error.to_string().contains(name), "{error}");
    }
}

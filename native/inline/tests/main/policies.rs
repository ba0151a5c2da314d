//! Contract 17 to 20: which functions may travel.

use std::sync::Arc;

use datafusion::functions::math::abs;
use datafusion::prelude::{col, lit};
use datafusion_inline::{CodecId, CodecStack, FunctionKind, InlineError, InliningPolicy};
use datafusion_proto::logical_plan::LogicalExtensionCodec;

use crate::chain::{call, envelope};
use crate::fixture::{
    context_with, definition, found, inline_error, local, occurrences, resolving, run, stuck,
    task_context,
};

fn strict() -> CodecStack {
    resolving().1.with_policy(InliningPolicy::Disabled)
}

fn id(id: &str) -> CodecId {
    CodecId::new(id).unwrap()
}

#[track_caller]
fn refused(stack: &CodecStack, definition: &[u8]) -> String {
    let result = stack.expr_from_bytes(&call("tip", Some(definition)), &task_context());
    match inline_error(&result) {
        error @ InlineError::Refused {
            kind: FunctionKind::Scalar,
            name,
            ..
        } if name == "tip" => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Contract 17 and 18: disabled emits names and refuses frames, naming kind, function, policy and the
/// two remedies.
#[test]
fn disabled_emits_names_and_refuses_frames() {
    let expr = local("tip").call(vec![col("a")]);
    assert_eq!(strict().expr_to_bytes(&expr).unwrap(), call("tip", None));
    let text = refused(&strict(), definition("tip").frame());
    for part in [
        "scalar function 'tip'",
        "disabled",
        "DFJVUDF",
        "encodes the function by name",
        "allows inlined",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

/// Contract 18: on the 7 family bytes alone, even if the rest is broken; after every envelope.
#[test]
fn disabled_refuses_on_the_family_alone_at_every_depth() {
    for payload in [
        b"DFJVUDF".as_slice(),
        b"DFJVUDF\x09",
        b"DFJVUDFgarbage",
        b"DFJVUDA\x01",
    ] {
        refused(&strict(), payload);
        refused(&strict(), &envelope("io.datafusion.inline", payload));
        refused(
            &strict(),
            &envelope("not.installed", &envelope("io.datafusion.inline", payload)),
        );
        refused(
            &strict(),
            &(0..50).fold(payload.to_vec(), |inner, _| envelope("x", &inner)),
        );
    }
}

/// Contract 18: Python's frames are refused by name under every policy, at every depth, before any
/// codec of the chain sees them.
#[test]
fn python_frames_are_always_refused() {
    let enabled = resolving().1;
    let inner = enabled.logical();
    let enabled = enabled.with_logical_codec(inner, id("lib.C")).unwrap();
    for family in ["DFPYUDF", "DFPYUDA", "DFPYUDW", "DFPYUDX"] {
        let payload = format!("{family}\x01\x03\x0bpickle");
        for stack in [&enabled, &strict()] {
            let text = refused(stack, payload.as_bytes());
            assert!(text.contains(family), "{text}");
            refused(stack, &envelope("lib.C", payload.as_bytes()));
            refused(
                stack,
                &envelope("other", &envelope("lib.C", payload.as_bytes())),
            );
        }
    }
}

/// Contract 18: not only scalar functions are a way in.
#[test]
fn the_policy_holds_for_every_kind_of_payload() {
    let stack = strict();
    let frame = envelope("x", b"DFJVUDA\x01");
    let (logical, physical) = (stack.logical(), stack.physical());
    let errors = [
        logical.try_decode_udaf("f", &frame).unwrap_err(),
        logical.try_decode_udwf("f", &frame).unwrap_err(),
        logical
            .try_decode_higher_order_function("f", &frame)
            .unwrap_err(),
        logical
            .try_decode(&frame, &[], &task_context())
            .unwrap_err(),
        logical
            .try_decode_file_format(&frame, &task_context())
            .err()
            .unwrap(),
        physical.try_decode_udf("f", &frame).unwrap_err(),
        physical.try_decode_udaf("f", &frame).unwrap_err(),
        physical.try_decode_udwf("f", &frame).unwrap_err(),
    ];
    for error in &errors {
        assert!(
            matches!(found(error), InlineError::Refused { .. }),
            "{error}"
        );
    }
}

/// Contract 18: on encode under strict, bytes of the chain that unwrap to a known family are no opinion.
#[test]
fn a_codec_cannot_carry_in_what_the_policy_keeps_out() {
    #[derive(Debug)]
    struct Smuggler(Vec<u8>);
    impl LogicalExtensionCodec for Smuggler {
        crate::fixture::without_nodes_and_tables!();
        fn try_encode_udf(
            &self,
            _: &datafusion::logical_expr::ScalarUDF,
            buf: &mut Vec<u8>,
        ) -> datafusion::error::Result<()> {
            buf.extend_from_slice(&self.0);
            Ok(())
        }
    }
    let expr = abs().call(vec![col("a")]);
    for smuggled in [
        b"DFPYUDF\x01".to_vec(),
        envelope("deep", &envelope("deeper", b"DFJVUDF\x01")),
    ] {
        let with = |stack: CodecStack| {
            stack.with_logical_codec(Arc::new(Smuggler(smuggled.clone())), id("s"))
        };
        let bytes = with(strict()).unwrap().expr_to_bytes(&expr).unwrap();
        assert_eq!(bytes, call("abs", None));
        let bytes = with(resolving().1).unwrap().expr_to_bytes(&expr).unwrap();
        assert_eq!(bytes, call("abs", Some(&envelope("s", &smuggled))));
    }
}

/// Contract 18: a stack of ours as a codec of another one works under the stricter of two policies,
/// and the upstream hole (a strict session with an inlining one installed) is closed.
#[test]
fn a_stack_inside_a_stack_is_as_strict_as_the_stricter() {
    let inner = resolving().1;
    let both = strict()
        .with_logical_codec(inner.logical(), id("inner"))
        .unwrap();
    let expr = local("tip").call(vec![col("a")]);
    assert_eq!(both.expr_to_bytes(&expr).unwrap(), call("tip", None));
    refused(&both, &envelope("inner", definition("tip").frame()));
    // A stack in a stack in a stack: the codec asks its own inner one by itself.
    let middle = resolving()
        .1
        .with_logical_codec(inner.logical(), id("inner"))
        .unwrap();
    let outer = strict()
        .with_logical_codec(middle.logical(), id("middle"))
        .unwrap();
    assert_eq!(outer.expr_to_bytes(&expr).unwrap(), call("tip", None));
    // An inner strict stack stays strict inside an enabled one.
    let lenient = resolving()
        .1
        .with_logical_codec(strict().logical(), id("strict"))
        .unwrap();
    refused(&lenient, &envelope("strict", definition("tip").frame()));
    // Turning the outer policy back on gives the inner one its own again.
    let back = both.with_policy(InliningPolicy::Enabled);
    let bytes = call("tip", Some(&envelope("inner", definition("tip").frame())));
    assert!(back.expr_from_bytes(&bytes, &task_context()).is_ok());
}

/// Contract 19: off and on again gives a fresh session's bytes.
#[test]
fn policy_off_then_on_gives_the_same_bytes() {
    let expr = local("tip").call(vec![col("a")]);
    let fresh = resolving().1;
    let again = strict().with_policy(InliningPolicy::Enabled);
    assert_eq!(
        again.expr_to_bytes(&expr).unwrap(),
        fresh.expr_to_bytes(&expr).unwrap()
    );
    assert_eq!(
        occurrences(&fresh.expr_to_bytes(&expr).unwrap(), b"DFJVUDF"),
        1
    );
}

/// Contract 19: by-name bytes decode under every policy when the name is registered.
#[test]
fn names_decode_under_every_policy() {
    let function = local("tip");
    run(async {
        let registered = context_with(&[&function]).await.task_ctx();
        let bytes = call("tip", None);
        for stack in [resolving().1, strict()] {
            let expr = stack.expr_from_bytes(&bytes, &registered).unwrap();
            assert_eq!(expr, function.call(vec![col("a")]));
            let unknown = stack.expr_from_bytes(&bytes, &task_context());
            assert!(matches!(
                inline_error(&unknown),
                InlineError::Unresolved { .. }
            ));
        }
    });
}

/// Contract 14 and 17: under strict a function that cannot travel goes by name like any other.
#[test]
fn strict_sends_what_cannot_travel_by_name() {
    let expr = stuck("tip", "it captures a socket").call(vec![col("a")]);
    assert_eq!(strict().expr_to_bytes(&expr).unwrap(), call("tip", None));
    assert!(resolving().1.expr_to_bytes(&expr.gt(lit(1))).is_err());
}

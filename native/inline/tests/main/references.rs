//! Contract 17 and 18: functions that travel by reference.

use std::sync::Arc;

use datafusion::logical_expr::ScalarUDF;
use datafusion::prelude::col;
use datafusion_inline::message::{CodeUnit, InlinedFunction};
use datafusion_inline::{
    CodePackages, CodecId, CodecStack, Definition, InlineError, InlinedScalar, InliningPolicy,
};

use crate::chain::{Functions, call, envelope};
use crate::fixture::{Twice, inline_error, message, resolving, task_context};

fn units(names: &[&str]) -> Vec<CodeUnit> {
    let unit = |name: &&str| CodeUnit {
        name: (*name).to_owned(),
        ..CodeUnit::default()
    };
    names.iter().map(unit).collect()
}

/// The function `tip` with code.
pub fn referring(carried: &[&str], referenced: &[&str]) -> Definition {
    let mut message: InlinedFunction = message("tip", b"times two");
    let callable = message.callable.as_mut().unwrap();
    callable.carried = units(carried);
    callable.referenced = units(referenced);
    Definition::from_message(&message).unwrap()
}

pub fn function(definition: Definition) -> Arc<ScalarUDF> {
    let inlined = InlinedScalar::local(definition, Arc::new(Twice), None);
    Arc::new(ScalarUDF::new_from_impl(inlined))
}

pub fn by_reference(packages: &[&str]) -> InliningPolicy {
    let everywhere = ["core".to_owned()];
    let alone = ["extra.sql".to_owned()];
    InliningPolicy::by_reference(
        CodePackages::of(packages.iter().copied()).with_everywhere(everywhere, alone),
    )
}

fn stack(packages: &[&str]) -> CodecStack {
    resolving().1.with_policy(by_reference(packages))
}

#[track_caller]
fn refusal(stack: &CodecStack, frame: &[u8]) -> String {
    let result = stack.expr_from_bytes(&call("tip", Some(frame)), &task_context());
    match inline_error(&result) {
        error @ InlineError::Refused { name, .. } if name == "tip" => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn packages_hold_what_is_below_them() {
    let packages = CodePackages::of(["com.acme", "a"])
        .with_everywhere(["core".to_owned()], ["extra.sql".to_owned()]);
    for held in [
        "com.acme.Rates",
        "com.acme.tax.Vat",
        "a.B",
        "core.Text",
        "core.deep.Text",
        "extra.sql.Row",
    ] {
        assert!(packages.hold(held), "{held}");
    }
    for outside in [
        "com.acme",
        "com.acmeric.Rates",
        "com.Rates",
        "Rates",
        "",
        ".",
        "[Lcom.acme.Rates;",
        "com/acme/Rates",
        "ab.C",
        "extra.sql.deep.Row",
        "extra.Row",
    ] {
        assert!(!packages.hold(outside), "{outside}");
    }
    assert!(!CodePackages::of([""]).hold(".Rates"));
    assert_eq!(packages.to_string(), "com.acme, a");
}

/// Contract 17: no code in or out, references to these packages only.
#[test]
fn references_to_the_packages_travel() {
    let stack = stack(&["com.acme"]);
    for referenced in [
        &["com.acme.Rates", "core.Text", "extra.sql.Row"][..],
        &[][..],
    ] {
        let definition = referring(&[], referenced);
        let frame = definition.frame().clone();
        let expr = function(definition).call(vec![col("a")]);
        let bytes = stack.expr_to_bytes(&expr).unwrap();
        assert_eq!(
            bytes,
            call("tip", Some(&envelope("io.datafusion.inline", &frame)))
        );
        assert_eq!(
            stack.expr_from_bytes(&bytes, &task_context()).unwrap(),
            expr
        );
    }
}

/// Contract 18: refused after parsing and before anything is brought to life, naming what and why.
#[test]
fn code_and_other_packages_are_refused() {
    let (resolver, stack) = resolving();
    let stack = stack.with_policy(by_reference(&["com.acme"]));
    let carrying = refusal(&stack, referring(&["com.acme.Rates"], &[]).frame());
    assert!(
        carrying.contains("carries 1 units of code, 'com.acme.Rates'"),
        "{carrying}"
    );
    let other = refusal(
        &stack,
        referring(&[], &["com.acme.A", "org.gadget.B"]).frame(),
    );
    assert!(other.contains("refers to 'org.gadget.B'"), "{other}");
    for text in [carrying, other] {
        for part in [
            "scalar function 'tip'",
            "by reference (com.acme)",
            "encodes the function by name",
        ] {
            assert!(text.contains(part), "{text}");
        }
    }
    assert_eq!(resolver.count(), 0);
}

/// Contract 17 and 18: what may not travel fails the encode, naming function, policy and remedy.
#[test]
fn what_may_not_be_read_is_not_written() {
    let stack = stack(&["com.acme"]);
    for definition in [
        referring(&["com.acme.Rates"], &[]),
        referring(&[], &["org.gadget.B"]),
    ] {
        let result = stack.expr_to_bytes(&function(definition).call(vec![col("a")]));
        let error = inline_error(&result);
        assert!(matches!(error, InlineError::Unserializable { name, .. } if name == "tip"));
        for part in [
            "by reference (com.acme)",
            "share the packages",
            "encode by name",
        ] {
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}

/// Contract 18: a codec of the chain neither sees nor writes what the policy keeps out.
#[test]
fn codecs_see_and_write_only_what_is_admitted() {
    let carrying = referring(&["com.acme.Rates"], &[]).frame().to_vec();
    let codec = Arc::new(Functions {
        reads: Some(function(referring(&[], &[]))),
        ..Functions::default()
    });
    let reading = stack(&[])
        .with_logical_codec(Arc::clone(&codec) as _, CodecId::new("x").unwrap())
        .unwrap();
    refusal(&reading, &envelope("x", &carrying));
    refusal(
        &reading,
        &envelope("x", &envelope("io.datafusion.inline", &carrying)),
    );
    assert!(codec.seen.lock().unwrap().is_empty());
    let inner = resolving().1;
    let outer = stack(&[])
        .with_logical_codec(inner.logical(), CodecId::new("inner").unwrap())
        .unwrap();
    let result = outer.expr_to_bytes(&function(referring(&["c.C"], &[])).call(vec![col("a")]));
    assert!(matches!(
        inline_error(&result),
        InlineError::Unserializable { .. }
    ));
    let bytes = call(
        "tip",
        Some(&envelope("inner", referring(&[], &["core.A"]).frame())),
    );
    assert!(outer.expr_from_bytes(&bytes, &task_context()).is_ok());
}

//! Contract 11: whatever the bytes, an error that says what and where; nothing crashes, and nothing is
//! brought to life.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::prelude::{SessionContext, col, lit};
use datafusion_inline::{
    CodecStack, DEFAULT_PAYLOAD_LIMIT, Definition, InlineError, InliningPolicy,
};
use fastrand::Rng;

use crate::fixture::{context, context_with, definition, local, resolving, run, task_context};
use crate::references::by_reference;
use crate::signing::{ALICE, signed};

const MUTANTS: usize = 4000;

/// Changes bytes as a bad line, a bad disk or a bad person would.
fn mutate(rng: &mut Rng, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(1..4) {
        let at = rng
            .usize(..bytes.len().max(1))
            .min(bytes.len().saturating_sub(1));
        match rng.u8(..8) {
            _ if bytes.is_empty() => bytes.push(rng.u8(..)),
            0 => bytes.truncate(at),
            1 | 2 => bytes[at] ^= 1 << rng.u8(..8),
            3 => bytes[at] = rng.u8(..),
            4 => bytes.insert(at, rng.u8(..)),
            5 => drop(bytes.remove(at)),
            6 => {
                let end = (at + rng.usize(..20)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = rng.usize(..=bytes.len());
                bytes.splice(to..to, piece);
            }
            _ => swap_kind(rng, &mut bytes),
        }
    }
    bytes
}

/// Another family or another magic in place of one that is there.
fn swap_kind(rng: &mut Rng, bytes: &mut [u8]) {
    const KINDS: [&[u8; 7]; 7] = [
        b"DFJVUDF", b"DFJVUDA", b"DFJVUDW", b"DFPYUDF", b"DFPYUDW", b"DFPYCHN", b"DFJVUDX",
    ];
    let places: Vec<usize> = bytes
        .windows(7)
        .enumerate()
        .filter(|(_, window)| KINDS.iter().any(|kind| *window == kind.as_slice()))
        .map(|(at, _)| at)
        .collect();
    if let Some(&at) = rng.choice(&places) {
        bytes[at..at + 7].copy_from_slice(KINDS[rng.usize(..KINDS.len())]);
    }
}

/// Decodes mutants; answers how many were refused.
fn refused(
    seed: u64,
    whole: &[Vec<u8>],
    context: &TaskContext,
    decode: impl Fn(&CodecStack, &[u8], &TaskContext) -> Result<()>,
) -> usize {
    let mut rng = Rng::with_seed(seed);
    let (resolver, enabled) = resolving();
    let strict = enabled.with_policy(InliningPolicy::Disabled);
    let trusting = enabled.with_policy(signed(None, &[ALICE]));
    let without_code = enabled.with_policy(by_reference(&[]));
    let mut refused = 0;
    for round in 0..MUTANTS {
        let bytes = mutate(&mut rng, &whole[round % whole.len()]);
        for stack in [&enabled, &strict, &trusting, &without_code] {
            let result = catch_unwind(AssertUnwindSafe(|| decode(stack, &bytes, context)));
            match result {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    assert!(!error.to_string().is_empty());
                    refused += 1;
                }
                Err(_) => panic!("seed {seed}, round {round}: a decode panicked on {bytes:?}"),
            }
        }
    }
    assert_eq!(resolver.count(), 0, "a decode brings nothing to life");
    refused
}

const QUERIES: [&str; 4] = [
    "select tip(a) x, b from t where tip(a) > 1 and b like 'x%'",
    "select b, sum(tip(a)) s, count(distinct a) from t group by b order by s limit 3",
    "select l.b, tip(l.a) + r.a s from t l join t r on l.a = r.a where l.a in (1, 2, 3)",
    "select case when tip(a) > 2 then null else cast(a as varchar) end, rank() over (order by a) from t",
];

async fn sender() -> SessionContext {
    context_with(&[&local("tip")]).await
}

#[test]
fn mutated_expressions_are_refused() {
    run(async {
        let stack = resolving().1;
        let tip = || local("tip").call(vec![col("a")]);
        let exprs = [
            tip(),
            tip() + lit(1) + tip(),
            tip().between(lit(1), lit(2)).alias("x"),
        ];
        let whole: Vec<Vec<u8>> = exprs
            .iter()
            .map(|expr| stack.expr_to_bytes(expr).unwrap())
            .collect();
        let decode = |stack: &CodecStack, bytes: &[u8], context: &TaskContext| {
            stack.expr_from_bytes(bytes, context).map(drop)
        };
        assert!(refused(1, &whole, &task_context(), decode) > 2 * MUTANTS);
    });
}

#[test]
fn mutated_logical_plans_are_refused() {
    run(async {
        let (stack, sender) = (resolving().1, sender().await);
        let mut whole = Vec::new();
        for query in QUERIES {
            let plan = sender.sql(query).await.unwrap().into_unoptimized_plan();
            whole.push(stack.logical_plan_to_bytes(&plan).unwrap());
        }
        let decode = |stack: &CodecStack, bytes: &[u8], context: &TaskContext| {
            stack.logical_plan_from_bytes(bytes, context).map(drop)
        };
        let receiver = context().await.task_ctx();
        assert!(refused(2, &whole, &receiver, decode) > 2 * MUTANTS);
    });
}

#[test]
fn mutated_physical_plans_are_refused() {
    run(async {
        let (stack, sender) = (resolving().1, sender().await);
        let mut whole = Vec::new();
        for query in QUERIES {
            let plan = sender
                .sql(query)
                .await
                .unwrap()
                .create_physical_plan()
                .await
                .unwrap();
            whole.push(stack.physical_plan_to_bytes(&plan).unwrap());
        }
        let decode = |stack: &CodecStack, bytes: &[u8], context: &TaskContext| {
            stack.physical_plan_from_bytes(bytes, context).map(drop)
        };
        assert!(refused(3, &whole, &task_context(), decode) > 2 * MUTANTS);
    });
}

/// Truncated at every byte, in all three messages.
#[test]
fn truncated_messages_are_refused() {
    run(async {
        let (resolver, stack) = resolving();
        let sender = sender().await;
        let frame = sender.sql(QUERIES[0]).await.unwrap();
        let logical = stack.logical_plan_to_bytes(frame.logical_plan()).unwrap();
        let physical = frame.create_physical_plan().await.unwrap();
        let physical = stack.physical_plan_to_bytes(&physical).unwrap();
        let expr = stack
            .expr_to_bytes(&local("tip").call(vec![col("a")]))
            .unwrap();
        let receiver = task_context();
        for length in 0..logical.len() {
            assert!(
                stack
                    .logical_plan_from_bytes(&logical[..length], &receiver)
                    .is_err(),
                "{length}"
            );
        }
        for length in 0..physical.len() {
            assert!(
                stack
                    .physical_plan_from_bytes(&physical[..length], &receiver)
                    .is_err(),
                "{length}"
            );
        }
        for length in 0..expr.len() {
            assert!(
                stack.expr_from_bytes(&expr[..length], &receiver).is_err(),
                "{length}"
            );
        }
        assert_eq!(resolver.count(), 0);
    });
}

/// Frames with an honest digest over a mutated body: what a person could send.
#[test]
fn mutated_bodies_with_honest_digests_are_refused_or_read() {
    let mut rng = Rng::with_seed(4);
    let body = definition("tip").body().to_vec();
    let mut refused = 0;
    for round in 0..MUTANTS {
        let frame = crate::wire::frame_of(b"DFJVUDF", &mutate(&mut rng, &body));
        match catch_unwind(|| Definition::from_frame(&frame, DEFAULT_PAYLOAD_LIMIT)) {
            Ok(Ok(definition)) => assert_eq!(definition.frame(), &frame),
            Ok(Err(InlineError::Malformed { .. })) => refused += 1,
            Ok(Err(other)) => panic!("round {round}: {other}"),
            Err(_) => panic!("round {round}: a panic"),
        }
    }
    assert!(refused > MUTANTS / 4, "{refused}");
}

/// The wrong message altogether.
#[test]
fn a_message_of_another_kind_is_refused() {
    run(async {
        let (stack, sender) = (resolving().1, sender().await);
        let frame = sender.sql(QUERIES[1]).await.unwrap();
        let logical = stack.logical_plan_to_bytes(frame.logical_plan()).unwrap();
        let physical = frame.create_physical_plan().await.unwrap();
        let physical = stack.physical_plan_to_bytes(&physical).unwrap();
        let context = task_context();
        assert!(stack.expr_from_bytes(&logical, &context).is_err());
        assert!(stack.expr_from_bytes(&physical, &context).is_err());
        assert!(stack.logical_plan_from_bytes(&physical, &context).is_err());
        assert!(stack.physical_plan_from_bytes(&logical, &context).is_err());
        let random: Vec<u8> = std::iter::repeat_with(|| fastrand::u8(..))
            .take(4096)
            .collect();
        assert!(stack.logical_plan_from_bytes(&random, &context).is_err());
        let shared = Arc::clone(&context);
        assert!(stack.expr_from_bytes(b"", &shared).is_err());
    });
}

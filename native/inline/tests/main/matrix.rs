//! Contract 17 to 20: every policy, every form of bytes, the name registered and not; every pair of
//! policies.

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::prelude::{SessionContext, col};
use datafusion_inline::{CodecStack, Envelope, InlineError, InliningPolicy};
use datafusion_proto::protobuf::{LogicalExprNode, logical_expr_node::ExprType};
use prost::Message;

use crate::chain::call;
use crate::fixture::{context, context_with, found, resolving, run, task_context};
use crate::references::{by_reference, function, referring};
use crate::signing::{ALICE, BOB, signed};

const QUERY: &str = "select tip(a) x from t where tip(a) > 1";

/// What the three forms of bytes hold.
struct Sent {
    expr: Vec<u8>,
    logical: Vec<u8>,
    physical: Vec<u8>,
}

async fn sent(stack: &CodecStack, sender: &SessionContext) -> Sent {
    let frame = sender.sql(QUERY).await.unwrap();
    let expr = function(referring(&[], &["core.Text"])).call(vec![col("a")]);
    let logical = frame.logical_plan().clone();
    let physical = frame.create_physical_plan().await.unwrap();
    Sent {
        expr: stack.expr_to_bytes(&expr).unwrap(),
        logical: stack.logical_plan_to_bytes(&logical).unwrap(),
        physical: stack.physical_plan_to_bytes(&physical).unwrap(),
    }
}

impl Sent {
    fn read_by(&self, stack: &CodecStack, context: &TaskContext) -> [Result<()>; 3] {
        [
            stack.expr_from_bytes(&self.expr, context).map(drop),
            stack
                .logical_plan_from_bytes(&self.logical, context)
                .map(drop),
            stack
                .physical_plan_from_bytes(&self.physical, context)
                .map(drop),
        ]
    }
}

fn policies() -> [(InliningPolicy, &'static str); 6] {
    [
        (InliningPolicy::Enabled, "nu"),
        (InliningPolicy::Disabled, ""),
        (by_reference(&["com.acme"]), "nu"),
        (by_reference(&[]), "nu"),
        (signed(Some(ALICE), &[ALICE]), "n"),
        (signed(Some(BOB), &[BOB]), ""),
    ]
}

fn is_refused(error: &DataFusionError) -> bool {
    matches!(found(error), InlineError::Refused { .. })
}

/// Contract 18 to 20: what came inlined is read or refused as the policy says, whether the name is
/// registered or not; what came by name is read wherever it is registered.
#[test]
fn every_policy_over_every_form_of_bytes() {
    run(async {
        let tip = function(referring(&[], &["core.Text"]));
        let sender = context_with(&[&tip]).await;
        let (resolver, base) = resolving();
        let stack = |policy: &InliningPolicy| base.with_policy(policy.clone());
        let unsigned = sent(&stack(&InliningPolicy::Enabled), &sender).await;
        let by_alice = sent(&stack(&signed(Some(ALICE), &[])), &sender).await;
        let by_name = sent(&stack(&InliningPolicy::Disabled), &sender).await;
        let registered = context_with(&[&tip]).await.task_ctx();
        let unknown = context().await.task_ctx();
        for (policy, admits) in policies() {
            let stack = stack(&policy);
            for (bytes, admitted) in [
                (&unsigned, admits.contains('u')),
                (&by_alice, admits.contains('n')),
            ] {
                for context in [&registered, &unknown] {
                    for result in bytes.read_by(&stack, context) {
                        match result {
                            Ok(()) => assert!(admitted, "{policy}"),
                            Err(error) => assert!(!admitted && is_refused(&error), "{error}"),
                        }
                    }
                }
            }
            for result in by_name.read_by(&stack, &registered) {
                result.unwrap_or_else(|error| panic!("{policy}: {error}"));
            }
            for result in by_name.read_by(&stack, &unknown) {
                let error = result.unwrap_err();
                assert!(
                    matches!(found(&error), InlineError::Unresolved { .. }),
                    "{error}"
                );
            }
        }
        assert_eq!(resolver.count(), 0);
    });
}

/// Contract 19: whatever policy was on in between.
#[test]
fn a_policy_that_was_on_leaves_nothing_behind() {
    run(async {
        let tip = function(referring(&[], &["core.Text"]));
        let sender = context_with(&[&tip]).await;
        let fresh = sent(&resolving().1, &sender).await;
        for (policy, _) in policies() {
            let again = resolving()
                .1
                .with_policy(policy)
                .with_policy(InliningPolicy::Enabled);
            let again = sent(&again, &sender).await;
            assert_eq!(again.expr, fresh.expr);
            assert_eq!(again.logical, fresh.logical);
            assert_eq!(again.physical, fresh.physical);
        }
    });
}

fn reads(policy: &InliningPolicy, definition: &[u8]) -> bool {
    let stack = resolving().1.with_policy(policy.clone());
    let result = stack.expr_from_bytes(&call("tip", Some(definition)), &task_context());
    match result {
        Ok(_) => true,
        Err(error) if is_refused(&error) => false,
        Err(error) => panic!("{policy}: {error}"),
    }
}

fn all_policies() -> Vec<InliningPolicy> {
    let mut all: Vec<_> = policies().into_iter().map(|(policy, _)| policy).collect();
    all.push(signed(None, &[ALICE, BOB]));
    all.push(by_reference(&["com.acme", "org.gadget"]));
    all
}

/// Contract 18: the stricter of two policies admits what both admit, in either order.
#[test]
fn of_two_policies_both_must_admit() {
    let definitions = [
        referring(&[], &["core.Text"]),
        referring(&[], &["com.acme.Rates"]),
        referring(&[], &["org.gadget.Rates"]),
        referring(&["com.acme.Rates"], &[]),
    ];
    let senders = [
        InliningPolicy::Enabled,
        signed(Some(ALICE), &[]),
        signed(Some(BOB), &[]),
    ];
    let mut frames = Vec::new();
    for definition in definitions {
        let expr = function(definition).call(vec![col("a")]);
        for sender in &senders {
            let stack = resolving().1.with_policy(sender.clone());
            let bytes = stack.expr_to_bytes(&expr).unwrap();
            frames.push(frame_in(&bytes));
        }
    }
    let mut seen = [0, 0];
    for this in all_policies() {
        for other in all_policies() {
            let both = this.stricter(&other);
            for frame in &frames {
                let admitted = reads(&both, frame);
                assert_eq!(
                    admitted,
                    reads(&this, frame) && reads(&other, frame),
                    "{both}"
                );
                seen[usize::from(admitted)] += 1;
            }
        }
        assert_eq!(this.stricter(&this).to_string(), this.to_string());
        let thrice = this.stricter(&this.stricter(&by_reference(&["com.acme"])));
        let twice = this.stricter(&by_reference(&["com.acme"]));
        assert_eq!(thrice.to_string().len(), twice.to_string().len());
    }
    assert!(seen[0] > 0 && seen[1] > 0);
}

/// The frame of the function that bytes call.
fn frame_in(bytes: &[u8]) -> Vec<u8> {
    let Some(ExprType::ScalarUdfExpr(call)) = LogicalExprNode::decode(bytes).unwrap().expr_type
    else {
        panic!("a call")
    };
    let envelope = call.fun_definition.unwrap();
    Envelope::open(&envelope).unwrap().unwrap().payload.to_vec()
}

/// Contract 18: an encode is one that both policies make, signed by the outer one's signer.
#[test]
fn of_two_policies_both_must_write() {
    let plain = referring(&[], &["com.acme.Rates"]);
    let expr = function(plain).call(vec![col("a")]);
    let write = |policy: InliningPolicy| resolving().1.with_policy(policy).expr_to_bytes(&expr);
    let by_alice = write(signed(Some(ALICE), &[])).unwrap();
    let acme = by_reference(&["com.acme"]);
    let alice = signed(Some(ALICE), &[ALICE]);
    assert_eq!(write(acme.stricter(&alice)).unwrap(), by_alice);
    assert_eq!(write(alice.stricter(&acme)).unwrap(), by_alice);
    let bob = signed(Some(BOB), &[BOB]);
    assert_eq!(write(bob.stricter(&alice)).unwrap(), by_alice);
    assert!(write(by_reference(&[]).stricter(&alice)).is_err());
    assert!(write(alice.stricter(&signed(None, &[ALICE]))).is_err());
    for policy in [acme, alice] {
        let strict = policy.stricter(&InliningPolicy::Disabled);
        assert_eq!(write(strict).unwrap(), call("tip", None));
        let same = policy.stricter(&InliningPolicy::Enabled);
        assert_eq!(write(same).unwrap(), write(policy).unwrap());
    }
}

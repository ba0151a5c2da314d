//! Contract 17 and 18: signed functions.

use std::sync::Arc;

use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::prelude::{col, lit};
use datafusion_inline::message::{Frame, FrameSignature};
use datafusion_inline::{
    CodecId, CodecStack, FrameSigner, FrameVerifier, InlineError, InlinedScalar, InliningPolicy,
    Verdict,
};
use prost::Message;
use sha2::{Digest, Sha256};

use crate::chain::{Functions, call, envelope};
use crate::fixture::{definition, inline_error, local, resolving, task_context};
use crate::wire::frame_of;

/// A secret under an id. Hashes twice around the secret, which is enough for a test.
#[derive(Debug, Clone)]
pub struct Key {
    pub id: &'static str,
    pub secret: &'static str,
    pub algorithm: &'static str,
}

pub const ALICE: Key = Key {
    id: "alice",
    secret: "rabbit",
    algorithm: "toy",
};

pub const BOB: Key = Key {
    id: "bob",
    secret: "hare",
    algorithm: "toy",
};

impl Key {
    fn mac(&self, content: &[u8]) -> Vec<u8> {
        let inner = Sha256::new()
            .chain_update(self.secret)
            .chain_update(content);
        let outer = Sha256::new()
            .chain_update(self.secret)
            .chain_update(inner.finalize());
        outer.finalize().to_vec()
    }
}

impl FrameSigner for Key {
    fn algorithm(&self) -> &str {
        self.algorithm
    }

    fn key_id(&self) -> &[u8] {
        self.id.as_bytes()
    }

    fn sign(&self, content: &[u8]) -> Result<Vec<u8>> {
        match self.secret {
            "" => Ok(Vec::new()),
            "lost" => exec_err!("the secret is lost"),
            _ => Ok(self.mac(content)),
        }
    }
}

#[derive(Debug)]
pub struct Keys(Vec<Key>);

impl FrameVerifier for Keys {
    fn verify(&self, signature: &FrameSignature, content: &[u8]) -> Result<Verdict> {
        let known = self
            .0
            .iter()
            .find(|key| key.id.as_bytes() == signature.key_id);
        Ok(match known {
            None => Verdict::UnknownKey,
            Some(key) if key.secret == "lost" => return exec_err!("the secret is lost"),
            Some(key) if key.algorithm != signature.algorithm => Verdict::WrongAlgorithm,
            Some(key) if key.mac(content) != signature.value => Verdict::Altered,
            Some(_) => Verdict::Valid,
        })
    }
}

pub fn signed(signer: Option<Key>, trusted: &[Key]) -> InliningPolicy {
    let signer = signer.map(|key| Arc::new(key) as Arc<dyn FrameSigner>);
    InliningPolicy::signed(signer, Arc::new(Keys(trusted.to_vec())))
}

fn stack(signer: Option<Key>, trusted: &[Key]) -> CodecStack {
    resolving().1.with_policy(signed(signer, trusted))
}

/// The frame of `tip` that a signer makes.
fn frame(signer: Key) -> Vec<u8> {
    let expr = local("tip").call(vec![col("a")]);
    let bytes = stack(Some(signer), &[]).expr_to_bytes(&expr).unwrap();
    let decoded = resolving()
        .1
        .expr_from_bytes(&bytes, &task_context())
        .unwrap();
    let datafusion::logical_expr::Expr::ScalarFunction(call) = decoded else {
        panic!("{decoded}")
    };
    let inlined = InlinedScalar::of(&call.func).unwrap();
    inlined.definition().frame().to_vec()
}

fn decode(stack: &CodecStack, frame: &[u8]) -> Result<datafusion::logical_expr::Expr> {
    stack.expr_from_bytes(&call("tip", Some(frame)), &task_context())
}

#[track_caller]
fn refusal(stack: &CodecStack, frame: &[u8]) -> String {
    let result = decode(stack, frame);
    match inline_error(&result) {
        error @ InlineError::Refused { name, policy, .. }
            if name == "tip" && policy == "signed" =>
        {
            error.to_string()
        }
        other => panic!("{other:?}"),
    }
}

/// Contract 17: same body, same digest; the signature is over what the documentation says.
#[test]
fn a_signed_frame_is_the_frame_and_a_signature() {
    let (plain, bytes) = (definition("tip"), frame(ALICE));
    let signed = Frame::decode(&bytes[8..]).unwrap();
    assert_eq!(signed.body, plain.body());
    assert_eq!(signed.sha256, plain.digest().as_slice());
    let signature = signed.signature.clone().unwrap();
    assert_eq!(
        (signature.algorithm.as_str(), signature.key_id.as_ref()),
        ("toy", b"alice".as_slice())
    );
    let mut content = b"datafusion-inline frame signature\0\x01".to_vec();
    content.extend_from_slice(b"\x03\0\0\0\0\0\0\0toy\x05\0\0\0\0\0\0\0alice");
    content.extend_from_slice(&plain.frame()[..8]);
    content.extend_from_slice(plain.body());
    assert_eq!(signature.value, ALICE.mac(&content));
    let unsigned = Frame {
        signature: None,
        ..signed
    };
    assert_eq!(unsigned.encode_to_vec(), plain.frame()[8..]);
    assert_eq!(
        decode(&stack(None, &[ALICE]), &bytes).unwrap(),
        local("tip").call(vec![col("a")])
    );
}

/// Contract 18: each reason is its own.
#[test]
fn what_is_not_signed_by_a_trusted_key_is_refused() {
    let stack = stack(None, &[ALICE]);
    let unsigned = refusal(&stack, definition("tip").frame());
    assert!(unsigned.contains("it is not signed"), "{unsigned}");
    let unknown = refusal(&stack, &frame(BOB));
    assert!(unknown.contains("no key 'bob' is known"), "{unknown}");
    let wrong_secret = Key {
        secret: "guess",
        ..ALICE
    };
    let altered = refusal(&stack, &frame(wrong_secret));
    assert!(altered.contains("it was altered, or not signed by the key 'alice'"));
    let wrong_algorithm = Key {
        algorithm: "none",
        ..ALICE
    };
    let other = refusal(&stack, &frame(wrong_algorithm));
    assert!(other.contains("signed by 'none', and the key 'alice' is for another"));
    for text in [unsigned, unknown, altered, other] {
        for part in ["scalar function 'tip'", "encodes the function by name"] {
            assert!(text.contains(part), "{text}");
        }
    }
}

/// Contract 18: the signature is verified before the body is parsed.
#[test]
fn a_body_is_not_parsed_before_its_signature_is_good() {
    let garbage = frame_of(b"DFJVUDF", &[0xff; 9]);
    refusal(&stack(None, &[ALICE]), &garbage);
    let mut message = Frame::decode(&garbage[8..]).unwrap();
    message.signature = Frame::decode(&frame(ALICE)[8..]).unwrap().signature;
    let garbage = [b"DFJVUDF\x01".as_slice(), &message.encode_to_vec()].concat();
    let text = refusal(&stack(None, &[ALICE]), &garbage);
    assert!(text.contains("it was altered"), "{text}");
}

/// Contract 11 and 18: no other bytes than those that were signed are admitted.
#[test]
fn a_signed_frame_with_any_bit_changed_is_not_admitted() {
    let (whole, stack) = (frame(ALICE), stack(None, &[ALICE, BOB]));
    assert!(decode(&stack, &whole).is_ok());
    for bit in 0..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let result = decode(&stack, &changed);
        assert!(result.is_err(), "bit {bit}");
    }
    for length in 0..whole.len() {
        let result = decode(&stack, &whole[..length]);
        assert!(result.is_err(), "cut off at {length}");
    }
    let mut longer = whole.clone();
    longer.push(0);
    assert!(decode(&stack, &longer).is_err());
}

/// Contract 17: without a signer nothing goes out, and the error says so.
#[test]
fn a_policy_without_a_signer_writes_nothing() {
    let result = stack(None, &[ALICE]).expr_to_bytes(&local("tip").call(vec![col("a")]));
    let error = inline_error(&result);
    assert!(matches!(error, InlineError::Unserializable { name, .. } if name == "tip"));
    for part in ["is signed", "no signer", "encode by name"] {
        assert!(error.to_string().contains(part), "{error}");
    }
}

/// Contract 10 and 17: what was decoded is signed by this session, its body as it came; where nothing
/// is signed, the signature travels on.
#[test]
fn a_decoded_function_is_signed_anew() {
    let bytes = call(
        "tip",
        Some(&envelope("io.datafusion.inline", &frame(ALICE))),
    );
    let relay = stack(Some(BOB), &[ALICE]);
    let expr = relay.expr_from_bytes(&bytes, &task_context()).unwrap();
    let relayed = call("tip", Some(&envelope("io.datafusion.inline", &frame(BOB))));
    assert_eq!(relay.expr_to_bytes(&expr).unwrap(), relayed);
    let enabled = resolving().1;
    let expr = enabled.expr_from_bytes(&bytes, &task_context()).unwrap();
    assert_eq!(enabled.expr_to_bytes(&expr).unwrap(), bytes);
}

#[test]
fn keys_are_replaced_while_both_are_trusted() {
    let both = stack(None, &[ALICE, BOB]);
    assert!(decode(&both, &frame(ALICE)).is_ok());
    assert!(decode(&both, &frame(BOB)).is_ok());
    refusal(&stack(None, &[BOB]), &frame(ALICE));
}

/// Every frame counts, also that of a function that was let in a moment ago.
#[test]
fn an_unsigned_copy_beside_a_signed_one_is_refused() {
    let trusting = stack(Some(ALICE), &[ALICE]);
    let twice = local("tip").call(vec![col("a")]) + local("tip").call(vec![lit(1_i64)]);
    let bytes = trusting.expr_to_bytes(&twice).unwrap();
    assert!(trusting.expr_from_bytes(&bytes, &task_context()).is_ok());
    let node = |bytes: &[u8]| datafusion_proto::protobuf::LogicalExprNode::decode(bytes).unwrap();
    let mut both = node(&bytes);
    let Some(datafusion_proto::protobuf::logical_expr_node::ExprType::BinaryExpr(sum)) =
        &mut both.expr_type
    else {
        panic!("a sum")
    };
    sum.operands[1] = node(&call("tip", Some(definition("tip").frame())));
    let result = trusting.expr_from_bytes(&both.encode_to_vec(), &task_context());
    assert!(
        matches!(inline_error(&result), InlineError::Refused { reason, .. } if reason.contains("not signed"))
    );
}

/// Contract 18: before the bytes reach any codec of the chain, however deep the frame is.
#[test]
fn codecs_see_only_what_is_signed() {
    let codec = Arc::new(Functions {
        reads: Some(local("tip")),
        ..Functions::default()
    });
    let stack = stack(None, &[ALICE])
        .with_logical_codec(Arc::clone(&codec) as _, CodecId::new("x").unwrap())
        .unwrap();
    for inner in [definition("tip").frame().to_vec(), frame(BOB)] {
        refusal(&stack, &envelope("x", &inner));
        refusal(&stack, &envelope("x", &envelope("y", &inner)));
    }
    let broken = decode(&stack, &envelope("x", b"DFJVUDF\x01garbage"));
    assert!(matches!(
        inline_error(&broken),
        InlineError::Malformed { .. }
    ));
    assert!(codec.seen.lock().unwrap().is_empty());
    assert!(decode(&stack, &envelope("x", &frame(ALICE))).is_ok());
    assert!(decode(&stack, &envelope("x", b"its own bytes")).is_ok());
}

/// An error of a signer or a verifier is neither a refusal nor a way in.
#[test]
fn errors_of_signers_and_verifiers_are_raised() {
    let lost = Key {
        secret: "lost",
        ..ALICE
    };
    let expr = local("tip").call(vec![col("a")]);
    let error = stack(Some(lost.clone()), &[])
        .expr_to_bytes(&expr)
        .unwrap_err();
    assert!(error.to_string().contains("the secret is lost"), "{error}");
    let error = decode(&stack(None, &[lost]), &frame(ALICE)).unwrap_err();
    assert!(error.to_string().contains("the secret is lost"), "{error}");
    let silent = Key {
        secret: "",
        ..ALICE
    };
    let result = stack(Some(silent), &[]).expr_to_bytes(&expr);
    assert!(
        inline_error(&result)
            .to_string()
            .contains("answered no signature")
    );
}

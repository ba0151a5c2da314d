//! Policies, and signatures that the host makes.

use std::ptr::null_mut;
use std::sync::Mutex;

use arrow::datatypes::DataType;
use datafusion_c::abi::df_fault_inject;
use datafusion_c::boundary::structs::*;
use datafusion_c::error::*;
use datafusion_c::message::expr_op::Op;
use datafusion_c::message::inlining_policy::Form;
use datafusion_c::message::*;
use datafusion_c::policy::*;
use datafusion_c::session::*;
use datafusion_inline::message::FunctionVolatility;
use prost::Message;

use crate::exports::alone;
use crate::expressions::{column, from_bytes, program, to_bytes};
use crate::functions::{add_one, callback, definition, error, new_function};
use crate::streams::eventually;
use crate::support::*;

static RELEASED: Mutex<Vec<u64>> = Mutex::new(Vec::new());

extern "C" fn released(data: u64) {
    RELEASED.lock().unwrap().push(data);
}

/// The signature is the sum of the content's bytes and the host's data.
fn sum(data: u64, content: *const u8, len: usize) -> [u8; 8] {
    // SAFETY: as the header says.
    let content = unsafe { std::slice::from_raw_parts(content, len) };
    let sum = content
        .iter()
        .fold(data, |sum, byte| sum.wrapping_mul(31) + u64::from(*byte));
    sum.to_le_bytes()
}

extern "C" fn sign(
    data: u64,
    content: *const u8,
    len: usize,
    signature: *mut df_signature,
) -> *mut df_error {
    let value = sum(data, content, len);
    // SAFETY: as the header says; there is room for more.
    unsafe {
        assert!((*signature).capacity >= 8);
        (*signature).value.copy_from(value.as_ptr(), value.len());
        (*signature).len = 8;
    }
    null_mut()
}

extern "C" fn verify(
    data: u64,
    signed: *const df_signed_content,
    verdict: *mut i32,
) -> *mut df_error {
    // SAFETY: as the header says.
    unsafe {
        let bytes = |data: *const u8, len: i64| std::slice::from_raw_parts(data, len as usize);
        let value = bytes((*signed).value, (*signed).value_len);
        let expected = sum(data, (*signed).content, (*signed).content_len as usize);
        let key = bytes((*signed).key_id, (*signed).key_id_len);
        let algorithm = bytes((*signed).algorithm, (*signed).algorithm_len);
        *verdict = match (algorithm, key) {
            (b"sum", b"k") if value == expected => DF_VERDICT_VALID,
            (b"sum", b"k") => DF_VERDICT_ALTERED,
            (_, b"k") => DF_VERDICT_WRONG_ALGORITHM,
            _ => DF_VERDICT_UNKNOWN_KEY,
        };
    }
    null_mut()
}

extern "C" fn sign_nothing(_: u64, _: *const u8, _: usize, _: *mut df_signature) -> *mut df_error {
    null_mut()
}

extern "C" fn sign_too_much(
    _: u64,
    _: *const u8,
    _: usize,
    signature: *mut df_signature,
) -> *mut df_error {
    // SAFETY: as the header says.
    unsafe { (*signature).len = (*signature).capacity + 1 };
    null_mut()
}

extern "C" fn sign_less_than_nothing(
    _: u64,
    _: *const u8,
    _: usize,
    signature: *mut df_signature,
) -> *mut df_error {
    // SAFETY: as the header says.
    unsafe { (*signature).len = -1 };
    null_mut()
}

extern "C" fn fail_to_sign(_: u64, _: *const u8, _: usize, _: *mut df_signature) -> *mut df_error {
    error(DF_ERROR_CALLBACK, "the key is gone", 0)
}

extern "C" fn no_verdict(_: u64, _: *const df_signed_content, _: *mut i32) -> *mut df_error {
    null_mut()
}

extern "C" fn fail_to_verify(_: u64, _: *const df_signed_content, _: *mut i32) -> *mut df_error {
    error(DF_ERROR_CALLBACK, "the keys are gone", 0)
}

const SIGNING: df_signing_functions = df_signing_functions {
    sign: Some(sign),
    verify: Some(verify),
};

fn leaked(functions: df_signing_functions) -> &'static df_signing_functions {
    Box::leak(Box::new(functions))
}

pub fn signing(data: u64) -> df_signing_callback {
    df_signing_callback {
        data,
        functions: Some(leaked(SIGNING)),
        release: Some(released),
    }
}

pub fn unsigned() -> df_signing_callback {
    df_signing_callback {
        data: 0,
        functions: None,
        release: None,
    }
}

pub fn message_of(form: Form) -> Vec<u8> {
    InliningPolicy { form: Some(form) }.encode_to_vec()
}

fn signed_by(algorithm: &str, key_id: &str) -> Vec<u8> {
    let signer = Some(SigningKey {
        algorithm: algorithm.to_owned(),
        key_id: key_id.into(),
    });
    message_of(Form::Signed(SignedPolicy { signer }))
}

pub fn with_policy(
    session: &df_session,
    policy: &[u8],
    callback: df_signing_callback,
) -> Made<df_session> {
    made(|out| {
        df_session_with_policy(
            Some(session),
            policy.as_ptr(),
            policy.len(),
            callback,
            0,
            out,
        )
    })
}

pub fn strict(session: &df_session) -> Box<df_session> {
    with_policy(
        session,
        &message_of(Form::Disabled(PlainPolicy {})),
        unsigned(),
    )
    .unwrap()
}

/// What a session makes of a call of an inlined function.
fn sent_by(session: &df_session) -> Result<Vec<u8>, Failed> {
    let definition = definition(
        "sent",
        DataType::Int64,
        DataType::Int64,
        FunctionVolatility::Immutable,
    );
    let function = new_function(&definition, "", callback(add_one)).unwrap();
    let call = program([column("a"), Op::Function(FunctionOp { index: 0, count: 1 })]);
    to_bytes(Some(session), &call, &[&function])
}

fn read_by(session: &df_session, bytes: &[u8]) -> Result<(), Failed> {
    from_bytes(session, bytes).map(drop)
}

#[test]
fn the_host_signs_and_verifies() {
    let base = session();
    let session = |policy: Vec<u8>, data| with_policy(&base, &policy, signing(data)).unwrap();
    let bytes = sent_by(&session(signed_by("sum", "k"), 1)).unwrap();
    read_by(&session(signed_by("sum", "k"), 1), &bytes).unwrap();
    let verifier = session(message_of(Form::Signed(SignedPolicy::default())), 1);
    read_by(&verifier, &bytes).unwrap();
    let refused = |bytes: &[u8]| {
        let failed = read_by(&verifier, bytes).err().unwrap();
        assert_eq!(failed.code, DF_ERROR_INLINING_REFUSED, "{failed:?}");
        failed.message
    };
    assert!(refused(&sent_by(&base).unwrap()).contains("not signed"));
    let by_another = sent_by(&session(signed_by("sum", "k"), 2)).unwrap();
    assert!(refused(&by_another).contains("altered"));
    let unknown = sent_by(&session(signed_by("sum", "q"), 1)).unwrap();
    assert!(refused(&unknown).contains("no key 'q'"));
    let other = sent_by(&session(signed_by("product", "k"), 1)).unwrap();
    assert!(refused(&other).contains("another algorithm"));
    let unsent = sent_by(&verifier).err().unwrap();
    assert_eq!(unsent.code, DF_ERROR_UNSERIALIZABLE_FUNCTION, "{unsent:?}");
}

#[test]
fn references_are_to_named_packages() {
    let base = session();
    let policy = ReferencePolicy {
        packages: vec!["com.acme".into()],
        ..Default::default()
    };
    let session = with_policy(&base, &message_of(Form::ByReference(policy)), unsigned()).unwrap();
    let bytes = sent_by(&session).unwrap();
    read_by(&session, &bytes).unwrap();
}

/// A callback that fails, or answers what cannot be, makes an error of the call.
#[test]
fn nothing_that_a_signing_callback_does_is_trusted() {
    let base = session();
    let good = with_policy(&base, &signed_by("sum", "k"), signing(1)).unwrap();
    let bytes = sent_by(&good).unwrap();
    for (sign, said) in [
        (Some(sign_nothing as _), "a signature of 0 bytes"),
        (Some(sign_too_much as _), "a signature of 1025 bytes"),
        (Some(sign_less_than_nothing as _), "a signature of -1 bytes"),
        (Some(fail_to_sign as _), "the key is gone"),
        (None, "callback.functions.sign"),
    ] {
        let functions = df_signing_functions { sign, ..SIGNING };
        let callback = df_signing_callback {
            functions: Some(leaked(functions)),
            ..signing(1)
        };
        let session = with_policy(&base, &signed_by("sum", "k"), callback).unwrap();
        let failed = sent_by(&session).err().unwrap();
        assert!(failed.message.contains(said), "{failed:?}");
        read_by(&session, &bytes).unwrap();
    }
    for (verify, said) in [
        (Some(no_verdict as _), "answered 0, which is no verdict"),
        (Some(fail_to_verify as _), "the keys are gone"),
        (None, "callback.functions.verify"),
    ] {
        let functions = df_signing_functions { verify, ..SIGNING };
        let callback = df_signing_callback {
            functions: Some(leaked(functions)),
            ..signing(1)
        };
        let session = with_policy(&base, &signed_by("sum", "k"), callback).unwrap();
        let failed = read_by(&session, &bytes).err().unwrap();
        assert!(failed.message.contains(said), "{failed:?}");
        assert_ne!(failed.code, DF_ERROR_INLINING_REFUSED);
        sent_by(&session).unwrap();
    }
}

#[test]
fn a_signing_callback_is_released_once() {
    let base = session();
    for (index, policy) in [
        signed_by("sum", "k"),
        message_of(Form::Disabled(PlainPolicy {})),
        vec![0xff],
        Vec::new(),
    ]
    .iter()
    .enumerate()
    {
        let data = next_id();
        let made = with_policy(&base, policy, signing(data));
        assert_eq!(made.is_ok(), index < 2);
        if let Ok(session) = made {
            df_session_free(Some(session));
        }
        eventually(|| RELEASED.lock().unwrap().contains(&data));
        let count = RELEASED
            .lock()
            .unwrap()
            .iter()
            .filter(|seen| **seen == data)
            .count();
        assert_eq!(count, 1);
    }
    let without = with_policy(&base, &signed_by("sum", "k"), unsigned());
    assert_eq!(without.err().unwrap().code, DF_ERROR_NULL_POINTER);
}

/// Alone in a process: a fault is for whoever calls next.
#[test]
fn a_panic_around_a_signing_callback_is_an_error() {
    alone(
        "policies::a_panic_around_a_signing_callback_is_an_error",
        || {
            let base = session();
            let session = with_policy(&base, &signed_by("sum", "k"), signing(1)).unwrap();
            let bytes = sent_by(&session).unwrap();
            let inject = |name: &str| failed(df_fault_inject(name.as_ptr(), name.len())).unwrap();
            inject("FrameSigner::sign");
            assert_eq!(sent_by(&session).err().unwrap().code, DF_ERROR_PANIC);
            inject("FrameVerifier::verify");
            assert_eq!(
                read_by(&session, &bytes).err().unwrap().code,
                DF_ERROR_PANIC
            );
            read_by(&session, &sent_by(&session).unwrap()).unwrap();
        },
    );
}

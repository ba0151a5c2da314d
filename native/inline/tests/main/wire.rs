//! Contract 3, 5 and 11: frames, envelopes, ids.

use datafusion_inline::message::{
    Frame, InlinedFunction, OneOfArguments, argument_signature::Form,
};
use datafusion_inline::{
    CodecId, DEFAULT_PAYLOAD_LIMIT, Definition, Envelope, Family, FunctionResult, InlineError,
};
use prost::Message;

use crate::fixture::{definition, message};

fn read(frame: &[u8]) -> Result<Definition, InlineError> {
    Definition::from_frame(frame, DEFAULT_PAYLOAD_LIMIT)
}

fn refusal(frame: &[u8]) -> String {
    match read(frame) {
        Err(error @ InlineError::Malformed { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// A frame with an honest digest around any body.
pub fn frame_of(family: &[u8], body: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let digest = Sha256::new()
        .chain_update(family)
        .chain_update([1])
        .chain_update(body)
        .finalize();
    let frame = Frame {
        body: body.to_vec().into(),
        sha256: digest.to_vec().into(),
        ..Frame::default()
    };
    [family, &[1], &frame.encode_to_vec()].concat()
}

fn with(change: impl FnOnce(&mut InlinedFunction)) -> Vec<u8> {
    let mut message = message("f", b"p");
    change(&mut message);
    frame_of(b"DFJVUDF", &message.encode_to_vec())
}

/// Contract 10 and design 4: a frame is family, version, body and digest, and keeps every field.
#[test]
fn a_frame_keeps_what_the_definition_said() {
    let definition = definition("tip");
    assert_eq!(&definition.frame()[..8], b"DFJVUDF\x01");
    let again = read(definition.frame()).unwrap();
    assert_eq!(again.frame(), definition.frame());
    assert_eq!(again.digest(), definition.digest());
    assert_eq!(
        (again.name(), again.aliases()),
        ("tip", &["tip_alias".to_owned()][..])
    );
    assert_eq!(again.signature(), definition.signature());
    assert_eq!(again.argument_fields()[0].name(), "a");
    let FunctionResult::Declared(field) = again.result() else {
        panic!("declared")
    };
    assert_eq!(field.metadata()["unit"], "cents");
    assert_eq!(again.callable().unwrap().payload, "times two");
    assert_eq!(
        frame_of(b"DFJVUDF", definition.body()),
        definition.frame().to_vec()
    );
}

/// Contract 11: truncated at every byte.
#[test]
fn a_frame_cut_off_at_any_byte_is_malformed() {
    let frame = definition("f").frame().to_vec();
    for length in 0..frame.len() {
        refusal(&frame[..length]);
    }
    assert!(refusal(&frame[..7]).contains("ends before its wire version"));
    assert!(refusal(b"").contains("it begins with nothing"));
}

/// Contract 11: every bit of a frame counts.
#[test]
fn a_frame_with_any_bit_changed_is_malformed() {
    let frame = definition("f").frame().to_vec();
    for bit in 0..frame.len() * 8 {
        let mut changed = frame.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(read(&changed).is_err(), "bit {bit}");
    }
}

/// Contract 11: wrong version, wrong digest, wrong kind, oversize.
#[test]
fn a_wrong_frame_says_what_is_wrong() {
    let frame = definition("f").frame().to_vec();
    let mut newer = frame.clone();
    newer[7] = 2;
    assert!(refusal(&newer).contains("wire version 2; this library reads version 1"));
    assert!(
        refusal(&[b"DFJVUDA".as_slice(), &frame[7..]].concat()).contains("the digest over family")
    );
    assert!(refusal(b"DFPYUDF\x01").contains("'DFPYUDF', which is no family"));
    let limit = frame.len() - 1;
    let error = Definition::from_frame(&frame, limit)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(&format!("{} bytes, and the limit is {limit}", frame.len())),
        "{error}"
    );
}

/// Contract 11: a body with an honest digest is still checked field by field.
#[test]
fn a_wrong_body_says_what_is_wrong() {
    assert!(refusal(&frame_of(b"DFJVUDF", &[0xff; 9])).contains("its body is no InlinedFunction"));
    assert!(
        refusal(&frame_of(b"DFJVUDA", definition("f").body())).contains("its family is DFJVUDA")
    );
    assert!(refusal(&with(|message| message.name.clear())).contains("it has no name"));
    assert!(refusal(&with(|message| message.kind = 9)).contains("its kind is 9"));
    assert!(refusal(&with(|message| message.volatility = 0)).contains("its volatility is 0"));
    assert!(refusal(&with(|message| message.signature = None)).contains("it has no signature"));
    assert!(refusal(&with(|message| message.result = None)).contains("says its return field"));
    let garbage = b"\xff\xff\xff\xff\x05\0\0\0garbage";
    assert!(
        refusal(&with(
            |message| message.argument_fields = garbage.to_vec().into()
        ))
        .contains("argument fields of function frame 'f'")
    );
}

/// Contract 11, hostile width: the engine makes lists as long as a count says.
#[test]
fn a_signature_of_very_many_arguments_is_malformed() {
    let many = with(|message| {
        let any = datafusion_inline::message::AnyArguments { count: u32::MAX };
        message.signature.as_mut().unwrap().form = Some(Form::Any(any));
    });
    assert!(refusal(&many).contains("asks for 4294967295 arguments, more than 1024"));
    let forms = with(|message| {
        let form = message.signature.clone().unwrap();
        let one_of = OneOfArguments {
            forms: vec![form; 2000],
        };
        message.signature.as_mut().unwrap().form = Some(Form::OneOf(one_of));
    });
    assert!(refusal(&forms).contains("more than 1024 forms"));
}

/// Contract 11: arrow-ipc panics on types that it does not know; a frame must not.
#[test]
fn a_schema_that_panics_its_reader_is_malformed() {
    let schema = datafusion_inline::fields_to_ipc(vec![datafusion::arrow::datatypes::Field::new(
        "a",
        datafusion::arrow::datatypes::DataType::Decimal128(7, 2),
        true,
    )]);
    let mut fastrand = fastrand::Rng::with_seed(7);
    let mut panicked = 0;
    for _ in 0..2000 {
        let mut bytes = schema.to_vec();
        bytes[8 + fastrand.usize(..schema.len() - 8)] = fastrand.u8(..);
        if let Err(error) = datafusion_inline::fields_from_ipc("schema", &bytes) {
            panicked += usize::from(error.to_string().contains("decoding it panicked"));
        }
    }
    assert!(
        panicked > 0,
        "the corpus reaches the panics that this is about"
    );
}

/// Contract 3: the envelope of the Python package, byte for byte.
#[test]
fn an_envelope_is_the_python_packages() {
    let bytes = b"DFPYCHN\x01\x05\0\0\0lib.Cpayload";
    let envelope = Envelope::open(bytes).unwrap().unwrap();
    assert_eq!(
        (envelope.id, envelope.payload),
        ("lib.C", b"payload".as_slice())
    );
    assert_eq!(Envelope::open(b"DFPYCH").unwrap(), None);
    assert_eq!(Envelope::open(b"DFPYUDF").unwrap(), None);
}

/// Contract 11: broken envelopes.
#[test]
fn a_broken_envelope_says_what_is_broken() {
    for (rest, reason) in [
        (b"".as_slice(), "ends before its version"),
        (b"\x02", "has version 2; this library reads version 1"),
        (b"\x01\x01", "ends before the length of its codec id"),
        (
            b"\x01\x05\0\0\0A",
            "says its codec id has 5 bytes, and 1 are left",
        ),
        (
            b"\x01\xff\xff\xff\xffA",
            "says its codec id has 4294967295 bytes, and 1 are left",
        ),
        (b"\x01\x01\0\0\0\xff", "has a codec id that is not UTF-8"),
    ] {
        let bytes = [b"DFPYCHN".as_slice(), rest].concat();
        let error = Envelope::open(&bytes).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

/// Contract 5: ids.
#[test]
fn ids_are_validated() {
    assert!(CodecId::new("acme.Codec").is_ok());
    assert!(CodecId::new("Größe 1").is_ok());
    assert!(CodecId::new(&"x".repeat(255)).is_ok());
    let long = "x".repeat(256);
    for wrong in [
        "",
        &long,
        "a\nb",
        "a\u{200b}b",
        "a\u{2028}",
        "anon:1",
        "session:1",
        "io.datafusion.inline",
    ] {
        let error = CodecId::new(wrong).unwrap_err();
        assert!(
            matches!(error, InlineError::InvalidCodecId { .. }),
            "{wrong:?}"
        );
    }
    assert!(CodecId::reserved("anon:00ff").is_ok());
    assert!(CodecId::reserved("").is_err());
}

/// Contract 18: Python's families are known, whatever their last letter.
#[test]
fn families_are_seven_bytes() {
    assert_eq!(Family::of(b"DFJVUDW\x01"), Some(Family::Window));
    assert_eq!(Family::of(b"DFPYUDA"), Some(Family::Python(b'A')));
    assert_eq!(Family::of(b"DFJVUDX"), None);
    assert_eq!(Family::of(b"DFJVUD"), None);
}

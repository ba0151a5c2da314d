use std::fmt;

use prost::Message;
use prost::bytes::{BufMut, Bytes, BytesMut};
use sha2::{Digest, Sha256};

use crate::message::{self, FrameSignature};
use crate::{Definition, FunctionKind, InlineError};

/// The wire version of a frame, the byte after its family.
pub const FRAME_VERSION: u8 = 1;

const FAMILY_LEN: usize = 7;

/// Set before everything that is signed, so that the signature says nothing of other bytes.
const SIGNED: &[u8] = b"datafusion-inline frame signature\x00\x01";

/// The first 7 bytes of an inlined function: which program's frame it is, and the kind of function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// `DFJVUDF`.
    Scalar,
    /// `DFJVUDA`.
    Aggregate,
    /// `DFJVUDW`.
    Window,
    /// `DFJVUDT`.
    Table,
    /// `DFPYUD` and one more byte: a function of the Python package, readable by Python only.
    Python(u8),
}

impl Family {
    /// Answers the family that `bytes` begin with, if it is one that is known.
    pub fn of(bytes: &[u8]) -> Option<Family> {
        let (prefix, letter) = (bytes.get(..FAMILY_LEN - 1)?, *bytes.get(FAMILY_LEN - 1)?);
        match (prefix, letter) {
            (b"DFJVUD", b'F') => Some(Family::Scalar),
            (b"DFJVUD", b'A') => Some(Family::Aggregate),
            (b"DFJVUD", b'W') => Some(Family::Window),
            (b"DFJVUD", b'T') => Some(Family::Table),
            (b"DFPYUD", letter) => Some(Family::Python(letter)),
            _ => None,
        }
    }

    /// Answers the family of a kind of function, if it has one.
    pub fn for_kind(kind: FunctionKind) -> Option<Family> {
        match kind {
            FunctionKind::Scalar => Some(Family::Scalar),
            FunctionKind::Aggregate => Some(Family::Aggregate),
            FunctionKind::Window => Some(Family::Window),
            FunctionKind::Table => Some(Family::Table),
            FunctionKind::HigherOrder => None,
        }
    }

    /// Answers the kind of function that the family says.
    pub fn kind(self) -> Option<FunctionKind> {
        match self {
            Family::Scalar | Family::Python(b'F') => Some(FunctionKind::Scalar),
            Family::Aggregate | Family::Python(b'A') => Some(FunctionKind::Aggregate),
            Family::Window | Family::Python(b'W') => Some(FunctionKind::Window),
            Family::Table => Some(FunctionKind::Table),
            Family::Python(_) => None,
        }
    }

    /// Whether it belongs to another runtime than the frames of this crate.
    pub fn is_foreign(self) -> bool {
        matches!(self, Family::Python(_))
    }

    fn bytes(self) -> [u8; FAMILY_LEN] {
        match self {
            Family::Scalar => *b"DFJVUDF",
            Family::Aggregate => *b"DFJVUDA",
            Family::Window => *b"DFJVUDW",
            Family::Table => *b"DFJVUDT",
            Family::Python(letter) => [b'D', b'F', b'P', b'Y', b'U', b'D', letter],
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.bytes().escape_ascii())
    }
}

/// Digest and signature of a frame, and whether it is reversed.
pub(crate) type FrameKey = ([u8; 32], Option<Bytes>, bool);

/// A frame whose digest is verified and whose body is not yet parsed.
#[derive(Debug, Clone)]
pub(crate) struct RawFrame {
    pub family: Family,
    pub body: Bytes,
    pub digest: [u8; 32],
    pub signature: Option<FrameSignature>,
    pub reversed: bool,
    pub arguments: Vec<Bytes>,
    pub scan: Option<message::SourceScan>,
}

impl RawFrame {
    /// Copies bytes that begin like a frame and are not too many.
    pub(crate) fn copied(bytes: &[u8], limit: usize) -> Result<Bytes, InlineError> {
        let family = family_of(bytes)?;
        if bytes.len() > limit {
            let length = bytes.len();
            return Err(malformed(format!(
                "a {family} frame of {length} bytes, and the limit is {limit}"
            )));
        }
        Ok(Bytes::copy_from_slice(bytes))
    }

    /// Reads a frame: family, version, message, digest. `whole` must be one frame and nothing else.
    pub(crate) fn read(whole: &Bytes) -> Result<RawFrame, InlineError> {
        let family = family_of(whole)?;
        match whole.get(FAMILY_LEN) {
            Some(&FRAME_VERSION) => {}
            Some(version) => {
                return Err(malformed(format!(
                    "{family} of wire version {version}; this library reads version {FRAME_VERSION}"
                )));
            }
            None => return Err(malformed(format!("{family} ends before its wire version"))),
        }
        let frame = message::Frame::decode(whole.slice(FAMILY_LEN + 1..)).map_err(|error| {
            malformed(format!(
                "{family}: the message after the first 8 bytes does not parse: {error}"
            ))
        })?;
        let digest = digest(family, &frame.body);
        if frame.sha256.as_ref() == digest.as_slice() {
            return Ok(RawFrame {
                family,
                body: frame.body,
                digest,
                signature: frame.signature,
                reversed: frame.reversed,
                arguments: frame.arguments,
                scan: frame.scan,
            });
        }
        let said = if frame.sha256.is_empty() {
            "nothing".to_owned()
        } else {
            hex(&frame.sha256)
        };
        Err(malformed(format!(
            "{family}: the digest over family, version and body is {}, and the frame says {said}",
            hex(&digest)
        )))
    }

    /// Answers the unsigned frame of a body.
    pub(crate) fn new(family: Family, body: Bytes) -> RawFrame {
        RawFrame {
            digest: digest(family, &body),
            family,
            body,
            signature: None,
            reversed: false,
            arguments: Vec::new(),
            scan: None,
        }
    }

    /// Answers the unsigned frame of a definition, its body as it came.
    pub(crate) fn of(definition: &Definition) -> Result<RawFrame, InlineError> {
        let family = Family::for_kind(definition.kind())
            .ok_or_else(|| malformed(format!("a {} has no family", definition.kind())))?;
        Ok(RawFrame {
            family,
            body: definition.body().clone(),
            digest: *definition.digest(),
            signature: None,
            reversed: false,
            arguments: Vec::new(),
            scan: None,
        })
    }

    /// Answers what tells this frame from every other one: digest and signature.
    pub(crate) fn key(&self) -> FrameKey {
        let signature = self.signature.as_ref();
        (
            self.digest,
            signature.map(|signature| signature.value.clone()),
            self.reversed,
        )
    }

    /// The same frame with a signature.
    pub(crate) fn with_signature(self, signature: FrameSignature) -> RawFrame {
        RawFrame {
            signature: Some(signature),
            ..self
        }
    }

    /// Answers the bytes of a frame with another direction of its rows; what they are of stays as it came.
    pub(crate) fn directed(frame: &Bytes, reversed: bool) -> Result<Bytes, InlineError> {
        let raw = RawFrame::read(frame)?;
        if raw.reversed == reversed {
            return Ok(frame.clone());
        }
        Ok(RawFrame { reversed, ..raw }.to_bytes())
    }

    /// Answers what a signature by that algorithm and key covers.
    pub(crate) fn signed_content(&self, algorithm: &str, key_id: &[u8]) -> Vec<u8> {
        let head = SIGNED.len() + 16 + algorithm.len() + key_id.len();
        let mut content = Vec::with_capacity(head + FAMILY_LEN + 1 + self.body.len());
        content.extend_from_slice(SIGNED);
        for part in [algorithm.as_bytes(), key_id] {
            content.extend_from_slice(&(part.len() as u64).to_le_bytes());
            content.extend_from_slice(part);
        }
        content.extend_from_slice(&self.family.bytes());
        content.push(FRAME_VERSION);
        content.extend_from_slice(&self.body);
        content
    }

    /// Writes the frame.
    pub(crate) fn to_bytes(&self) -> Bytes {
        let frame = message::Frame {
            body: self.body.clone(),
            sha256: Bytes::copy_from_slice(&self.digest),
            signature: self.signature.clone(),
            reversed: self.reversed,
            arguments: self.arguments.clone(),
            scan: self.scan.clone(),
        };
        let mut bytes = BytesMut::with_capacity(FAMILY_LEN + 1 + frame.encoded_len());
        bytes.put_slice(&self.family.bytes());
        bytes.put_u8(FRAME_VERSION);
        frame.encode(&mut bytes).expect("a BytesMut grows");
        bytes.freeze()
    }
}

fn digest(family: Family, body: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(family.bytes());
    hasher.update([FRAME_VERSION]);
    hasher.update(body);
    hasher.finalize().into()
}

fn family_of(bytes: &[u8]) -> Result<Family, InlineError> {
    let family = Family::of(bytes).filter(|family| !family.is_foreign());
    family.ok_or_else(|| {
        malformed(format!(
            "it begins with {}, which is no family",
            head(bytes)
        ))
    })
}

fn malformed(reason: String) -> InlineError {
    InlineError::Malformed {
        what: "function frame".to_owned(),
        reason,
    }
}

fn head(bytes: &[u8]) -> String {
    let head = &bytes[..bytes.len().min(FAMILY_LEN)];
    if head.is_empty() {
        "nothing".to_owned()
    } else {
        format!("'{}'", head.escape_ascii())
    }
}

fn hex(bytes: &[u8]) -> String {
    let shown = &bytes[..bytes.len().min(32)];
    shown.iter().map(|byte| format!("{byte:02x}")).collect()
}

use std::fmt;
use std::sync::Arc;

use datafusion::error::Result;

use crate::frame::RawFrame;
use crate::message::FrameSignature;
use crate::{Definition, InlineError};

/// The longest key id that a message repeats.
const SHOWN: usize = 64;

/// Signs the frames of functions that go out.
///
/// A signature is over the bytes "datafusion-inline frame signature", 0, 1; the algorithm and the key
/// id, each with its length before it (u64, little-endian); family, wire version and body of the frame.
/// So it is good for one function under one key of one algorithm, and for nothing else.
pub trait FrameSigner: fmt::Debug + Send + Sync {
    /// Answers the name of the algorithm, as verifiers know it.
    fn algorithm(&self) -> &str;

    /// Answers which key it signs with, as verifiers know it.
    fn key_id(&self) -> &[u8];

    /// Answers the signature of `content`.
    fn sign(&self, content: &[u8]) -> Result<Vec<u8>>;
}

/// Verifies the signatures of frames that come in.
pub trait FrameVerifier: fmt::Debug + Send + Sync {
    /// Answers what a signature of `content` is worth.
    fn verify(&self, signature: &FrameSignature, content: &[u8]) -> Result<Verdict>;
}

/// What a signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It was made over this content, with a key that is trusted.
    Valid,
    /// No key of that id is trusted.
    UnknownKey,
    /// The key of that id is for another algorithm.
    WrongAlgorithm,
    /// The key is trusted, and did not sign this content.
    Altered,
}

/// Who signs what goes out, and who verifies what comes in.
#[derive(Debug)]
pub struct Signing {
    signer: Option<Arc<dyn FrameSigner>>,
    verifier: Arc<dyn FrameVerifier>,
}

impl Signing {
    /// Without a signer nothing goes out.
    pub fn new(signer: Option<Arc<dyn FrameSigner>>, verifier: Arc<dyn FrameVerifier>) -> Self {
        Self { signer, verifier }
    }

    pub(crate) fn signer(&self) -> Option<&dyn FrameSigner> {
        self.signer.as_deref()
    }

    /// Answers why a frame whose body nobody has looked at is not trusted, if it is not.
    pub(crate) fn objection(&self, frame: &RawFrame) -> Result<Option<String>> {
        let Some(signature) = &frame.signature else {
            return Ok(Some("it is not signed".to_owned()));
        };
        let content = frame.signed_content(&signature.algorithm, &signature.key_id);
        let key = shown(&signature.key_id);
        Ok(match self.verifier.verify(signature, &content)? {
            Verdict::Valid => None,
            Verdict::UnknownKey => Some(format!("no key '{key}' is known here")),
            Verdict::WrongAlgorithm => Some(format!(
                "it is signed by '{}', and the key '{key}' is for another algorithm",
                shown(signature.algorithm.as_bytes())
            )),
            Verdict::Altered => Some(format!(
                "it was altered, or not signed by the key '{key}' that it names"
            )),
        })
    }
}

/// Answers a definition's signature.
pub(crate) fn sign(signer: &dyn FrameSigner, definition: &Definition) -> Result<FrameSignature> {
    let (algorithm, key_id) = (signer.algorithm(), signer.key_id());
    let frame = RawFrame::of(definition)?;
    let value = signer.sign(&frame.signed_content(algorithm, key_id))?;
    if value.is_empty() {
        return Err(InlineError::Unserializable {
            kind: definition.kind(),
            name: definition.name().to_owned(),
            reason: "the signer of this session answered no signature".to_owned(),
        }
        .into());
    }
    Ok(FrameSignature {
        algorithm: algorithm.to_owned(),
        key_id: key_id.to_vec().into(),
        value: value.into(),
    })
}

fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]);
    text.escape_debug().to_string()
}

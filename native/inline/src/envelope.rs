use crate::{CodecId, InlineError};

/// The first 7 bytes of what a codec of the chain wrote: the envelope of the Python package.
pub const ENVELOPE_MAGIC: &[u8; 7] = b"DFPYCHN";

const VERSION: u8 = 1;

/// Bytes with the id of the codec that wrote them: magic, u8 version, u32 little-endian id length, id
/// in UTF-8, the codec's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'a> {
    pub id: &'a str,
    pub payload: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// Opens the envelope; `None` if the bytes are not one.
    pub fn open(bytes: &'a [u8]) -> Result<Option<Envelope<'a>>, InlineError> {
        let Some(rest) = bytes.strip_prefix(ENVELOPE_MAGIC) else {
            return Ok(None);
        };
        let (version, rest) = rest
            .split_first()
            .ok_or_else(|| truncated("ends before its version"))?;
        if *version != VERSION {
            return Err(truncated(&format!(
                "has version {version}; this library reads version {VERSION}"
            )));
        }
        let (length, rest) = rest
            .split_first_chunk::<4>()
            .ok_or_else(|| truncated("ends before the length of its codec id"))?;
        let length = u32::from_le_bytes(*length);
        let (id, payload) = usize::try_from(length)
            .ok()
            .and_then(|at| rest.split_at_checked(at))
            .ok_or_else(|| {
                truncated(&format!(
                    "says its codec id has {length} bytes, and {} are left",
                    rest.len()
                ))
            })?;
        let id =
            std::str::from_utf8(id).map_err(|_| truncated("has a codec id that is not UTF-8"))?;
        Ok(Some(Envelope { id, payload }))
    }

    /// Seals what a codec wrote.
    pub(crate) fn seal(id: &CodecId, payload: &[u8], into: &mut Vec<u8>) {
        let name = id.as_str().as_bytes();
        let length = u32::try_from(name.len()).expect("an id has at most 255 bytes");
        into.reserve(ENVELOPE_MAGIC.len() + 5 + name.len() + payload.len());
        into.extend_from_slice(ENVELOPE_MAGIC);
        into.push(VERSION);
        into.extend_from_slice(&length.to_le_bytes());
        into.extend_from_slice(name);
        into.extend_from_slice(payload);
    }
}

/// Answers what is inside all envelopes, however deep.
pub(crate) fn innermost(mut bytes: &[u8]) -> &[u8] {
    while let Ok(Some(envelope)) = Envelope::open(bytes) {
        bytes = envelope.payload;
    }
    bytes
}

fn truncated(reason: &str) -> InlineError {
    InlineError::Malformed {
        what: "codec envelope".to_owned(),
        reason: format!("it {reason}"),
    }
}

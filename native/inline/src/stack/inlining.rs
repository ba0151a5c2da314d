use std::sync::Arc;

use datafusion::error::Result;
use prost::bytes::Bytes;

use super::kinds::InlinedKind;
use super::operation::Operation;
use super::trace::{CodecTrace, Direction, TraceEvent};
use crate::envelope::{Envelope, innermost};
use crate::frame::{Family, RawFrame};
use crate::{
    CallableResolver, CodecId, Definition, FunctionKind, INLINE_CODEC_ID, InlineError, Inlined,
    InliningPolicy, Subject,
};

/// The layer in front of all codecs: functions to frames and back, under the policy.
#[derive(Debug, Clone)]
pub(super) struct InliningLayer {
    pub policy: InliningPolicy,
    pub resolver: Option<Arc<dyn CallableResolver>>,
    pub payload_limit: usize,
    pub trace: Option<Arc<dyn CodecTrace>>,
    /// Frames go out without an envelope: who installs the stack as a codec puts one around them.
    pub bare: bool,
}

/// Where bytes go.
pub(super) enum Route<'a> {
    /// To this layer.
    Frame(&'a [u8]),
    /// To the codec of that id.
    Codec(Envelope<'a>),
    /// Nowhere in particular: there are none.
    Empty,
    /// To the default codec.
    Bare(&'a [u8]),
}

impl InliningLayer {
    /// Decides by the bytes alone, after the policy has looked inside every envelope.
    pub(super) fn route<'a>(&self, subject: Subject<'_>, bytes: &'a [u8]) -> Result<Route<'a>> {
        if let Some(family) = Family::of(innermost(bytes)) {
            self.policy.admit_family(family, subject)?;
        }
        let mut inner = bytes;
        while let Some(envelope) = Envelope::open(inner)? {
            if envelope.id != INLINE_CODEC_ID {
                self.admit_innermost(subject, bytes)?;
                return Ok(Route::Codec(envelope));
            }
            inner = envelope.payload;
        }
        let enveloped = inner.len() != bytes.len();
        Ok(match Family::of(inner) {
            Some(_) => Route::Frame(inner),
            None if enveloped && subject.function_kind().is_some() => {
                return Err(InlineError::Malformed {
                    what: format!("{INLINE_CODEC_ID} payload of {subject}"),
                    reason: format!(
                        "its {} bytes are no frame; they begin with '{}'",
                        inner.len(),
                        inner[..inner.len().min(16)].escape_ascii()
                    ),
                }
                .into());
            }
            None if inner.is_empty() => Route::Empty,
            None => Route::Bare(inner),
        })
    }

    /// A frame on its way to a codec of the chain passes the whole policy before the codec sees it.
    fn admit_innermost(&self, subject: Subject<'_>, bytes: &[u8]) -> Result<()> {
        let frame = innermost(bytes);
        match Family::of(frame) {
            None => Ok(()),
            Some(_) if self.policy.admits_all() => Ok(()),
            Some(family) => {
                self.policy.admit_family(family, subject)?;
                let (raw, frame) = self.admitted(subject, frame)?;
                let definition = Definition::of_raw(raw, frame)?;
                Ok(self.policy.admit_definition(&definition, subject)?)
            }
        }
    }

    /// Whether what a codec of the chain wrote is a function that this session would not read.
    pub(super) fn keeps_out(&self, subject: Subject<'_>, bytes: &[u8]) -> Result<bool> {
        let Err(error) = self.admit_innermost(subject, bytes) else {
            return Ok(false);
        };
        match InlineError::find(&error) {
            Some(InlineError::Refused { .. } | InlineError::Malformed { .. }) => Ok(true),
            _ => Err(error),
        }
    }

    /// Reads a frame whose signature satisfies the policy; its body is not parsed.
    pub(super) fn admitted(&self, subject: Subject<'_>, bytes: &[u8]) -> Result<(RawFrame, Bytes)> {
        let frame = RawFrame::copied(bytes, self.payload_limit)?;
        let raw = RawFrame::read(&frame)?;
        self.policy.admit_frame(&raw, subject)?;
        Ok((raw, frame))
    }

    /// Writes a function if it is one of ours and the policy lets it travel; answers whether it did.
    pub(super) fn encode<F: InlinedKind>(&self, function: &F, into: &mut Vec<u8>) -> Result<bool> {
        let Some(inlined) = function.inlined().filter(|_| self.policy.writes_frames()) else {
            return Ok(false);
        };
        let subject = Subject::function(F::KIND, function.name());
        if let Some(reason) = inlined.refusal() {
            return Err(InlineError::Unserializable {
                kind: F::KIND,
                name: function.name().to_owned(),
                reason: reason.to_owned(),
            }
            .into());
        }
        let frame = self.policy.frame_of(inlined.definition())?;
        let frame = if inlined.is_reversed() || inlined.definition().is_reversed() {
            RawFrame::directed(&frame, inlined.is_reversed())?
        } else {
            frame
        };
        self.traced(Direction::Wrote, INLINE_CODEC_ID, subject, frame.len());
        self.seal(&frame, into)?;
        Ok(true)
    }

    /// Writes a frame.
    pub(super) fn seal(&self, frame: &[u8], into: &mut Vec<u8>) -> Result<()> {
        if self.bare {
            into.extend_from_slice(frame);
        } else {
            Envelope::seal(&CodecId::reserved(INLINE_CODEC_ID)?, frame, into);
        }
        Ok(())
    }

    /// Reads the frame of a function: digest, signature, then name and kind, then the rest.
    pub(super) fn decode<F: InlinedKind>(
        &self,
        name: &str,
        bytes: &[u8],
        operation: Option<&Operation>,
    ) -> Result<Arc<F>> {
        let subject = Subject::function(F::KIND, name);
        self.check_kind(subject, bytes)?;
        let (raw, frame) = self.admitted(subject, bytes)?;
        let key = raw.key();
        let decode = || {
            let definition = Definition::of_raw(raw, frame)?;
            self.policy.admit_definition(&definition, subject)?;
            let inlined = Inlined::decoded(definition, self.resolver.clone());
            Ok(Arc::new(F::from_inlined(inlined)))
        };
        let function = match operation {
            Some(operation) => F::decoded_in(operation).once(key, decode)?,
            None => decode()?,
        };
        if function.name() != name {
            return Err(InlineError::Malformed {
                what: format!("function frame of {subject}"),
                reason: format!("its body says '{}'", function.name()),
            }
            .into());
        }
        self.traced(Direction::Read, INLINE_CODEC_ID, subject, bytes.len());
        Ok(function)
    }

    /// Answers the error for a frame of a kind, or in a place, that this layer does not decode.
    pub(super) fn unsupported<T>(&self, subject: Subject<'_>, bytes: &[u8]) -> Result<T> {
        self.check_kind(subject, bytes)?;
        let kind = subject.function_kind().unwrap_or(FunctionKind::Scalar);
        Err(InlineError::Unserializable {
            kind,
            name: subject.name.to_owned(),
            reason: format!("frames of {kind}s are not decoded by this version"),
        }
        .into())
    }

    pub(super) fn traced(
        &self,
        direction: Direction,
        codec: &str,
        subject: Subject<'_>,
        bytes: usize,
    ) {
        if let Some(trace) = &self.trace {
            trace.payload(TraceEvent {
                direction,
                codec,
                subject,
                bytes,
            });
        }
    }

    pub(super) fn check_kind(&self, subject: Subject<'_>, bytes: &[u8]) -> Result<(), InlineError> {
        let family = Family::of(bytes);
        if subject.function_kind().is_some()
            && family.and_then(Family::kind) == subject.function_kind()
        {
            return Ok(());
        }
        Err(InlineError::Malformed {
            what: format!("function frame of {subject}"),
            reason: match family {
                Some(family) => format!("its family is {family}, which is of another kind"),
                None => "it has no family".to_owned(),
            },
        })
    }
}

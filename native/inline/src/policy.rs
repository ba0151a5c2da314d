use std::fmt;

use crate::FunctionKind;
use crate::InlineError;
use crate::frame::Family;
use crate::subject::{Subject, SubjectKind};

/// Which functions may travel inside bytes, out of a session and into it.
///
/// A policy is asked three times on the way in, each time before anything more is read: on the family
/// alone, on the frame before its body is parsed, and on the parsed definition before its callable
/// can be resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum InliningPolicy {
    /// Functions are written into the bytes, and read from them.
    #[default]
    Enabled,
    /// Functions go by name; frames are refused.
    Disabled,
}

impl InliningPolicy {
    /// The stricter of two policies: what a stack works under that is installed in another one.
    pub fn stricter(self, other: InliningPolicy) -> InliningPolicy {
        if self == InliningPolicy::Disabled {
            self
        } else {
            other
        }
    }

    /// Whether an encode writes frames.
    pub(crate) fn writes_frames(self) -> bool {
        self != InliningPolicy::Disabled
    }

    /// Refuses on the 7 bytes of the family, even if the rest is broken.
    pub(crate) fn admit_family(
        self,
        family: Family,
        subject: Subject<'_>,
    ) -> Result<(), InlineError> {
        if !family.is_foreign() && self != InliningPolicy::Disabled {
            return Ok(());
        }
        let kind = match subject.kind {
            SubjectKind::Function(kind) => kind,
            _ => family.kind().unwrap_or(FunctionKind::Scalar),
        };
        Err(InlineError::Refused {
            kind,
            name: subject.name.to_owned(),
            family: family.to_string(),
            policy: self.to_string(),
        })
    }
}

impl fmt::Display for InliningPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InliningPolicy::Enabled => "enabled",
            InliningPolicy::Disabled => "disabled",
        })
    }
}

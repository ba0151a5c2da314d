use std::fmt;
use std::sync::Arc;

use datafusion::error::Result;
use prost::bytes::Bytes;

use crate::frame::{Family, RawFrame};
use crate::signing::{FrameSigner, FrameVerifier, Signing, sign};
use crate::subject::{Subject, SubjectKind};
use crate::{CodePackages, Definition, FunctionKind, InlineError};

/// Which functions may travel inside bytes, out of a session and into it.
///
/// A policy is asked three times on the way in, each time before anything more is read: on the family
/// alone, on the frame before its body is parsed, and on the parsed definition before its callable
/// can be resolved.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum InliningPolicy {
    /// Functions are written into the bytes, and read from them.
    #[default]
    Enabled,
    /// Functions go by name; frames are refused.
    Disabled,
    /// Functions are written and read if they carry no code and refer to these packages only.
    ByReference(Arc<CodePackages>),
    /// Functions are signed when they are written, and read if their signature is good.
    Signed(Arc<Signing>),
    /// Several at once: each must let a function through. [`InliningPolicy::stricter`] makes them.
    #[non_exhaustive]
    All(Arc<[InliningPolicy]>),
}

impl InliningPolicy {
    /// Functions without code, which refer to these packages only.
    pub fn by_reference(packages: CodePackages) -> Self {
        Self::ByReference(Arc::new(packages))
    }

    /// Functions with a signature; without a signer none is written.
    pub fn signed(signer: Option<Arc<dyn FrameSigner>>, verifier: Arc<dyn FrameVerifier>) -> Self {
        Self::Signed(Arc::new(Signing::new(signer, verifier)))
    }

    /// What a stack works under that is installed in another one: both policies, each of which must
    /// let a function through. Where both sign, the signature is that of `other`.
    #[must_use]
    pub fn stricter(&self, other: &InliningPolicy) -> InliningPolicy {
        let mut all: Vec<InliningPolicy> = Vec::new();
        for part in other.parts().iter().chain(self.parts()) {
            if !all.iter().any(|known| known.is(part)) {
                all.push(part.clone());
            }
        }
        if all.iter().any(|part| matches!(part, Self::Disabled)) {
            return Self::Disabled;
        }
        match all.len() {
            0 | 1 => all.pop().unwrap_or_default(),
            _ => Self::All(all.into()),
        }
    }

    /// The policies that must each let a function through; none where every function passes.
    fn parts(&self) -> &[InliningPolicy] {
        match self {
            Self::Enabled => &[],
            Self::All(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }

    fn is(&self, other: &InliningPolicy) -> bool {
        match (self, other) {
            (Self::Disabled, Self::Disabled) => true,
            (Self::ByReference(this), Self::ByReference(other)) => this == other,
            (Self::Signed(this), Self::Signed(other)) => Arc::ptr_eq(this, other),
            _ => false,
        }
    }

    /// Whether an encode writes frames.
    pub(crate) fn writes_frames(&self) -> bool {
        !matches!(self, Self::Disabled)
    }

    /// Whether frames pass as they are.
    pub(crate) fn admits_all(&self) -> bool {
        self.parts().is_empty()
    }

    /// Answers the frame of a function as it goes out.
    pub(crate) fn frame_of(&self, definition: &Definition) -> Result<Bytes> {
        let mut signers = Vec::new();
        for part in self.parts() {
            match part {
                Self::Signed(signing) => signers.push(signing.signer().ok_or_else(|| {
                    self.keeps(
                        definition,
                        "it verifies what comes in, and has no signer for what goes out. Give it one",
                    )
                })?),
                Self::ByReference(_) => {
                    if let Some(reason) = part.objection(definition) {
                        let remedy =
                            "share the packages of its code with the receiver when it is defined";
                        return Err(self
                            .keeps(definition, &format!("{reason}. Either {remedy}"))
                            .into());
                    }
                }
                _ => {}
            }
        }
        match signers.first() {
            None => Ok(definition.frame().clone()),
            Some(signer) => {
                let signature = sign(*signer, definition)?;
                Ok(RawFrame::of(definition)?
                    .with_signature(signature)
                    .to_bytes())
            }
        }
    }

    fn keeps(&self, definition: &Definition, reason: &str) -> InlineError {
        InlineError::Unserializable {
            kind: definition.kind(),
            name: definition.name().to_owned(),
            reason: format!(
                "the inlining policy of this session is {self}: {reason}, or encode by name under a \
                 policy that is disabled, and register the function where it is decoded"
            ),
        }
    }

    /// Refuses on the 7 bytes of the family, even if the rest is broken.
    pub(crate) fn admit_family(
        &self,
        family: Family,
        subject: Subject<'_>,
    ) -> Result<(), InlineError> {
        if family.is_foreign() {
            return Err(self.refused(
                family,
                subject,
                "functions of the Python package are read by Python only",
            ));
        }
        match self {
            Self::Disabled => Err(self.refused(family, subject, "no inlined function is read")),
            _ => Ok(()),
        }
    }

    /// Refuses a frame on its signature; its body is not looked at.
    pub(crate) fn admit_frame(&self, frame: &RawFrame, subject: Subject<'_>) -> Result<()> {
        for part in self.parts() {
            if let Self::Signed(signing) = part
                && let Some(reason) = signing.objection(frame)?
            {
                return Err(part.refused(frame.family, subject, &reason).into());
            }
        }
        Ok(())
    }

    /// Refuses a definition on the code that it carries and refers to.
    pub(crate) fn admit_definition(
        &self,
        definition: &Definition,
        subject: Subject<'_>,
    ) -> Result<(), InlineError> {
        for part in self.parts() {
            if let Some(reason) = part.objection(definition) {
                let family = Family::for_kind(definition.kind()).unwrap_or(Family::Scalar);
                return Err(part.refused(family, subject, &reason));
            }
        }
        Ok(())
    }

    fn objection(&self, definition: &Definition) -> Option<String> {
        match self {
            Self::ByReference(packages) => packages.objection(definition.callable()?),
            _ => None,
        }
    }

    fn refused(&self, family: Family, subject: Subject<'_>, reason: &str) -> InlineError {
        let kind = match subject.kind {
            SubjectKind::Function(kind) => kind,
            _ => family.kind().unwrap_or(FunctionKind::Scalar),
        };
        InlineError::Refused {
            kind,
            name: subject.name.to_owned(),
            family: family.to_string(),
            policy: self.to_string(),
            reason: reason.to_owned(),
        }
    }
}

impl fmt::Display for InliningPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Enabled => f.write_str("enabled"),
            Self::Disabled => f.write_str("disabled"),
            Self::ByReference(packages) => write!(f, "by reference ({packages})"),
            Self::Signed(_) => f.write_str("signed"),
            Self::All(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    let separator = if index == 0 { "" } else { " and " };
                    write!(f, "{separator}{part}")?;
                }
                Ok(())
            }
        }
    }
}

use std::error::Error;
use std::fmt;

use datafusion::arrow::error::ArrowError;
use datafusion::error::DataFusionError;

use crate::{FunctionKind, Subject};

/// What went wrong with bytes, or with a function in them. Travels as
/// [`DataFusionError::External`]; [`InlineError::find`] gets it out again.
pub enum InlineError {
    /// The policy does not let this function in.
    Refused {
        kind: FunctionKind,
        name: String,
        family: String,
        policy: String,
        reason: String,
    },
    /// A frame, an envelope or a message that is not what it says it is.
    Malformed { what: String, reason: String },
    /// A name that nothing knows, or bytes that no codec knows.
    Unresolved {
        kind: FunctionKind,
        name: String,
        head: Vec<u8>,
        length: usize,
        said: String,
    },
    /// A function that should be written into the bytes and cannot be.
    Unserializable {
        kind: FunctionKind,
        name: String,
        reason: String,
    },
    /// A table that should be written into the bytes and cannot be.
    UnwritableTable { name: String, reason: String },
    /// Bytes of a codec that is not installed.
    MissingCodec {
        id: String,
        what: String,
        installed: Vec<String>,
    },
    /// No codec wrote or read it; what each said.
    Declined {
        what: String,
        said: Vec<(String, DataFusionError)>,
    },
    /// Deeper than a receiver can decode, or than the stacks can hold.
    TooDeep {
        what: String,
        measure: &'static str,
        measured: usize,
        limit: usize,
        remedy: &'static str,
    },
    /// The callable is not there: no runtime for it in this process, or it may not run now.
    Uncallable {
        kind: FunctionKind,
        name: String,
        reason: String,
    },
    /// It was called with, or answered, something else than it declares.
    WrongResult {
        kind: FunctionKind,
        name: String,
        reason: String,
    },
    /// A codec id that cannot be installed.
    InvalidCodecId { id: String, reason: String },
}

impl InlineError {
    /// Answers the first `InlineError` in the chain of an engine error, wherever it is wrapped.
    pub fn find(error: &DataFusionError) -> Option<&InlineError> {
        match error {
            DataFusionError::External(inner) => Self::find_in(inner.as_ref()),
            DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => {
                Self::find(inner)
            }
            DataFusionError::Shared(inner) => Self::find(inner),
            DataFusionError::Collection(errors) => errors.iter().find_map(Self::find),
            DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
                ArrowError::ExternalError(inner) => Self::find_in(inner.as_ref()),
                _ => None,
            },
            _ => None,
        }
    }

    fn find_in<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a InlineError> {
        if let Some(found) = error.downcast_ref::<InlineError>() {
            return Some(found);
        }
        match error.downcast_ref::<DataFusionError>() {
            Some(inner) => Self::find(inner),
            None => error.source().and_then(|source| Self::find_in(source)),
        }
    }
}

impl From<InlineError> for DataFusionError {
    fn from(error: InlineError) -> Self {
        DataFusionError::External(Box::new(error))
    }
}

impl Error for InlineError {
    /// What the first codec said: a caller finds its own error there.
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            InlineError::Declined { said, .. } => {
                said.first().map(|(_, error)| error as &dyn Error)
            }
            _ => None,
        }
    }
}

/// The text: a peer that prints errors for debugging only (Ballista's of tasks) prints something to read.
impl fmt::Debug for InlineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for InlineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use InlineError::*;
        match self {
            Refused {
                kind,
                name,
                family,
                policy,
                reason,
            } => {
                let subject = Subject::function(*kind, name);
                write_refused(f, subject, family, policy, reason)
            }
            Malformed { what, reason } => write!(f, "Malformed {what}: {reason}"),
            Unresolved {
                kind,
                name,
                head,
                length,
                said,
            } => write_unresolved(f, Subject::function(*kind, name), head, *length, said),
            Unserializable { kind, name, reason } => {
                let subject = Subject::function(*kind, name);
                write!(f, "{subject} cannot travel inside the bytes: {reason}")
            }
            UnwritableTable { name, reason } => {
                write!(f, "table '{name}' cannot travel inside the bytes: {reason}")
            }
            MissingCodec {
                id,
                what,
                installed,
            } => write_missing(f, id, what, installed),
            Declined { what, said } => write_declined(f, what, said),
            TooDeep { .. } => write_too_deep(f, self),
            Uncallable { kind, name, reason } => {
                let subject = Subject::function(*kind, name);
                write!(f, "{subject} cannot be called: {reason}")
            }
            WrongResult { kind, name, reason } => {
                write!(f, "{}: {reason}", Subject::function(*kind, name))
            }
            InvalidCodecId { id, reason } => {
                write!(f, "'{id}' cannot name an extension codec: {reason}")
            }
        }
    }
}

fn write_refused(
    f: &mut fmt::Formatter<'_>,
    subject: Subject<'_>,
    family: &str,
    policy: &str,
    reason: &str,
) -> fmt::Result {
    write!(
        f,
        "{subject} came inlined in the bytes (a {family} frame), and the inlining policy of this \
         session, {policy}, refuses it: {reason}. "
    )?;
    f.write_str(if family.starts_with("DFPY") {
        "The sender encodes the function by name and this session registers it" // no policy reads Python
    } else {
        "Either the sender encodes the function by name and this session registers it, or this session allows inlined \
         functions of that kind"
    })
}

fn write_unresolved(
    f: &mut fmt::Formatter<'_>,
    subject: Subject<'_>,
    head: &[u8],
    length: usize,
    said: &str,
) -> fmt::Result {
    write!(f, "{subject} cannot be resolved: ")?;
    if length == 0 {
        write!(
            f,
            "it came by name, no function of that name is registered in this session"
        )?;
    } else {
        write!(
            f,
            "no codec of this session reads its {length} bytes, which begin with "
        )?;
        for byte in head {
            write!(f, "{byte:02x}")?;
        }
        write!(f, " ({})", head.escape_ascii())?;
    }
    if !said.is_empty() {
        write!(f, " [{said}]")?;
    }
    write!(
        f,
        ". Register the function in this session, install the codec that wrote it, or let the sender \
         inline it"
    )
}

fn write_too_deep(f: &mut fmt::Formatter<'_>, error: &InlineError) -> fmt::Result {
    let InlineError::TooDeep {
        what,
        measure,
        measured,
        limit,
        remedy,
    } = error
    else {
        return Ok(());
    };
    write!(
        f,
        "The {what} is too deep or too large: {measured} {measure}, and the limit is {limit}. {remedy}"
    )
}

fn write_missing(
    f: &mut fmt::Formatter<'_>,
    id: &str,
    what: &str,
    installed: &[String],
) -> fmt::Result {
    write!(
        f,
        "{what} was encoded by extension codec '{id}', which is not installed on this session ("
    )?;
    if installed.is_empty() {
        write!(f, "no extension codecs are installed)")?;
    } else {
        write!(f, "installed: {})", installed.join(", "))?;
    }
    if id.starts_with("anon:") {
        write!(
            f,
            ". An 'anon:' id is made anew at each installation; give the codec an id on both sides"
        )?;
    }
    Ok(())
}

fn write_declined(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    said: &[(String, DataFusionError)],
) -> fmt::Result {
    write!(f, "No codec handled {what}: ")?;
    for (index, (id, error)) in said.iter().enumerate() {
        let separator = if index == 0 { "" } else { "; " };
        write!(f, "{separator}{id} said: {}", error.strip_backtrace())?;
    }
    Ok(())
}

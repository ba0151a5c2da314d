use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use datafusion::arrow::datatypes::{FieldRef, Fields};
use datafusion::logical_expr::{Signature, TypeSignature, Volatility};
use prost::Message;
use prost::bytes::Bytes;

use crate::fields::fields_from_ipc;
use crate::frame::{Family, FrameKey, RawFrame};
use crate::message::{self, InlinedFunction, inlined_function};
use crate::signature::signature_from_message;
use crate::{FunctionKind, InlineError};

/// The largest frame that is read where nobody says otherwise: 64 MiB.
pub const DEFAULT_PAYLOAD_LIMIT: usize = 64 << 20;

/// What a function is to planning: all of it plain fields, its callable opaque bytes.
///
/// Made from a frame and never changed: the frame's bytes are kept and written again verbatim, since
/// protobuf bytes are not canonical. Equal digests mean equal functions.
pub struct Definition {
    frame: Bytes,
    body: Bytes,
    digest: [u8; 32],
    message: InlinedFunction,
    kind: FunctionKind,
    signature: Signature,
    argument_fields: Fields,
    result: FunctionResult,
    state_fields: Fields,
    reversed: bool,
}

/// The field that a function answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FunctionResult {
    /// Said by the definition.
    Declared(FieldRef),
    /// Computed by the callable from the argument fields.
    Computed,
}

impl Definition {
    /// Reads a frame: family, wire version, digest, body, and all fields of the body.
    pub fn from_frame(frame: &[u8], payload_limit: usize) -> Result<Self, InlineError> {
        let frame = RawFrame::copied(frame, payload_limit)?;
        Self::from_raw(RawFrame::read(&frame)?, frame)
    }

    /// Makes the frame of a message, for programs that define functions here.
    pub fn from_message(message: &InlinedFunction) -> Result<Self, InlineError> {
        let kind = kind_of(message)?;
        let family = Family::for_kind(kind)
            .ok_or_else(|| malformed(&message.name, "its kind has no family"))?;
        let frame = RawFrame::new(family, message.encode_to_vec().into()).to_bytes();
        Self::from_raw(RawFrame::read(&frame)?, frame)
    }

    /// Answers the definition of a frame whose digest is verified: the one that lives, if its frame is the same.
    pub(crate) fn of_raw(raw: RawFrame, frame: Bytes) -> Result<Arc<Self>, InlineError> {
        let key = raw.key();
        let living = Living::lock().get(&key);
        if let Some(living) = living.filter(|living| living.frame == frame) {
            return Ok(living);
        }
        let made = Arc::new(Self::from_raw(raw, frame)?);
        Living::lock().put(key, &made);
        Ok(made)
    }

    /// Parses the body of a frame whose digest is verified.
    fn from_raw(raw: RawFrame, frame: Bytes) -> Result<Self, InlineError> {
        let message = InlinedFunction::decode(raw.body.clone())
            .map_err(|error| malformed("", &format!("its body is no InlinedFunction: {error}")))?;
        let name = &message.name;
        if name.is_empty() {
            return Err(malformed(name, "it has no name"));
        }
        let kind = kind_of(&message)?;
        if raw.family.kind() != Some(kind) {
            return Err(malformed(
                name,
                &format!("its body says {kind}, and its family is {}", raw.family),
            ));
        }
        if raw.reversed && kind != FunctionKind::Window {
            return Err(malformed(name, &format!("a {kind} is not reversed")));
        }
        let part = |what: &str| format!("{what} of function frame '{name}'");
        let signature = message
            .signature
            .as_ref()
            .ok_or_else(|| malformed(name, "it has no signature"))?;
        let signature =
            signature_from_message(&part("signature"), signature, volatility_of(&message)?)?;
        let argument_fields = fields_from_ipc(&part("argument fields"), &message.argument_fields)?;
        if let TypeSignature::Exact(types) = &signature.type_signature
            && !argument_fields.is_empty()
            && !types
                .iter()
                .eq(argument_fields.iter().map(|field| field.data_type()))
        {
            return Err(malformed(
                name,
                "its argument fields are not of the types of its signature",
            ));
        }
        let state_fields = fields_from_ipc(&part("state fields"), &message.state_fields)?;
        if kind == FunctionKind::Aggregate && state_fields.is_empty() {
            return Err(malformed(name, "an aggregate function has state fields"));
        }
        Ok(Self {
            signature,
            argument_fields,
            result: result_of(&message, kind)?,
            state_fields,
            kind,
            reversed: raw.reversed,
            body: raw.body,
            digest: raw.digest,
            frame,
            message,
        })
    }

    /// Answers the function's name.
    pub fn name(&self) -> &str {
        &self.message.name
    }

    /// Answers the other names that it can be called by.
    pub fn aliases(&self) -> &[String] {
        &self.message.aliases
    }

    /// Answers the kind of function.
    pub fn kind(&self) -> FunctionKind {
        self.kind
    }

    /// Answers the argument signature, volatility included.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }

    /// Answers the declared arguments; empty where the signature says all.
    pub fn argument_fields(&self) -> &Fields {
        &self.argument_fields
    }

    /// Answers the result field.
    pub fn result(&self) -> &FunctionResult {
        &self.result
    }

    /// Answers the fields of an aggregate's partial state.
    pub fn state_fields(&self) -> &Fields {
        &self.state_fields
    }

    /// Whether the frame is of a window function whose rows come in reverse.
    pub(crate) fn is_reversed(&self) -> bool {
        self.reversed
    }

    /// Answers the hints, all off where there are none.
    pub fn hints(&self) -> message::FunctionHints {
        self.message.hints.clone().unwrap_or_default()
    }

    /// Answers how the function is brought to life, if the definition says.
    pub fn callable(&self) -> Option<&message::Callable> {
        self.message.callable.as_ref()
    }

    /// Answers the parsed message.
    pub fn message(&self) -> &InlinedFunction {
        &self.message
    }

    /// Answers the serialised message, as it came.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Answers SHA-256 over family, wire version and body.
    pub fn digest(&self) -> &[u8; 32] {
        &self.digest
    }

    /// Answers the frame, as it came and as it travels on.
    pub fn frame(&self) -> &Bytes {
        &self.frame
    }
}

/// The definitions that are in use, since to parse one is most of what decoding takes.
#[derive(Default)]
struct Living {
    by_key: HashMap<FrameKey, Weak<Definition>>,
    /// How many there may be before the dead ones are looked for.
    room: usize,
}

impl Living {
    fn lock() -> MutexGuard<'static, Living> {
        static LIVING: LazyLock<Mutex<Living>> = LazyLock::new(Mutex::default);
        LIVING.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: &FrameKey) -> Option<Arc<Definition>> {
        self.by_key.get(key)?.upgrade()
    }

    fn put(&mut self, key: FrameKey, definition: &Arc<Definition>) {
        if self.by_key.len() >= self.room {
            self.by_key.retain(|_, one| one.strong_count() > 0);
            self.room = 2 * self.by_key.len() + 64;
        }
        self.by_key.insert(key, Arc::downgrade(definition));
    }
}

impl fmt::Debug for Definition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Definition")
            .field("name", &self.message.name)
            .field("kind", &self.kind)
            .field(
                "digest",
                &format_args!(
                    "{:02x}{:02x}{:02x}{:02x}..",
                    self.digest[0], self.digest[1], self.digest[2], self.digest[3]
                ),
            )
            .finish_non_exhaustive()
    }
}

fn kind_of(message: &InlinedFunction) -> Result<FunctionKind, InlineError> {
    match message.kind() {
        message::FunctionKind::Scalar => Ok(FunctionKind::Scalar),
        message::FunctionKind::Aggregate => Ok(FunctionKind::Aggregate),
        message::FunctionKind::Window => Ok(FunctionKind::Window),
        message::FunctionKind::Table => Ok(FunctionKind::Table),
        message::FunctionKind::Unspecified => Err(malformed(
            &message.name,
            &format!("its kind is {}", message.kind),
        )),
    }
}

fn volatility_of(message: &InlinedFunction) -> Result<Volatility, InlineError> {
    match message.volatility() {
        message::FunctionVolatility::Immutable => Ok(Volatility::Immutable),
        message::FunctionVolatility::Stable => Ok(Volatility::Stable),
        message::FunctionVolatility::Volatile => Ok(Volatility::Volatile),
        message::FunctionVolatility::Unspecified => Err(malformed(
            &message.name,
            &format!("its volatility is {}", message.volatility),
        )),
    }
}

fn result_of(message: &InlinedFunction, kind: FunctionKind) -> Result<FunctionResult, InlineError> {
    let name = &message.name;
    match &message.result {
        Some(inlined_function::Result::Computed(_)) => Ok(FunctionResult::Computed),
        Some(inlined_function::Result::ReturnField(schema)) => {
            let fields =
                fields_from_ipc(&format!("return field of function frame '{name}'"), schema)?;
            match fields.as_ref() {
                [field] => Ok(FunctionResult::Declared(field.clone())),
                _ => Err(malformed(
                    name,
                    &format!("its return field is a schema of {} fields", fields.len()),
                )),
            }
        }
        None => Err(malformed(
            name,
            &format!("a {kind} says its return field, or that it is computed"),
        )),
    }
}

fn malformed(name: &str, reason: &str) -> InlineError {
    let what = if name.is_empty() {
        "function frame".to_owned()
    } else {
        format!("function frame '{name}'")
    };
    InlineError::Malformed {
        what,
        reason: reason.to_owned(),
    }
}

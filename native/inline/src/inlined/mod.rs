//! Functions of the engine that travel, one file a kind.

mod aggregate;
mod asynchronous;
mod coercion;
mod collected;
mod execution;
mod filters;
mod frames;
mod groups;
mod partition;
mod promise;
mod scalar;
mod scan;
mod sink;
mod table;
mod window;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use datafusion::arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Signature, TypeSignature};

use crate::callable::Resolvable;
use crate::{CallableResolver, Definition, InlineError, Planning};

pub use aggregate::InlinedAggregate;
pub use execution::prepared_for_execution;
pub use scalar::{FoundScalar, InlinedScalar};
pub use scan::SourceScan;
pub use sink::{RunElsewhere, SourceInsert};
pub use table::{InlinedTable, TableCall};
pub use window::InlinedWindow;

static NEXT_IDENTITY: AtomicU64 = AtomicU64::new(0);

/// A function that travels inside the bytes of plans, of the kind that its callable says.
///
/// Two of them are equal when their digests are, so the optimiser merges two decodes; one that cannot
/// travel equals only itself.
pub struct Inlined<C: ?Sized> {
    parts: Arc<Parts<C>>,
    identity: Identity,
    reversed: bool,
}

/// What a function is made of, the same in all that share it.
struct Parts<C: ?Sized> {
    definition: Arc<Definition>,
    signature: Signature,
    refusal: Option<String>,
    callable: OnceLock<Arc<C>>,
    resolver: Option<Arc<dyn CallableResolver>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Identity {
    Digest([u8; 32]),
    Local(u64),
}

impl Identity {
    fn next() -> Self {
        Identity::Local(NEXT_IDENTITY.fetch_add(1, Ordering::Relaxed))
    }
}

impl<C: ?Sized> Inlined<C> {
    /// A function defined in this process, with its callable. `refusal` says why it cannot travel:
    /// then it works here, equals only itself, and an encode fails with that reason.
    pub fn local(definition: Definition, callable: Arc<C>, refusal: Option<String>) -> Self {
        let identity = match refusal {
            None => Identity::Digest(*definition.digest()),
            Some(_) => Identity::next(),
        };
        Self {
            identity,
            reversed: definition.is_reversed(),
            parts: Arc::new(Parts {
                signature: planned_signature(&definition),
                definition: Arc::new(definition),
                refusal,
                callable: OnceLock::from(callable),
                resolver: None,
            }),
        }
    }

    /// The same, equal only to itself: its callable may do more than its frame says, because of state that the frame
    /// does not hold or that changes.
    #[must_use]
    pub fn with_own_identity(mut self) -> Self {
        self.identity = Identity::next();
        self
    }

    /// A function that came in bytes. Without a resolver it does everything but being invoked.
    pub fn decoded(
        definition: impl Into<Arc<Definition>>,
        resolver: Option<Arc<dyn CallableResolver>>,
    ) -> Self {
        let definition = definition.into();
        Self {
            identity: Identity::Digest(*definition.digest()),
            reversed: definition.is_reversed(),
            parts: Arc::new(Parts {
                signature: planned_signature(&definition),
                definition,
                refusal: None,
                callable: OnceLock::new(),
                resolver,
            }),
        }
    }

    /// Another handle of the same function.
    pub(crate) fn shared(&self) -> Self {
        Self {
            parts: Arc::clone(&self.parts),
            identity: self.identity,
            reversed: self.reversed,
        }
    }

    /// The same function for rows that come in reverse; of such a one, the function itself.
    pub(crate) fn reverse(&self) -> Self {
        Self {
            reversed: !self.reversed,
            ..self.shared()
        }
    }

    /// Whether its rows come in reverse.
    pub(crate) fn is_reversed(&self) -> bool {
        self.reversed
    }

    /// Answers what planning knows of it.
    pub fn definition(&self) -> &Arc<Definition> {
        &self.parts.definition
    }

    /// Answers why it cannot travel, if it cannot.
    pub fn refusal(&self) -> Option<&str> {
        self.parts.refusal.as_deref()
    }

    /// Whether its callable is here.
    pub fn is_resolved(&self) -> bool {
        self.parts.callable.get().is_some()
    }

    /// Answers the signature that the planner sees.
    pub(crate) fn planned_signature(&self) -> &Signature {
        &self.parts.signature
    }

    /// Answers what arguments of those types are cast to, where the definition says; else the callable does.
    pub(crate) fn coerced(&self, types: &[DataType]) -> Option<Result<Vec<DataType>>> {
        match &self.parts.definition.signature().type_signature {
            TypeSignature::Exact(declared) => Some(coercion::to_declared(
                self.parts.definition.name(),
                declared,
                types,
            )),
            _ => None,
        }
    }

    pub(crate) fn wrong<T>(&self, reason: String) -> Result<T> {
        Err(InlineError::WrongResult {
            kind: self.parts.definition.kind(),
            name: self.parts.definition.name().to_owned(),
            reason,
        }
        .into())
    }

    pub(crate) fn uncallable(&self, reason: String) -> DataFusionError {
        InlineError::Uncallable {
            kind: self.parts.definition.kind(),
            name: self.parts.definition.name().to_owned(),
            reason,
        }
        .into()
    }

    fn without_resolver(&self) -> DataFusionError {
        let runtime = self
            .parts
            .definition
            .callable()
            .map_or("", |callable| callable.codec_id.as_str());
        self.uncallable(format!(
            "this process has nothing that runs functions of '{}'",
            runtime.escape_debug()
        ))
    }
}

impl<C: ?Sized + Resolvable> Inlined<C> {
    /// Brings the callable to life if it is not yet; an error says what is missing.
    pub fn resolve(&self) -> Result<()> {
        self.resolved().map(|_| ())
    }

    pub(crate) fn resolved(&self) -> Result<&Arc<C>> {
        if let Some(callable) = self.parts.callable.get() {
            return Ok(callable);
        }
        let resolver = self
            .parts
            .resolver
            .as_ref()
            .ok_or_else(|| self.without_resolver())?;
        let callable = C::resolve(resolver.as_ref(), &self.parts.definition)?;
        Ok(self.parts.callable.get_or_init(|| callable))
    }

    /// While planning is on the stack nothing is brought to life: the error makes the optimiser leave
    /// the call as it is.
    pub(crate) fn invocable(&self) -> Result<&Arc<C>> {
        if self.parts.callable.get().is_none() && Planning::is_active() {
            return Err(self.uncallable(
                "it is not resolved while a plan is being made; resolve its functions first"
                    .to_owned(),
            ));
        }
        self.resolved()
    }
}

/// The signature that the planner sees. It casts to exact types in few cases, not from a literal `1` to Int32 for
/// instance, so those are cast by rules of our own.
fn planned_signature(definition: &Definition) -> Signature {
    let declared = definition.signature();
    match &declared.type_signature {
        // the engine's wrapper does not hand the cast on
        TypeSignature::Exact(types) if !types.is_empty() && !definition.hints().asynchronous => {
            Signature {
                type_signature: TypeSignature::UserDefined,
                ..declared.clone()
            }
        }
        _ => declared.clone(),
    }
}

impl<C: ?Sized> PartialEq for Inlined<C> {
    fn eq(&self, other: &Self) -> bool {
        self.identity == other.identity && self.reversed == other.reversed
    }
}

impl<C: ?Sized> Eq for Inlined<C> {}

impl<C: ?Sized> Hash for Inlined<C> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity.hash(state);
        self.reversed.hash(state);
    }
}

impl<C: ?Sized> fmt::Debug for Inlined<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inlined")
            .field("definition", &self.parts.definition)
            .finish_non_exhaustive()
    }
}

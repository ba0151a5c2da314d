use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    TypeSignature,
};

use crate::coercion;
use crate::{CallableResolver, Definition, FunctionResult, InlineError, Planning, ScalarCallable};

static NEXT_IDENTITY: AtomicU64 = AtomicU64::new(0);

/// A scalar function that travels inside the bytes of plans.
///
/// Two of them are equal when their digests are, so the optimiser merges two decodes; one that cannot
/// travel equals only itself.
pub struct InlinedScalar {
    definition: Arc<Definition>,
    signature: Signature,
    identity: Identity,
    refusal: Option<String>,
    callable: OnceLock<Arc<dyn ScalarCallable>>,
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

impl InlinedScalar {
    /// A function defined in this process, with its callable. `refusal` says why it cannot travel:
    /// then it works here, equals only itself, and an encode fails with that reason.
    pub fn local(
        definition: Definition,
        callable: Arc<dyn ScalarCallable>,
        refusal: Option<String>,
    ) -> Self {
        let identity = match refusal {
            None => Identity::Digest(*definition.digest()),
            Some(_) => Identity::next(),
        };
        Self {
            signature: planned_signature(&definition),
            definition: Arc::new(definition),
            identity,
            refusal,
            callable: OnceLock::from(callable),
            resolver: None,
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
    pub fn decoded(definition: Definition, resolver: Option<Arc<dyn CallableResolver>>) -> Self {
        Self {
            identity: Identity::Digest(*definition.digest()),
            signature: planned_signature(&definition),
            definition: Arc::new(definition),
            refusal: None,
            callable: OnceLock::new(),
            resolver,
        }
    }

    /// Answers the inlined function behind a function of the engine, if it is one.
    pub fn of(function: &ScalarUDF) -> Option<&InlinedScalar> {
        function.inner().downcast_ref::<InlinedScalar>()
    }

    /// Answers what planning knows of it.
    pub fn definition(&self) -> &Arc<Definition> {
        &self.definition
    }

    /// Answers why it cannot travel, if it cannot.
    pub fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// Whether its callable is here.
    pub fn is_resolved(&self) -> bool {
        self.callable.get().is_some()
    }

    /// Brings the callable to life if it is not yet; an error says what is missing.
    pub fn resolve(&self) -> Result<()> {
        self.resolved().map(|_| ())
    }

    fn resolved(&self) -> Result<&Arc<dyn ScalarCallable>> {
        if let Some(callable) = self.callable.get() {
            return Ok(callable);
        }
        let resolver = self
            .resolver
            .as_ref()
            .ok_or_else(|| self.without_resolver())?;
        let callable = resolver.resolve_scalar(&self.definition)?;
        Ok(self.callable.get_or_init(|| callable))
    }

    /// While planning is on the stack nothing is brought to life: the error makes the optimiser leave
    /// the call as it is.
    fn invocable(&self) -> Result<&Arc<dyn ScalarCallable>> {
        if self.callable.get().is_none() && Planning::is_active() {
            return Err(self.uncallable(
                "it is not resolved while a plan is being made; resolve its functions first"
                    .to_owned(),
            ));
        }
        self.resolved()
    }

    fn without_resolver(&self) -> datafusion::error::DataFusionError {
        let runtime = self
            .definition
            .callable()
            .map_or("", |callable| callable.codec_id.as_str());
        self.uncallable(format!(
            "this process has nothing that runs functions of '{}'",
            runtime.escape_debug()
        ))
    }

    fn uncallable(&self, reason: String) -> datafusion::error::DataFusionError {
        InlineError::Uncallable {
            name: self.definition.name().to_owned(),
            reason,
        }
        .into()
    }

    fn wrong<T>(&self, reason: String) -> Result<T> {
        Err(InlineError::WrongResult {
            name: self.definition.name().to_owned(),
            reason,
        }
        .into())
    }

    /// A physical plan from outside may call the function with other types than it declares, and a
    /// callable reads buffers by the declared ones.
    fn check_arguments(&self, args: &ScalarFunctionArgs) -> Result<()> {
        let declared: Vec<&DataType> = match &self.definition.signature().type_signature {
            TypeSignature::Exact(types) => types.iter().collect(),
            _ if self.definition.argument_fields().is_empty() => return Ok(()),
            _ => self
                .definition
                .argument_fields()
                .iter()
                .map(|field| field.data_type())
                .collect(),
        };
        let given: Vec<DataType> = args.args.iter().map(ColumnarValue::data_type).collect();
        let same = given.len() == declared.len()
            && given
                .iter()
                .zip(&declared)
                .all(|(given, declared)| given.equals_datatype(declared));
        if same {
            return Ok(());
        }
        self.wrong(format!(
            "it is called with {given:?}, and declares {declared:?}"
        ))
    }

    /// A physical plan says itself what its calls answer; a callable answers what its definition says.
    fn check_promise(&self, promised: &FieldRef) -> Result<()> {
        match self.definition.result() {
            FunctionResult::Declared(field)
                if !field.data_type().equals_datatype(promised.data_type()) =>
            {
                self.wrong(format!(
                    "the plan expects {} of it, and it declares {}; make the plan with this function",
                    promised.data_type(),
                    field.data_type()
                ))
            }
            _ => Ok(()),
        }
    }

    /// Release builds of the engine do not check what a function answers.
    fn check_result(&self, result: &ColumnarValue, promise: &Promise) -> Result<()> {
        let (given, promised) = (result.data_type(), promise.field.data_type());
        if given != *promised {
            return self.wrong(format!(
                "it answered a value of type {given}, and {promised} was promised"
            ));
        }
        let nulls = match result {
            ColumnarValue::Scalar(value) => usize::from(value.is_null()),
            ColumnarValue::Array(array) => {
                let rows = array.len();
                if rows != promise.rows && !(promise.scalars && rows == 1) {
                    return self.wrong(format!(
                        "it answered {rows} rows, and the batch has {}",
                        promise.rows
                    ));
                }
                array.logical_null_count()
            }
        };
        if nulls > 0 && !promise.field.is_nullable() {
            return self.wrong(format!(
                "it answered {nulls} nulls, and its result is declared not nullable"
            ));
        }
        Ok(())
    }
}

/// The signature that the planner sees. It casts to exact types in few cases, not from a literal `1` to Int32 for
/// instance, so those are cast by rules of our own.
fn planned_signature(definition: &Definition) -> Signature {
    let declared = definition.signature();
    match &declared.type_signature {
        TypeSignature::Exact(types) if !types.is_empty() => Signature {
            type_signature: TypeSignature::UserDefined,
            ..declared.clone()
        },
        _ => declared.clone(),
    }
}

/// What the engine counts on.
struct Promise {
    field: FieldRef,
    rows: usize,
    scalars: bool,
}

impl ScalarUDFImpl for InlinedScalar {
    fn name(&self) -> &str {
        self.definition.name()
    }

    fn aliases(&self) -> &[String] {
        self.definition.aliases()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        match self.definition.result() {
            FunctionResult::Declared(field) => Ok(field.data_type().clone()),
            FunctionResult::Computed => {
                internal_err!(
                    "scalar function '{}' computes its result field",
                    self.name()
                )
            }
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        match self.definition.result() {
            FunctionResult::Declared(field) => Ok(Arc::clone(field)),
            FunctionResult::Computed => self.resolved()?.return_field(args),
        }
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        match &self.definition.signature().type_signature {
            TypeSignature::Exact(declared) => coercion::to_declared(self.name(), declared, types),
            _ => self.resolved()?.coerce_types(types),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let callable = self.invocable()?;
        self.check_promise(&args.return_field)?;
        self.check_arguments(&args)?;
        let promise = Promise {
            field: Arc::clone(&args.return_field),
            rows: args.number_rows,
            scalars: args
                .args
                .iter()
                .all(|value| matches!(value, ColumnarValue::Scalar(_))),
        };
        let result = callable.invoke(args)?;
        self.check_result(&result, &promise)?;
        Ok(result)
    }

    fn is_strict(&self) -> bool {
        self.definition.hints().strict
    }

    fn short_circuits(&self) -> bool {
        self.definition.hints().short_circuits
    }

    /// Ordered as its ordered arguments are, where the hints say so of each of them.
    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        let monotonic = self.definition.hints().monotonic;
        let mut ordering = SortProperties::Singleton;
        for (index, input) in inputs.iter().enumerate() {
            let follows = monotonic.get(index).copied().unwrap_or(false);
            ordering = match (input.sort_properties, ordering) {
                (SortProperties::Singleton, so_far) => so_far,
                (ordered @ SortProperties::Ordered(_), SortProperties::Singleton) if follows => {
                    ordered
                }
                (ordered, so_far) if follows && ordered == so_far => so_far,
                _ => return Ok(SortProperties::Unordered),
            };
        }
        Ok(ordering)
    }
}

impl PartialEq for InlinedScalar {
    fn eq(&self, other: &Self) -> bool {
        self.identity == other.identity
    }
}

impl Eq for InlinedScalar {}

impl Hash for InlinedScalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity.hash(state);
    }
}

impl fmt::Debug for InlinedScalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InlinedScalar")
            .field("definition", &self.definition)
            .finish_non_exhaustive()
    }
}

use std::ops::Deref;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    TypeSignature,
};

use super::asynchronous;
use crate::{FunctionResult, Inlined, ScalarCallable};

/// A scalar function that travels inside the bytes of plans.
pub type InlinedScalar = Inlined<dyn ScalarCallable>;

impl InlinedScalar {
    /// Answers the inlined function behind a function of the engine, if it is one.
    pub fn of(function: &ScalarUDF) -> Option<FoundScalar<'_>> {
        match function.as_async() {
            Some(function) => asynchronous::behind(function).map(FoundScalar::Asynchronous),
            None => function.inner().downcast_ref().map(FoundScalar::Plain),
        }
    }

    /// Answers it as a function of the engine.
    pub fn into_function(self) -> ScalarUDF {
        if self.definition().hints().asynchronous {
            asynchronous::function(self)
        } else {
            ScalarUDF::new_from_impl(self)
        }
    }

    /// What the engine counts on, if the call is as declared.
    fn promise(&self, args: &ScalarFunctionArgs) -> Result<Promise> {
        self.check_promise(&args.return_field)?;
        self.check_arguments(args)?;
        Ok(Promise {
            field: Arc::clone(&args.return_field),
            rows: args.number_rows,
            scalars: args
                .args
                .iter()
                .all(|value| matches!(value, ColumnarValue::Scalar(_))),
        })
    }

    /// Evaluates a batch of an asynchronous function.
    pub(super) async fn invoke_async(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let callable = self.invocable()?;
        let promise = self.promise(&args)?;
        let result = callable.invoke_async(args).await?;
        self.check_result(&result, &promise)?;
        Ok(result)
    }

    /// A physical plan from outside may call the function with other types than it declares, and a
    /// callable reads buffers by the declared ones.
    fn check_arguments(&self, args: &ScalarFunctionArgs) -> Result<()> {
        let declared: Vec<&DataType> = match &self.definition().signature().type_signature {
            TypeSignature::Exact(types) => types.iter().collect(),
            _ if self.definition().argument_fields().is_empty() => return Ok(()),
            _ => self
                .definition()
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
        match self.definition().result() {
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

/// An inlined function where it was found. The engine hides what it wraps as asynchronous, so that is shared.
pub enum FoundScalar<'a> {
    Plain(&'a InlinedScalar),
    Asynchronous(Arc<InlinedScalar>),
}

impl Deref for FoundScalar<'_> {
    type Target = InlinedScalar;

    fn deref(&self) -> &InlinedScalar {
        match self {
            Self::Plain(inlined) => inlined,
            Self::Asynchronous(inlined) => inlined,
        }
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
        self.definition().name()
    }

    fn aliases(&self) -> &[String] {
        self.definition().aliases()
    }

    fn signature(&self) -> &Signature {
        self.planned_signature()
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        match self.definition().result() {
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
        match self.definition().result() {
            FunctionResult::Declared(field) => Ok(Arc::clone(field)),
            FunctionResult::Computed => self.resolved()?.return_field(args),
        }
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        match self.coerced(types) {
            Some(coerced) => coerced,
            None => self.resolved()?.coerce_types(types),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let callable = self.invocable()?;
        let promise = self.promise(&args)?;
        let result = callable.invoke(args)?;
        self.check_result(&result, &promise)?;
        Ok(result)
    }

    fn is_strict(&self) -> bool {
        self.definition().hints().strict
    }

    fn short_circuits(&self) -> bool {
        self.definition().hints().short_circuits
    }

    /// Ordered as its ordered arguments are, where the hints say so of each of them.
    fn output_ordering(&self, inputs: &[ExprProperties]) -> Result<SortProperties> {
        let monotonic = self.definition().hints().monotonic;
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

//! Scalar functions of the host's, as the engine calls them.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, TypeSignature, Volatility,
};
use datafusion::scalar::ScalarValue;
use datafusion_inline::{Definition, FunctionResult, ScalarCallable};

use crate::boundary::structs::df_scalar_functions;
use crate::boundary::{BoundHost, Callback, Columns, Output, ScalarHost};
use crate::error::{DF_ERROR_EXECUTION, DF_ERROR_MALFORMED_PAYLOAD, Outcome, df_error};
use crate::failure::{guarded, into_engine};

/// A scalar function that the host evaluates, one upcall a batch.
#[derive(Debug)]
pub struct HostScalar {
    name: String,
    volatile: bool,
    callback: ScalarHost,
    bound: Bindings,
}

impl HostScalar {
    /// Answers the callable of a definition whose result the host can fill.
    pub(crate) fn of(
        definition: &Definition,
        callback: Callback<df_scalar_functions>,
    ) -> Outcome<Self> {
        if callback.is_over_rows() && !declares_its_arguments(definition) {
            return Err(df_error::boxed(
                DF_ERROR_MALFORMED_PAYLOAD,
                format!(
                    "function '{}' is over rows, and its signature is not the exact types of its argument fields",
                    definition.name()
                ),
            ));
        }
        match definition.result() {
            FunctionResult::Declared(field)
                if callback.is_over_rows() && !Output::has_layout(field.data_type()) =>
            {
                Err(df_error::invalid(format!(
                    "function '{}' answers {}, which a row function cannot fill",
                    definition.name(),
                    field.data_type()
                )))
            }
            _ => Ok(Self {
                name: definition.name().to_owned(),
                volatile: definition.signature().volatility == Volatility::Volatile,
                callback,
                bound: Bindings::default(),
            }),
        }
    }

    fn evaluate(&self, args: ScalarFunctionArgs) -> Outcome<ColumnarValue> {
        // Literals alone are one row, whatever the batch has; a volatile function, or one without arguments, has one for
        // each.
        let single = !self.volatile
            && !args.args.is_empty()
            && args
                .args
                .iter()
                .all(|value| matches!(value, ColumnarValue::Scalar(_)));
        let rows = if single { 1 } else { args.number_rows };
        let result = if self.callback.is_over_rows() {
            self.rows(&args, rows)?
        } else {
            self.vectors(&args, rows)?
        };
        if single && result.len() == 1 {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &result, 0,
            )?));
        }
        Ok(ColumnarValue::Array(result))
    }

    fn rows(&self, args: &ScalarFunctionArgs, rows: usize) -> Outcome<ArrayRef> {
        let arrays = args.args.iter().map(|value| value.to_array(rows));
        let arrays = arrays.collect::<Result<Vec<_>>>()?;
        self.callback
            .invoke_rows(&arrays, rows, args.return_field.data_type())
    }

    fn vectors(&self, args: &ScalarFunctionArgs, rows: usize) -> Outcome<ArrayRef> {
        let (bound, columns) = self.called(args, rows)?;
        bound.invoke(columns, args.return_field.data_type())
    }

    /// Answers the function for the fields of a call, and the batch.
    fn called(&self, args: &ScalarFunctionArgs, rows: usize) -> Outcome<(Arc<BoundHost>, Columns)> {
        let given: Vec<DataType> = args.args.iter().map(ColumnarValue::data_type).collect();
        let declared = args.arg_fields.iter().map(|field| field.data_type());
        if !declared.eq(given.iter()) {
            let message = format!(
                "function '{}' is called with {given:?}, and its call declares {:?}",
                self.name, args.arg_fields
            );
            return Err(df_error::boxed(DF_ERROR_EXECUTION, message));
        }
        let arrays = args.args.iter().map(|value| match value {
            ColumnarValue::Array(array) => Ok((Arc::clone(array), false)),
            ColumnarValue::Scalar(value) => Ok((value.to_array()?, true)),
        });
        let columns = Columns::of(&arrays.collect::<Result<Vec<_>>>()?, rows)?;
        let fields = args.arg_fields.iter().chain([&args.return_field]);
        let bound = self.bound.find(&self.callback, fields.cloned().collect())?;
        Ok((bound, columns))
    }

    fn compute_field(&self, args: &ReturnFieldArgs) -> Outcome<FieldRef> {
        let literals =
            args.scalar_arguments.iter().zip(args.arg_fields).map(
                |(literal, field)| match literal {
                    // The literal is as it was written, the field as it will be cast.
                    Some(value) => Ok((value.cast_to(field.data_type())?.to_array()?, true)),
                    None => Ok((arrow::array::new_empty_array(field.data_type()), false)),
                },
            );
        let literals = Columns::of(&literals.collect::<Result<Vec<_>>>()?, 0)?;
        self.callback.return_field(args.arg_fields, literals)
    }
}

/// The host reads the buffers of a row function by the fields, the engine casts by the signature.
fn declares_its_arguments(definition: &Definition) -> bool {
    let fields = definition.argument_fields().iter();
    match &definition.signature().type_signature {
        TypeSignature::Exact(types) => types.iter().eq(fields.map(|field| field.data_type())),
        _ => false,
    }
}

#[async_trait]
impl ScalarCallable for HostScalar {
    fn invoke(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        guarded("ScalarUDF::invoke", || self.evaluate(args))
    }

    async fn invoke_async(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let result = args.return_field.data_type();
        let answer = guarded("ScalarUDF::invoke_async", || {
            let (bound, columns) = self.called(&args, args.number_rows)?;
            Ok(async move { bound.answer(columns, result).await })
        })?;
        match answer.await {
            Ok(array) => Ok(ColumnarValue::Array(array)),
            Err(error) => Err(into_engine(&error)),
        }
    }

    fn return_field(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        guarded("ScalarUDF::return_field", || self.compute_field(&args))
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        guarded("ScalarUDF::coerce_types", || {
            let fields = types.iter().enumerate().map(|(index, data_type)| {
                Arc::new(Field::new(index.to_string(), data_type.clone(), true))
            });
            self.callback.coerce_types(&fields.collect::<Vec<_>>())
        })
    }
}

/// A function over vectors for each set of fields that it is called with: types cross once, not with each batch.
#[derive(Debug, Default)]
struct Bindings(Mutex<Vec<Bound>>);

#[derive(Debug)]
struct Bound {
    fields: Vec<FieldRef>,
    callback: Arc<BoundHost>,
}

/// More than the calls of one function in most queries; the oldest goes first.
const BINDINGS: usize = 16;

impl Bindings {
    fn find(&self, callback: &ScalarHost, fields: Vec<FieldRef>) -> Outcome<Arc<BoundHost>> {
        if let Some(known) = self.known(&fields) {
            return Ok(known);
        }
        let bound = Arc::new(callback.bind(&fields)?);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() == BINDINGS {
            all.remove(0);
        }
        all.push(Bound {
            fields,
            callback: Arc::clone(&bound),
        });
        Ok(bound)
    }

    fn known(&self, fields: &[FieldRef]) -> Option<Arc<BoundHost>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.iter().find(|bound| bound.fields == fields)?;
        Some(Arc::clone(&known.callback))
    }
}

//! Row functions of the host's, as the engine calls them.

use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};
use datafusion::scalar::ScalarValue;
use datafusion_inline::{Definition, FunctionResult, ScalarCallable};

use crate::boundary::structs::df_scalar_functions;
use crate::boundary::{Callback, Output, guard, invoke_scalar};
use crate::error::{Outcome, df_error};
use crate::failure::into_engine;

/// A scalar function that the host evaluates, one upcall a batch.
#[derive(Debug)]
pub struct HostScalar {
    callback: Callback<df_scalar_functions>,
}

impl HostScalar {
    /// Answers the callable of a definition whose result the host can fill.
    pub(crate) fn of(
        definition: &Definition,
        callback: Callback<df_scalar_functions>,
    ) -> Outcome<Self> {
        match definition.result() {
            FunctionResult::Declared(field) if !Output::has_layout(field.data_type()) => {
                Err(df_error::invalid(format!(
                    "function '{}' answers {}, which a row function cannot fill",
                    definition.name(),
                    field.data_type()
                )))
            }
            _ => Ok(Self { callback }),
        }
    }

    fn evaluate(&self, args: ScalarFunctionArgs) -> Outcome<ColumnarValue> {
        let scalars = args
            .args
            .iter()
            .all(|value| matches!(value, ColumnarValue::Scalar(_)));
        // Literals alone are one row, whatever the batch has; volatile functions without arguments are asked for each.
        let rows = if scalars && !args.args.is_empty() {
            1
        } else {
            args.number_rows
        };
        let arrays = args
            .args
            .iter()
            .map(|value| value.to_array(rows))
            .collect::<Result<Vec<_>>>()?;
        let result = invoke_scalar(&self.callback, &arrays, rows, args.return_field.data_type())?;
        if scalars && !args.args.is_empty() {
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(
                &result, 0,
            )?));
        }
        Ok(ColumnarValue::Array(result))
    }
}

impl ScalarCallable for HostScalar {
    fn invoke(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        guard("ScalarUDF::invoke", || self.evaluate(args))
            .and_then(|outcome| outcome)
            .map_err(|error| into_engine(&error))
    }
}

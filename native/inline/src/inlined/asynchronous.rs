use std::cell::RefCell;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::async_udf::{AsyncScalarUDF, AsyncScalarUDFImpl};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
};

use crate::InlinedScalar;

thread_local! {
    static ASKED: RefCell<Option<Option<Arc<InlinedScalar>>>> = const { RefCell::new(None) };
}

/// Answers a function that the engine asks for batches and waits for.
pub(super) fn function(inlined: InlinedScalar) -> ScalarUDF {
    AsyncScalarUDF::new(Arc::new(AsyncInlined(Arc::new(inlined)))).into_scalar_udf()
}

/// Answers the inlined function that the engine's wrapper hides. It hands `return_type` on, so that is how the function
/// inside is asked for itself.
pub(super) fn behind(function: &AsyncScalarUDF) -> Option<Arc<InlinedScalar>> {
    ASKED.set(Some(None));
    let _ = function.return_type(&[]);
    ASKED.take().flatten()
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct AsyncInlined(Arc<InlinedScalar>);

impl ScalarUDFImpl for AsyncInlined {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        ASKED.with_borrow_mut(|asked| {
            if let Some(answer) = asked {
                *answer = Some(Arc::clone(&self.0));
            }
        });
        self.0.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.0.return_field_from_args(args)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.0.invoke_with_args(args)
    }
}

#[async_trait]
impl AsyncScalarUDFImpl for AsyncInlined {
    fn ideal_batch_size(&self) -> Option<usize> {
        match self.0.definition().hints().batch_size {
            0 => None,
            rows => Some(rows as usize),
        }
    }

    async fn invoke_async_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.0.invoke_async(args).await
    }
}

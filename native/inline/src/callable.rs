use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::not_impl_err;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs};
use datafusion::scalar::ScalarValue;

use crate::Definition;

/// A scalar function that can be run: the host's side of an [`InlinedScalar`](crate::InlinedScalar).
#[async_trait]
pub trait ScalarCallable: Debug + Send + Sync {
    /// Evaluates one batch. The caller checks type and length of what it answers.
    fn invoke(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue>;

    /// Evaluates one batch of a function whose hints say that its answer comes later.
    async fn invoke_async(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        not_impl_err!("this callable answers at once")
    }

    /// Answers the result field where the definition says "computed".
    fn return_field(&self, _args: ReturnFieldArgs) -> Result<FieldRef> {
        not_impl_err!("this callable does not compute its result field")
    }

    /// Answers the argument types where the signature says "user defined".
    fn coerce_types(&self, _types: &[DataType]) -> Result<Vec<DataType>> {
        not_impl_err!("this callable does not coerce its arguments")
    }
}

/// A table function that can be called: the host's side of an [`InlinedTable`](crate::InlinedTable).
pub trait TableCallable: Debug + Send + Sync {
    /// Answers the table of a call, while a plan is made in `session` or before one is run there.
    fn table(
        &self,
        arguments: &[ScalarValue],
        session: &dyn Session,
    ) -> Result<Arc<dyn TableProvider>>;
}

/// Brings decoded functions to life. Called outside planning only, at most once for each function that
/// a process needs; decoding, planning and encoding never call it.
pub trait CallableResolver: Debug + Send + Sync {
    /// Answers the callable of a function whose digest is verified.
    fn resolve_scalar(&self, definition: &Definition) -> Result<Arc<dyn ScalarCallable>>;

    /// Answers the callable of a table function whose digest is verified.
    fn resolve_table(&self, definition: &Definition) -> Result<Arc<dyn TableCallable>> {
        not_impl_err!(
            "this process runs no table function, '{}' neither",
            definition.name()
        )
    }
}

/// A callable of a kind, which a resolver answers.
pub trait Resolvable {
    /// Answers the callable of a function whose digest is verified.
    fn resolve(resolver: &dyn CallableResolver, definition: &Definition) -> Result<Arc<Self>>;
}

impl Resolvable for dyn ScalarCallable {
    fn resolve(resolver: &dyn CallableResolver, definition: &Definition) -> Result<Arc<Self>> {
        resolver.resolve_scalar(definition)
    }
}

impl Resolvable for dyn TableCallable {
    fn resolve(resolver: &dyn CallableResolver, definition: &Definition) -> Result<Arc<Self>> {
        resolver.resolve_table(definition)
    }
}

mod source;
mod window;

use std::any::Any;
use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::not_impl_err;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs};
use datafusion::scalar::ScalarValue;

use crate::Definition;

pub use source::{RowSource, ScanRequest, ScanShape, SourceRows};
pub use window::{WindowCall, WindowCallable, WindowEvaluator};

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

/// An aggregate function that can be run: the host's side of an
/// [`InlinedAggregate`](crate::InlinedAggregate).
pub trait AggregateCallable: Debug + Send + Sync {
    /// Makes the states of one call in one partition, of no groups yet.
    fn open(&self, call: &AggregateCall<'_>) -> Result<Box<dyn GroupStates>>;

    /// Answers the result field where the definition says "computed".
    fn return_field(&self, _fields: &[FieldRef]) -> Result<FieldRef> {
        not_impl_err!("this callable does not compute its result field")
    }

    /// Answers the argument types where the signature says "user defined".
    fn coerce_types(&self, _types: &[DataType]) -> Result<Vec<DataType>> {
        not_impl_err!("this callable does not coerce its arguments")
    }
}

/// What is known of a call before its first batch.
#[derive(Debug, Clone, Copy)]
pub struct AggregateCall<'a> {
    pub fields: &'a [FieldRef],
    pub return_field: &'a FieldRef,
}

/// The states of the groups of a call. Groups are numbered from 0; one that no row belongs to has the
/// state of no rows. The caller checks what it answers, and calls nothing more after an error.
pub trait GroupStates: Debug + Send + Sync {
    /// Takes rows in; `groups` says the group of each. There is at least one.
    fn update(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()>;

    /// Takes the partial states of groups in; `groups` says the group of each.
    fn merge(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()>;

    /// Takes rows back that were taken in. Called where the hints say that this can be.
    fn retract(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()>;

    /// Answers the results of the first groups.
    fn evaluate(&mut self, emit: Emit) -> Result<ArrayRef>;

    /// Answers the partial states of the first groups, an array for each state field.
    fn state(&mut self, emit: Emit) -> Result<Vec<ArrayRef>>;

    /// Answers the bytes that the states take.
    fn size(&self) -> usize;
}

/// Which groups are answered: the first so many, also those that were never heard of. Unless they are
/// kept they are gone afterwards, and the group behind them has number 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Emit {
    pub groups: usize,
    pub keep: bool,
}

/// A table function that can be called: the host's side of an [`InlinedTable`](crate::InlinedTable).
pub trait TableCallable: Any + Debug + Send + Sync {
    /// Answers the table of a call, while a plan is made in `session` or before one is run there.
    fn table(
        &self,
        arguments: &[ScalarValue],
        session: &dyn Session,
    ) -> Result<Arc<dyn TableProvider>>;

    /// Answers the table, where the callable is one and not the maker of a query. It takes no arguments and needs no
    /// session.
    fn source(&self) -> Option<Arc<dyn RowSource>> {
        None
    }
}

/// Brings decoded functions to life. Called outside planning only, at most once for each function that
/// a process needs; decoding, planning and encoding never call it.
pub trait CallableResolver: Debug + Send + Sync {
    /// Answers the callable of a function whose digest is verified.
    fn resolve_scalar(&self, definition: &Definition) -> Result<Arc<dyn ScalarCallable>>;

    /// Answers the callable of an aggregate function whose digest is verified.
    fn resolve_aggregate(&self, definition: &Definition) -> Result<Arc<dyn AggregateCallable>> {
        not_impl_err!(
            "this process runs no aggregate function, '{}' neither",
            definition.name()
        )
    }

    /// Answers the callable of a table function whose digest is verified.
    fn resolve_table(&self, definition: &Definition) -> Result<Arc<dyn TableCallable>> {
        not_impl_err!(
            "this process runs no table function, '{}' neither",
            definition.name()
        )
    }

    /// Answers the callable of a window function whose digest is verified.
    fn resolve_window(&self, definition: &Definition) -> Result<Arc<dyn WindowCallable>> {
        not_impl_err!(
            "this process runs no window function, '{}' neither",
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

impl Resolvable for dyn AggregateCallable {
    fn resolve(resolver: &dyn CallableResolver, definition: &Definition) -> Result<Arc<Self>> {
        resolver.resolve_aggregate(definition)
    }
}

impl Resolvable for dyn TableCallable {
    fn resolve(resolver: &dyn CallableResolver, definition: &Definition) -> Result<Arc<Self>> {
        resolver.resolve_table(definition)
    }
}

impl Resolvable for dyn WindowCallable {
    fn resolve(resolver: &dyn CallableResolver, definition: &Definition) -> Result<Arc<Self>> {
        resolver.resolve_window(definition)
    }
}

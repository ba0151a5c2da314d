use std::ops::Deref;

use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use super::operation::{Decoded, Operation};
use crate::callable::Resolvable;
use crate::{AggregateCallable, FoundScalar, FunctionKind, Inlined, InlinedAggregate};
use crate::{InlinedScalar, InlinedWindow, ScalarCallable, WindowCallable};

/// A kind of function of the engine, whose frames the inlining layer writes and reads.
pub(super) trait InlinedKind: Sized {
    type Callable: ?Sized + Resolvable;
    type Found<'a>: Deref<Target = Inlined<Self::Callable>>
    where
        Self: 'a;
    const KIND: FunctionKind;

    fn name(&self) -> &str;

    /// Answers the inlined function behind it, if it is one.
    fn inlined(&self) -> Option<Self::Found<'_>>;

    fn from_inlined(inlined: Inlined<Self::Callable>) -> Self;

    fn decoded_in(operation: &Operation) -> &Decoded<Self>;
}

impl InlinedKind for ScalarUDF {
    type Callable = dyn ScalarCallable;
    type Found<'a> = FoundScalar<'a>;
    const KIND: FunctionKind = FunctionKind::Scalar;

    fn name(&self) -> &str {
        ScalarUDF::name(self)
    }

    fn inlined(&self) -> Option<FoundScalar<'_>> {
        InlinedScalar::of(self)
    }

    fn from_inlined(inlined: InlinedScalar) -> Self {
        inlined.into_function()
    }

    fn decoded_in(operation: &Operation) -> &Decoded<Self> {
        &operation.scalars
    }
}

impl InlinedKind for AggregateUDF {
    type Callable = dyn AggregateCallable;
    type Found<'a> = &'a InlinedAggregate;
    const KIND: FunctionKind = FunctionKind::Aggregate;

    fn name(&self) -> &str {
        AggregateUDF::name(self)
    }

    fn inlined(&self) -> Option<&InlinedAggregate> {
        InlinedAggregate::of(self)
    }

    fn from_inlined(inlined: InlinedAggregate) -> Self {
        AggregateUDF::new_from_impl(inlined)
    }

    fn decoded_in(operation: &Operation) -> &Decoded<Self> {
        &operation.aggregates
    }
}

impl InlinedKind for WindowUDF {
    type Callable = dyn WindowCallable;
    type Found<'a> = &'a InlinedWindow;
    const KIND: FunctionKind = FunctionKind::Window;

    fn name(&self) -> &str {
        WindowUDF::name(self)
    }

    fn inlined(&self) -> Option<&InlinedWindow> {
        InlinedWindow::of(self)
    }

    fn from_inlined(inlined: InlinedWindow) -> Self {
        WindowUDF::new_from_impl(inlined)
    }

    fn decoded_in(operation: &Operation) -> &Decoded<Self> {
        &operation.windows
    }
}

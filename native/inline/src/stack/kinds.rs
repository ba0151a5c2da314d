use std::ops::Deref;

use datafusion::logical_expr::ScalarUDF;

use super::operation::{Decoded, Operation};
use crate::callable::Resolvable;
use crate::{FoundScalar, FunctionKind, Inlined, InlinedScalar, ScalarCallable};

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

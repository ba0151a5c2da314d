use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    LimitEffect, PartitionEvaluator, ReversedUDWF, Signature, TypeSignature, WindowUDF,
    WindowUDFImpl,
};
use datafusion::physical_expr::expressions::Literal;
use datafusion::physical_plan::PhysicalExpr;

use super::partition::InlinedEvaluator;
use crate::message::{WindowHints, WindowReversal};
use crate::{FunctionResult, Inlined, WindowCall, WindowCallable};

/// A window function that travels inside the bytes of plans.
pub type InlinedWindow = Inlined<dyn WindowCallable>;

impl InlinedWindow {
    /// Answers the inlined function behind a function of the engine, if it is one.
    pub fn of(function: &WindowUDF) -> Option<&InlinedWindow> {
        function.inner().downcast_ref::<InlinedWindow>()
    }

    pub(crate) fn window_hints(&self) -> WindowHints {
        self.definition().hints().window.unwrap_or_default()
    }

    /// A physical plan from outside may call the function with other types than it declares.
    fn check_arguments(&self, given: &[FieldRef]) -> Result<()> {
        let declared: Vec<&DataType> = match &self.definition().signature().type_signature {
            TypeSignature::Exact(types) => types.iter().collect(),
            _ => return Ok(()),
        };
        let same = given.len() == declared.len()
            && given
                .iter()
                .zip(&declared)
                .all(|(given, declared)| given.data_type().equals_datatype(declared));
        if same {
            return Ok(());
        }
        let given: Vec<&DataType> = given.iter().map(|field| field.data_type()).collect();
        self.wrong(format!(
            "it is called with {given:?}, and declares {declared:?}"
        ))
    }

    fn result_field(&self, arguments: &[FieldRef], name: &str) -> Result<FieldRef> {
        let field = match self.definition().result() {
            FunctionResult::Declared(field) => Arc::clone(field),
            FunctionResult::Computed => self.resolved()?.return_field(arguments)?,
        };
        Ok(Arc::new(Field::clone(&field).with_name(name)))
    }
}

fn literal(expr: &Arc<dyn PhysicalExpr>) -> Option<&Literal> {
    expr.downcast_ref::<Literal>()
}

impl WindowUDFImpl for InlinedWindow {
    fn name(&self) -> &str {
        self.definition().name()
    }

    fn aliases(&self) -> &[String] {
        self.definition().aliases()
    }

    fn signature(&self) -> &Signature {
        self.planned_signature()
    }

    fn field(&self, args: WindowUDFFieldArgs) -> Result<FieldRef> {
        self.result_field(args.input_fields(), args.name())
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        match self.coerced(types) {
            Some(coerced) => coerced,
            None => self.resolved()?.coerce_types(types),
        }
    }

    /// Planning makes evaluators to ask for their flags, so this one opens the host's when it has rows for it.
    fn partition_evaluator(
        &self,
        args: PartitionEvaluatorArgs,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        self.check_arguments(args.input_fields())?;
        let literals = args.input_exprs().iter().map(literal);
        let call = WindowCall {
            arguments: args.input_fields().to_vec(),
            literals: literals
                .map(|found| found.map(|literal| literal.value().clone()))
                .collect(),
            result: self.result_field(args.input_fields(), self.definition().name())?,
            ignore_nulls: args.ignore_nulls(),
            reversed: self.is_reversed(),
        };
        Ok(Box::new(InlinedEvaluator::new(self.shared(), call)))
    }

    fn reverse_expr(&self) -> ReversedUDWF {
        match self.window_hints().reversal() {
            WindowReversal::None => ReversedUDWF::NotSupported,
            WindowReversal::Identical => ReversedUDWF::Identical,
            WindowReversal::Aware => {
                ReversedUDWF::Reversed(Arc::new(WindowUDF::new_from_impl(self.reverse())))
            }
        }
    }

    fn limit_effect(&self, _args: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        let hints = self.window_hints();
        if hints.causal && !hints.uses_frame && !hints.includes_rank {
            LimitEffect::None
        } else {
            LimitEffect::Unknown
        }
    }
}

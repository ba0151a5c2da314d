//! Types that queries give as text: their parser recurses, so their depth is measured first.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::simplify::{ExprSimplifyResult, SimplifyContext};
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature,
};
use datafusion::prelude::SessionContext;
use datafusion::scalar::ScalarValue;
use datafusion_inline::depth::TYPE_LIMIT;

/// The functions whose second argument is the text of a type.
const CASTS: [&str; 2] = ["arrow_cast", "arrow_try_cast"];

/// Puts measured casts in the place of the engine's.
pub fn install(context: &SessionContext) {
    for name in CASTS {
        if let Ok(cast) = context.udf(name) {
            context.register_udf(ScalarUDF::from(MeasuredCast(cast)));
        }
    }
}

/// A cast of the engine's that looks at its type's text first.
#[derive(Debug, PartialEq, Eq, Hash)]
struct MeasuredCast(Arc<ScalarUDF>);

impl MeasuredCast {
    fn check(&self, text: Option<&ScalarValue>) -> Result<()> {
        let depth = text
            .and_then(ScalarValue::try_as_str)
            .flatten()
            .map_or(0, depth);
        if depth > TYPE_LIMIT {
            return plan_err!(
                "the type that {} is given is {depth} levels deep, and the limit is {TYPE_LIMIT}",
                self.name()
            );
        }
        Ok(())
    }
}

fn depth(text: &str) -> usize {
    let (mut open, mut deepest) = (0_usize, 0);
    for character in text.chars() {
        match character {
            '(' | '<' | '[' => open += 1,
            ')' | '>' | ']' => open = open.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(open);
    }
    deepest
}

impl ScalarUDFImpl for MeasuredCast {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn aliases(&self) -> &[String] {
        self.0.aliases()
    }

    fn signature(&self) -> &Signature {
        self.0.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        self.0.return_type(types)
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        self.check(args.scalar_arguments.get(1).copied().flatten())?;
        self.0.return_field_from_args(args)
    }

    fn simplify(&self, args: Vec<Expr>, info: &SimplifyContext) -> Result<ExprSimplifyResult> {
        if let Some(Expr::Literal(text, _)) = args.get(1) {
            self.check(Some(text))?;
        }
        self.0.simplify(args, info)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        self.0.invoke_with_args(args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.0.documentation()
    }
}

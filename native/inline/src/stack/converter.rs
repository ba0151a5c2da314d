use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::error::Result;
use datafusion::physical_expr::window::{StandardWindowExpr, WindowExpr};
use datafusion::physical_plan::windows::WindowUDFExpr;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use datafusion_proto::physical_plan::{
    DefaultPhysicalProtoConverter, PhysicalExtensionCodec, PhysicalPlanDecodeContext,
    PhysicalPlanNodeExt, PhysicalProtoConverterExtension,
};
use datafusion_proto::protobuf::physical_plan_node::PhysicalPlanType;
use datafusion_proto::protobuf::{PhysicalExprNode, PhysicalPlanNode};

use crate::survey::window_exprs;
use crate::{FunctionKind, InlineError, InlinedWindow};

/// The engine's conversion of physical plans, with what it leaves out of calls of window functions: the message has a
/// place for IGNORE NULLS, which is read, and not written.
pub(super) struct Converter;

impl PhysicalProtoConverterExtension for Converter {
    fn proto_to_execution_plan(
        &self,
        proto: &PhysicalPlanNode,
        ctx: &PhysicalPlanDecodeContext<'_>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.default_proto_to_execution_plan(proto, ctx)
    }

    fn execution_plan_to_proto(
        &self,
        plan: &Arc<dyn ExecutionPlan>,
        codec: &dyn PhysicalExtensionCodec,
    ) -> Result<PhysicalPlanNode> {
        let plan = Arc::clone(plan);
        let mut node = PhysicalPlanNode::try_from_physical_plan_with_converter(
            Arc::clone(&plan),
            codec,
            self,
        )?;
        if let Some(PhysicalPlanType::Window(window)) = &mut node.physical_plan_type {
            for (expr, message) in window_exprs(&plan).iter().zip(&mut window.window_expr) {
                message.ignore_nulls |= ignores_nulls(expr)?;
            }
        }
        Ok(node)
    }

    fn proto_to_physical_expr(
        &self,
        proto: &PhysicalExprNode,
        input_schema: &Schema,
        ctx: &PhysicalPlanDecodeContext<'_>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        self.default_proto_to_physical_expr(proto, input_schema, ctx)
    }

    fn physical_expr_to_proto(
        &self,
        expr: &Arc<dyn PhysicalExpr>,
        codec: &dyn PhysicalExtensionCodec,
    ) -> Result<PhysicalExprNode> {
        DefaultPhysicalProtoConverter {}.physical_expr_to_proto(expr, codec)
    }
}

/// Whether the call of a window function says IGNORE NULLS. One that is evaluated in reverse fails where nothing in the
/// bytes would say so: an inlined function has it in its frame.
fn ignores_nulls(expr: &Arc<dyn WindowExpr>) -> Result<bool> {
    let standard = expr.as_any().downcast_ref::<StandardWindowExpr>();
    let call = standard.map(|standard| standard.get_standard_func_expr().as_any());
    let Some(call) = call.and_then(|call| call.downcast_ref::<WindowUDFExpr>()) else {
        return Ok(false);
    };
    // The engine keeps both to itself, and shows them as the last of its fields.
    let shown = format!("{call:?}");
    let ignores_nulls = shown.ends_with(", ignore_nulls: true }");
    let reversed = [true, false]
        .iter()
        .any(|nulls| shown.ends_with(&format!(", is_reversed: true, ignore_nulls: {nulls} }}")));
    let function = call.fun();
    if reversed && InlinedWindow::of(function).is_none() && !KNOWN.contains(&function.name()) {
        return Err(InlineError::Unserializable {
            kind: FunctionKind::Window,
            name: function.name().to_owned(),
            reason: "the plan evaluates it on rows in reverse, and the bytes of this engine do not say so; sort the \
                     input in the order of the window"
                .to_owned(),
        }
        .into());
    }
    Ok(ignores_nulls)
}

/// Those whose reverse is another function, which needs to know nothing more.
const KNOWN: [&str; 2] = ["first_value", "last_value"];

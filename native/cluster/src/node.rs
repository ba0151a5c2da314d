//! Ballista's operators in bytes. Its codec writes the expressions inside them (the keys of a shuffle) by the engine's
//! default codec, which writes the names of functions only; so the functions themselves go beside them.

use std::collections::HashMap;
use std::sync::Arc;

use ballista_core::serde::BallistaPhysicalExtensionCodec;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::ScalarUDF;
use datafusion::physical_expr::{Partitioning, ScalarFunctionExpr};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use prost::Message;

use crate::leaves;

/// An operator as Ballista writes it, and the functions of its expressions.
#[derive(Clone, PartialEq, Message)]
struct NodeFrame {
    #[prost(message, repeated, tag = "1")]
    functions: Vec<FunctionFrame>,
    #[prost(bytes = "vec", tag = "2")]
    node: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct FunctionFrame {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(bytes = "vec", tag = "2")]
    definition: Vec<u8>,
}

#[derive(Debug)]
pub struct NodeCodec {
    ballista: BallistaPhysicalExtensionCodec,
    functions: Arc<dyn PhysicalExtensionCodec>,
}

impl NodeCodec {
    /// `functions` writes and reads those that are not known by name.
    pub fn new(functions: Arc<dyn PhysicalExtensionCodec>) -> Self {
        Self {
            ballista: BallistaPhysicalExtensionCodec::default(),
            functions,
        }
    }

    fn frames(&self, node: &Arc<dyn ExecutionPlan>) -> Result<Vec<FunctionFrame>> {
        let mut frames: Vec<FunctionFrame> = Vec::new();
        for function in functions_of(node)? {
            let mut definition = Vec::new();
            self.functions.try_encode_udf(&function, &mut definition)?;
            let name = function.name().to_owned();
            match frames.iter().find(|frame| frame.name == name) {
                Some(known) if known.definition != definition => return Err(ambiguous(&name)),
                Some(_) => {}
                None if definition.is_empty() => {} // by name
                None => frames.push(FunctionFrame { name, definition }),
            }
        }
        Ok(frames)
    }
}

fn ambiguous(name: &str) -> DataFusionError {
    DataFusionError::NotImplemented(format!(
        "two functions of the name '{name}' in the keys of one exchange of rows: give them names of their own"
    ))
}

/// The scalar functions in the expressions of an operator and in how it partitions its rows.
fn functions_of(node: &Arc<dyn ExecutionPlan>) -> Result<Vec<Arc<ScalarUDF>>> {
    let mut found = Vec::new();
    let mut visit = |root: &Arc<dyn PhysicalExpr>| {
        root.apply(|expression| {
            if let Some(call) = expression.downcast_ref::<ScalarFunctionExpr>() {
                found.push(Arc::new(call.fun().clone()));
            }
            Ok(TreeNodeRecursion::Continue)
        })
    };
    node.apply_expressions(&mut visit)?;
    if let Partitioning::Hash(keys, _) = &node.properties().partitioning {
        for key in keys {
            visit(key)?;
        }
    }
    Ok(found)
}

/// A context that knows the functions, too.
fn with_functions(context: &TaskContext, functions: Vec<Arc<ScalarUDF>>) -> TaskContext {
    let mut scalar: HashMap<_, _> = context.scalar_functions().clone();
    for function in functions {
        scalar.insert(function.name().to_owned(), function);
    }
    TaskContext::new(
        context.task_id(),
        context.session_id(),
        context.session_config().clone(),
        scalar,
        context.higher_order_functions().clone(),
        context.aggregate_functions().clone(),
        context.window_functions().clone(),
        context.runtime_env(),
    )
}

impl PhysicalExtensionCodec for NodeCodec {
    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        context: &TaskContext,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let frame =
            NodeFrame::decode(bytes).map_err(|error| DataFusionError::External(Box::new(error)))?;
        if frame.functions.is_empty() {
            return self
                .ballista
                .try_decode(&frame.node, inputs, context, converter);
        }
        let functions: Result<Vec<_>> = frame
            .functions
            .iter()
            .map(|function| {
                self.functions
                    .try_decode_udf(&function.name, &function.definition)
            })
            .collect();
        let context = with_functions(context, functions?);
        self.ballista
            .try_decode(&frame.node, inputs, &context, converter)
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let mut inner = Vec::new();
        self.ballista
            .try_encode(Arc::clone(&node), &mut inner, converter)?;
        leaves::check(&node)?;
        let frame = NodeFrame {
            functions: self.frames(&node)?,
            node: inner,
        };
        bytes.extend(frame.encode_to_vec());
        Ok(())
    }
}

use std::any::Any;
use std::sync::Arc;

use datafusion::catalog::MemTable;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::DefaultTableSource;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::logical_plan::AsLogicalPlan;
use datafusion_proto::logical_plan::from_proto::parse_expr;
use datafusion_proto::logical_plan::to_proto::serialize_expr;
use datafusion_proto::physical_plan::{
    DefaultPhysicalProtoConverter, PhysicalPlanDecodeContext, PhysicalProtoConverterExtension,
};
use datafusion_proto::protobuf::{LogicalExprNode, LogicalPlanNode, PhysicalPlanNode};
use prost::Message;

use super::converter::Converter;
use super::{CodecStack, Operation};
use crate::depth::{self, Depth, MessageKind};
use crate::unwinding::contained;
use crate::wire::maps::sort_maps;
use crate::{InlineError, Planning};

/// Rows that came back to life as a table of the receiver's would be changed there, and nobody would hear of it.
fn check_targets(plan: &LogicalPlan) -> Result<()> {
    plan.apply(|node| {
        if let LogicalPlan::Dml(change) = node
            && let Some(source) =
                (change.target.as_ref() as &dyn Any).downcast_ref::<DefaultTableSource>()
            && source.table_provider.is::<MemTable>()
        {
            return Err(InlineError::UnwritableTable {
                name: change.table_name.to_string(),
                reason: format!(
                    "it is in memory, and {} would change a copy of it",
                    change.op
                ),
            }
            .into());
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(())
}

const FEWER_CALLS: &str = "About 45 nested calls fit; name parts of it in a projection below.";
const OPTIMIZED: &str =
    "About 50 operators fit; optimizedPlan().toBytes() merges projections and filters.";
const FEWER_OPERATORS: &str = "About 50 operators fit; write the parts to files or tables.";
const NOT_DECODABLE: &str = "No program of this engine decodes it.";

/// Bare protobuf, readable by any program of the same engine. Encoding and decoding recurse over what
/// they are given: they need the stack that the depth limits were chosen for.
impl CodecStack {
    /// Writes an expression.
    pub fn expr_to_bytes(&self, expr: &Expr) -> Result<Vec<u8>> {
        self.encoded(
            MessageKind::LogicalExpr,
            depth::of_expr(expr),
            FEWER_CALLS,
            |operation| Ok(serialize_expr(expr, &self.logical_stack(Some(operation)))?),
        )
    }

    /// Reads an expression; names are looked up in `context`.
    pub fn expr_from_bytes(&self, bytes: &[u8], context: &TaskContext) -> Result<Expr> {
        self.decoded(
            MessageKind::LogicalExpr,
            bytes,
            |node: LogicalExprNode, operation| {
                Ok(parse_expr(
                    &node,
                    context,
                    &self.logical_stack(Some(operation)),
                )?)
            },
        )
    }

    /// Writes a logical plan.
    pub fn logical_plan_to_bytes(&self, plan: &LogicalPlan) -> Result<Vec<u8>> {
        check_targets(plan)?;
        self.encoded(
            MessageKind::LogicalPlan,
            depth::of_logical_plan(plan),
            OPTIMIZED,
            |operation| {
                LogicalPlanNode::try_from_logical_plan(plan, &self.logical_stack(Some(operation)))
            },
        )
    }

    /// Reads a logical plan; names are looked up in `context`.
    pub fn logical_plan_from_bytes(
        &self,
        bytes: &[u8],
        context: &TaskContext,
    ) -> Result<LogicalPlan> {
        self.decoded(
            MessageKind::LogicalPlan,
            bytes,
            |node: LogicalPlanNode, operation| {
                node.try_into_logical_plan(context, &self.logical_stack(Some(operation)))
            },
        )
    }

    /// Writes a physical plan.
    pub fn physical_plan_to_bytes(&self, plan: &Arc<dyn ExecutionPlan>) -> Result<Vec<u8>> {
        let depth = depth::of_execution_plan(plan);
        self.encoded(
            MessageKind::PhysicalPlan,
            depth,
            FEWER_OPERATORS,
            |operation| {
                let codec = self.physical_stack(Some(operation));
                Converter.execution_plan_to_proto(plan, &codec)
            },
        )
    }

    /// Reads a physical plan; names are looked up in `context`.
    pub fn physical_plan_from_bytes(
        &self,
        bytes: &[u8],
        context: &TaskContext,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.decoded(
            MessageKind::PhysicalPlan,
            bytes,
            |node: PhysicalPlanNode, operation| {
                let codec = self.physical_stack(Some(operation));
                let decode = PhysicalPlanDecodeContext::new(context, &codec);
                let plan =
                    DefaultPhysicalProtoConverter {}.proto_to_execution_plan(&node, &decode)?;
                depth::check_partitions(&plan)?;
                Ok(plan)
            },
        )
    }

    /// Measures the tree, makes the message, measures that: what cannot be decoded is not written.
    fn encoded<M: Message>(
        &self,
        kind: MessageKind,
        depth: Depth,
        remedy: &'static str,
        to_message: impl FnOnce(Arc<Operation>) -> Result<M>,
    ) -> Result<Vec<u8>> {
        self.depth_limits.check(kind.noun(), depth)?;
        let operation = Arc::new(Operation::default());
        let message = Planning::scope(|| to_message(Arc::clone(&operation)));
        let mut bytes = operation.encoded(message)?.encode_to_vec();
        depth::of_message(kind, &bytes)?.check_messages(kind.noun(), remedy)?;
        sort_maps(kind, &mut bytes)?;
        Ok(bytes)
    }

    /// Measures the bytes before anything is built of them.
    fn decoded<M: Message + Default, T>(
        &self,
        kind: MessageKind,
        bytes: &[u8],
        from_message: impl FnOnce(M, Arc<Operation>) -> Result<T>,
    ) -> Result<T> {
        let measured = depth::of_message(kind, bytes)?;
        measured.check_messages(kind.noun(), NOT_DECODABLE)?;
        self.depth_limits.check(kind.noun(), measured.tree)?;
        let what = format!("{} message", kind.noun());
        let malformed = |reason: String| {
            DataFusionError::from(InlineError::Malformed {
                what: what.clone(),
                reason,
            })
        };
        if bytes.is_empty() {
            return Err(malformed("it has no bytes".to_owned())); // which is a message of nothing
        }
        let message = M::decode(bytes).map_err(|error| {
            malformed(format!("its {} bytes do not parse: {error}", bytes.len()))
        })?;
        let operation = Arc::new(Operation::default());
        let decode = || Planning::scope(|| from_message(message, Arc::clone(&operation)));
        operation.decoded(contained(&what, decode)?)
    }
}

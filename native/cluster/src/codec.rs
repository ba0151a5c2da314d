use std::sync::Arc;

use ballista_core::serde::{BallistaCodec, BallistaLogicalExtensionCodec};
use datafusion::error::Result;
use datafusion_inline::{CodecId, CodecStack};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::protobuf::{LogicalPlanNode, PhysicalPlanNode};

use crate::node::NodeCodec;

const ID: &str = "io.datafusion.ballista";

/// Answers the stack with Ballista's codecs behind those that are there.
fn with_ballista(codecs: &CodecStack) -> Result<CodecStack> {
    let id = CodecId::reserved(ID)?;
    let nodes = Arc::new(NodeCodec::new(codecs.physical()));
    let logical = Arc::new(BallistaLogicalExtensionCodec::default());
    let stack = codecs.with_logical_codec(logical, id.clone())?;
    Ok(stack.with_physical_codec(nodes, id)?)
}

/// What a client writes its plans with.
pub fn logical(codecs: &CodecStack) -> Result<Arc<dyn LogicalExtensionCodec>> {
    Ok(with_ballista(codecs)?.logical())
}

/// What schedulers and executors read and write plans with.
pub fn of(codecs: &CodecStack) -> Result<BallistaCodec<LogicalPlanNode, PhysicalPlanNode>> {
    let stack = with_ballista(codecs)?;
    Ok(BallistaCodec::new(stack.logical(), stack.physical()))
}

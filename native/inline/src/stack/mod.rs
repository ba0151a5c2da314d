//! The codec stack: inlining layer, the codecs that a program installs, the engine's default codec.

mod batches;
mod bytes;
mod chain;
mod converter;
mod hosted;
mod inlining;
mod kept;
mod kinds;
mod logical;
mod operation;
mod physical;
mod scans;
mod tables;
mod trace;

use std::any::Any;
use std::sync::Arc;

use datafusion_proto::logical_plan::{DefaultLogicalExtensionCodec, LogicalExtensionCodec};
use datafusion_proto::physical_plan::{DefaultPhysicalExtensionCodec, PhysicalExtensionCodec};

use crate::{
    CallableResolver, CodecId, DEFAULT_PAYLOAD_LIMIT, DepthLimits, InlineError, InliningPolicy,
};
use chain::{Chain, Entry};
use hosted::HostedCodec;
use inlining::InliningLayer;
use kept::Kept;
use operation::Operation;

pub use hosted::CodecHost;
pub use logical::{LogicalStack, TableLender};
pub use physical::PhysicalStack;
pub use trace::{CodecTrace, Direction, TraceEvent};

/// How many stacks of ours may lie in each other.
const NESTING_LIMIT: usize = 4;

/// What turns expressions and plans into bytes and back, for one session: policy, logical chain,
/// physical chain. A value: `with...` answers a new one.
#[derive(Debug, Clone)]
pub struct CodecStack {
    inlining: InliningLayer,
    logical: Vec<Entry<dyn LogicalExtensionCodec>>,
    physical: Vec<Entry<dyn PhysicalExtensionCodec>>,
    depth_limits: DepthLimits,
}

impl CodecStack {
    /// A stack without codecs of its own, inlining enabled. Without a resolver everything works but
    /// invoking a function that came in bytes.
    pub fn new(resolver: Option<Arc<dyn CallableResolver>>) -> Self {
        Self {
            inlining: InliningLayer {
                policy: InliningPolicy::default(),
                resolver,
                payload_limit: DEFAULT_PAYLOAD_LIMIT,
                trace: None,
                bare: false,
            },
            logical: Vec::new(),
            physical: Vec::new(),
            depth_limits: DepthLimits::default(),
        }
    }

    /// With another inlining policy.
    #[must_use]
    pub fn with_policy(&self, policy: InliningPolicy) -> Self {
        let mut changed = self.clone();
        changed.inlining.policy = policy;
        changed
    }

    /// With a hook that is told which codec wrote or read each payload.
    #[must_use]
    pub fn with_trace(&self, trace: Arc<dyn CodecTrace>) -> Self {
        let mut changed = self.clone();
        changed.inlining.trace = Some(trace);
        changed
    }

    /// With another limit on the bytes of one inlined function.
    #[must_use]
    pub fn with_payload_limit(&self, bytes: usize) -> Self {
        let mut changed = self.clone();
        changed.inlining.payload_limit = bytes;
        changed
    }

    /// With other limits on the depth of what is encoded and decoded.
    #[must_use]
    pub fn with_depth_limits(&self, limits: DepthLimits) -> Self {
        Self {
            depth_limits: limits,
            ..self.clone()
        }
    }

    /// With one more codec, asked after those that are there. Fails on an id that is taken.
    pub fn with_logical_codec(
        &self,
        codec: Arc<dyn LogicalExtensionCodec>,
        id: CodecId,
    ) -> Result<Self, InlineError> {
        check_nesting(nesting_logical(&codec), &id)?;
        let mut changed = self.clone();
        chain::install(&mut changed.logical, codec, id)?;
        Ok(changed)
    }

    /// With one more codec, asked after those that are there. Fails on an id that is taken.
    pub fn with_physical_codec(
        &self,
        codec: Arc<dyn PhysicalExtensionCodec>,
        id: CodecId,
    ) -> Result<Self, InlineError> {
        check_nesting(nesting_physical(&codec), &id)?;
        let mut changed = self.clone();
        chain::install(&mut changed.physical, codec, id)?;
        Ok(changed)
    }

    /// With one more codec for logical plans, which the host writes.
    pub fn with_logical_host(
        &self,
        host: Arc<dyn CodecHost>,
        id: CodecId,
    ) -> Result<Self, InlineError> {
        self.with_logical_codec(Arc::new(self.hosted(host)), id)
    }

    /// With one more codec for physical plans, which the host writes.
    pub fn with_physical_host(
        &self,
        host: Arc<dyn CodecHost>,
        id: CodecId,
    ) -> Result<Self, InlineError> {
        self.with_physical_codec(Arc::new(self.hosted(host)), id)
    }

    fn hosted(&self, host: Arc<dyn CodecHost>) -> HostedCodec {
        HostedCodec {
            host,
            layer: self.inlining.clone(),
        }
    }

    /// Answers the ids of the logical codecs in the order of their installation.
    pub fn logical_codec_ids(&self) -> impl Iterator<Item = &CodecId> {
        self.logical.iter().map(|entry| &entry.id)
    }

    /// Answers the ids of the physical codecs in the order of their installation.
    pub fn physical_codec_ids(&self) -> impl Iterator<Item = &CodecId> {
        self.physical.iter().map(|entry| &entry.id)
    }

    /// Answers the inlining policy.
    pub fn policy(&self) -> &InliningPolicy {
        &self.inlining.policy
    }

    /// Answers the limits on depth.
    pub fn depth_limits(&self) -> DepthLimits {
        self.depth_limits
    }

    /// Answers the stack as one codec of the engine.
    pub fn logical(&self) -> Arc<dyn LogicalExtensionCodec> {
        Arc::new(self.logical_stack(None))
    }

    /// Answers the stack as one codec of the engine.
    pub fn physical(&self) -> Arc<dyn PhysicalExtensionCodec> {
        Arc::new(self.physical_stack(None))
    }

    /// Answers the stack as a codec for another library to install: its frames go out bare, since the installer puts an
    /// envelope around them. Tables that it reads go to `lender`. `kept` lives as long as the codec.
    pub fn exported_logical(
        &self,
        kept: Option<Arc<dyn Any + Send + Sync>>,
        lender: Arc<dyn TableLender>,
    ) -> Arc<dyn LogicalExtensionCodec> {
        let mut stack = self.logical_stack(None);
        stack.lender = Some(lender);
        stack.inlining.bare = true;
        stack.kept = Kept::new(kept);
        Arc::new(stack)
    }

    /// Answers the stack as a codec for another library to install, as [`Self::exported_logical`] does.
    pub fn exported_physical(
        &self,
        kept: Option<Arc<dyn Any + Send + Sync>>,
    ) -> Arc<dyn PhysicalExtensionCodec> {
        let mut stack = self.physical_stack(None);
        stack.inlining.bare = true;
        stack.kept = Kept::new(kept);
        Arc::new(stack)
    }

    fn logical_stack(&self, operation: Option<Arc<Operation>>) -> LogicalStack {
        let default = Arc::new(DefaultLogicalExtensionCodec {});
        let stack = LogicalStack {
            inlining: self.inlining.clone(),
            chain: Chain {
                entries: self.logical.clone(),
                default,
            },
            operation,
            kept: Kept::default(),
            lender: None,
        };
        stack.restricted(&self.inlining.policy)
    }

    fn physical_stack(&self, operation: Option<Arc<Operation>>) -> PhysicalStack {
        let default = Arc::new(DefaultPhysicalExtensionCodec {});
        let stack = PhysicalStack {
            inlining: self.inlining.clone(),
            chain: Chain {
                entries: self.physical.clone(),
                default,
            },
            operation,
            kept: Kept::default(),
        };
        stack.restricted(&self.inlining.policy)
    }
}

/// Answers a codec of ours as it is inside a stack of that layer: another stack under the stricter of two policies.
fn restricted_logical(
    codec: &Arc<dyn LogicalExtensionCodec>,
    layer: &InliningLayer,
) -> Option<Arc<dyn LogicalExtensionCodec>> {
    let inner = codec.as_ref() as &dyn Any;
    if let Some(stack) = inner.downcast_ref::<LogicalStack>() {
        return Some(Arc::new(stack.restricted(&layer.policy)));
    }
    let hosted = inner.downcast_ref::<HostedCodec>()?;
    Some(Arc::new(hosted.within(layer)))
}

fn restricted_physical(
    codec: &Arc<dyn PhysicalExtensionCodec>,
    layer: &InliningLayer,
) -> Option<Arc<dyn PhysicalExtensionCodec>> {
    let inner = codec.as_ref() as &dyn Any;
    if let Some(stack) = inner.downcast_ref::<PhysicalStack>() {
        return Some(Arc::new(stack.restricted(&layer.policy)));
    }
    let hosted = inner.downcast_ref::<HostedCodec>()?;
    Some(Arc::new(hosted.within(layer)))
}

/// Answers how many stacks of ours lie in each other.
fn nesting_logical(codec: &Arc<dyn LogicalExtensionCodec>) -> usize {
    match (codec.as_ref() as &dyn Any).downcast_ref::<LogicalStack>() {
        Some(stack) => {
            let inner = stack.chain.entries.iter();
            1 + inner
                .map(|entry| nesting_logical(&entry.codec))
                .max()
                .unwrap_or(0)
        }
        None => 0,
    }
}

/// Answers how many stacks of ours lie in each other.
fn nesting_physical(codec: &Arc<dyn PhysicalExtensionCodec>) -> usize {
    match (codec.as_ref() as &dyn Any).downcast_ref::<PhysicalStack>() {
        Some(stack) => {
            let inner = stack.chain.entries.iter();
            1 + inner
                .map(|entry| nesting_physical(&entry.codec))
                .max()
                .unwrap_or(0)
        }
        None => 0,
    }
}

/// What none of the stacks in each other handles is asked of each by way of each, and each tells.
fn check_nesting(nesting: usize, id: &CodecId) -> Result<(), InlineError> {
    if nesting <= NESTING_LIMIT {
        return Ok(());
    }
    Err(InlineError::InvalidCodecId {
        id: id.to_string(),
        reason: format!(
            "it would be the codecs of {nesting} sessions, one in the other, and {NESTING_LIMIT} are the limit"
        ),
    })
}

use std::sync::Arc;

use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};
use datafusion::physical_expr_common::physical_expr::proto_decode::PhysicalExprDecodeCtx;
use datafusion::physical_expr_common::physical_expr::proto_encode::PhysicalExprEncodeCtx;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use super::chain::{Chain, Entry};
use super::inlining::InliningLayer;
use super::kept::Kept;
use super::kinds::InlinedKind;
use super::operation::Operation;
use super::restricted_physical;
use crate::unwinding::contained;
use crate::{FunctionKind, InliningPolicy, SourceInsert, SourceScan, Subject, SubjectKind};

/// The stack as a physical codec of the engine. Every method goes through it.
#[derive(Debug)]
pub struct PhysicalStack {
    pub(super) inlining: InliningLayer,
    pub(super) chain: Chain<dyn PhysicalExtensionCodec>,
    pub(super) operation: Option<Arc<Operation>>,
    pub(super) kept: Kept,
}

impl PhysicalStack {
    /// The same stack under the stricter of its policy and `policy`, stacks inside it included.
    pub(super) fn restricted(&self, policy: &InliningPolicy) -> PhysicalStack {
        let inlining = InliningLayer {
            policy: self.inlining.policy.stricter(policy),
            ..self.inlining.clone()
        };
        let entries = self.chain.entries.iter().map(|entry| Entry {
            id: entry.id.clone(),
            codec: restricted_physical(&entry.codec, &inlining)
                .unwrap_or_else(|| Arc::clone(&entry.codec)),
        });
        PhysicalStack {
            chain: Chain {
                entries: entries.collect(),
                default: Arc::clone(&self.chain.default),
            },
            inlining,
            operation: self.operation.clone(),
            kept: self.kept.clone(),
        }
    }

    fn encode(
        &self,
        subject: Subject<'_>,
        into: &mut Vec<u8>,
        write: impl Fn(&dyn PhysicalExtensionCodec, &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        self.encode_after(subject, Vec::new(), into, write)
    }

    fn encode_after(
        &self,
        subject: Subject<'_>,
        said: Vec<(String, DataFusionError)>,
        into: &mut Vec<u8>,
        write: impl Fn(&dyn PhysicalExtensionCodec, &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        self.observe(|| {
            self.chain
                .encode(&self.inlining, subject, said, into, write)
        })
    }

    fn decode<T>(
        &self,
        subject: Subject<'_>,
        bytes: &[u8],
        read: impl Fn(&dyn PhysicalExtensionCodec, &[u8]) -> Result<T>,
    ) -> Result<T> {
        let frame = |frame: &[u8]| self.inlining.unsupported(subject, frame);
        self.observe(|| {
            self.chain
                .decode(&self.inlining, subject, bytes, frame, read)
        })
    }

    /// Writes a function of a kind that is inlined, or hands it to the chain.
    fn encode_function<F: InlinedKind>(
        &self,
        function: &F,
        into: &mut Vec<u8>,
        write: impl Fn(&dyn PhysicalExtensionCodec, &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        if self.observe(|| self.inlining.encode(function, into))? {
            return Ok(());
        }
        self.encode(Subject::function(F::KIND, function.name()), into, write)
    }

    /// Reads a function of a kind that is inlined.
    fn decode_function<F: InlinedKind>(
        &self,
        name: &str,
        bytes: &[u8],
        read: impl Fn(&dyn PhysicalExtensionCodec, &[u8]) -> Result<Arc<F>>,
    ) -> Result<Arc<F>> {
        let subject = Subject::function(F::KIND, name);
        let frame = |frame: &[u8]| self.inlining.decode(name, frame, self.operation.as_deref());
        self.observe(|| {
            self.chain
                .decode(&self.inlining, subject, bytes, frame, read)
        })
    }

    /// Outside an operation the caller may be a program that a panic would end.
    fn observe<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        match &self.operation {
            Some(operation) => operation.observe(work()),
            None => contained("payload", work)?,
        }
    }
}

impl PhysicalExtensionCodec for PhysicalStack {
    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        ctx: &TaskContext,
        proto_converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let subject = Subject::new(SubjectKind::ExecutionPlan, "");
        let frame = |frame: &[u8]| self.inlining.decode_scan(frame, ctx);
        self.observe(|| {
            self.chain
                .decode(&self.inlining, subject, buf, frame, |codec, buf| {
                    codec.try_decode(buf, inputs, ctx, proto_converter)
                })
        })
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        proto_converter: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        if self.observe(|| self.inlining.encode_scan(&node, buf))? {
            return Ok(());
        }
        if let Some(insert) = node.downcast_ref::<SourceInsert>() {
            return self.observe(|| Err(insert.unwritable().into()));
        }
        let subject = Subject::new(SubjectKind::ExecutionPlan, node.name());
        let scan = node.downcast_ref::<SourceScan>();
        let said = self.inlining.said_of(scan.map(SourceScan::table));
        self.encode_after(subject, said, buf, |codec, buf| {
            codec.try_encode(Arc::clone(&node), buf, proto_converter)
        })
    }

    fn try_decode_udf(&self, name: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.decode_function(name, buf, |codec, buf| codec.try_decode_udf(name, buf))
    }

    fn try_encode_udf(&self, node: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.encode_function(node, buf, |codec, buf| codec.try_encode_udf(node, buf))
    }

    fn try_decode_higher_order_function(
        &self,
        name: &str,
        buf: &[u8],
    ) -> Result<Arc<HigherOrderUDF>> {
        let subject = Subject::function(FunctionKind::HigherOrder, name);
        self.decode(subject, buf, |codec, buf| {
            codec.try_decode_higher_order_function(name, buf)
        })
    }

    fn try_encode_higher_order_function(
        &self,
        node: &HigherOrderUDF,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        let subject = Subject::function(FunctionKind::HigherOrder, node.name());
        self.encode(subject, buf, |codec, buf| {
            codec.try_encode_higher_order_function(node, buf)
        })
    }

    fn try_decode_expr(
        &self,
        buf: &[u8],
        inputs: &[Arc<dyn PhysicalExpr>],
        ctx: &PhysicalExprDecodeCtx<'_>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        let subject = Subject::new(SubjectKind::PhysicalExpr, "");
        self.decode(subject, buf, |codec, buf| {
            codec.try_decode_expr(buf, inputs, ctx)
        })
    }

    fn try_encode_expr(
        &self,
        node: &Arc<dyn PhysicalExpr>,
        buf: &mut Vec<u8>,
        ctx: &PhysicalExprEncodeCtx<'_>,
    ) -> Result<()> {
        let subject = Subject::new(SubjectKind::PhysicalExpr, "");
        self.encode(subject, buf, |codec, buf| {
            codec.try_encode_expr(node, buf, ctx)
        })
    }

    fn try_decode_udaf(&self, name: &str, buf: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.decode_function(name, buf, |codec, buf| codec.try_decode_udaf(name, buf))
    }

    fn try_encode_udaf(&self, node: &AggregateUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.encode_function(node, buf, |codec, buf| codec.try_encode_udaf(node, buf))
    }

    fn try_decode_udwf(&self, name: &str, buf: &[u8]) -> Result<Arc<WindowUDF>> {
        self.decode_function(name, buf, |codec, buf| codec.try_decode_udwf(name, buf))
    }

    fn try_encode_udwf(&self, node: &WindowUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.encode_function(node, buf, |codec, buf| codec.try_encode_udwf(node, buf))
    }
}

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::datasource::file_format::FileFormatFactory;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{
    AggregateUDF, Extension, HigherOrderUDF, LogicalPlan, ScalarUDF, WindowUDF,
};
use datafusion_proto::logical_plan::LogicalExtensionCodec;

use super::chain::{Chain, Entry};
use super::inlining::InliningLayer;
use super::kept::Kept;
use super::kinds::InlinedKind;
use super::operation::Operation;
use super::restricted_logical;
use crate::unwinding::contained;
use crate::{FunctionKind, InliningPolicy, Subject, SubjectKind, TableCall};

/// The stack as a logical codec of the engine. Every method goes through it.
#[derive(Debug)]
pub struct LogicalStack {
    pub(super) inlining: InliningLayer,
    pub(super) chain: Chain<dyn LogicalExtensionCodec>,
    pub(super) operation: Option<Arc<Operation>>,
    pub(super) kept: Kept,
    /// Of a stack that other libraries use.
    pub(super) lender: Option<Arc<dyn TableLender>>,
}

/// What becomes of the tables that a session's stack reads and writes for another library.
pub trait TableLender: fmt::Debug + Send + Sync {
    /// Answers a table that was read as the other library may have it.
    fn lent(&self, table: Arc<dyn TableProvider>) -> Arc<dyn TableProvider>;

    /// Answers the table behind one that was lent, if it is one.
    fn behind(&self, table: &dyn TableProvider) -> Option<Arc<dyn TableProvider>>;
}

impl LogicalStack {
    /// The same stack under the stricter of its policy and `policy`, stacks inside it included.
    pub(super) fn restricted(&self, policy: &InliningPolicy) -> LogicalStack {
        let inlining = InliningLayer {
            policy: self.inlining.policy.stricter(policy),
            ..self.inlining.clone()
        };
        let entries = self.chain.entries.iter().map(|entry| Entry {
            id: entry.id.clone(),
            codec: restricted_logical(&entry.codec, &inlining)
                .unwrap_or_else(|| Arc::clone(&entry.codec)),
        });
        LogicalStack {
            chain: Chain {
                entries: entries.collect(),
                default: Arc::clone(&self.chain.default),
            },
            inlining,
            operation: self.operation.clone(),
            kept: self.kept.clone(),
            lender: None,
        }
    }

    fn encode(
        &self,
        subject: Subject<'_>,
        into: &mut Vec<u8>,
        write: impl Fn(&dyn LogicalExtensionCodec, &mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        self.encode_after(subject, Vec::new(), into, write)
    }

    fn encode_after(
        &self,
        subject: Subject<'_>,
        said: Vec<(String, DataFusionError)>,
        into: &mut Vec<u8>,
        write: impl Fn(&dyn LogicalExtensionCodec, &mut Vec<u8>) -> Result<()>,
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
        read: impl Fn(&dyn LogicalExtensionCodec, &[u8]) -> Result<T>,
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
        write: impl Fn(&dyn LogicalExtensionCodec, &mut Vec<u8>) -> Result<()>,
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
        read: impl Fn(&dyn LogicalExtensionCodec, &[u8]) -> Result<Arc<F>>,
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

impl LogicalExtensionCodec for LogicalStack {
    fn try_decode(
        &self,
        buf: &[u8],
        inputs: &[LogicalPlan],
        ctx: &TaskContext,
    ) -> Result<Extension> {
        let subject = Subject::new(SubjectKind::ExtensionNode, "");
        self.decode(subject, buf, |codec, buf| {
            codec.try_decode(buf, inputs, ctx)
        })
    }

    fn try_encode(&self, node: &Extension, buf: &mut Vec<u8>) -> Result<()> {
        let subject = Subject::new(SubjectKind::ExtensionNode, node.node.name());
        self.encode(subject, buf, |codec, buf| codec.try_encode(node, buf))
    }

    fn try_decode_table_provider(
        &self,
        buf: &[u8],
        table_ref: &TableReference,
        schema: SchemaRef,
        ctx: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        let name = table_ref.to_string();
        let subject = Subject::new(SubjectKind::TableProvider, &name);
        let frame = |frame: &[u8]| {
            self.inlining
                .decode_table(subject, frame, Arc::clone(&schema))
        };
        let table = self.observe(|| {
            if let Some(table) = self.inlining.decode_batches(subject, buf, &schema)? {
                return Ok(table);
            }
            self.chain
                .decode(&self.inlining, subject, buf, frame, |codec, buf| {
                    codec.try_decode_table_provider(buf, table_ref, Arc::clone(&schema), ctx)
                })
        })?;
        Ok(match &self.lender {
            Some(lender) => lender.lent(table),
            None => table,
        })
    }

    fn try_encode_table_provider(
        &self,
        table_ref: &TableReference,
        node: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        let lender = self.lender.as_ref();
        let node = lender
            .and_then(|lender| lender.behind(node.as_ref()))
            .unwrap_or(node);
        let name = table_ref.to_string();
        let subject = Subject::new(SubjectKind::TableProvider, &name);
        if self.observe(|| {
            Ok(self.inlining.encode_table(&node, buf)?
                || self.inlining.encode_batches(subject, &node, buf)?)
        })? {
            return Ok(());
        }
        let source = TableCall::of(node.as_ref()).filter(|call| call.is_source());
        let said = self.inlining.said_of(source.map(TableCall::function));
        self.encode_after(subject, said, buf, |codec, buf| {
            codec.try_encode_table_provider(table_ref, Arc::clone(&node), buf)
        })
    }

    fn try_decode_file_format(
        &self,
        buf: &[u8],
        ctx: &TaskContext,
    ) -> Result<Arc<dyn FileFormatFactory>> {
        let subject = Subject::new(SubjectKind::FileFormat, "");
        self.decode(subject, buf, |codec, buf| {
            codec.try_decode_file_format(buf, ctx)
        })
    }

    fn try_encode_file_format(
        &self,
        buf: &mut Vec<u8>,
        node: Arc<dyn FileFormatFactory>,
    ) -> Result<()> {
        let name = node.get_ext();
        let subject = Subject::new(SubjectKind::FileFormat, &name);
        self.encode(subject, buf, |codec, buf| {
            codec.try_encode_file_format(buf, Arc::clone(&node))
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

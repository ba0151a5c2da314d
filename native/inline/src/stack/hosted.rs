//! Codecs that a host writes: they see the host's own tables and functions, and nothing else.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::{TableReference, not_impl_err};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{AggregateUDF, Extension, LogicalPlan, ScalarUDF, WindowUDF};
use datafusion::physical_plan::ExecutionPlan;
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use prost::Message;

use super::inlining::InliningLayer;
use super::scans::malformed_scan;
use crate::message::HostedScan;
use crate::{FoundFunction, FunctionKind, InlinedTable, SourceScan, TableCall};

/// The host's side of a codec. No bytes are no opinion; an error declines.
pub trait CodecHost: Debug + Send + Sync {
    /// Writes a table that the host reads itself.
    fn encode_table(&self, table: &InlinedTable) -> Result<Option<Vec<u8>>>;

    /// Reads such a table, which has these columns.
    fn decode_table(&self, bytes: &[u8], schema: &SchemaRef) -> Result<InlinedTable>;

    /// Writes a function of the host's that the policy keeps from being inlined.
    fn encode_function(&self, function: &FoundFunction) -> Result<Option<Vec<u8>>>;

    /// Reads such a function, or finds one by its name where there are no bytes.
    fn decode_function(
        &self,
        kind: FunctionKind,
        name: &str,
        bytes: &[u8],
    ) -> Result<FoundFunction>;
}

/// A host's codec as one of the engine.
#[derive(Debug)]
pub(super) struct HostedCodec {
    pub host: Arc<dyn CodecHost>,
    /// What the filters of scans go through.
    pub layer: InliningLayer,
}

impl HostedCodec {
    /// The same codec in a stack of that layer.
    pub(super) fn within(&self, layer: &InliningLayer) -> Self {
        Self {
            host: Arc::clone(&self.host),
            layer: layer.clone(),
        }
    }

    fn write_function(&self, function: FoundFunction, into: &mut Vec<u8>) -> Result<()> {
        if function.definition().is_some() {
            into.extend(self.host.encode_function(&function)?.unwrap_or_default());
        }
        Ok(())
    }

    fn read_function(&self, kind: FunctionKind, name: &str, bytes: &[u8]) -> Result<FoundFunction> {
        let function = self.host.decode_function(kind, name, bytes)?;
        let found = function.name();
        if found != name {
            return not_impl_err!(
                "{kind} '{name}' was asked for, and the codec answered '{found}'"
            );
        }
        Ok(function)
    }

    fn scalar(&self, name: &str, bytes: &[u8]) -> Result<Arc<ScalarUDF>> {
        match self.read_function(FunctionKind::Scalar, name, bytes)? {
            FoundFunction::Scalar(function) => Ok(function),
            other => wrong_kind(FunctionKind::Scalar, &other),
        }
    }

    fn aggregate(&self, name: &str, bytes: &[u8]) -> Result<Arc<AggregateUDF>> {
        match self.read_function(FunctionKind::Aggregate, name, bytes)? {
            FoundFunction::Aggregate(function) => Ok(function),
            other => wrong_kind(FunctionKind::Aggregate, &other),
        }
    }

    fn window(&self, name: &str, bytes: &[u8]) -> Result<Arc<WindowUDF>> {
        match self.read_function(FunctionKind::Window, name, bytes)? {
            FoundFunction::Window(function) => Ok(function),
            other => wrong_kind(FunctionKind::Window, &other),
        }
    }
}

fn wrong_kind<T>(wanted: FunctionKind, found: &FoundFunction) -> Result<T> {
    not_impl_err!(
        "a {wanted} was asked for, and the codec answered '{}' of another kind",
        found.name()
    )
}

impl LogicalExtensionCodec for HostedCodec {
    fn try_decode(&self, _: &[u8], _: &[LogicalPlan], _: &TaskContext) -> Result<Extension> {
        not_impl_err!("a host's codec reads no extension nodes")
    }

    fn try_encode(&self, _: &Extension, _: &mut Vec<u8>) -> Result<()> {
        Ok(())
    }

    fn try_decode_table_provider(
        &self,
        buf: &[u8],
        _: &TableReference,
        schema: SchemaRef,
        _: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        let table = self.host.decode_table(buf, &schema)?;
        let call = TableCall::decoded(table, Vec::new(), schema);
        call.resolve(None)?;
        Ok(Arc::new(call))
    }

    fn try_encode_table_provider(
        &self,
        _: &TableReference,
        node: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        if let Some(call) = TableCall::of(node.as_ref()).filter(|call| call.is_source()) {
            buf.extend(self.host.encode_table(call.function())?.unwrap_or_default());
        }
        Ok(())
    }

    fn try_decode_udf(&self, name: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.scalar(name, buf)
    }

    fn try_encode_udf(&self, node: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.write_function(FoundFunction::Scalar(Arc::new(node.clone())), buf)
    }

    fn try_decode_udaf(&self, name: &str, buf: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.aggregate(name, buf)
    }

    fn try_encode_udaf(&self, node: &AggregateUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.write_function(FoundFunction::Aggregate(Arc::new(node.clone())), buf)
    }

    fn try_decode_udwf(&self, name: &str, buf: &[u8]) -> Result<Arc<WindowUDF>> {
        self.window(name, buf)
    }

    fn try_encode_udwf(&self, node: &WindowUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.write_function(FoundFunction::Window(Arc::new(node.clone())), buf)
    }
}

impl PhysicalExtensionCodec for HostedCodec {
    fn try_decode(
        &self,
        buf: &[u8],
        _: &[Arc<dyn ExecutionPlan>],
        ctx: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let scan = HostedScan::decode(buf)
            .map_err(|error| malformed_scan(&format!("it does not parse: {error}")))?;
        let said = scan.scan.unwrap_or_default();
        let schema = InliningLayer::scanned_schema(&said)?;
        let table = self.host.decode_table(&scan.table, &schema)?;
        Ok(Arc::new(self.layer.scan_from_message(table, said, ctx)?))
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let Some(scan) = node.downcast_ref::<SourceScan>() else {
            return Ok(());
        };
        if let Some(table) = self.host.encode_table(scan.table())? {
            let scan = HostedScan {
                table: table.into(),
                scan: Some(self.layer.scan_to_message(scan)?),
            };
            buf.extend(scan.encode_to_vec());
        }
        Ok(())
    }

    fn try_decode_udf(&self, name: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.scalar(name, buf)
    }

    fn try_encode_udf(&self, node: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.write_function(FoundFunction::Scalar(Arc::new(node.clone())), buf)
    }

    fn try_decode_udaf(&self, name: &str, buf: &[u8]) -> Result<Arc<AggregateUDF>> {
        self.aggregate(name, buf)
    }

    fn try_encode_udaf(&self, node: &AggregateUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.write_function(FoundFunction::Aggregate(Arc::new(node.clone())), buf)
    }

    fn try_decode_udwf(&self, name: &str, buf: &[u8]) -> Result<Arc<WindowUDF>> {
        self.window(name, buf)
    }

    fn try_encode_udwf(&self, node: &WindowUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.write_function(FoundFunction::Window(Arc::new(node.clone())), buf)
    }
}

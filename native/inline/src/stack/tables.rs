use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::Expr;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::scalar::ScalarValue;
use prost::bytes::Bytes;

use super::CodecStack;
use super::inlining::InliningLayer;
use super::scans::malformed_scan;
use super::trace::Direction;
use crate::frame::RawFrame;
use crate::{
    Definition, FunctionKind, INLINE_CODEC_ID, InlineError, Inlined, InlinedTable, SourceScan,
    Subject, TableCall, message,
};

/// More than anybody writes; each costs memory before it is looked at.
const MOST_ARGUMENTS: usize = 1_000;

/// Calls of table functions, which stand in plans as the tables that they answer, and scans of those.
impl InliningLayer {
    /// Writes a table if it is a call of ours; answers whether it did.
    pub(super) fn encode_table(
        &self,
        table: &Arc<dyn TableProvider>,
        into: &mut Vec<u8>,
    ) -> Result<bool> {
        let Some(call) = TableCall::of(table.as_ref()) else {
            return Ok(false);
        };
        if let Some(error) = self.kept_back(call.function()) {
            // a codec of the chain may know the table
            return if call.is_source() {
                Ok(false)
            } else {
                Err(error.into())
            };
        }
        self.seal_table(
            call.function(),
            arguments_to_bytes(call.arguments())?,
            None,
            into,
        )?;
        Ok(true)
    }

    /// Why the policy, or the function itself, keeps a table function from travelling by value.
    pub(super) fn kept_back(&self, function: &InlinedTable) -> Option<InlineError> {
        let reason = if !self.policy.writes_frames() {
            let policy = &self.policy;
            format!(
                "the inlining policy of this session is {policy}, and a call of a table function cannot go by name"
            )
        } else {
            function.inlined().refusal()?.to_owned()
        };
        Some(InlineError::Unserializable {
            kind: FunctionKind::Table,
            name: function.inlined().definition().name().to_owned(),
            reason,
        })
    }

    /// What this layer says of a table that a codec of the chain is asked to write.
    pub(super) fn said_of(
        &self,
        function: Option<&InlinedTable>,
    ) -> Vec<(String, DataFusionError)> {
        let refusal = function.and_then(|function| self.kept_back(function));
        let said = refusal.map(|error| (INLINE_CODEC_ID.to_owned(), error.into()));
        said.into_iter().collect()
    }

    /// Writes the frame of a table function with what is asked of it here.
    fn seal_table(
        &self,
        function: &InlinedTable,
        arguments: Vec<Bytes>,
        scan: Option<message::SourceScan>,
        into: &mut Vec<u8>,
    ) -> Result<()> {
        let definition = function.inlined().definition();
        let frame = RawFrame {
            arguments,
            scan,
            ..RawFrame::read(&self.policy.frame_of(definition)?)?
        };
        let frame = frame.to_bytes();
        let subject = Subject::function(FunctionKind::Table, definition.name());
        self.traced(Direction::Wrote, INLINE_CODEC_ID, subject, frame.len());
        self.seal(&frame, into)
    }

    /// Writes a scan if it is one of ours that may travel by value; answers whether it did.
    pub(super) fn encode_scan(
        &self,
        plan: &Arc<dyn ExecutionPlan>,
        into: &mut Vec<u8>,
    ) -> Result<bool> {
        let Some(scan) = plan.downcast_ref::<SourceScan>() else {
            return Ok(false);
        };
        if self.kept_back(scan.table()).is_some() {
            return Ok(false);
        }
        let message = self.scan_to_message(scan)?;
        self.seal_table(scan.table(), Vec::new(), Some(message), into)?;
        Ok(true)
    }

    /// Reads a scan, as a call is read.
    pub(super) fn decode_scan(
        &self,
        bytes: &[u8],
        context: &TaskContext,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let subject = Subject::function(FunctionKind::Table, "");
        let (function, raw) = self.decode_table_function(subject, bytes)?;
        let scan = raw.scan.ok_or_else(|| malformed_scan("it says no scan"))?;
        let scan = self.scan_from_message(function, scan, context)?;
        Ok(Arc::new(scan))
    }

    /// Reads a call: digest and signature, then the function, then the arguments. Nothing is called.
    pub(super) fn decode_table(
        &self,
        table: Subject<'_>,
        bytes: &[u8],
        schema: SchemaRef,
    ) -> Result<Arc<dyn TableProvider>> {
        let subject = Subject::function(FunctionKind::Table, table.name);
        let (function, raw) = self.decode_table_function(subject, bytes)?;
        let arguments = arguments_from_bytes(subject, &raw.arguments)?;
        Ok(Arc::new(TableCall::decoded(function, arguments, schema)))
    }

    /// Reads the function of a frame, and what is asked of it.
    fn decode_table_function(
        &self,
        subject: Subject<'_>,
        bytes: &[u8],
    ) -> Result<(InlinedTable, RawFrame)> {
        self.check_kind(subject, bytes)?;
        let (raw, _) = self.admitted(subject, bytes)?;
        // the function alone, which equals that of other calls
        let alone = RawFrame {
            arguments: Vec::new(),
            scan: None,
            ..raw.clone()
        };
        let frame = alone.to_bytes();
        let definition = Definition::of_raw(alone, frame)?;
        self.policy.admit_definition(&definition, subject)?;
        let function = InlinedTable::new(Inlined::decoded(definition, self.resolver.clone()));
        self.traced(Direction::Read, INLINE_CODEC_ID, subject, bytes.len());
        Ok((function, raw))
    }
}

fn arguments_to_bytes(arguments: &[ScalarValue]) -> Result<Vec<Bytes>> {
    let codecs = CodecStack::new(None);
    arguments
        .iter()
        .map(|value| {
            let bytes = codecs.expr_to_bytes(&Expr::Literal(value.clone(), None))?;
            Ok(Bytes::from(bytes))
        })
        .collect()
}

fn arguments_from_bytes(subject: Subject<'_>, arguments: &[Bytes]) -> Result<Vec<ScalarValue>> {
    let malformed = |reason: String| InlineError::Malformed {
        what: format!("call of {subject}"),
        reason,
    };
    if arguments.len() > MOST_ARGUMENTS {
        let count = arguments.len();
        let reason = format!("it has {count} arguments, and the limit is {MOST_ARGUMENTS}");
        return Err(malformed(reason).into());
    }
    let (codecs, context) = (CodecStack::new(None), TaskContext::default());
    arguments
        .iter()
        .enumerate()
        .map(
            |(index, bytes)| match codecs.expr_from_bytes(bytes, &context)? {
                Expr::Literal(value, None) => Ok(value),
                other => {
                    let place = index + 1;
                    Err(malformed(format!("argument {place} is no constant: {other}")).into())
                }
            },
        )
        .collect()
}

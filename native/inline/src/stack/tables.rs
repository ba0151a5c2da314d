use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::Expr;
use datafusion::scalar::ScalarValue;
use prost::bytes::Bytes;

use super::CodecStack;
use super::inlining::InliningLayer;
use super::trace::Direction;
use crate::frame::RawFrame;
use crate::{
    Definition, FunctionKind, INLINE_CODEC_ID, InlineError, Inlined, InlinedTable, Subject,
    TableCall,
};

/// More than anybody writes; each costs memory before it is looked at.
const MOST_ARGUMENTS: usize = 1_000;

/// Calls of table functions, which stand in plans as the tables that they answer.
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
        let inlined = call.function().inlined();
        let kept = |reason: String| InlineError::Unserializable {
            kind: FunctionKind::Table,
            name: call.definition().name().to_owned(),
            reason,
        };
        if !self.policy.writes_frames() {
            let policy = &self.policy;
            let reason = format!(
                "the inlining policy of this session is {policy}, and a call of a table function cannot go by name"
            );
            return Err(kept(reason).into());
        }
        if let Some(reason) = inlined.refusal() {
            return Err(kept(reason.to_owned()).into());
        }
        let frame = self.policy.frame_of(inlined.definition())?;
        let frame = RawFrame {
            arguments: arguments_to_bytes(call.arguments())?,
            ..RawFrame::read(&frame)?
        };
        let frame = frame.to_bytes();
        let subject = Subject::function(FunctionKind::Table, call.definition().name());
        self.traced(Direction::Wrote, INLINE_CODEC_ID, subject, frame.len());
        self.seal(&frame, into)?;
        Ok(true)
    }

    /// Reads a call: digest and signature, then the function, then the arguments. Nothing is called.
    pub(super) fn decode_table(
        &self,
        table: Subject<'_>,
        bytes: &[u8],
        schema: SchemaRef,
    ) -> Result<Arc<dyn TableProvider>> {
        let of_function = Subject::function(FunctionKind::Table, table.name);
        self.check_kind(of_function, bytes)?;
        let (mut raw, _) = self.admitted(of_function, bytes)?;
        let arguments = arguments_from_bytes(of_function, &std::mem::take(&mut raw.arguments))?;
        // the function alone, which equals that of other calls
        let frame = raw.to_bytes();
        let definition = Definition::from_raw(raw, frame)?;
        self.policy.admit_definition(&definition, of_function)?;
        let function = InlinedTable::new(Inlined::decoded(definition, self.resolver.clone()));
        self.traced(Direction::Read, INLINE_CODEC_ID, of_function, bytes.len());
        Ok(Arc::new(TableCall::decoded(function, arguments, schema)))
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

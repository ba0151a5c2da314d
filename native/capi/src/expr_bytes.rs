//! Bytes and names of expressions.

use std::sync::Arc;

use datafusion_inline::depth::{self, MessageKind};
use datafusion_inline::{CodecStack, Planning};

use crate::error::Outcome;
use crate::function::Function;
use crate::host::Host;
use crate::lowering::{Lowering, Program};
use crate::raising::Raising;
use crate::session::Session;

/// Lowers a program and encodes it.
pub fn encode(
    host: &Arc<Host>,
    session: Option<Arc<Session>>,
    program: Program,
) -> Outcome<Vec<u8>> {
    let (codecs, lowering) = match session {
        Some(session) => (session.codecs.clone(), Lowering::of_session(&session)),
        None => {
            let codecs = CodecStack::new(Some(host.resolver()));
            (codecs.clone(), Lowering::without_session(codecs))
        }
    };
    let expr = lowering.expr(&program)?;
    Ok(codecs.expr_to_bytes(&expr)?)
}

/// Whether bytes are few, and make a tree of few levels.
pub fn is_small(bytes: &[u8]) -> bool {
    const LEVELS: usize = 8;
    bytes.len() <= 64 * 1024
        && depth::of_message(MessageKind::LogicalExpr, bytes).is_ok_and(|measured| {
            let tree = measured.tree;
            measured.messages <= 4 * LEVELS && tree.operators.max(tree.nesting) <= LEVELS
        })
}

/// Decodes an expression and raises it.
pub fn decode(session: &Session, bytes: &[u8]) -> Outcome<(Vec<u8>, Vec<Function>)> {
    let context = session.known.context(&session.context);
    let expr = Planning::scope(|| session.codecs.expr_from_bytes(bytes, &context))?;
    Raising::of_session(session).raise(&expr)
}

/// Answers the name of an expression's column.
pub fn name(program: Program) -> Outcome<String> {
    let expr = Lowering::without_session(CodecStack::new(None)).expr(&program)?;
    Ok(expr.schema_name().to_string())
}

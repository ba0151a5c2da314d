//! One SQL expression, parsed against a schema.

use datafusion::common::DFSchema;
use datafusion_inline::{Planning, depth};

use crate::error::Outcome;
use crate::function::Function;
use crate::raising::Raising;
use crate::session::Session;
use crate::{literal, sql_depth};

/// Parses an expression and raises it.
pub fn parse(session: &Session, sql: &str, schema: &[u8]) -> Outcome<(Vec<u8>, Vec<Function>)> {
    sql_depth::check(sql, session)?;
    let schema = DFSchema::try_from(literal::schema(schema)?)?;
    let expr = Planning::scope(|| session.context.parse_sql_expr(sql, &schema))?;
    session.limits.check("expression", depth::of_expr(&expr))?;
    Raising::of_session(session).raise(&expr)
}

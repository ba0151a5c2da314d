//! Logical plans.

use std::mem::MaybeUninit;
use std::sync::Arc;

use arrow::ffi::FFI_ArrowSchema;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::logical_expr::LogicalPlan;
use datafusion_inline::{CodecStack, Planning, inlined_in_logical_plan};

use crate::boundary::{Kind, Live, bytes, infallible, required, task, write_schema, written};
use crate::buffer::df_buffer;
use crate::callable::table;
use crate::error::{Outcome, df_error};
use crate::exported::Exported;
use crate::function::Function;
use crate::runtime;
use crate::session::{Session, codecs_of, df_session};
use crate::task::df_task;

/// A logical plan.
pub struct df_logical_plan {
    pub(crate) plan: Arc<LogicalPlan>,
    _live: Live,
}

impl df_logical_plan {
    pub(crate) fn new(plan: impl Into<Arc<LogicalPlan>>) -> Self {
        Self {
            plan: plan.into(),
            _live: Live::new(Kind::LogicalPlan),
        }
    }

    pub(crate) fn boxed(plan: impl Into<Arc<LogicalPlan>>) -> Box<Self> {
        Box::new(Self::new(plan))
    }
}

fn plan_of(plan: Option<&df_logical_plan>) -> Outcome<Arc<LogicalPlan>> {
    Ok(Arc::clone(&required(plan, "plan")?.plan))
}

fn encode(codecs: &CodecStack, plan: &LogicalPlan) -> Outcome<Vec<u8>> {
    Ok(codecs.logical_plan_to_bytes(Exported::seen_through(plan)?.as_ref())?)
}

fn decode(session: &Session, bytes: &[u8]) -> Outcome<LogicalPlan> {
    let context = session.known.context(&session.context);
    Ok(Planning::scope(|| {
        session.codecs.logical_plan_from_bytes(bytes, &context)
    })?)
}

fn display(plan: &LogicalPlan, tree: bool) -> String {
    if tree {
        plan.display_indent().to_string()
    } else {
        plan.display().to_string()
    }
}

/// Clones one input and its expressions, which recurses over them.
fn child(plan: &LogicalPlan, index: usize) -> Outcome<LogicalPlan> {
    let inputs = plan.inputs();
    let input = inputs.get(index).ok_or_else(|| {
        df_error::invalid(format!("input {index} of a plan that has {}", inputs.len()))
    })?;
    Ok((*input).clone())
}

fn schema(plan: &LogicalPlan) -> SchemaRef {
    Arc::clone(plan.schema().inner())
}

/// Brings the functions of a plan to life, and makes its calls of table functions in the session's name.
pub(crate) fn resolve(plan: &LogicalPlan, session: Option<&Arc<Session>>) -> Outcome<()> {
    let found = inlined_in_logical_plan(plan)?;
    Function::resolve_all(&found.functions)?;
    table::call_all(&found.table_calls, session)
}

/// Encodes the plan through the session's codec stack; without a session through a fresh one. Borrows. Task: a
/// df_buffer, a bare datafusion.LogicalPlanNode. Errors: NULL (but `session` may be NULL); the task's: DF_ERROR_PLAN where a
/// receiver could not decode it, DF_ERROR_UNSERIALIZABLE_FUNCTION, DF_ERROR_NOT_IMPLEMENTED.
#[unsafe(no_mangle)]
pub extern "C" fn df_logical_plan_to_bytes(
    plan: Option<&df_logical_plan>,
    session: Option<&df_session>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_logical_plan_to_bytes", out, || {
        let plan = plan_of(plan)?;
        let codecs = codecs_of(session);
        Ok(async move { encode(&codecs, &plan).map(df_buffer::boxed) })
    })
}

/// Decodes a plan through the session's codec stack. Borrows. Task: a df_logical_plan. Errors: NULL; the task's:
/// DF_ERROR_MALFORMED_PAYLOAD, DF_ERROR_INLINING_REFUSED, DF_ERROR_UNRESOLVED_FUNCTION, DF_ERROR_MISSING_CODEC,
/// DF_ERROR_PLAN.
#[unsafe(no_mangle)]
pub extern "C" fn df_logical_plan_from_bytes(
    session: Option<&df_session>,
    bytes: *const u8,
    bytes_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_logical_plan_from_bytes", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let bytes = self::bytes(bytes, bytes_len, "bytes")?.to_vec();
        Ok(async move { decode(&session, &bytes).map(df_logical_plan::boxed) })
    })
}

/// Draws the plan: the whole tree, indented, or its root's one line. Borrows. Task: a df_buffer, UTF-8. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_logical_plan_display(
    plan: Option<&df_logical_plan>,
    tree: bool,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_logical_plan_display", out, || {
        let plan = plan_of(plan)?;
        Ok(async move { Ok(df_buffer::boxed(Planning::scope(|| display(&plan, tree)))) })
    })
}

/// How many inputs the plan's root has; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_logical_plan_child_count(plan: Option<&df_logical_plan>) -> usize {
    infallible("df_logical_plan_child_count", 0, || {
        plan.map_or(0, |plan| plan.plan.inputs().len())
    })
}

/// One input of the plan's root. Borrows. Task: a df_logical_plan. Errors: NULL; the task's: an index out of range.
#[unsafe(no_mangle)]
pub extern "C" fn df_logical_plan_child(
    plan: Option<&df_logical_plan>,
    index: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_logical_plan_child", out, || {
        let plan = plan_of(plan)?;
        Ok(async move { child(&plan, index).map(df_logical_plan::boxed) })
    })
}

/// The columns. Borrows. `out`: a schema, the caller's to release. Errors: NULL, DF_ERROR_ARROW.
#[unsafe(no_mangle)]
pub extern "C" fn df_logical_plan_schema(
    plan: Option<&df_logical_plan>,
    out: Option<&mut MaybeUninit<FFI_ArrowSchema>>,
) -> Option<Box<df_error>> {
    written("df_logical_plan_schema", out, || {
        write_schema(&schema(&required(plan, "plan")?.plan))
    })
}

/// Brings the callables of the plan's inlined functions to life, and makes its calls of table functions in the session's
/// name. Borrows. Task: nothing. Errors: NULL (but `session` may be NULL); the task's: the host's, DF_ERROR_PLAN for calls
/// of table functions without a session.
#[unsafe(no_mangle)]
pub extern "C" fn df_logical_plan_resolve_functions(
    plan: Option<&df_logical_plan>,
    session: Option<&df_session>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_logical_plan_resolve_functions", out, || {
        let plan = plan_of(plan)?;
        let session = session.map(|session| Arc::clone(&session.session));
        Ok(async move { resolve(&plan, session.as_ref()) })
    })
}

/// Frees a plan. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_logical_plan_free(plan: Option<Box<df_logical_plan>>) {
    infallible("df_logical_plan_free", (), || runtime::free(plan));
}

/// Optimises the plan with the session's rules. Borrows. Task: a df_logical_plan. Errors: NULL; the task's: the
/// optimiser's.
#[unsafe(no_mangle)]
pub extern "C" fn df_logical_plan_optimize(
    plan: Option<&df_logical_plan>,
    session: Option<&df_session>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_logical_plan_optimize", out, || {
        let plan = plan_of(plan)?;
        let session = Arc::clone(&required(session, "session")?.session);
        Ok(async move {
            let optimized = Planning::scope(|| session.context.state().optimize(&plan))?;
            Ok(df_logical_plan::boxed(optimized))
        })
    })
}

//! Execution plans.

use std::mem::MaybeUninit;
use std::sync::Arc;

use arrow::ffi::FFI_ArrowSchema;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::tree_node::TreeNode;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties, displayable};
use datafusion_ffi::execution_plan::{FFI_ExecutionPlan, ForeignExecutionPlan};
use datafusion_inline::{
    CodecStack, Planning, depth, inlined_in_execution_plan, prepared_for_execution,
};
use tokio::runtime::Handle;

use crate::boundary::{Kind, Live, bytes, infallible, required, task, write_schema, written};
use crate::buffer::df_buffer;
use crate::error::{Outcome, df_error};
use crate::function::Function;
use crate::session::{Session, codecs_of, df_session};
use crate::task::df_task;
use crate::{foreign, runtime};

/// An execution plan.
pub struct df_execution_plan {
    pub(crate) plan: Arc<dyn ExecutionPlan>,
    _live: Live,
}

impl df_execution_plan {
    pub(crate) fn new(plan: impl Into<Arc<dyn ExecutionPlan>>) -> Self {
        Self {
            plan: plan.into(),
            _live: Live::new(Kind::ExecutionPlan),
        }
    }

    pub(crate) fn boxed(plan: impl Into<Arc<dyn ExecutionPlan>>) -> Box<Self> {
        Box::new(Self::new(plan))
    }
}

fn plan_of(plan: Option<&df_execution_plan>) -> Outcome<Arc<dyn ExecutionPlan>> {
    Ok(Arc::clone(&required(plan, "plan")?.plan))
}

fn encode(codecs: &CodecStack, plan: &Arc<dyn ExecutionPlan>) -> Outcome<Vec<u8>> {
    Ok(codecs.physical_plan_to_bytes(&foreign::opened(plan)?)?)
}

fn decode(session: &Session, bytes: &[u8]) -> Outcome<Arc<dyn ExecutionPlan>> {
    let context = session.known.context(&session.context);
    Ok(Planning::scope(|| {
        session.codecs.physical_plan_from_bytes(bytes, &context)
    })?)
}

fn display(plan: &Arc<dyn ExecutionPlan>, tree: bool) -> String {
    let drawn = displayable(plan.as_ref());
    if tree {
        drawn.indent(false).to_string()
    } else {
        drawn.one_line().to_string()
    }
}

fn child(plan: &Arc<dyn ExecutionPlan>, index: usize) -> Outcome<Arc<dyn ExecutionPlan>> {
    let inputs = plan.children();
    let input = inputs.get(index).ok_or_else(|| {
        df_error::invalid(format!("input {index} of a plan that has {}", inputs.len()))
    })?;
    Ok(Arc::clone(input))
}

fn schema(plan: &Arc<dyn ExecutionPlan>) -> SchemaRef {
    plan.schema()
}

/// Brings to life what the plan needs before its first batch.
fn resolve(plan: &Arc<dyn ExecutionPlan>) -> Outcome<()> {
    Function::resolve_all(&inlined_in_execution_plan(plan)?)
}

/// Fails for a plan that is deeper than a session allows, or has more partitions than a process can hold.
pub(crate) fn check(plan: &Arc<dyn ExecutionPlan>, session: &Session) -> Outcome<()> {
    session
        .limits
        .check("plan", depth::of_execution_plan(plan))?;
    Ok(depth::check_partitions(plan)?)
}

/// Makes a plan ready to run: its functions come to life, and its operators spawn on the runtime of this library wherever
/// they are run from.
pub(crate) fn ready(plan: &Arc<dyn ExecutionPlan>) -> Outcome<Arc<dyn ExecutionPlan>> {
    resolve(plan)?;
    let plan = prepared_for_execution(plan)?;
    match runtime::handle() {
        Some(runtime) if plan.exists(|node| Ok(node.is::<ForeignExecutionPlan>()))? => {
            below_foreign(plan, runtime)
        }
        _ => Ok(plan),
    }
}

/// An operator of another library's runs those below it on threads of its own, which know nothing of this library's
/// runtime. datafusion-ffi hands it on to what is below the plan that it is given, so that gets one operator more on top.
fn below_foreign(
    plan: Arc<dyn ExecutionPlan>,
    runtime: &Handle,
) -> Outcome<Arc<dyn ExecutionPlan>> {
    let top = Arc::new(CoalescePartitionsExec::new(plan));
    let handed = FFI_ExecutionPlan::new(top, Some(runtime.clone()));
    child(&(&handed).try_into()?, 0)
}

/// Encodes the plan through the session's codec stack; without a session through a fresh one. Borrows. Task: a
/// df_buffer, a bare datafusion.PhysicalPlanNode. Errors: NULL (but `session` may be NULL); the task's: DF_ERROR_PLAN where a
/// receiver could not decode it, DF_ERROR_UNSERIALIZABLE_FUNCTION, DF_ERROR_NOT_IMPLEMENTED.
#[unsafe(no_mangle)]
pub extern "C" fn df_execution_plan_to_bytes(
    plan: Option<&df_execution_plan>,
    session: Option<&df_session>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_execution_plan_to_bytes", out, || {
        let plan = plan_of(plan)?;
        let codecs = codecs_of(session);
        Ok(async move { encode(&codecs, &plan).map(df_buffer::boxed) })
    })
}

/// Decodes a plan through the session's codec stack. Borrows. Task: a df_execution_plan. Errors: NULL; the task's:
/// DF_ERROR_MALFORMED_PAYLOAD, DF_ERROR_INLINING_REFUSED, DF_ERROR_UNRESOLVED_FUNCTION, DF_ERROR_MISSING_CODEC,
/// DF_ERROR_PLAN.
#[unsafe(no_mangle)]
pub extern "C" fn df_execution_plan_from_bytes(
    session: Option<&df_session>,
    bytes: *const u8,
    bytes_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_execution_plan_from_bytes", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let bytes = self::bytes(bytes, bytes_len, "bytes")?.to_vec();
        Ok(async move { decode(&session, &bytes).map(df_execution_plan::boxed) })
    })
}

/// Draws the plan: the whole tree, indented, or its root's one line. Borrows. Task: a df_buffer, UTF-8. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_execution_plan_display(
    plan: Option<&df_execution_plan>,
    tree: bool,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_execution_plan_display", out, || {
        let plan = plan_of(plan)?;
        Ok(async move { Ok(df_buffer::boxed(Planning::scope(|| display(&plan, tree)))) })
    })
}

/// How many inputs the plan's root has; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_execution_plan_child_count(plan: Option<&df_execution_plan>) -> usize {
    infallible("df_execution_plan_child_count", 0, || {
        plan.map_or(0, |plan| plan.plan.children().len())
    })
}

/// One input of the plan's root. Borrows. Task: a df_execution_plan. Errors: NULL; the task's: an index out of range.
#[unsafe(no_mangle)]
pub extern "C" fn df_execution_plan_child(
    plan: Option<&df_execution_plan>,
    index: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_execution_plan_child", out, || {
        let plan = plan_of(plan)?;
        Ok(async move { child(&plan, index).map(df_execution_plan::boxed) })
    })
}

/// The columns. Borrows. `out`: a schema, the caller's to release. Errors: NULL, DF_ERROR_ARROW.
#[unsafe(no_mangle)]
pub extern "C" fn df_execution_plan_schema(
    plan: Option<&df_execution_plan>,
    out: Option<&mut MaybeUninit<FFI_ArrowSchema>>,
) -> Option<Box<df_error>> {
    written("df_execution_plan_schema", out, || {
        write_schema(&schema(&required(plan, "plan")?.plan))
    })
}

/// Brings the callables of the plan's inlined functions to life. Borrows. Task: nothing. Errors: NULL; the task's: the
/// host's.
#[unsafe(no_mangle)]
pub extern "C" fn df_execution_plan_resolve_functions(
    plan: Option<&df_execution_plan>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_execution_plan_resolve_functions", out, || {
        let plan = plan_of(plan)?;
        Ok(async move { resolve(&plan) })
    })
}

/// Frees a plan. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_execution_plan_free(plan: Option<Box<df_execution_plan>>) {
    infallible("df_execution_plan_free", (), || runtime::free(plan));
}

/// How many partitions the plan's output has; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_execution_plan_partition_count(plan: Option<&df_execution_plan>) -> usize {
    infallible("df_execution_plan_partition_count", 0, || {
        plan.map_or(0, |plan| plan.plan.output_partitioning().partition_count())
    })
}

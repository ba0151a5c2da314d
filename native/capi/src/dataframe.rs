//! Data frames: immutable steps of a query.

use std::mem::MaybeUninit;
use std::sync::Arc;

use arrow::ffi::FFI_ArrowSchema;
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::LogicalPlan;
use datafusion_inline::Planning;

use crate::boundary::{
    Kind, Live, handles, infallible, message, required, task, write_schema, written,
};
use crate::buffer::df_buffer;
use crate::error::{Outcome, df_error};
use crate::execution_plan::df_execution_plan;
use crate::expr::functions_of;
use crate::function::df_function;
use crate::logical_plan::{self, df_logical_plan};
use crate::query::Part;
use crate::session::Session;
use crate::stream::df_stream;
use crate::task::df_task;
use crate::{options, planner, rows, runtime, verb, writer};

/// A data frame.
pub struct df_dataframe {
    pub(crate) frame: Arc<Frame>,
    _live: Live,
}

/// A frame of the engine, with the session whose codecs and limits it works under.
pub struct Frame {
    pub(crate) session: Arc<Session>,
    pub(crate) frame: DataFrame,
}

impl df_dataframe {
    pub(crate) fn boxed(frame: Frame) -> Box<Self> {
        Box::new(Self {
            frame: Arc::new(frame),
            _live: Live::new(Kind::DataFrame),
        })
    }
}

impl Frame {
    /// Makes a frame of a plan that is not deeper than the session allows.
    pub(crate) fn of_plan(session: Arc<Session>, plan: LogicalPlan) -> Outcome<Self> {
        session.limits.check_query(&plan)?;
        let frame = DataFrame::new(session.context.state(), plan);
        Ok(Self { session, frame })
    }

    /// Plans the query; functions that are not resolved are not folded.
    pub(crate) async fn execution_plan(&self) -> Outcome<df_execution_plan> {
        options::check_sizes(&self.session.context.copied_config())?;
        let (state, plan) = self.frame.clone().into_parts();
        let state = planner::installed(&self.session, state);
        let plan = Planning::wrap(state.create_physical_plan(&plan)).await?;
        Ok(df_execution_plan::new(plan))
    }

    /// Plans the query that is run next: its functions come to life first, so that constants made of them are folded.
    pub(crate) async fn plan_to_run(&self) -> Outcome<df_execution_plan> {
        logical_plan::resolve(self.frame.logical_plan(), Some(&self.session))?;
        self.execution_plan().await
    }

    pub(crate) async fn execute(&self) -> Outcome<df_stream> {
        let planned = self.plan_to_run().await?;
        df_stream::of_plan(&self.session, &planned.plan, Part::All)
    }

    fn logical_plan(&self, optimized: bool) -> Outcome<df_logical_plan> {
        let plan = if optimized {
            Planning::scope(|| self.frame.clone().into_optimized_plan())?
        } else {
            self.frame.logical_plan().clone()
        };
        Ok(df_logical_plan::new(plan))
    }
}

fn frame_of(dataframe: Option<&df_dataframe>) -> Outcome<Arc<Frame>> {
    Ok(Arc::clone(&required(dataframe, "dataframe")?.frame))
}

/// Takes one step. Borrows everything: `verb` is a DataFrameVerb, `functions` those that its programs name by index,
/// `others` the other frames of a join or a set verb. Task: a df_dataframe. Errors: NULL, a message that does not
/// parse; the task's: DF_ERROR_PLAN and others of the engine's.
#[unsafe(no_mangle)]
pub extern "C" fn df_dataframe_apply(
    dataframe: Option<&df_dataframe>,
    verb: *const u8,
    verb_len: usize,
    functions: *const Option<&df_function>,
    functions_len: usize,
    others: *const Option<&df_dataframe>,
    others_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_dataframe_apply", out, || {
        let step = verb::Step {
            frame: frame_of(dataframe)?,
            verb: message(verb, verb_len, "verb")?,
            functions: functions_of(functions, functions_len)?,
            others: handles(others, others_len, "others")?
                .into_iter()
                .map(|other| Arc::clone(&other.frame))
                .collect(),
        };
        Ok(async move { step.apply().await.map(df_dataframe::boxed) })
    })
}

/// The columns. Borrows. `out`: a schema, the caller's to release. Errors: NULL, DF_ERROR_ARROW.
#[unsafe(no_mangle)]
pub extern "C" fn df_dataframe_schema(
    dataframe: Option<&df_dataframe>,
    out: Option<&mut MaybeUninit<FFI_ArrowSchema>>,
) -> Option<Box<df_error>> {
    written("df_dataframe_schema", out, || {
        write_schema(
            required(dataframe, "dataframe")?
                .frame
                .frame
                .schema()
                .as_arrow(),
        )
    })
}

/// The frame's plan, optimised if `optimized`. Borrows. Task: a df_logical_plan. Errors: NULL; the task's: the
/// optimiser's.
#[unsafe(no_mangle)]
pub extern "C" fn df_dataframe_logical_plan(
    dataframe: Option<&df_dataframe>,
    optimized: bool,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_dataframe_logical_plan", out, || {
        let frame = frame_of(dataframe)?;
        Ok(async move { frame.logical_plan(optimized).map(Box::new) })
    })
}

/// The plan that the engine would run. Borrows. Task: a df_execution_plan. Errors: NULL; the task's: the planner's.
#[unsafe(no_mangle)]
pub extern "C" fn df_dataframe_execution_plan(
    dataframe: Option<&df_dataframe>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_dataframe_execution_plan", out, || {
        let frame = frame_of(dataframe)?;
        Ok(async move { frame.execution_plan().await.map(Box::new) })
    })
}

/// Plans and starts the query. Borrows. Task: a df_stream. Errors: NULL; the task's: the planner's, a function that
/// cannot be resolved.
#[unsafe(no_mangle)]
pub extern "C" fn df_dataframe_execute(
    dataframe: Option<&df_dataframe>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_dataframe_execute", out, || {
        let frame = frame_of(dataframe)?;
        Ok(async move { frame.execute().await.map(Box::new) })
    })
}

/// Counts the rows. Borrows. Task: a df_buffer of one little-endian int64. Errors: NULL; the task's: the engine's.
#[unsafe(no_mangle)]
pub extern "C" fn df_dataframe_count(
    dataframe: Option<&df_dataframe>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_dataframe_count", out, || {
        let frame = frame_of(dataframe)?;
        Ok(async move {
            rows::count(&frame)
                .await
                .map(|rows| df_buffer::boxed(rows.to_le_bytes()))
        })
    })
}

/// Draws the first `rows` rows as a table; -1: all of them. Borrows. Task: a df_buffer, UTF-8. Errors: NULL; the
/// task's: the engine's.
#[unsafe(no_mangle)]
pub extern "C" fn df_dataframe_text(
    dataframe: Option<&df_dataframe>,
    rows: i64,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_dataframe_text", out, || {
        let frame = frame_of(dataframe)?;
        Ok(async move { rows::text(&frame, rows).await.map(df_buffer::boxed) })
    })
}

/// Runs the query and writes its rows to files. Borrows `dataframe` and `sink` (FileSink). Task: a df_buffer of one
/// little-endian int64, the rows written. Errors: NULL, a message that does not parse; the task's: the engine's.
#[unsafe(no_mangle)]
pub extern "C" fn df_dataframe_write(
    dataframe: Option<&df_dataframe>,
    sink: *const u8,
    sink_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_dataframe_write", out, || {
        let frame = frame_of(dataframe)?;
        let sink = message(sink, sink_len, "sink")?;
        Ok(async move {
            writer::write(&frame, sink)
                .await
                .map(|rows| df_buffer::boxed(rows.to_le_bytes()))
        })
    })
}

/// Frees a frame. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_dataframe_free(dataframe: Option<Box<df_dataframe>>) {
    infallible("df_dataframe_free", (), || runtime::free(dataframe));
}

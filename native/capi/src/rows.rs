//! Small answers from whole queries: how many rows, what they look like.

use arrow::record_batch::RecordBatch;
use arrow::util::pretty::pretty_format_batches_with_schema;
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::count::count_all;
use datafusion::logical_expr::LogicalPlan;

use crate::dataframe::Frame;
use crate::error::{DF_ERROR_INTERNAL, Outcome, df_error};
use crate::execution_plan;
use crate::query::Part;
use crate::stream::df_stream;

/// Counts a frame's rows.
pub async fn count(frame: &Frame) -> Outcome<i64> {
    if explains(frame) {
        let batches = collect(frame, frame.frame.clone()).await?;
        return Ok(batches.iter().map(|batch| batch.num_rows() as i64).sum());
    }
    let counted = frame
        .frame
        .clone()
        .aggregate(Vec::new(), vec![count_all()])?;
    let batches = collect(frame, counted).await?;
    let column = batches.first().and_then(|batch| batch.columns().first());
    column
        .and_then(|column| column.as_any().downcast_ref::<arrow::array::Int64Array>())
        .filter(|counts| !counts.is_empty())
        .map(|counts| counts.value(0))
        .ok_or_else(|| df_error::boxed(DF_ERROR_INTERNAL, "a count without its one row"))
}

/// Draws a frame's first rows; a negative number: all of them.
pub async fn text(frame: &Frame, rows: i64) -> Outcome<String> {
    let limit = usize::try_from(rows).ok();
    let shown = match limit {
        Some(rows) if !explains(frame) => frame.frame.clone().limit(0, Some(rows))?,
        _ => frame.frame.clone(),
    };
    let schema = shown.schema().inner().clone();
    let mut batches = collect(frame, shown).await?;
    let mut left = limit.unwrap_or(usize::MAX);
    for batch in &mut batches {
        *batch = batch.slice(0, batch.num_rows().min(left));
        left -= batch.num_rows();
    }
    let schema = batches.first().map_or(schema, RecordBatch::schema);
    Ok(pretty_format_batches_with_schema(schema, &batches)?.to_string())
}

/// The engine takes an explanation as the root of a plan only.
fn explains(frame: &Frame) -> bool {
    matches!(
        frame.frame.logical_plan(),
        LogicalPlan::Explain(_) | LogicalPlan::Analyze(_)
    )
}

/// Runs a query that belongs to `frame` and keeps its batches.
pub async fn collect(frame: &Frame, query: DataFrame) -> Outcome<Vec<RecordBatch>> {
    let query = Frame {
        session: frame.session.clone(),
        frame: query,
    };
    let planned = query.plan_to_run().await?;
    let stream = df_stream::of_plan(&frame.session, &planned.plan, Part::All)?;
    let mut batches = Vec::new();
    while let Some(batch) = stream.query().next().await? {
        batches.push(batch);
    }
    Ok(batches)
}

/// Runs a frame and keeps the batches of each partition as the engine made them.
pub async fn collect_engine(frame: &Frame) -> Outcome<Vec<Vec<RecordBatch>>> {
    let planned = frame.plan_to_run().await?;
    let plan = execution_plan::ready(&planned.plan)?;
    let context = frame.session.context.task_ctx();
    Ok(datafusion::physical_plan::collect_partitioned(plan, context).await?)
}

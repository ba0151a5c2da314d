//! Frames out, as files.

use arrow::array::UInt64Array;
use datafusion::datasource::file_format::format_as_file_type;
use datafusion::logical_expr::LogicalPlanBuilder;

use crate::dataframe::Frame;
use crate::error::{Outcome, df_error};
use crate::message::FileSink;
use crate::{reader, rows};

/// Runs a frame and writes its rows; answers how many.
pub async fn write(frame: &Frame, sink: FileSink) -> Outcome<i64> {
    if sink.path.is_empty() {
        return Err(df_error::invalid("a file sink without a path"));
    }
    let state = frame.session.context.state();
    let file_type = format_as_file_type(reader::factory(&state, sink.format)?);
    let mut options = reader::prefixed(&sink.options);
    if sink.single_file {
        options.insert("single_file_output".to_owned(), "true".to_owned());
    }
    let input = frame.frame.logical_plan().clone();
    let plan =
        LogicalPlanBuilder::copy_to(input, sink.path, file_type, options, sink.partition_by)?
            .build()?;
    let written = datafusion::dataframe::DataFrame::new(state, plan);
    let batches = rows::collect(frame, written).await?;
    let counts = batches.iter().filter_map(|batch| {
        batch
            .columns()
            .first()?
            .as_any()
            .downcast_ref::<UInt64Array>()
    });
    let rows: u64 = counts.flat_map(|counts| counts.iter().flatten()).sum();
    Ok(i64::try_from(rows).unwrap_or(i64::MAX))
}

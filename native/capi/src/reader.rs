//! Files in, as tables.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::datasource::file_format::FileFormat as EngineFormat;
use datafusion::datasource::listing::{
    ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl,
};
use datafusion::execution::SessionState;

use crate::dataframe::Frame;
use crate::error::{DF_ERROR_CONFIGURATION, Outcome, df_error};
use crate::literal;
use crate::lowering::Lowering;
use crate::message::{FileFormat, FileSource};
use crate::session::Session;
use crate::{catalog, message};

/// Makes a frame over files.
pub async fn read(session: Arc<Session>, source: FileSource) -> Outcome<Frame> {
    let table = open(&session, source).await?;
    let frame = session.context.read_table(table)?;
    Ok(Frame { session, frame })
}

/// Registers files as a table.
pub async fn register(session: &Session, name: &str, source: FileSource) -> Outcome<()> {
    let table = open(session, source).await?;
    catalog::register(session, name, table)
}

async fn open(session: &Session, source: FileSource) -> Outcome<Arc<dyn TableProvider>> {
    let state = session.context.state();
    let paths = source
        .paths
        .iter()
        .map(ListingTableUrl::parse)
        .collect::<Result<Vec<_>, _>>()?;
    let first = paths
        .first()
        .ok_or_else(|| df_error::invalid("a file source without paths"))?;
    let format = format(&state, source.format, &source.options)?;
    let folder = paths.iter().any(ListingTableUrl::is_collection);
    let extension = match &source.file_extension {
        Some(extension) => extension.clone(),
        None if folder => extension_of(&format)?,
        None => String::new(),
    };
    let orderings = Lowering::of_session(session);
    let orderings = source
        .orderings
        .iter()
        .map(|program| orderings.sorts(program, &[]));
    let partitions = source
        .partition_columns
        .as_deref()
        .map(literal::schema)
        .transpose()?;
    let partitions = partitions.iter().flat_map(|schema| schema.fields().iter());
    let options = ListingOptions::new(format)
        .with_file_extension(extension)
        .with_table_partition_cols(
            partitions
                .map(|field| (field.name().clone(), field.data_type().clone()))
                .collect(),
        )
        .with_file_sort_order(orderings.collect::<Outcome<Vec<_>>>()?);
    options.validate_partitions(&state, first).await?;
    let schema = match &source.schema {
        Some(bytes) => literal::schema(bytes)?,
        None => infer(&options, &state, &paths).await?,
    };
    let config = ListingTableConfig::new_with_multi_paths(paths)
        .with_listing_options(options)
        .with_schema(schema);
    let cache = state.runtime_env().cache_manager.get_file_statistic_cache();
    Ok(Arc::new(ListingTable::try_new(config)?.with_cache(cache)))
}

/// Several paths may hold files that add columns to each other.
async fn infer(
    options: &ListingOptions,
    state: &SessionState,
    paths: &[ListingTableUrl],
) -> Outcome<SchemaRef> {
    let mut schemas = Vec::with_capacity(paths.len());
    for path in paths {
        schemas.push(options.infer_schema(state, path).await?.as_ref().clone());
    }
    Ok(Arc::new(Schema::try_merge(schemas)?))
}

/// The file names of a format, with the suffix of its compression.
fn extension_of(format: &Arc<dyn EngineFormat>) -> Outcome<String> {
    let extension = match format.compression_type() {
        Some(compression) => format.get_ext_with_compression(&compression)?,
        None => format.get_ext(),
    };
    Ok(extension)
}

/// Answers the engine's format with options that lack their "format." prefix.
pub fn format(
    state: &SessionState,
    format: i32,
    options: &HashMap<String, String>,
) -> Outcome<Arc<dyn EngineFormat>> {
    Ok(factory(state, format)?.create(state, &prefixed(options))?)
}

/// Answers what makes formats of that kind.
pub fn factory(
    state: &SessionState,
    format: i32,
) -> Outcome<Arc<dyn datafusion::datasource::file_format::FileFormatFactory>> {
    let name = match FileFormat::try_from(format).unwrap_or_default() {
        message::FileFormat::Parquet => "parquet",
        message::FileFormat::Csv => "csv",
        message::FileFormat::Ndjson => "json",
        message::FileFormat::Arrow => "arrow",
        message::FileFormat::Avro => "avro",
        message::FileFormat::Unspecified => {
            return Err(df_error::invalid(format!("file format {format}")));
        }
    };
    state.get_file_format_factory(name).ok_or_else(|| {
        df_error::boxed(
            DF_ERROR_CONFIGURATION,
            format!("this session has no file format '{name}'"),
        )
    })
}

/// The engine's spelling of a format's options.
pub fn prefixed(options: &HashMap<String, String>) -> HashMap<String, String> {
    options
        .iter()
        .map(|(key, value)| (format!("format.{key}"), value.clone()))
        .collect()
}

//! Tables by name.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use datafusion::catalog::{
    CatalogProvider, MemTable, SchemaProvider, TableProvider, TableProviderFactory,
};
use datafusion::common::TableReference;
use datafusion_inline::Planning;

use crate::batches::df_batches;
use crate::dataframe::Frame;
use crate::error::{DF_ERROR_PLAN, Outcome, df_error};
use crate::session::Session;

/// Finds a table or view.
pub async fn table(session: Arc<Session>, name: &str) -> Outcome<Frame> {
    let frame = Planning::wrap(session.context.table(name)).await?;
    Ok(Frame { session, frame })
}

/// Finds what a table is made of.
pub async fn provider(session: &Session, name: &str) -> Outcome<Arc<dyn TableProvider>> {
    Ok(Planning::wrap(session.context.table_provider(name)).await?)
}

/// Finds a schema by its name, "schema" or "catalog.schema".
pub fn schema(session: &Session, name: &str) -> Outcome<Arc<dyn SchemaProvider>> {
    let (catalog, schema) = schema_reference(session, name)?;
    let found = self::catalog(session, &catalog)?.schema(&schema);
    found.ok_or_else(|| df_error::boxed(DF_ERROR_PLAN, format!("schema '{name}' not found")))
}

/// Finds a catalog.
pub fn catalog(session: &Session, name: &str) -> Outcome<Arc<dyn CatalogProvider>> {
    let found = session.context.catalog(name);
    found.ok_or_else(|| df_error::boxed(DF_ERROR_PLAN, format!("catalog '{name}' not found")))
}

/// Registers a schema under its name, "schema" or "catalog.schema".
pub fn register_schema(
    session: &Session,
    name: &str,
    schema: Arc<dyn SchemaProvider>,
) -> Outcome<()> {
    let (catalog, schema_name) = schema_reference(session, name)?;
    self::catalog(session, &catalog)?.register_schema(&schema_name, schema)?;
    Ok(())
}

/// The catalog and the schema that a name means.
fn schema_reference(session: &Session, name: &str) -> Outcome<(String, String)> {
    match TableReference::from(format!("{name}.t")) {
        TableReference::Full {
            catalog, schema, ..
        } => Ok((catalog.to_string(), schema.to_string())),
        TableReference::Partial { schema, .. } => {
            let config = session.context.copied_config();
            let catalog = config.options().catalog.default_catalog.clone();
            Ok((catalog, schema.to_string()))
        }
        TableReference::Bare { .. } => Err(df_error::invalid(format!("'{name}' names no schema"))),
    }
}

/// Registers what makes the tables of a file format, which must be free: CREATE EXTERNAL TABLE ... STORED AS asks it.
pub fn register_factory(
    session: &Session,
    format: &str,
    factory: Arc<dyn TableProviderFactory>,
) -> Outcome<()> {
    let state = session.context.state_ref();
    let mut state = state.write();
    match state.table_factories_mut().entry(format.to_uppercase()) {
        Entry::Occupied(_) => {
            let message = format!("The file format {format} already exists");
            Err(df_error::boxed(DF_ERROR_PLAN, message))
        }
        Entry::Vacant(free) => {
            free.insert(factory);
            Ok(())
        }
    }
}

/// Registers a table under a name that is free.
pub fn register(session: &Session, name: &str, table: Arc<dyn TableProvider>) -> Outcome<()> {
    let reference = TableReference::from(name);
    if session.context.table_exist(reference.clone())? {
        return Err(df_error::boxed(
            DF_ERROR_PLAN,
            format!("The table {name} already exists"),
        ));
    }
    session.context.register_table(reference, table)?;
    Ok(())
}

pub fn register_batches(session: &Session, name: &str, batches: df_batches) -> Outcome<()> {
    register(session, name, Arc::new(table_of(session, batches)?))
}

/// Makes a frame of batches.
pub fn read_batches(session: Arc<Session>, batches: df_batches) -> Outcome<Frame> {
    let table = table_of(&session, batches)?;
    let frame = session.context.read_table(Arc::new(table))?;
    Ok(Frame { session, frame })
}

fn table_of(session: &Session, batches: df_batches) -> Outcome<MemTable> {
    let (schema, batches) = batches.into_parts();
    let partitions = session.context.copied_config().target_partitions().max(1);
    let mut spread = vec![Vec::new(); partitions.min(batches.len()).max(1)];
    let count = spread.len();
    batches
        .into_iter()
        .enumerate()
        .for_each(|(index, batch)| spread[index % count].push(batch));
    Ok(MemTable::try_new(schema, spread)?)
}

pub fn register_frame(session: &Session, name: &str, frame: &Frame) -> Outcome<()> {
    register(session, name, frame.frame.clone().into_view())
}

/// Takes a table or view away.
pub async fn deregister(session: &Session, name: &str) -> Outcome<()> {
    match session.context.deregister_table(name)? {
        Some(_) => Ok(()),
        None => Err(df_error::boxed(
            DF_ERROR_PLAN,
            format!("table '{name}' not found"),
        )),
    }
}

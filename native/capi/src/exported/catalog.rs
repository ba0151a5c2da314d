//! Catalogs and schemas as other libraries see them.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, SchemaProvider, TableProvider};
use datafusion::error::Result;
use datafusion::logical_expr::TableType;

use super::Exported;
use crate::boundary::infallible;
use crate::failure::{guarded, guarded_async};
use crate::session::Session;

/// A catalog for another library: its tables are exported ones.
pub struct ExportedCatalog {
    catalog: Arc<dyn CatalogProvider>,
    session: Arc<Session>,
}

/// A schema for another library: its tables are exported ones.
pub struct ExportedSchema {
    schema: Arc<dyn SchemaProvider>,
    session: Arc<Session>,
}

impl ExportedCatalog {
    pub fn new(catalog: Arc<dyn CatalogProvider>, session: Arc<Session>) -> Self {
        Self { catalog, session }
    }

    /// Answers a catalog as the session may keep it, as [`Exported::kept`] does a table.
    pub fn kept(catalog: Arc<dyn CatalogProvider>, session: &Session) -> Arc<dyn CatalogProvider> {
        match catalog.downcast_ref::<Self>() {
            Some(own) if own.session.shares_engine(session) => Arc::clone(&own.catalog),
            _ => catalog,
        }
    }

    fn exported(&self, schema: Arc<dyn SchemaProvider>) -> Arc<dyn SchemaProvider> {
        Arc::new(ExportedSchema::new(schema, Arc::clone(&self.session)))
    }
}

impl fmt::Debug for ExportedCatalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExportedCatalog({:?})", self.catalog)
    }
}

impl CatalogProvider for ExportedCatalog {
    fn schema_names(&self) -> Vec<String> {
        infallible("CatalogProvider::schema_names", Vec::new(), || {
            self.catalog.schema_names()
        })
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        infallible("CatalogProvider::schema", None, || {
            Some(self.exported(self.catalog.schema(name)?))
        })
    }

    fn register_schema(
        &self,
        name: &str,
        schema: Arc<dyn SchemaProvider>,
    ) -> Result<Option<Arc<dyn SchemaProvider>>> {
        guarded("CatalogProvider::register_schema", || {
            let schema = ExportedSchema::kept(schema, &self.session);
            let before = self.catalog.register_schema(name, schema)?;
            Ok(before.map(|schema| self.exported(schema)))
        })
    }

    fn deregister_schema(
        &self,
        name: &str,
        cascade: bool,
    ) -> Result<Option<Arc<dyn SchemaProvider>>> {
        guarded("CatalogProvider::deregister_schema", || {
            let schema = self.catalog.deregister_schema(name, cascade)?;
            Ok(schema.map(|schema| self.exported(schema)))
        })
    }
}

impl ExportedSchema {
    pub fn new(schema: Arc<dyn SchemaProvider>, session: Arc<Session>) -> Self {
        Self { schema, session }
    }

    /// Answers a schema as the session may keep it, as [`Exported::kept`] does a table.
    pub fn kept(schema: Arc<dyn SchemaProvider>, session: &Session) -> Arc<dyn SchemaProvider> {
        match schema.downcast_ref::<Self>() {
            Some(own) if own.session.shares_engine(session) => Arc::clone(&own.schema),
            _ => schema,
        }
    }

    fn exported(&self, table: Arc<dyn TableProvider>) -> Arc<dyn TableProvider> {
        Arc::new(Exported::new(table, Arc::clone(&self.session)))
    }
}

impl fmt::Debug for ExportedSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExportedSchema({:?})", self.schema)
    }
}

#[async_trait]
impl SchemaProvider for ExportedSchema {
    fn owner_name(&self) -> Option<&str> {
        infallible("SchemaProvider::owner_name", None, || {
            self.schema.owner_name()
        })
    }

    fn table_names(&self) -> Vec<String> {
        infallible("SchemaProvider::table_names", Vec::new(), || {
            self.schema.table_names()
        })
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let found = async { Ok(self.schema.table(name).await?) };
        let table = guarded_async("SchemaProvider::table", found).await?;
        Ok(table.map(|table| self.exported(table)))
    }

    async fn table_type(&self, name: &str) -> Result<Option<TableType>> {
        let found = async { Ok(self.schema.table_type(name).await?) };
        guarded_async("SchemaProvider::table_type", found).await
    }

    fn register_table(
        &self,
        name: String,
        table: Arc<dyn TableProvider>,
    ) -> Result<Option<Arc<dyn TableProvider>>> {
        guarded("SchemaProvider::register_table", || {
            let table = Exported::kept(table, &self.session);
            let before = self.schema.register_table(name, table)?;
            Ok(before.map(|table| self.exported(table)))
        })
    }

    fn deregister_table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        guarded("SchemaProvider::deregister_table", || {
            let table = self.schema.deregister_table(name)?;
            Ok(table.map(|table| self.exported(table)))
        })
    }

    fn table_exist(&self, name: &str) -> bool {
        infallible("SchemaProvider::table_exist", false, || {
            self.schema.table_exist(name)
        })
    }
}

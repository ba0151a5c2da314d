//! A session of this library's, and what a host hands to it.

use std::ffi::c_void;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::catalog::{CatalogProvider, SchemaProvider, TableProvider};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::execution::context::QueryPlanner;
use datafusion::execution::{SessionStateBuilder, TaskContext};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr, collect};
use datafusion::prelude::SessionContext;
use datafusion_ffi::catalog_provider::FFI_CatalogProvider;
use datafusion_ffi::execution::FFI_TaskContextProvider;
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_ffi::physical_expr::FFI_PhysicalExpr;
use datafusion_ffi::query_planner::FFI_QueryPlanner;
use datafusion_ffi::schema_provider::FFI_SchemaProvider;
use datafusion_ffi::table_provider::FFI_TableProvider;
use tokio::runtime::{Handle, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::new().expect("threads for a runtime"));

/// Answers this library's runtime: a host's threads belong to none that its operators could spawn on.
pub fn runtime() -> Handle {
    RUNTIME.handle().clone()
}

/// What a host hands over.
pub enum Given {
    Table(Arc<dyn TableProvider>),
    Schema(Arc<dyn SchemaProvider>),
    Catalog(Arc<dyn CatalogProvider>),
    Plan(Arc<dyn ExecutionPlan>),
    Planner(Arc<dyn QueryPlanner + Send + Sync>),
    Context(Arc<TaskContext>),
    Expr(Arc<dyn PhysicalExpr>),
}

impl Given {
    /// Clones the struct of a kind.
    ///
    /// # Safety
    /// A live struct of the kind lies at `address`.
    pub unsafe fn of(kind: u32, address: *const c_void) -> Result<Self> {
        // SAFETY: the caller's word, in each arm.
        unsafe {
            Ok(match kind {
                0 => Self::Table((&*address.cast::<FFI_TableProvider>()).into()),
                1 => Self::Schema((&*address.cast::<FFI_SchemaProvider>()).into()),
                2 => Self::Catalog((&*address.cast::<FFI_CatalogProvider>()).into()),
                3 => Self::Plan((&*address.cast::<FFI_ExecutionPlan>()).try_into()?),
                4 => Self::Planner((&*address.cast::<FFI_QueryPlanner>()).into()),
                5 => Self::Context((&*address.cast::<FFI_TaskContextProvider>()).try_into()?),
                6 => Self::Expr((&*address.cast::<FFI_PhysicalExpr>()).into()),
                _ => return exec_err!("{kind} is no kind of struct"),
            })
        }
    }
}

/// Answers an expression's text and what it makes of each row.
fn evaluated(expr: &Arc<dyn PhysicalExpr>, batches: &[RecordBatch]) -> Result<String> {
    let mut columns = Vec::new();
    for batch in batches {
        let field = expr.return_field(batch.schema_ref())?;
        let column = expr.evaluate(batch)?.into_array(batch.num_rows())?;
        let schema = Arc::new(Schema::new(vec![field]));
        columns.push(RecordBatch::try_new(schema, vec![column])?);
    }
    Ok(format!("{expr}\n{}", pretty_format_batches(&columns)?))
}

/// Answers the rows of a query, or of the plan that was given, as text.
pub fn answer(given: Given, sql: &str) -> Result<String> {
    RUNTIME.block_on(async {
        let mut ctx = SessionContext::new();
        match given {
            Given::Table(table) => {
                ctx.register_table("host", table)?;
            }
            Given::Schema(schema) => {
                let catalog = ctx.catalog("datafusion").expect("the default catalog");
                catalog.register_schema("host", schema)?;
            }
            Given::Catalog(catalog) => {
                ctx.register_catalog("host", catalog);
            }
            Given::Plan(plan) => {
                let batches = collect(plan, ctx.task_ctx()).await?;
                return Ok(pretty_format_batches(&batches)?.to_string());
            }
            Given::Planner(planner) => {
                let state = SessionStateBuilder::new_with_default_features();
                ctx = SessionContext::new_with_state(state.with_query_planner(planner).build());
            }
            Given::Expr(expr) => return evaluated(&expr, &ctx.sql(sql).await?.collect().await?),
            Given::Context(context) => return Ok(context.session_id()),
        }
        let mut text = String::new();
        for statement in sql.split(';') {
            let batches = ctx.sql(statement).await?.collect().await?;
            text = pretty_format_batches(&batches)?.to_string();
        }
        Ok(text)
    })
}

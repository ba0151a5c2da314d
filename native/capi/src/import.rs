//! What a session takes in from other libraries.

use std::mem::MaybeUninit;
use std::sync::Arc;

use datafusion::catalog::{
    CatalogProvider, CatalogProviderList, SchemaProvider, TableFunctionImpl, TableProvider,
    TableProviderFactory,
};
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use datafusion_ffi::table_provider::FFI_TableProvider;
use datafusion_ffi::udtf::FFI_TableFunction;
use datafusion_inline::{CodecId, CodecStack};
use prost::Message;

use crate::boundary::{Struct, bytes, fallible, required, task, text};
use crate::buffer::df_buffer;
use crate::capsule::df_capsule;
use crate::error::{Outcome, df_error};
use crate::execution_plan::df_execution_plan;
use crate::exported::{Exported, ExportedCatalog, ExportedExpr, ExportedPlan, ExportedSchema};
use crate::function::Function;
use crate::message::CodecIds;
use crate::physical_expr::{Bound, df_physical_expr};
use crate::planner::Planners;
use crate::session::{Session, df_session};
use crate::task::df_task;
use crate::{catalog, options};

/// Answers a stack with the codec behind the others.
fn codec(capsule: &df_capsule, codecs: &CodecStack, id: CodecId) -> Outcome<CodecStack> {
    match &capsule.inner {
        Struct::LogicalCodec(codec) => Ok(codecs.with_logical_codec(codec.as_ref().into(), id)?),
        Struct::PhysicalCodec(codec) => Ok(codecs.with_physical_codec(codec.as_ref().into(), id)?),
        _ => capsule.refused("a codec"),
    }
}

fn planners(capsule: &df_capsule, planners: &Planners) -> Outcome<Planners> {
    match &capsule.inner {
        Struct::QueryPlanner(planner) => Ok(planners.with_planner(planner)),
        Struct::OptimizerRule(rule) => Ok(planners.with_rule(rule.as_ref().into())),
        _ => capsule.refused("a query planner or a physical optimizer rule"),
    }
}

/// Registers what a capsule holds under a name.
fn register(session: &Session, name: &str, capsule: &df_capsule) -> Outcome<()> {
    match &capsule.inner {
        Struct::Table(found) => catalog::register(session, name, table(found, session)),
        Struct::TableFunction(found) => {
            session.context.register_udtf(name, table_function(found));
            Ok(())
        }
        Struct::TableFactory(factory) => {
            let factory = Arc::<dyn TableProviderFactory>::from(factory.as_ref());
            catalog::register_factory(session, name, factory)
        }
        Struct::Catalog(found) => {
            let found = Arc::<dyn CatalogProvider>::from(found.as_ref());
            let found = ExportedCatalog::kept(found, session);
            session.context.register_catalog(name, found);
            Ok(())
        }
        Struct::Schema(found) => {
            let schema = Arc::<dyn SchemaProvider>::from(found.as_ref());
            catalog::register_schema(session, name, ExportedSchema::kept(schema, session))
        }
        _ => capsule
            .refused("a table, a table function, a schema, a catalog or a table provider factory"),
    }
}

/// Answers a table as the session may keep it.
pub fn table(found: &FFI_TableProvider, session: &Session) -> Arc<dyn TableProvider> {
    Exported::kept(found.into(), session)
}

/// Answers a table function.
pub fn table_function(found: &FFI_TableFunction) -> Arc<dyn TableFunctionImpl> {
    found.clone().into()
}

/// Answers the function that a capsule holds, if it holds one that bears its own name.
pub fn function(capsule: &df_capsule) -> Option<Function> {
    Some(match &capsule.inner {
        Struct::Scalar(function) => Function::Scalar(Arc::new(ScalarUDF::new_from_shared_impl(
            function.as_ref().into(),
        ))),
        Struct::Aggregate(function) => Function::Aggregate(Arc::new(
            AggregateUDF::new_from_shared_impl(function.as_ref().into()),
        )),
        Struct::Window(function) => Function::Window(Arc::new(WindowUDF::new_from_shared_impl(
            function.as_ref().into(),
        ))),
        _ => return None,
    })
}

/// Makes known what bears its own name or none.
fn install(session: &Session, capsule: &df_capsule) -> Outcome<()> {
    if let Some(function) = function(capsule) {
        return session.register(&function);
    }
    match &capsule.inner {
        Struct::Catalogs(catalogs) => {
            let catalogs = Arc::<dyn CatalogProviderList>::from(catalogs.as_ref());
            session.context.register_catalog_list(catalogs);
            Ok(())
        }
        Struct::Options(found) => {
            let extended = options::extend(session, found);
            session.known.changed();
            extended
        }
        _ => capsule
            .refused("a scalar, aggregate or window function, a catalog list or extension options"),
    }
}

fn plan(capsule: &df_capsule) -> Outcome<Arc<dyn ExecutionPlan>> {
    match &capsule.inner {
        Struct::ExecutionPlan(plan) => Ok(ExportedPlan::unwrapped(plan.as_ref().try_into()?)),
        _ => capsule.refused("an execution plan"),
    }
}

fn physical_expr(capsule: &df_capsule) -> Outcome<Arc<dyn PhysicalExpr>> {
    match &capsule.inner {
        Struct::PhysicalExpr(expr) => Ok(ExportedExpr::unwrapped(expr.as_ref().into())),
        _ => capsule.refused("a physical expression"),
    }
}

/// Registers what a capsule holds: a table, a table function, a schema ("schema" or "catalog.schema"), a catalog, or a
/// factory of the tables of a file format. Borrows. Task: nothing. Errors: NULL; the task's: a name that is taken, DF_ERROR_ILLEGAL_CAPSULE for a capsule of
/// something else.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_register_capsule(
    session: Option<&df_session>,
    name: *const u8,
    name_len: usize,
    capsule: Option<&df_capsule>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_register_capsule", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let name = text(name, name_len, "name")?.to_owned();
        let capsule = required(capsule, "capsule")?.cloned();
        Ok(async move { register(&session, &name, &capsule) })
    })
}

/// Makes known what a capsule holds that bears its own name or none: a scalar, aggregate or window function, in place of
/// another of that name; a list of catalogs, in place of those that are there; extension options, beside those that are
/// there. Borrows. Task: nothing. Errors: NULL; the task's: DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else,
/// DF_ERROR_CONFIGURATION for options without a namespace of their own.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_install_capsule(
    session: Option<&df_session>,
    capsule: Option<&df_capsule>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_install_capsule", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let capsule = required(capsule, "capsule")?.cloned();
        Ok(async move { install(&session, &capsule) })
    })
}

/// Makes another session over the same engine session, with one more codec behind those that are there. Borrows;
/// `anonymous`: the id is one that a host makes, and begins with "anon:"; `data` as for df_session_new. `out`: the new
/// session. Errors: NULL, DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else, DF_ERROR_INVALID_ARGUMENT for an id
/// that is taken, reserved or not printable.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_with_codec(
    session: Option<&df_session>,
    capsule: Option<&df_capsule>,
    id: *const u8,
    id_len: usize,
    anonymous: bool,
    data: u64,
    out: Option<&mut MaybeUninit<Option<Box<df_session>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_with_codec", out, || {
        let session = &required(session, "session")?.session;
        let id = text(id, id_len, "id")?;
        let id = if anonymous && id.starts_with("anon:") {
            CodecId::reserved(id)?
        } else {
            CodecId::new(id)?
        };
        let codecs = codec(required(capsule, "capsule")?, &session.codecs, id)?;
        Ok(df_session::new(session.with_codecs(codecs, data)))
    })
}

/// Makes another session over the same engine session, with another query planner, or with one more physical optimizer
/// rule behind those that are there. Borrows; `data` as for df_session_new. `out`: the new session. Errors: NULL,
/// DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_with_planner(
    session: Option<&df_session>,
    capsule: Option<&df_capsule>,
    data: u64,
    out: Option<&mut MaybeUninit<Option<Box<df_session>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_with_planner", out, || {
        let session = &required(session, "session")?.session;
        let planners = planners(required(capsule, "capsule")?, &session.planners)?;
        Ok(df_session::new(session.with_planners(planners, data)))
    })
}

/// The execution plan that a capsule holds. Borrows. Task: a df_execution_plan. Errors: NULL; the task's:
/// DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_plan_of_capsule(
    session: Option<&df_session>,
    capsule: Option<&df_capsule>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_plan_of_capsule", out, || {
        required(session, "session")?;
        let capsule = required(capsule, "capsule")?.cloned();
        Ok(async move { plan(&capsule).map(df_execution_plan::boxed) })
    })
}

/// The expression that a capsule holds, over the columns of `schema`, an Arrow IPC schema message. Borrows. Task: a
/// df_physical_expr. Errors: NULL; the task's: DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else, DF_ERROR_PLAN
/// for one deeper than the session allows, and what the expression says of the columns.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_physical_expr_of_capsule(
    session: Option<&df_session>,
    capsule: Option<&df_capsule>,
    schema: *const u8,
    schema_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_physical_expr_of_capsule", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let capsule = required(capsule, "capsule")?.cloned();
        let schema = bytes(schema, schema_len, "schema")?.to_vec();
        Ok(async move {
            let expr = physical_expr(&capsule)?;
            Bound::of_foreign(&session, expr, &schema).map(df_physical_expr::boxed)
        })
    })
}

/// The ids of a session's logical or physical codecs, in the order of their installation. Borrows. `out`: CodecIds.
/// Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_codec_ids(
    session: Option<&df_session>,
    physical: bool,
    out: Option<&mut MaybeUninit<Option<Box<df_buffer>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_codec_ids", out, || {
        let codecs = &required(session, "session")?.session.codecs;
        let ids = if physical {
            codecs
                .physical_codec_ids()
                .map(ToString::to_string)
                .collect()
        } else {
            codecs
                .logical_codec_ids()
                .map(ToString::to_string)
                .collect()
        };
        Ok(df_buffer::new(CodecIds { ids }.encode_to_vec()))
    })
}

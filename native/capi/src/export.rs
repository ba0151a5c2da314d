//! What a session hands out to other libraries.

use std::mem::MaybeUninit;
use std::sync::Arc;

use datafusion::execution::TaskContextProvider;
use datafusion::prelude::SessionContext;
use datafusion_ffi::catalog_provider::FFI_CatalogProvider;
use datafusion_ffi::execution::FFI_TaskContextProvider;
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_ffi::physical_expr::FFI_PhysicalExpr;
use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;
use datafusion_ffi::proto::physical_extension_codec::FFI_PhysicalExtensionCodec;
use datafusion_ffi::query_planner::FFI_QueryPlanner;
use datafusion_ffi::schema_provider::FFI_SchemaProvider;
use datafusion_ffi::table_provider::FFI_TableProvider;
use datafusion_ffi::udaf::FFI_AggregateUDF;
use datafusion_ffi::udf::FFI_ScalarUDF;
use datafusion_ffi::udtf::FFI_TableFunction;
use datafusion_ffi::udwf::FFI_WindowUDF;

use crate::boundary::{Struct, fallible, required, task, text};
use crate::callable::table;
use crate::capsule::df_capsule;
use crate::error::{DF_ERROR_ILLEGAL_CAPSULE, DF_ERROR_NOT_IMPLEMENTED, Outcome, df_error};
use crate::execution_plan::df_execution_plan;
use crate::exported::{
    Exported, ExportedCatalog, ExportedExpr, ExportedPlan, ExportedPlanner, ExportedSchema, Lender,
};
use crate::function::{Function, df_function};
use crate::physical_expr::df_physical_expr;
use crate::session::{Session, df_session};
use crate::task::df_task;
use crate::{catalog, runtime};

/// Answers a session's codec for functions and tables in plans of other libraries. It needs the session, which lives as
/// long as the codec if it is the one to keep. A codec that the session itself may come to hold keeps nothing.
pub fn logical_codec(
    session: &Session,
    kept: Option<&Arc<SessionContext>>,
) -> FFI_LogicalExtensionCodec {
    let kept = kept.map(|kept| Arc::clone(kept) as _);
    let codec = session
        .codecs
        .exported_logical(kept, Arc::new(Lender::new(session)));
    FFI_LogicalExtensionCodec::new(codec, runtime::handle().cloned(), &provider(session))
}

/// Answers the same for physical plans.
pub fn physical_codec(
    session: &Session,
    kept: Option<&Arc<SessionContext>>,
) -> FFI_PhysicalExtensionCodec {
    let codec = session
        .codecs
        .exported_physical(kept.map(|kept| Arc::clone(kept) as _));
    FFI_PhysicalExtensionCodec::new(codec, runtime::handle().cloned(), &provider(session))
}

fn provider(session: &Session) -> Arc<dyn TaskContextProvider> {
    Arc::clone(&session.context) as _
}

fn of_session(session: &Arc<Session>, name: &str) -> Outcome<df_capsule> {
    let inner = match name {
        Struct::LOGICAL_CODEC => Struct::LogicalCodec(Box::new(logical_codec(session, None))),
        Struct::PHYSICAL_CODEC => Struct::PhysicalCodec(Box::new(physical_codec(session, None))),
        Struct::TASK_CONTEXT_PROVIDER => {
            let provider = FFI_TaskContextProvider::from(&provider(session));
            Struct::TaskContextProvider(Box::new(provider))
        }
        Struct::QUERY_PLANNER => Struct::QueryPlanner(Box::new(query_planner(session))),
        _ => {
            return Err(df_error::boxed(
                DF_ERROR_ILLEGAL_CAPSULE,
                format!("a session exports no capsule '{}'", name.escape_debug()),
            ));
        }
    };
    Ok(df_capsule::new(inner, Some(Arc::clone(&session.context))))
}

fn query_planner(session: &Arc<Session>) -> FFI_QueryPlanner {
    FFI_QueryPlanner::new_with_ffi_codecs(
        Arc::new(ExportedPlanner::new(Arc::clone(session))),
        logical_codec(session, Some(&session.context)),
        physical_codec(session, Some(&session.context)),
    )
}

/// Finds what a session knows by name.
async fn named(session: &Arc<Session>, kind: &str, name: &str) -> Outcome<Struct> {
    let runtime = runtime::handle().cloned();
    let codec = logical_codec(session, Some(&session.context));
    let owner = Arc::clone(session);
    Ok(match kind {
        Struct::TABLE => {
            let table = Arc::new(Exported::new(
                catalog::provider(session, name).await?,
                owner,
            ));
            let table = FFI_TableProvider::new_with_ffi_codec(table, true, runtime, codec);
            Struct::Table(Box::new(table))
        }
        Struct::SCHEMA => {
            let schema = Arc::new(ExportedSchema::new(catalog::schema(session, name)?, owner));
            let schema = FFI_SchemaProvider::new_with_ffi_codec(schema, runtime, codec);
            Struct::Schema(Box::new(schema))
        }
        Struct::CATALOG => {
            let catalog = catalog::catalog(session, name)?;
            let catalog = Arc::new(ExportedCatalog::new(catalog, owner));
            let catalog = FFI_CatalogProvider::new_with_ffi_codec(catalog, runtime, codec);
            Struct::Catalog(Box::new(catalog))
        }
        _ => {
            return Err(df_error::boxed(
                DF_ERROR_ILLEGAL_CAPSULE,
                format!("a session finds no '{}' by name", kind.escape_debug()),
            ));
        }
    })
}

fn function_struct(function: &Function, session: &Arc<Session>) -> Outcome<Struct> {
    Ok(match function {
        Function::Scalar(function) => {
            Struct::Scalar(Box::new(FFI_ScalarUDF::from(Arc::clone(function))))
        }
        Function::Aggregate(function) => {
            Struct::Aggregate(Box::new(FFI_AggregateUDF::from(Arc::clone(function))))
        }
        Function::Window(function) => {
            Struct::Window(Box::new(FFI_WindowUDF::from(Arc::clone(function))))
        }
        Function::Table(function) => {
            let bound = table::Bound::new(function.clone(), Arc::clone(session));
            let runtime = runtime::handle().cloned();
            let codec = logical_codec(session, Some(&session.context));
            let exported = FFI_TableFunction::new_with_ffi_codec(Arc::new(bound), runtime, codec);
            Struct::TableFunction(Box::new(exported))
        }
        Function::HigherOrder(_) => {
            let message = format!(
                "higher-order function '{}' has no capsule in DataFusion 55",
                function.name()
            );
            return Err(df_error::boxed(DF_ERROR_NOT_IMPLEMENTED, message));
        }
    })
}

/// A capsule of a session's own: one of its codecs, with its policy, its planner or its task
/// context, by the name of the capsule. Borrows. `out`: the
/// capsule. Errors: NULL, DF_ERROR_ILLEGAL_CAPSULE for another name.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_capsule(
    session: Option<&df_session>,
    name: *const u8,
    name_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_capsule>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_capsule", out, || {
        let session = &required(session, "session")?.session;
        let name = text(name, name_len, "name")?;
        of_session(session, name)
    })
}

/// A capsule of a table, a schema ("schema" or "catalog.schema") or a catalog, by the name of the capsule and its own.
/// Borrows. Task: a df_capsule. Errors: NULL; the task's: DF_ERROR_PLAN for an unknown name, DF_ERROR_ILLEGAL_CAPSULE
/// for another kind.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_named_capsule(
    session: Option<&df_session>,
    kind: *const u8,
    kind_len: usize,
    name: *const u8,
    name_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_named_capsule", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let kind = text(kind, kind_len, "kind")?.to_owned();
        let name = text(name, name_len, "name")?.to_owned();
        Ok(async move {
            let inner = named(&session, &kind, &name).await?;
            Ok(Box::new(df_capsule::new(inner, None)))
        })
    })
}

/// A capsule of a function; of a table function, which is then called in the session's name. Borrows. `out`: the
/// capsule. Errors: NULL, DF_ERROR_NOT_IMPLEMENTED for a higher-order function.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_function_capsule(
    session: Option<&df_session>,
    function: Option<&df_function>,
    out: Option<&mut MaybeUninit<Option<Box<df_capsule>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_function_capsule", out, || {
        let session = &required(session, "session")?.session;
        let function = &required(function, "function")?.function;
        Ok(df_capsule::new(function_struct(function, session)?, None))
    })
}

/// A capsule of a plan, which then runs with the session's resources; its inlined functions come to life. Borrows. Task:
/// a df_capsule. Errors: NULL; the task's: the host's, DF_ERROR_PLAN for a plan deeper than the session allows.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_plan_capsule(
    session: Option<&df_session>,
    plan: Option<&df_execution_plan>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_plan_capsule", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let plan = Arc::clone(&required(plan, "plan")?.plan);
        Ok(async move {
            let exported = Arc::new(ExportedPlan::new(&plan, session)?);
            let exported = FFI_ExecutionPlan::new(exported, runtime::handle().cloned());
            let inner = Struct::ExecutionPlan(Box::new(exported));
            Ok(Box::new(df_capsule::new(inner, None)))
        })
    })
}

/// A capsule of an expression; its inlined functions come to life. Borrows. Task: a df_capsule. Errors: NULL; the
/// task's: the host's, DF_ERROR_PLAN for one deeper than the session allows.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_physical_expr_capsule(
    session: Option<&df_session>,
    expr: Option<&df_physical_expr>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_physical_expr_capsule", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let bound = Arc::clone(&required(expr, "expr")?.bound);
        Ok(async move {
            let expr = bound.within(&session)?;
            let exported = FFI_PhysicalExpr::from(ExportedExpr::wrapped(expr));
            let inner = Struct::PhysicalExpr(Box::new(exported));
            Ok(Box::new(df_capsule::new(inner, None)))
        })
    })
}

//! Capsules: structs of datafusion-ffi, by which other libraries in the process are met.

use std::any::Any;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::sync::Arc;

use datafusion::catalog::{CatalogProvider, SchemaProvider, TableFunctionImpl, TableProvider};
use datafusion::execution::TaskContextProvider;
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};
use datafusion::prelude::SessionContext;
use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;
use datafusion_ffi::proto::physical_extension_codec::FFI_PhysicalExtensionCodec;
use datafusion_ffi::table_provider::FFI_TableProvider;
use datafusion_ffi::udaf::FFI_AggregateUDF;
use datafusion_ffi::udf::FFI_ScalarUDF;
use datafusion_ffi::udtf::FFI_TableFunction;
use datafusion_ffi::udwf::FFI_WindowUDF;
use datafusion_inline::{CodecId, CodecStack};
use prost::Message;

use crate::boundary::{Kind, Live, Struct, fallible, infallible, required, task, text};
use crate::buffer::df_buffer;
use crate::callable::table;
use crate::error::{DF_ERROR_ILLEGAL_CAPSULE, DF_ERROR_NOT_IMPLEMENTED, Outcome, df_error};
use crate::exported::Exported;
use crate::function::{Function, df_function};
use crate::message::CodecIds;
use crate::session::{Session, df_session};
use crate::task::df_task;
use crate::{catalog, runtime};

/// A struct of datafusion-ffi that this library owns.
pub struct df_capsule {
    inner: Struct,
    /// The session whose own the struct is.
    session: Option<Arc<SessionContext>>,
    _live: Live,
}

impl df_capsule {
    fn new(inner: Struct, session: Option<Arc<SessionContext>>) -> Self {
        Self {
            inner,
            session,
            _live: Live::new(Kind::Capsule),
        }
    }

    fn refused<T>(&self, wanted: &str) -> Outcome<T> {
        Err(df_error::boxed(
            DF_ERROR_ILLEGAL_CAPSULE,
            format!(
                "a capsule '{}', where {wanted} is needed",
                self.inner.name()
            ),
        ))
    }
}

/// How long a struct keeps the session that it needs to decode tables and filters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Hold {
    /// As long as the struct or a clone lives.
    Strong,
    /// Not at all. A codec is held by tables that are registered with the session itself.
    Weak,
}

fn kept(session: &Session, hold: Hold) -> Option<Arc<dyn Any + Send + Sync>> {
    (hold == Hold::Strong).then(|| Arc::clone(&session.context) as _)
}

/// Answers a session's codec for functions and tables in plans of other libraries.
fn logical_codec(session: &Session, hold: Hold) -> FFI_LogicalExtensionCodec {
    let provider = Arc::clone(&session.context) as Arc<dyn TaskContextProvider>;
    let codec = session.codecs.exported_logical(kept(session, hold));
    FFI_LogicalExtensionCodec::new(codec, runtime::handle().cloned(), &provider)
}

fn physical_codec(session: &Session) -> FFI_PhysicalExtensionCodec {
    let provider = Arc::clone(&session.context) as Arc<dyn TaskContextProvider>;
    let codec = session.codecs.exported_physical(None);
    FFI_PhysicalExtensionCodec::new(codec, runtime::handle().cloned(), &provider)
}

fn table_provider(session: &Arc<Session>, table: Arc<dyn TableProvider>) -> FFI_TableProvider {
    let codec = logical_codec(session, Hold::Strong);
    let table = Arc::new(Exported::new(table, Arc::clone(session)));
    FFI_TableProvider::new_with_ffi_codec(table, true, runtime::handle().cloned(), codec)
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
            let codec = logical_codec(session, Hold::Strong);
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

impl df_capsule {
    fn of_session(session: &Session, name: &str) -> Outcome<Self> {
        let inner = match name {
            "datafusion_logical_extension_codec" => {
                Struct::LogicalCodec(Box::new(logical_codec(session, Hold::Weak)))
            }
            "datafusion_physical_extension_codec" => {
                Struct::PhysicalCodec(Box::new(physical_codec(session)))
            }
            _ => {
                return Err(df_error::boxed(
                    DF_ERROR_ILLEGAL_CAPSULE,
                    format!("a session exports no capsule '{}'", name.escape_debug()),
                ));
            }
        };
        Ok(Self::new(inner, Some(Arc::clone(&session.context))))
    }

    /// Answers a stack with the codec behind the others.
    fn install(&self, codecs: &CodecStack, id: CodecId) -> Outcome<CodecStack> {
        match &self.inner {
            Struct::LogicalCodec(codec) => {
                Ok(codecs.with_logical_codec(codec.as_ref().into(), id)?)
            }
            Struct::PhysicalCodec(codec) => {
                Ok(codecs.with_physical_codec(codec.as_ref().into(), id)?)
            }
            _ => self.refused("a codec"),
        }
    }

    fn function(&self) -> Outcome<Function> {
        match &self.inner {
            Struct::Scalar(function) => Ok(Function::Scalar(Arc::new(
                ScalarUDF::new_from_shared_impl(function.as_ref().into()),
            ))),
            Struct::Aggregate(function) => Ok(Function::Aggregate(Arc::new(
                AggregateUDF::new_from_shared_impl(function.as_ref().into()),
            ))),
            Struct::Window(function) => Ok(Function::Window(Arc::new(
                WindowUDF::new_from_shared_impl(function.as_ref().into()),
            ))),
            _ => self.refused("a scalar, aggregate or window function"),
        }
    }

    /// Registers what the capsule holds under a name.
    fn register(&self, session: &Session, name: &str) -> Outcome<()> {
        match &self.inner {
            Struct::Table(table) => catalog::register(
                session,
                name,
                Arc::<dyn TableProvider>::from(table.as_ref()),
            ),
            Struct::TableFunction(function) => {
                let function = FFI_TableFunction::clone(function);
                let function = Arc::<dyn TableFunctionImpl>::from(function);
                session.context.register_udtf(name, function);
                Ok(())
            }
            Struct::Catalog(found) => {
                let catalog = Arc::<dyn CatalogProvider>::from(found.as_ref());
                session.context.register_catalog(name, catalog);
                Ok(())
            }
            Struct::Schema(found) => {
                let schema = Arc::<dyn SchemaProvider>::from(found.as_ref());
                catalog::register_schema(session, name, schema)
            }
            _ => self.refused("a table, a table function, a schema or a catalog"),
        }
    }
}

/// Takes in the struct of datafusion-ffi of that name at `address`: a clone of it, made as its library makes them, or, to
/// `adopt` it, the struct itself, which who gave it must not release. `address` must be that of a live struct. `out`: the
/// capsule. Errors: NULL, DF_ERROR_ILLEGAL_CAPSULE for an unknown name or another major version of DataFusion.
#[unsafe(no_mangle)]
pub extern "C" fn df_capsule_import(
    name: *const u8,
    name_len: usize,
    address: *const c_void,
    adopt: bool,
    out: Option<&mut MaybeUninit<Option<Box<df_capsule>>>>,
) -> Option<Box<df_error>> {
    fallible("df_capsule_import", out, || {
        let name = text(name, name_len, "name")?;
        let inner = if adopt {
            Struct::adopted(name, address)?
        } else {
            Struct::copied(name, address)?
        };
        Ok(df_capsule::new(inner, None))
    })
}

/// Frees a capsule, and releases its struct; clones that others made live on. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_capsule_free(capsule: Option<Box<df_capsule>>) {
    infallible("df_capsule_free", (), || runtime::free(capsule));
}

/// The name of a capsule. Borrows. `out`: UTF-8. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_capsule_name(
    capsule: Option<&df_capsule>,
    out: Option<&mut MaybeUninit<Option<Box<df_buffer>>>>,
) -> Option<Box<df_error>> {
    fallible("df_capsule_name", out, || {
        Ok(df_buffer::new(required(capsule, "capsule")?.inner.name()))
    })
}

/// Where the struct lies, until the capsule is freed. Borrows. Never fails; NULL for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_capsule_address(capsule: Option<&df_capsule>) -> *const c_void {
    infallible("df_capsule_address", std::ptr::null(), || {
        capsule.map_or(std::ptr::null(), |capsule| capsule.inner.address())
    })
}

/// The function that a capsule holds. Borrows. `out`: a function. Errors: NULL, DF_ERROR_ILLEGAL_CAPSULE for a capsule that
/// holds none.
#[unsafe(no_mangle)]
pub extern "C" fn df_capsule_function(
    capsule: Option<&df_capsule>,
    out: Option<&mut MaybeUninit<Option<Box<df_function>>>>,
) -> Option<Box<df_error>> {
    fallible("df_capsule_function", out, || {
        Ok(df_function::new(required(capsule, "capsule")?.function()?))
    })
}

/// A capsule of a session's own: one of its codecs, with its policy, by the name of the capsule. Borrows. `out`: the
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
        df_capsule::of_session(session, name)
    })
}

/// A capsule of a table, by its name as SQL writes it. Borrows. Task: a df_capsule. Errors: NULL; the task's:
/// DF_ERROR_PLAN for an unknown name.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_table_capsule(
    session: Option<&df_session>,
    name: *const u8,
    name_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_table_capsule", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let name = text(name, name_len, "name")?.to_owned();
        Ok(async move {
            let table = catalog::provider(&session, &name).await?;
            let exported = table_provider(&session, table);
            Ok(Box::new(df_capsule::new(
                Struct::Table(Box::new(exported)),
                None,
            )))
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

/// Registers what a capsule holds: a table, a table function, a schema ("schema" or "catalog.schema") or a catalog.
/// Borrows. Task: nothing. Errors: NULL; the task's: a name that is taken, DF_ERROR_ILLEGAL_CAPSULE for a capsule of
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
        let given = required(capsule, "capsule")?;
        let capsule = df_capsule::new(given.inner.cloned(), given.session.clone());
        Ok(async move { capsule.register(&session, &name) })
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
        let codecs = required(capsule, "capsule")?.install(&session.codecs, id)?;
        Ok(df_session::new(session.with_codecs(codecs, data)))
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

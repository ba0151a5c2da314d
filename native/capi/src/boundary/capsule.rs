//! Structs of datafusion-ffi at addresses that others say.

use std::ffi::c_void;

use datafusion_ffi::catalog_provider::FFI_CatalogProvider;
use datafusion_ffi::execution::FFI_TaskContextProvider;
use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;
use datafusion_ffi::proto::physical_extension_codec::FFI_PhysicalExtensionCodec;
use datafusion_ffi::schema_provider::FFI_SchemaProvider;
use datafusion_ffi::table_provider::FFI_TableProvider;
use datafusion_ffi::udaf::FFI_AggregateUDF;
use datafusion_ffi::udf::FFI_ScalarUDF;
use datafusion_ffi::udtf::FFI_TableFunction;
use datafusion_ffi::udwf::FFI_WindowUDF;

use crate::error::{DF_ERROR_ILLEGAL_CAPSULE, DF_ERROR_NULL_POINTER, Outcome, df_error};

macro_rules! structs {
    ($($variant:ident($type:ty) $name:literal $version:expr;)*) => {
        /// A struct of datafusion-ffi, by its name among programs that exchange them. Dropping releases it.
        #[derive(Debug)]
        pub enum Struct {
            $($variant(Box<$type>),)*
        }

        impl Struct {
            /// Answers the name.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                }
            }

            /// Answers where the struct lies, as long as this lives.
            pub fn address(&self) -> *const c_void {
                match self {
                    $(Self::$variant(inner) => std::ptr::from_ref(inner.as_ref()).cast(),)*
                }
            }

            /// Another handle of the same, as its library makes it.
            pub fn cloned(&self) -> Self {
                match self {
                    $(Self::$variant(inner) => Self::$variant(inner.clone()),)*
                }
            }

            /// Clones the struct of that name at an address, as its library clones it.
            pub fn copied(name: &str, address: *const c_void) -> Outcome<Self> {
                match name {
                    $($name => {
                        let found: &$type = at(name, address)?;
                        check_version(name, $version(found))?;
                        Ok(Self::$variant(Box::new(found.clone())))
                    })*
                    _ => Err(unknown(name)),
                }
            }

            /// Takes over the struct of that name at an address; who gave it must not release it.
            pub fn adopted(name: &str, address: *const c_void) -> Outcome<Self> {
                match name {
                    $($name => {
                        let found: &$type = at(name, address)?;
                        check_version(name, $version(found))?;
                        // SAFETY: a struct of that type lies there, which the caller gives away: the header asks so.
                        let moved = unsafe { std::ptr::read(found) };
                        Ok(Self::$variant(Box::new(moved)))
                    })*
                    _ => Err(unknown(name)),
                }
            }
        }
    };
}

structs! {
    LogicalCodec(FFI_LogicalExtensionCodec) "datafusion_logical_extension_codec"
        |found: &FFI_LogicalExtensionCodec| version_of(found.version);
    PhysicalCodec(FFI_PhysicalExtensionCodec) "datafusion_physical_extension_codec"
        |found: &FFI_PhysicalExtensionCodec| version_of(found.version);
    TaskContextProvider(FFI_TaskContextProvider) "datafusion_task_context_provider"
        |_: &FFI_TaskContextProvider| None;
    Table(FFI_TableProvider) "datafusion_table_provider"
        |found: &FFI_TableProvider| version_of(found.version);
    Scalar(FFI_ScalarUDF) "datafusion_scalar_udf" |_: &FFI_ScalarUDF| None;
    Aggregate(FFI_AggregateUDF) "datafusion_aggregate_udf" |_: &FFI_AggregateUDF| None;
    Window(FFI_WindowUDF) "datafusion_window_udf" |_: &FFI_WindowUDF| None;
    TableFunction(FFI_TableFunction) "datafusion_table_function" |_: &FFI_TableFunction| None;
    Catalog(FFI_CatalogProvider) "datafusion_catalog_provider"
        |found: &FFI_CatalogProvider| version_of(found.version);
    Schema(FFI_SchemaProvider) "datafusion_schema_provider"
        |found: &FFI_SchemaProvider| version_of(found.version);
}

fn version_of(version: unsafe extern "C" fn() -> u64) -> Option<u64> {
    // SAFETY: the struct's own function, which takes nothing and reads nothing of the struct.
    Some(unsafe { version() })
}

fn at<'a, T>(name: &str, address: *const c_void) -> Outcome<&'a T> {
    let found = address.cast::<T>();
    if found.is_null() {
        let message = format!("a capsule '{name}' at address 0");
        return Err(df_error::boxed(DF_ERROR_NULL_POINTER, message));
    }
    if !found.is_aligned() {
        let message = format!("a capsule '{name}' at {address:p}, where no struct can lie");
        return Err(df_error::boxed(DF_ERROR_ILLEGAL_CAPSULE, message));
    }
    // SAFETY: not NULL and aligned; that a live struct of that name lies there is what the header asks of the caller.
    Ok(unsafe { &*found })
}

fn check_version(name: &str, version: Option<u64>) -> Outcome<()> {
    let expected = datafusion_ffi::version();
    match version {
        Some(version) if version != expected => Err(df_error::boxed(
            DF_ERROR_ILLEGAL_CAPSULE,
            format!(
                "a capsule '{name}' of DataFusion {version}, and this library is of DataFusion {expected}; both have to \
                 be of one major version"
            ),
        )),
        _ => Ok(()),
    }
}

fn unknown(name: &str) -> Box<df_error> {
    df_error::boxed(
        DF_ERROR_ILLEGAL_CAPSULE,
        format!(
            "'{}' is the name of no capsule that is known here",
            name.escape_debug()
        ),
    )
}

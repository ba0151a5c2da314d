//! Structs of datafusion-ffi at addresses that others say.

use std::ffi::c_void;

use datafusion_ffi::catalog_provider::FFI_CatalogProvider;
use datafusion_ffi::catalog_provider_list::FFI_CatalogProviderList;
use datafusion_ffi::config::extension_options::FFI_ExtensionOptions;
use datafusion_ffi::execution::FFI_TaskContextProvider;
use datafusion_ffi::execution_plan::FFI_ExecutionPlan;
use datafusion_ffi::physical_expr::FFI_PhysicalExpr;
use datafusion_ffi::physical_optimizer::FFI_PhysicalOptimizerRule;
use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;
use datafusion_ffi::proto::physical_extension_codec::FFI_PhysicalExtensionCodec;
use datafusion_ffi::query_planner::FFI_QueryPlanner;
use datafusion_ffi::schema_provider::FFI_SchemaProvider;
use datafusion_ffi::table_provider::FFI_TableProvider;
use datafusion_ffi::table_provider_factory::FFI_TableProviderFactory;
use datafusion_ffi::udaf::FFI_AggregateUDF;
use datafusion_ffi::udf::FFI_ScalarUDF;
use datafusion_ffi::udtf::FFI_TableFunction;
use datafusion_ffi::udwf::FFI_WindowUDF;

use crate::error::{DF_ERROR_ILLEGAL_CAPSULE, DF_ERROR_NULL_POINTER, Outcome, df_error};

macro_rules! structs {
    ($($variant:ident($type:ty) $constant:ident = $name:literal, $version:expr;)*) => {
        /// A struct of datafusion-ffi, by its name among programs that exchange them. Dropping releases it.
        #[derive(Debug)]
        pub enum Struct {
            $($variant(Box<$type>),)*
        }

        impl Struct {
            $(pub const $constant: &'static str = $name;)*

            /// Answers the name.
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => Self::$constant,)*
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
                    $(Self::$constant => {
                        let found: &$type = at(name, address)?;
                        let version: fn(&$type) -> Option<u64> = $version;
                        check_version(name, version(found))?;
                        Ok(Self::$variant(Box::new(found.clone())))
                    })*
                    _ => Err(unknown(name)),
                }
            }

            /// Takes over the struct of that name at an address; who gave it must not release it.
            pub fn adopted(name: &str, address: *const c_void) -> Outcome<Self> {
                match name {
                    $(Self::$constant => {
                        let found: &$type = at(name, address)?;
                        let version: fn(&$type) -> Option<u64> = $version;
                        check_version(name, version(found))?;
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
    LogicalCodec(FFI_LogicalExtensionCodec) LOGICAL_CODEC = "datafusion_logical_extension_codec",
        |found| version_of(found.version);
    PhysicalCodec(FFI_PhysicalExtensionCodec) PHYSICAL_CODEC = "datafusion_physical_extension_codec",
        |found| version_of(found.version);
    TaskContextProvider(FFI_TaskContextProvider) TASK_CONTEXT_PROVIDER = "datafusion_task_context_provider", |_| None;
    Table(FFI_TableProvider) TABLE = "datafusion_table_provider", |found| version_of(found.version);
    TableFactory(FFI_TableProviderFactory) TABLE_FACTORY = "datafusion_table_provider_factory", factory_version;
    Scalar(FFI_ScalarUDF) SCALAR = "datafusion_scalar_udf", |_| None;
    Aggregate(FFI_AggregateUDF) AGGREGATE = "datafusion_aggregate_udf", |_| None;
    Window(FFI_WindowUDF) WINDOW = "datafusion_window_udf", |_| None;
    TableFunction(FFI_TableFunction) TABLE_FUNCTION = "datafusion_table_function", |_| None;
    Schema(FFI_SchemaProvider) SCHEMA = "datafusion_schema_provider", |found| version_of(found.version);
    Catalog(FFI_CatalogProvider) CATALOG = "datafusion_catalog_provider", |found| version_of(found.version);
    Catalogs(FFI_CatalogProviderList) CATALOGS = "datafusion_catalog_provider_list",
        |found| version_of(found.version);
    Options(FFI_ExtensionOptions) OPTIONS = "datafusion_extension_options", |_| None;
    OptimizerRule(FFI_PhysicalOptimizerRule) OPTIMIZER_RULE = "datafusion_physical_optimizer_rule",
        |found| version_of(found.version);
    QueryPlanner(FFI_QueryPlanner) QUERY_PLANNER = "datafusion_query_planner", |found| version_of(found.version);
    ExecutionPlan(FFI_ExecutionPlan) EXECUTION_PLAN = "datafusion_execution_plan", |found| version_of(found.version);
    PhysicalExpr(FFI_PhysicalExpr) PHYSICAL_EXPR = "datafusion_physical_expr", |found| version_of(found.version);
}

/// The version of a factory, a field that datafusion-ffi keeps to itself: behind one function, the codec and two more.
fn factory_version(found: &FFI_TableProviderFactory) -> Option<u64> {
    const BEFORE: usize = size_of::<FFI_LogicalExtensionCodec>() + 3 * size_of::<usize>();
    let field = std::ptr::from_ref(found).cast::<u8>();
    // SAFETY: the struct has the layout of C, and the field is a function that takes nothing.
    version_of(unsafe {
        field
            .add(BEFORE)
            .cast::<unsafe extern "C" fn() -> u64>()
            .read()
    })
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

//! The fixtures by their numbers.

use std::ffi::c_void;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use datafusion::catalog::{CatalogProviderList, MemoryCatalogProviderList};
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

use crate::codecs::{self, Counting, Refusing, Silent};
use crate::{functions, guest, options, planning, tables};

macro_rules! fixtures {
    ($($number:literal $variant:ident($type:ty) = $make:expr;)*) => {
        /// A struct of datafusion-ffi.
        pub enum Fixture {
            $($variant(Box<$type>),)*
        }

        impl Fixture {
            /// Gives the struct away.
            pub fn into_raw(self) -> *mut c_void {
                match self {
                    $(Self::$variant(fixture) => Box::into_raw(fixture).cast(),)*
                }
            }

            /// Takes it back.
            ///
            /// # Safety
            /// `address` is that of a fixture of this number, which was given away.
            pub unsafe fn close(number: u32, address: *mut c_void, adopted: bool) {
                match number {
                    $($number => {
                        if adopted {
                            // SAFETY: the caller's word; a value that must not be dropped has the layout of the value.
                            let memory = unsafe { Box::from_raw(address.cast::<ManuallyDrop<$type>>()) };
                            drop(memory);
                        } else {
                            // SAFETY: the caller's word.
                            let fixture = unsafe { Box::from_raw(address.cast::<$type>()) };
                            drop(fixture);
                        }
                    })*
                    _ => {}
                }
            }
        }

        /// Makes the fixture of a number, if it is one.
        pub fn open(number: u32, codec: &FFI_LogicalExtensionCodec) -> Option<Fixture> {
            match number {
                $($number => {
                    let make: fn(&FFI_LogicalExtensionCodec) -> $type = $make;
                    Some(Fixture::$variant(Box::new(make(codec))))
                })*
                _ => None,
            }
        }
    };
}

fixtures! {
    0 Triple(FFI_ScalarUDF) = |_| Arc::new(functions::triple()).into();
    1 Total(FFI_AggregateUDF) = |_| Arc::new(functions::total()).into();
    2 Position(FFI_WindowUDF) = |_| Arc::new(functions::position()).into();
    3 Cities(FFI_TableProvider) = |codec| {
        FFI_TableProvider::new_with_ffi_codec(tables::cities(), true, None, codec.clone())
    };
    4 CitiesUpTo(FFI_TableFunction) = |codec| {
        let function = Arc::new(tables::CitiesUpTo::default());
        FFI_TableFunction::new_with_ffi_codec(function, None, codec.clone())
    };
    5 Schema(FFI_SchemaProvider) = |codec| {
        FFI_SchemaProvider::new_with_ffi_codec(tables::schema(), None, codec.clone())
    };
    6 Catalog(FFI_CatalogProvider) = |codec| {
        FFI_CatalogProvider::new_with_ffi_codec(tables::catalog(), None, codec.clone())
    };
    7 CountingLogical(FFI_LogicalExtensionCodec) = |_| codecs::logical(Arc::new(Counting::default()));
    8 RefusingLogical(FFI_LogicalExtensionCodec) = |_| codecs::logical(Arc::new(Refusing::default()));
    9 SilentLogical(FFI_LogicalExtensionCodec) = |_| codecs::logical(Arc::new(Silent::default()));
    10 OldLogical(FFI_LogicalExtensionCodec) = |_| {
        let mut old = codecs::logical(Arc::new(Silent::default()));
        old.version = codecs::version_54;
        old
    };
    11 CountingPhysical(FFI_PhysicalExtensionCodec) = |_| codecs::physical(Arc::new(Counting::default()));
    12 Panics(FFI_ScalarUDF) = |_| Arc::new(functions::panics()).into();
    13 Catalogs(FFI_CatalogProviderList) = |codec| {
        let catalogs = MemoryCatalogProviderList::new();
        catalogs.register_catalog("world".to_owned(), tables::catalog());
        FFI_CatalogProviderList::new_with_ffi_codec(Arc::new(catalogs), None, codec.clone())
    };
    14 Factory(FFI_TableProviderFactory) = |codec| {
        let factory = Arc::new(tables::CitiesFactory::default());
        FFI_TableProviderFactory::new_with_ffi_codec(factory, None, codec.clone())
    };
    15 Options(FFI_ExtensionOptions) = |_| options::exported();
    16 Rule(FFI_PhysicalOptimizerRule) = |_| {
        FFI_PhysicalOptimizerRule::new(
            Arc::new(planning::FirstTwo::default()),
            Some(guest::runtime()),
        )
    };
    17 Planner(FFI_QueryPlanner) = |codec| planning::planner(codec, None);
    18 OldPlanner(FFI_QueryPlanner) = |codec| {
        let mut old = planning::planner(codec, None);
        old.version = codecs::version_54;
        old
    };
    19 Scan(FFI_ExecutionPlan) = |_| {
        let scan = tables::CitiesExec::decoded(3, None).expect("a scan of the cities");
        FFI_ExecutionPlan::new(scan, None)
    };
    20 TaskContext(FFI_TaskContextProvider) = |_| (&codecs::provider()).into();
    21 RefusingPhysical(FFI_PhysicalExtensionCodec) = |_| codecs::physical(Arc::new(Refusing::default()));
    22 SilentPhysical(FFI_PhysicalExtensionCodec) = |_| codecs::physical(Arc::new(Silent::default()));
    23 Tripled(FFI_PhysicalExpr) = |_| planning::tripled().into();
}

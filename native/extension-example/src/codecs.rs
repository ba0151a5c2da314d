//! Codecs.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::{TableReference, exec_err, not_impl_err};
use datafusion::error::Result;
use datafusion::execution::{TaskContext, TaskContextProvider};
use datafusion::logical_expr::{AggregateUDF, Extension, LogicalPlan, ScalarUDF, WindowUDF};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::prelude::SessionContext;
use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;
use datafusion_ffi::proto::physical_extension_codec::FFI_PhysicalExtensionCodec;
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

use crate::functions;
use crate::live::Live;
use crate::tables::{Cities, CitiesExec};

/// What the bytes of this library's codecs begin with.
const MAGIC: &[u8] = b"CITIES\x01";

static CALLS: [AtomicU64; 18] = [const { AtomicU64::new(0) }; 18];
/// Structs hold it weakly, so this library keeps it.
static CONTEXT: LazyLock<Arc<SessionContext>> = LazyLock::new(|| Arc::new(SessionContext::new()));

/// Answers how often a method was called.
pub fn calls(method: usize) -> u64 {
    CALLS
        .get(method)
        .map_or(0, |calls| calls.load(Ordering::Acquire))
}

/// The version of a library that is too old.
pub extern "C" fn version_54() -> u64 {
    54
}

/// Answers a logical codec as a struct.
pub fn logical(codec: Arc<dyn LogicalExtensionCodec>) -> FFI_LogicalExtensionCodec {
    FFI_LogicalExtensionCodec::new(codec, None, &provider())
}

/// Answers a physical codec as a struct.
pub fn physical(codec: Arc<dyn PhysicalExtensionCodec>) -> FFI_PhysicalExtensionCodec {
    FFI_PhysicalExtensionCodec::new(codec, None, &provider())
}

/// Answers what knows this library's functions and settings.
pub fn provider() -> Arc<dyn TaskContextProvider> {
    Arc::clone(&*CONTEXT) as Arc<dyn TaskContextProvider>
}

/// Counts a call.
pub fn counted(method: usize) {
    CALLS[method].fetch_add(1, Ordering::AcqRel);
}

/// Knows the tables, plans and functions of this library, and counts what it is asked.
#[derive(Debug, Default)]
pub struct Counting(Live);

/// Refuses everything.
#[derive(Debug, Default)]
pub struct Refusing(Live);

/// Never has an opinion: writes no bytes, and knows none.
#[derive(Debug, Default)]
pub struct Silent(Live);

fn write(what: &[u8], into: &mut Vec<u8>) -> Result<()> {
    into.extend_from_slice(MAGIC);
    into.extend_from_slice(what);
    Ok(())
}

fn read(bytes: &[u8]) -> Result<&[u8]> {
    match bytes.strip_prefix(MAGIC) {
        Some(what) => Ok(what),
        None => exec_err!("{} bytes that the cities' codec did not write", bytes.len()),
    }
}

/// A function of this library is written as its name; of another one the codec has no opinion.
fn write_named(name: &str, own: &str, into: &mut Vec<u8>) -> Result<()> {
    if name == own {
        write(name.as_bytes(), into)
    } else {
        Ok(())
    }
}

fn read_named<F>(name: &str, bytes: &[u8], own: F, of: impl Fn(&F) -> &str) -> Result<Arc<F>> {
    // without bytes the name alone says it
    let said = if bytes.is_empty() {
        name.as_bytes()
    } else {
        read(bytes)?
    };
    if said == of(&own).as_bytes() {
        return Ok(Arc::new(own));
    }
    exec_err!("the cities' codec knows no function '{name}'")
}

impl LogicalExtensionCodec for Counting {
    fn try_decode(&self, _: &[u8], _: &[LogicalPlan], _: &TaskContext) -> Result<Extension> {
        not_impl_err!("no extension nodes")
    }

    fn try_encode(&self, _: &Extension, _: &mut Vec<u8>) -> Result<()> {
        not_impl_err!("no extension nodes")
    }

    fn try_encode_table_provider(
        &self,
        _: &TableReference,
        node: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        counted(0);
        match node.downcast_ref::<Cities>() {
            Some(cities) => write(&[cities.count as u8], buf),
            None => not_impl_err!("no table of the cities' library"),
        }
    }

    fn try_decode_table_provider(
        &self,
        buf: &[u8],
        _: &TableReference,
        _: SchemaRef,
        _: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        counted(1);
        match read(buf)? {
            [count @ 0..=3] => Ok(Arc::new(Cities::of(usize::from(*count)))),
            other => exec_err!("{} bytes are no table of cities", other.len()),
        }
    }

    fn try_encode_udf(&self, node: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
        counted(2);
        write_named(node.name(), "triple", buf)
    }

    fn try_decode_udf(&self, name: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
        counted(3);
        read_named(name, buf, functions::triple(), |own| own.name())
    }

    fn try_encode_udaf(&self, node: &AggregateUDF, buf: &mut Vec<u8>) -> Result<()> {
        counted(4);
        write_named(node.name(), "total", buf)
    }

    fn try_decode_udaf(&self, name: &str, buf: &[u8]) -> Result<Arc<AggregateUDF>> {
        counted(5);
        read_named(name, buf, functions::total(), |own| own.name())
    }

    fn try_encode_udwf(&self, node: &WindowUDF, buf: &mut Vec<u8>) -> Result<()> {
        counted(6);
        write_named(node.name(), "row_position", buf)
    }

    fn try_decode_udwf(&self, name: &str, buf: &[u8]) -> Result<Arc<WindowUDF>> {
        counted(7);
        read_named(name, buf, functions::position(), |own| own.name())
    }
}

impl PhysicalExtensionCodec for Counting {
    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        counted(8);
        match node.downcast_ref::<CitiesExec>() {
            Some(scan) if scan.encodable => {
                let columns = scan.projection.iter().flatten().map(|column| *column as u8);
                let mut what = vec![scan.count as u8, u8::from(scan.projection.is_some())];
                what.extend(columns);
                write(&what, buf)
            }
            _ => not_impl_err!("no plan of the cities' library without filters"),
        }
    }

    fn try_decode(
        &self,
        buf: &[u8],
        _: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        counted(9);
        match read(buf)? {
            [count @ 0..=3, projected @ 0..=1, columns @ ..] => {
                let columns = columns.iter().map(|column| usize::from(*column)).collect();
                CitiesExec::decoded(usize::from(*count), (*projected == 1).then_some(columns))
            }
            other => exec_err!("{} bytes are no scan of cities", other.len()),
        }
    }

    fn try_encode_udf(&self, node: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
        counted(10);
        write_named(node.name(), "triple", buf)
    }

    fn try_decode_udf(&self, name: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
        counted(11);
        read_named(name, buf, functions::triple(), |own| own.name())
    }

    fn try_encode_udaf(&self, node: &AggregateUDF, buf: &mut Vec<u8>) -> Result<()> {
        counted(12);
        write_named(node.name(), "total", buf)
    }

    fn try_decode_udaf(&self, name: &str, buf: &[u8]) -> Result<Arc<AggregateUDF>> {
        counted(13);
        read_named(name, buf, functions::total(), |own| own.name())
    }

    fn try_encode_udwf(&self, node: &WindowUDF, buf: &mut Vec<u8>) -> Result<()> {
        counted(14);
        write_named(node.name(), "row_position", buf)
    }

    fn try_decode_udwf(&self, name: &str, buf: &[u8]) -> Result<Arc<WindowUDF>> {
        counted(15);
        read_named(name, buf, functions::position(), |own| own.name())
    }
}

macro_rules! codec {
    ($type:ty, $encode:expr, $decode:expr) => {
        impl LogicalExtensionCodec for $type {
            fn try_decode(
                &self,
                _: &[u8],
                _: &[LogicalPlan],
                _: &TaskContext,
            ) -> Result<Extension> {
                exec_err!($decode)
            }

            fn try_encode(&self, _: &Extension, _: &mut Vec<u8>) -> Result<()> {
                $encode
            }

            fn try_encode_table_provider(
                &self,
                _: &TableReference,
                _: Arc<dyn TableProvider>,
                _: &mut Vec<u8>,
            ) -> Result<()> {
                $encode
            }

            fn try_decode_table_provider(
                &self,
                _: &[u8],
                _: &TableReference,
                _: SchemaRef,
                _: &TaskContext,
            ) -> Result<Arc<dyn TableProvider>> {
                exec_err!($decode)
            }

            fn try_encode_udf(&self, _: &ScalarUDF, _: &mut Vec<u8>) -> Result<()> {
                $encode
            }

            fn try_encode_udaf(&self, _: &AggregateUDF, _: &mut Vec<u8>) -> Result<()> {
                $encode
            }

            fn try_encode_udwf(&self, _: &WindowUDF, _: &mut Vec<u8>) -> Result<()> {
                $encode
            }
        }
    };
}

macro_rules! physical_codec {
    ($type:ty, $encode:expr, $decode:expr) => {
        impl PhysicalExtensionCodec for $type {
            fn try_encode(
                &self,
                _: Arc<dyn ExecutionPlan>,
                _: &mut Vec<u8>,
                _: &dyn PhysicalProtoConverterExtension,
            ) -> Result<()> {
                $encode
            }

            fn try_decode(
                &self,
                _: &[u8],
                _: &[Arc<dyn ExecutionPlan>],
                _: &TaskContext,
                _: &dyn PhysicalProtoConverterExtension,
            ) -> Result<Arc<dyn ExecutionPlan>> {
                exec_err!($decode)
            }

            fn try_encode_udf(&self, _: &ScalarUDF, _: &mut Vec<u8>) -> Result<()> {
                $encode
            }

            fn try_encode_udaf(&self, _: &AggregateUDF, _: &mut Vec<u8>) -> Result<()> {
                $encode
            }

            fn try_encode_udwf(&self, _: &WindowUDF, _: &mut Vec<u8>) -> Result<()> {
                $encode
            }
        }
    };
}

codec!(
    Refusing,
    exec_err!("the refusing codec refuses"),
    "the refusing codec refuses"
);
codec!(Silent, Ok(()), "the silent codec knows nothing");
physical_codec!(
    Refusing,
    exec_err!("the refusing codec refuses"),
    "the refusing codec refuses"
);
physical_codec!(Silent, Ok(()), "the silent codec knows nothing");

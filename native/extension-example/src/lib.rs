//! An extension library as a third party would write it: it knows datafusion-ffi, and nothing of its host.
//!
//! Each constructor hands out a struct of datafusion-ffi 55 by value; `datafusion_extension_ffi_version` answers the
//! major version of that library, for a host to compare first.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::MemTable;
use datafusion::common::cast::as_int64_array;
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;
use datafusion_ffi::table_provider::FFI_TableProvider;
use datafusion_ffi::udf::FFI_ScalarUDF;

/// The major version of datafusion-ffi that the structs of this library have.
#[unsafe(no_mangle)]
pub extern "C" fn datafusion_extension_ffi_version() -> u64 {
    datafusion_ffi::version()
}

/// `triple(Int64) -> Int64`.
#[unsafe(no_mangle)]
pub extern "C" fn datafusion_extension_scalar_function() -> FFI_ScalarUDF {
    FFI_ScalarUDF::from(Arc::new(triple()))
}

/// A table of three cities: `id` Int64, `name` Utf8. Filters that it is handed travel by `codec`, the host's.
#[unsafe(no_mangle)]
pub extern "C" fn datafusion_extension_table_provider(
    codec: FFI_LogicalExtensionCodec,
) -> FFI_TableProvider {
    let table = cities().expect("a table of constants");
    FFI_TableProvider::new_with_ffi_codec(Arc::new(table), true, None, codec)
}

fn triple() -> ScalarUDF {
    let body = |args: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(args)?;
        let tripled: Int64Array = as_int64_array(&arrays[0])?.unary(|value| value.wrapping_mul(3));
        Ok(ColumnarValue::Array(Arc::new(tripled)))
    };
    create_udf(
        "triple",
        vec![DataType::Int64],
        DataType::Int64,
        Volatility::Immutable,
        Arc::new(body),
    )
}

fn cities() -> Result<MemTable> {
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3]));
    let names: ArrayRef = Arc::new(StringArray::from(vec!["Bern", "Oslo", "Riga"]));
    let batch = RecordBatch::try_from_iter([("id", ids), ("name", names)])?;
    MemTable::try_new(batch.schema(), vec![vec![batch]])
}

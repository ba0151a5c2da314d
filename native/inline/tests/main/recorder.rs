//! A codec of everything that tells what it was asked.

use std::sync::{Arc, Mutex};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::common::{TableReference, exec_err};
use datafusion::datasource::file_format::FileFormatFactory;
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{
    AggregateUDF, Extension, HigherOrderUDF, LogicalPlan, ScalarUDF, WindowUDF,
};
use datafusion::physical_expr_common::physical_expr::proto_decode::PhysicalExprDecodeCtx;
use datafusion::physical_expr_common::physical_expr::proto_encode::PhysicalExprEncodeCtx;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};

/// Writes the name of each method that it is asked by, and refuses to read.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Vec<(&'static str, Vec<u8>)>>);

impl Recorder {
    fn wrote(&self, method: &'static str, buf: &mut Vec<u8>) -> Result<()> {
        buf.extend_from_slice(method.as_bytes());
        self.0.lock().unwrap().push((method, Vec::new()));
        Ok(())
    }

    fn read<T>(&self, method: &'static str, buf: &[u8]) -> Result<T> {
        self.0.lock().unwrap().push((method, buf.to_vec()));
        exec_err!("{method} reads nothing")
    }

    pub fn take(&self) -> Vec<(&'static str, Vec<u8>)> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// The methods that both traits have.
macro_rules! functions {
    () => {
        fn try_decode_udf(&self, _: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
            self.read("try_decode_udf", buf)
        }
        fn try_encode_udf(&self, _: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
            self.wrote("try_encode_udf", buf)
        }
        fn try_decode_udaf(&self, _: &str, buf: &[u8]) -> Result<Arc<AggregateUDF>> {
            self.read("try_decode_udaf", buf)
        }
        fn try_encode_udaf(&self, _: &AggregateUDF, buf: &mut Vec<u8>) -> Result<()> {
            self.wrote("try_encode_udaf", buf)
        }
        fn try_decode_udwf(&self, _: &str, buf: &[u8]) -> Result<Arc<WindowUDF>> {
            self.read("try_decode_udwf", buf)
        }
        fn try_encode_udwf(&self, _: &WindowUDF, buf: &mut Vec<u8>) -> Result<()> {
            self.wrote("try_encode_udwf", buf)
        }
        fn try_decode_higher_order_function(
            &self,
            _: &str,
            buf: &[u8],
        ) -> Result<Arc<HigherOrderUDF>> {
            self.read("try_decode_higher_order_function", buf)
        }
        fn try_encode_higher_order_function(
            &self,
            _: &HigherOrderUDF,
            buf: &mut Vec<u8>,
        ) -> Result<()> {
            self.wrote("try_encode_higher_order_function", buf)
        }
    };
}

impl LogicalExtensionCodec for Recorder {
    functions!();

    fn try_decode(&self, buf: &[u8], _: &[LogicalPlan], _: &TaskContext) -> Result<Extension> {
        self.read("try_decode", buf)
    }

    fn try_encode(&self, _: &Extension, buf: &mut Vec<u8>) -> Result<()> {
        self.wrote("try_encode", buf)
    }

    fn try_decode_table_provider(
        &self,
        buf: &[u8],
        _: &TableReference,
        _: SchemaRef,
        _: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        self.read("try_decode_table_provider", buf)
    }

    fn try_encode_table_provider(
        &self,
        _: &TableReference,
        _: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        self.wrote("try_encode_table_provider", buf)
    }

    fn try_decode_file_format(
        &self,
        buf: &[u8],
        _: &TaskContext,
    ) -> Result<Arc<dyn FileFormatFactory>> {
        self.read("try_decode_file_format", buf)
    }

    fn try_encode_file_format(
        &self,
        buf: &mut Vec<u8>,
        _: Arc<dyn FileFormatFactory>,
    ) -> Result<()> {
        self.wrote("try_encode_file_format", buf)
    }
}

impl PhysicalExtensionCodec for Recorder {
    functions!();

    fn try_decode(
        &self,
        buf: &[u8],
        _: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.read("try_decode", buf)
    }

    fn try_encode(
        &self,
        _: Arc<dyn ExecutionPlan>,
        buf: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        self.wrote("try_encode", buf)
    }

    fn try_decode_expr(
        &self,
        buf: &[u8],
        _: &[Arc<dyn PhysicalExpr>],
        _: &PhysicalExprDecodeCtx<'_>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        self.read("try_decode_expr", buf)
    }

    fn try_encode_expr(
        &self,
        _: &Arc<dyn PhysicalExpr>,
        buf: &mut Vec<u8>,
        _: &PhysicalExprEncodeCtx<'_>,
    ) -> Result<()> {
        self.wrote("try_encode_expr", buf)
    }
}

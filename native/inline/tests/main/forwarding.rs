//! Contract 6: every method of the engine's codec traits goes through the stack.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::{DFSchemaRef, TableReference, exec_err};
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::file_format::csv::CsvFormatFactory;
use datafusion::error::Result;
use datafusion::functions::math::abs;
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::{
    Expr, Extension, HigherOrderUDF, LogicalPlan, LogicalPlanBuilder, UserDefinedLogicalNodeCore,
};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr_common::physical_expr::proto_decode::{
    PhysicalExprDecode, PhysicalExprDecodeCtx,
};
use datafusion::physical_expr_common::physical_expr::proto_encode::{
    PhysicalExprEncode, PhysicalExprEncodeCtx,
};
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};
use datafusion_inline::{CodecId, CodecStack};
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::physical_plan::DefaultPhysicalProtoConverter;
use datafusion_proto::protobuf::PhysicalExprNode;

use crate::chain::envelope;
use crate::fixture::task_context;
use crate::recorder::Recorder;

#[derive(Debug, PartialEq, Eq, Hash, PartialOrd)]
struct Node(LogicalPlan);

impl UserDefinedLogicalNodeCore for Node {
    fn name(&self) -> &str {
        "Node"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.0]
    }

    fn schema(&self) -> &DFSchemaRef {
        self.0.schema()
    }

    fn expressions(&self) -> Vec<Expr> {
        vec![]
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Node")
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        Ok(Node(inputs.remove(0)))
    }
}

struct Unused;

impl PhysicalExprDecode for Unused {
    fn decode(&self, _: &PhysicalExprNode, _: &Schema) -> Result<Arc<dyn PhysicalExpr>> {
        exec_err!("unused")
    }
}

impl PhysicalExprEncode for Unused {
    fn encode(&self, _: &Arc<dyn PhysicalExpr>) -> Result<PhysicalExprNode> {
        exec_err!("unused")
    }
}

fn higher_order() -> Arc<HigherOrderUDF> {
    let context = datafusion::prelude::SessionContext::new();
    context.state().higher_order_functions()["array_transform"].clone()
}

/// Each method once, through the stack: what it wrote is in the envelope, what it reads is bare.
#[derive(Default)]
struct Calls {
    methods: Vec<&'static str>,
}

impl Calls {
    fn pair(
        &mut self,
        recorder: &Recorder,
        encode: impl FnOnce(&mut Vec<u8>) -> Result<()>,
        decode: impl FnOnce(&[u8]) -> Result<()>,
    ) {
        let mut bytes = Vec::new();
        encode(&mut bytes).unwrap();
        let [(wrote, _)] = recorder.take()[..] else {
            panic!("one codec, asked once")
        };
        assert_eq!(bytes, envelope("rec", wrote.as_bytes()));
        assert!(
            decode(&bytes)
                .unwrap_err()
                .to_string()
                .contains("reads nothing")
        );
        let [(read, payload)] = &recorder.take()[..] else {
            panic!("one codec, asked once")
        };
        assert_eq!(payload, wrote.as_bytes());
        assert_eq!(read.replace("decode", "encode"), wrote);
        self.methods.extend([wrote, read]);
    }
}

/// The pairs that both traits have, by the same calls.
macro_rules! function_pairs {
    ($calls:ident, $recorder:ident, $codec:ident) => {
        let higher = higher_order();
        $calls.pair(
            &$recorder,
            |b| $codec.try_encode_udf(&abs(), b),
            |b| $codec.try_decode_udf("f", b).map(drop),
        );
        $calls.pair(
            &$recorder,
            |b| $codec.try_encode_udaf(&sum_udaf(), b),
            |b| $codec.try_decode_udaf("f", b).map(drop),
        );
        $calls.pair(
            &$recorder,
            |b| $codec.try_encode_udwf(&row_number_udwf(), b),
            |b| $codec.try_decode_udwf("f", b).map(drop),
        );
        $calls.pair(
            &$recorder,
            |b| $codec.try_encode_higher_order_function(&higher, b),
            |b| $codec.try_decode_higher_order_function("f", b).map(drop),
        );
    };
}

fn table_pair(calls: &mut Calls, recorder: &Recorder, codec: &dyn LogicalExtensionCodec) {
    let context = task_context();
    let schema: SchemaRef = Arc::new(Schema::empty());
    let table = TableReference::bare("t");
    calls.pair(
        recorder,
        |bytes| {
            let provider = Arc::new(EmptyTable::new(Arc::clone(&schema)));
            codec.try_encode_table_provider(&table, provider, bytes)
        },
        |bytes| {
            codec
                .try_decode_table_provider(bytes, &table, Arc::clone(&schema), &context)
                .map(drop)
        },
    );
}

/// Contract 6: 14 logical methods.
#[test]
fn every_logical_method_is_forwarded() {
    let recorder = Arc::new(Recorder::default());
    let stack = CodecStack::new(None);
    let stack = stack.with_logical_codec(Arc::clone(&recorder) as _, CodecId::new("rec").unwrap());
    let codec = stack.unwrap().logical();
    let context = task_context();
    let mut calls = Calls::default();
    function_pairs!(calls, recorder, codec);
    let plan = LogicalPlanBuilder::empty(false).build().unwrap();
    let node = Extension {
        node: Arc::new(Node(plan)),
    };
    calls.pair(
        &recorder,
        |bytes| codec.try_encode(&node, bytes),
        |bytes| codec.try_decode(bytes, &[], &context).map(drop),
    );
    table_pair(&mut calls, &recorder, codec.as_ref());
    calls.pair(
        &recorder,
        |bytes| codec.try_encode_file_format(bytes, Arc::new(CsvFormatFactory::new())),
        |bytes| codec.try_decode_file_format(bytes, &context).map(drop),
    );
    check(
        "src/logical_plan/mod.rs",
        "LogicalExtensionCodec",
        &calls,
        14,
        include_str!("../../src/stack/logical.rs"),
    );
}

/// Contract 6: 12 physical methods.
#[test]
fn every_physical_method_is_forwarded() {
    let recorder = Arc::new(Recorder::default());
    let stack = CodecStack::new(None);
    let stack = stack.with_physical_codec(Arc::clone(&recorder) as _, CodecId::new("rec").unwrap());
    let codec = stack.unwrap().physical();
    let (context, converter, schema) = (
        task_context(),
        DefaultPhysicalProtoConverter {},
        Schema::empty(),
    );
    let mut calls = Calls::default();
    function_pairs!(calls, recorder, codec);
    let plan: Arc<dyn ExecutionPlan> = Arc::new(EmptyExec::new(Arc::new(Schema::empty())));
    calls.pair(
        &recorder,
        |bytes| codec.try_encode(plan, bytes, &converter),
        |bytes| codec.try_decode(bytes, &[], &context, &converter).map(drop),
    );
    let column: Arc<dyn PhysicalExpr> = Arc::new(Column::new("a", 0));
    calls.pair(
        &recorder,
        |bytes| codec.try_encode_expr(&column, bytes, &PhysicalExprEncodeCtx::new(&Unused)),
        |bytes| {
            let context = PhysicalExprDecodeCtx::new(&schema, &Unused);
            codec.try_decode_expr(bytes, &[], &context).map(drop)
        },
    );
    check(
        "src/physical_plan/mod.rs",
        "PhysicalExtensionCodec",
        &calls,
        12,
        include_str!("../../src/stack/physical.rs"),
    );
}

/// Compares the methods that were called, those that the engine's source has, and those that the stack
/// implements: a method that the engine grows fails here, default or not.
fn check(path: &str, name: &str, calls: &Calls, count: usize, ours: &str) {
    let called: BTreeSet<String> = calls
        .methods
        .iter()
        .map(|method| (*method).to_owned())
        .collect();
    let engine = std::path::Path::new(env!("DATAFUSION_PROTO"));
    let source = std::fs::read_to_string(engine.join(path)).unwrap();
    let theirs = methods(&source, &format!("pub trait {name}"));
    assert_eq!(
        theirs, called,
        "the engine's trait and the calls of this test"
    );
    assert_eq!(theirs.len(), count);
    let ours = methods(ours, &format!("impl {name} for "));
    assert_eq!(
        theirs, ours,
        "the engine's trait and the stack's implementation"
    );
}

/// The methods in the block that begins with `head` and ends with the first brace in column 0.
fn methods(source: &str, head: &str) -> BTreeSet<String> {
    let block = &source[source.find(head).expect("the block is there")..];
    let block = &block[..block.find("\n}").expect("the block ends")];
    let lines = block
        .lines()
        .filter_map(|line| line.strip_prefix("    fn "));
    lines
        .map(|line| line[..line.find('(').unwrap()].to_owned())
        .collect()
}

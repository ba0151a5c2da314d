//! Contract 2 to 5, 8 and 9: the chain of codecs.

use std::sync::{Arc, Mutex};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::common::{TableReference, exec_err, not_impl_err};
use datafusion::error::Result;
use datafusion::execution::TaskContext;
use datafusion::functions::math::abs;
use datafusion::logical_expr::{Extension, LogicalPlan, ScalarUDF};
use datafusion::prelude::{col, lit};
use datafusion_inline::{
    CodecId, CodecStack, CodecTrace, Direction, FunctionKind, InlineError, TraceEvent,
};
use datafusion_proto::bytes::Serializeable;
use datafusion_proto::logical_plan::LogicalExtensionCodec;
use datafusion_proto::protobuf::{LogicalExprNode, logical_expr_node::ExprType};
use prost::Message;

use crate::fixture::{context, inline_error, local, occurrences, on_big_stack, run, task_context};

/// A codec of functions: writes what it was told to, reads the functions that it was given.
#[derive(Debug, Default)]
pub struct Functions {
    pub writes: Option<&'static str>,
    pub error: Option<&'static str>,
    pub reads: Option<Arc<ScalarUDF>>,
    pub seen: Mutex<Vec<Vec<u8>>>,
}

impl LogicalExtensionCodec for Functions {
    fn try_decode(&self, _: &[u8], _: &[LogicalPlan], _: &TaskContext) -> Result<Extension> {
        not_impl_err!("nodes")
    }

    fn try_encode(&self, _: &Extension, _: &mut Vec<u8>) -> Result<()> {
        not_impl_err!("nodes")
    }

    fn try_decode_table_provider(
        &self,
        _: &[u8],
        _: &TableReference,
        _: SchemaRef,
        _: &TaskContext,
    ) -> Result<Arc<dyn TableProvider>> {
        not_impl_err!("tables")
    }

    fn try_encode_table_provider(
        &self,
        _: &TableReference,
        _: Arc<dyn TableProvider>,
        buf: &mut Vec<u8>,
    ) -> Result<()> {
        self.write(buf)
    }

    fn try_encode_udf(&self, _: &ScalarUDF, buf: &mut Vec<u8>) -> Result<()> {
        self.write(buf)
    }

    fn try_decode_udf(&self, name: &str, buf: &[u8]) -> Result<Arc<ScalarUDF>> {
        self.seen.lock().unwrap().push(buf.to_vec());
        match &self.reads {
            Some(function) => Ok(Arc::clone(function)),
            None => exec_err!("cannot read {name} from {} bytes", buf.len()),
        }
    }
}

impl Functions {
    fn write(&self, buf: &mut Vec<u8>) -> Result<()> {
        // An error after writing must leave nothing behind.
        buf.extend_from_slice(self.writes.unwrap_or_default().as_bytes());
        match self.error {
            Some(error) => exec_err!("{error}"),
            None => Ok(()),
        }
    }
}

pub fn writing(bytes: &'static str) -> Functions {
    Functions {
        writes: Some(bytes),
        ..Functions::default()
    }
}

fn failing(error: &'static str) -> Functions {
    Functions {
        writes: Some("half"),
        error: Some(error),
        ..Functions::default()
    }
}

pub fn stack(codecs: Vec<(&str, Functions)>) -> CodecStack {
    let mut stack = CodecStack::new(None);
    for (id, codec) in codecs {
        stack = stack
            .with_logical_codec(Arc::new(codec), CodecId::new(id).unwrap())
            .unwrap();
    }
    stack
}

/// `name(a)` with the definition given.
pub fn call(name: &str, definition: Option<&[u8]>) -> Vec<u8> {
    let mut node = LogicalExprNode::decode(abs().call(vec![col("a")]).to_bytes().unwrap()).unwrap();
    let Some(ExprType::ScalarUdfExpr(call)) = &mut node.expr_type else {
        panic!("a call")
    };
    call.fun_name = name.to_owned();
    call.fun_definition = definition.map(<[u8]>::to_vec);
    node.encode_to_vec()
}

pub fn envelope(id: &str, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(id.len()).unwrap().to_le_bytes();
    [b"DFPYCHN\x01".as_slice(), &length, id.as_bytes(), payload].concat()
}

fn absolute() -> Vec<u8> {
    abs().call(vec![col("a")]).to_bytes().unwrap().to_vec()
}

/// Contract 2 and 3: the first codec with bytes wins, in order, in its envelope.
#[test]
fn the_first_codec_with_bytes_wins() {
    let expr = abs().call(vec![col("a")]);
    let codecs = vec![
        ("declines", failing("not mine")),
        ("silent", Functions::default()),
        ("first", writing("one")),
        ("second", writing("two")),
    ];
    let bytes = stack(codecs).expr_to_bytes(&expr).unwrap();
    assert_eq!(bytes, call("abs", Some(&envelope("first", b"one"))));
}

/// Contract 2: no opinion and declining both leave a function to its name.
#[test]
fn without_bytes_a_function_goes_by_name() {
    let expr = abs().call(vec![col("a")]);
    let codecs = vec![
        ("declines", failing("not mine")),
        ("silent", Functions::default()),
    ];
    assert_eq!(stack(codecs).expr_to_bytes(&expr).unwrap(), absolute());
    assert_eq!(stack(vec![]).expr_to_bytes(&expr).unwrap(), absolute());
}

/// Contract 2: one error names every codec and what each said.
#[test]
fn what_no_codec_writes_is_an_error_that_names_all() {
    let result = run(async {
        let context = context().await;
        let schema = context.table("t").await.unwrap().schema().inner().clone();
        let table = StreamingTable::try_new(Arc::new(schema.as_ref().clone()), vec![]).unwrap();
        let plan = context
            .read_table(Arc::new(table))
            .unwrap()
            .into_unoptimized_plan();
        let codecs = vec![
            ("grumpy", failing("not my table")),
            ("silent", Functions::default()),
        ];
        stack(codecs).logical_plan_to_bytes(&plan)
    });
    let error = inline_error(&result);
    assert!(matches!(error, InlineError::Declined { said, .. } if said.len() == 3));
    let text = error.to_string();
    for part in [
        "table provider '?table?'",
        "grumpy said: ",
        "not my table",
        "silent said: ",
        "default said: ",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

/// Contract 4: an envelope goes to exactly that codec, bare; at any nesting to the outermost.
#[test]
fn an_envelope_goes_to_its_codec_alone() {
    let known = Functions {
        reads: Some(abs()),
        ..Functions::default()
    };
    let known = Arc::new(known);
    let other = Functions {
        reads: Some(local("other")),
        ..Functions::default()
    };
    let stack = stack(vec![("other", other)])
        .with_logical_codec(Arc::clone(&known) as _, CodecId::new("known").unwrap())
        .unwrap();
    let nested = envelope("inner", b"payload");
    for payload in [b"payload".as_slice(), b"", &nested] {
        let bytes = call("abs", Some(&envelope("known", payload)));
        let expr = stack.expr_from_bytes(&bytes, &task_context()).unwrap();
        assert_eq!(expr, abs().call(vec![col("a")]));
        assert_eq!(known.seen.lock().unwrap().pop().unwrap(), payload);
    }
}

/// Contract 4: a missing id names that id, what it encoded, and the ids installed; a registered name
/// does not rescue it.
#[test]
fn a_missing_codec_is_named() {
    let bytes = call("abs", Some(&envelope("acme", b"x")));
    let result = stack(vec![
        ("one", Functions::default()),
        ("two", Functions::default()),
    ])
    .expr_from_bytes(&bytes, &task_context());
    let error = inline_error(&result);
    assert!(matches!(error, InlineError::MissingCodec { id, .. } if id == "acme"));
    assert_eq!(
        error.to_string(),
        "Scalar function 'abs' was encoded by extension codec 'acme', which is not installed on this \
         session (installed: one, two)"
    );
    let result = CodecStack::new(None).expr_from_bytes(&bytes, &task_context());
    assert!(
        inline_error(&result)
            .to_string()
            .contains("no extension codecs are installed")
    );
    let bytes = call("abs", Some(&envelope("anon:77", b"x")));
    let result = CodecStack::new(None).expr_from_bytes(&bytes, &task_context());
    assert!(
        inline_error(&result)
            .to_string()
            .contains("give the codec an id on both sides")
    );
}

/// Contract 4: field absent means the registry, then each codec with an empty buffer; field present
/// but empty means the codecs only.
#[test]
fn without_bytes_the_registry_and_then_every_codec_is_asked() {
    let mine = || Functions {
        reads: Some(local("mine")),
        ..Functions::default()
    };
    let stack = stack(vec![("fails", Functions::default()), ("reads", mine())]);
    let parse = |bytes: &[u8]| stack.expr_from_bytes(bytes, &task_context()).unwrap();
    assert_eq!(
        parse(&call("abs", None)),
        abs().call(vec![col("a")]),
        "the registry first"
    );
    assert_eq!(
        parse(&call("abs", Some(b""))),
        local("mine").call(vec![col("a")]),
        "codecs only"
    );
    assert_eq!(
        parse(&call("unknown", None)),
        local("mine").call(vec![col("a")])
    );
}

/// Contract 4 and 9: what nobody knows, with name, kind, first 16 bytes, and the remedy.
#[test]
fn an_unresolved_function_says_name_kind_bytes_and_remedy() {
    let stack = stack(vec![("first", Functions::default())]);
    let result = stack.expr_from_bytes(&call("nobody", None), &task_context());
    let error = inline_error(&result);
    assert!(
        matches!(error, InlineError::Unresolved { kind: FunctionKind::Scalar, name, .. } if name == "nobody")
    );
    let text = error.to_string();
    for part in [
        "scalar function 'nobody'",
        "by name",
        "first: ",
        "Register the function",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let bytes = call("abs", Some(b"DFJV and then some more of it"));
    let text = inline_error(&stack.expr_from_bytes(&bytes, &task_context())).to_string();
    for part in [
        "29 bytes",
        "44464a5620616e64207468656e20736f",
        "(DFJV and then so)",
        "install the codec",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(
        !text.contains("first: "),
        "bytes of nobody go to the default codec only: {text}"
    );
}

/// Contract 5: a duplicate id.
#[test]
fn an_id_is_installed_once() {
    let stack = stack(vec![("one", Functions::default())]);
    let again =
        stack.with_logical_codec(Arc::new(Functions::default()), CodecId::new("one").unwrap());
    assert!(matches!(again, Err(InlineError::InvalidCodecId { .. })));
    let ids: Vec<&str> = stack.logical_codec_ids().map(CodecId::as_str).collect();
    assert_eq!(ids, ["one"]);
    assert_eq!(stack.physical_codec_ids().count(), 0);
}

/// Contract 1: `with...` answers a new value and leaves the old one as it is.
#[test]
fn a_stack_is_a_value() {
    let first = stack(vec![("one", Functions::default())]);
    let second = first
        .with_logical_codec(Arc::new(writing("x")), CodecId::new("two").unwrap())
        .unwrap();
    assert_eq!(
        (
            first.logical_codec_ids().count(),
            second.logical_codec_ids().count()
        ),
        (1, 2)
    );
    let expr = abs().call(vec![col("a")]);
    assert_eq!(first.expr_to_bytes(&expr).unwrap(), absolute());
}

#[derive(Debug, Default)]
struct Trace(Mutex<Vec<String>>);

impl CodecTrace for Trace {
    fn payload(&self, event: TraceEvent<'_>) {
        let verb = if event.direction == Direction::Wrote {
            "wrote"
        } else {
            "read"
        };
        self.0
            .lock()
            .unwrap()
            .push(format!("{} {verb} {}", event.codec, event.subject));
    }
}

/// Contract 5: a hook tells which codec wrote or read each payload.
#[test]
fn the_trace_tells_who_wrote_and_who_read() {
    let trace = Arc::new(Trace::default());
    let codec = Functions {
        writes: Some("x"),
        reads: Some(abs()),
        ..Functions::default()
    };
    let stack = stack(vec![("lib", codec)]).with_trace(Arc::clone(&trace) as _);
    let expr = abs().call(vec![local("tip").call(vec![col("a")])]);
    let bytes = stack.expr_to_bytes(&expr).unwrap();
    stack.expr_from_bytes(&bytes, &task_context()).unwrap();
    let mut events = trace.0.lock().unwrap().clone();
    events.sort();
    assert_eq!(
        events,
        [
            "io.datafusion.inline read scalar function 'tip'",
            "io.datafusion.inline wrote scalar function 'tip'",
            "lib read scalar function 'abs'",
            "lib wrote scalar function 'abs'",
        ]
    );
}

/// Contract 3: without extensions the bytes are those of any other program of the engine.
#[test]
fn bytes_without_extensions_are_the_engines_own() {
    on_big_stack(|| {
        let expr = (abs().call(vec![col("a")]) + lit(1))
            .gt(lit(2))
            .and(col("b").like(lit("x%")));
        let bytes = CodecStack::new(None).expr_to_bytes(&expr).unwrap();
        assert_eq!(bytes, expr.to_bytes().unwrap().to_vec());
        // The bytes that the Python package writes for abs(a) + 1.
        let sum = abs().call(vec![col("a")]) + lit(1i64);
        let bytes = CodecStack::new(None).expr_to_bytes(&sum).unwrap();
        assert_eq!(occurrences(&bytes, b"DFPYCHN"), 0);
        let python = "221d0a0fa2010c0a0361627312050a030a01610a041a0238011a04506c7573";
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, python);
    });
}

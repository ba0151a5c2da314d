use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{AsArray, Int64Array};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::internal_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, TypeSignature};
use datafusion::logical_expr::{Signature, Volatility};
use datafusion::prelude::{CsvReadOptions, SessionConfig, SessionContext};
use datafusion_inline::message::{
    Callable, FunctionKind, FunctionVolatility, InlinedFunction, inlined_function,
};
use datafusion_inline::{
    AggregateCallable, CallableResolver, CodecStack, Definition, InlineError, InlinedScalar,
    ScalarCallable, fields_to_ipc, signature_to_message,
};

pub const STACK: usize = 64 << 20;

/// Runs `work` on the stack that the product makes.
pub fn on_big_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, work);
        match thread.expect("a thread starts").join() {
            Ok(value) => value,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Runs a future on a runtime of its own, on a big stack.
pub fn run<T: Send>(future: impl Future<Output = T> + Send) -> T {
    on_big_stack(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime starts").block_on(future)
    })
}

/// The message of a function over one Int64.
pub fn message(name: &str, payload: &[u8]) -> InlinedFunction {
    let int64 = |name: &str| Field::new(name, DataType::Int64, true);
    let exact = TypeSignature::Exact(vec![DataType::Int64]);
    let metadata = [("unit".to_owned(), "cents".to_owned())].into();
    InlinedFunction {
        name: name.to_owned(),
        aliases: vec![format!("{name}_alias")],
        kind: FunctionKind::Scalar.into(),
        volatility: FunctionVolatility::Immutable.into(),
        signature: Some(
            signature_to_message(&Signature::new(exact, Volatility::Immutable)).unwrap(),
        ),
        argument_fields: fields_to_ipc(vec![int64("a")]),
        result: Some(inlined_function::Result::ReturnField(fields_to_ipc(vec![
            int64("answer").with_metadata(metadata),
        ]))),
        callable: Some(Callable {
            codec_id: "test".to_owned(),
            payload: payload.to_vec().into(),
            ..Callable::default()
        }),
        ..InlinedFunction::default()
    }
}

pub fn definition(name: &str) -> Definition {
    Definition::from_message(&message(name, b"times two")).unwrap()
}

/// A function defined here.
pub fn local(name: &str) -> Arc<ScalarUDF> {
    let inlined = InlinedScalar::local(definition(name), Arc::new(Twice), None);
    Arc::new(ScalarUDF::new_from_impl(inlined))
}

/// A function defined here that cannot travel.
pub fn stuck(name: &str, reason: &str) -> Arc<ScalarUDF> {
    let inlined = InlinedScalar::local(definition(name), Arc::new(Twice), Some(reason.to_owned()));
    Arc::new(ScalarUDF::new_from_impl(inlined))
}

/// Doubles its argument.
#[derive(Debug)]
pub struct Twice;

impl ScalarCallable for Twice {
    fn invoke(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let doubled: Int64Array = arrays[0]
            .as_primitive::<Int64Type>()
            .unary(|value| value.wrapping_mul(2));
        Ok(ColumnarValue::Array(Arc::new(doubled)))
    }
}

/// Counts what it brings to life.
#[derive(Debug, Default)]
pub struct Resolver(pub AtomicUsize);

impl Resolver {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl CallableResolver for Resolver {
    fn resolve_scalar(&self, definition: &Definition) -> Result<Arc<dyn ScalarCallable>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        match definition
            .callable()
            .map(|callable| callable.payload.as_ref())
        {
            Some(b"times two") => Ok(Arc::new(Twice)),
            other => internal_err!("no callable {other:?}"),
        }
    }

    fn resolve_aggregate(&self, definition: &Definition) -> Result<Arc<dyn AggregateCallable>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        match definition
            .callable()
            .map(|callable| callable.payload.as_ref())
        {
            Some(b"total") => Ok(Arc::new(crate::totals::Total::default())),
            other => internal_err!("no callable {other:?}"),
        }
    }
}

pub fn resolving() -> (Arc<Resolver>, CodecStack) {
    let resolver = Arc::new(Resolver::default());
    let stack = CodecStack::new(Some(Arc::clone(&resolver) as Arc<dyn CallableResolver>));
    (resolver, stack)
}

/// A context with the table `t(a, b)` of two rows, and nothing of ours registered.
pub async fn context() -> SessionContext {
    let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(2));
    let options = CsvReadOptions::new();
    context
        .register_csv("t", table().to_str().unwrap(), options)
        .await
        .unwrap();
    context
}

/// A context that knows the functions too.
pub async fn context_with(functions: &[&Arc<ScalarUDF>]) -> SessionContext {
    let context = context().await;
    for function in functions {
        context.register_udf(function.as_ref().clone());
    }
    context
}

fn table() -> PathBuf {
    static FOLDER: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("datafusion-inline-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("t.csv"), "a,b\n1,x\n2,y\n").unwrap();
        folder
    });
    folder.join("t.csv")
}

pub fn task_context() -> Arc<TaskContext> {
    SessionContext::new().task_ctx()
}

/// Answers the error of ours in a failed result.
#[track_caller]
pub fn inline_error<T: std::fmt::Debug>(result: &Result<T>) -> &InlineError {
    match result {
        Ok(value) => panic!("{value:?} is no error"),
        Err(error) => found(error),
    }
}

#[track_caller]
pub fn found(error: &DataFusionError) -> &InlineError {
    InlineError::find(error).unwrap_or_else(|| panic!("no error of ours: {error}"))
}

/// Answers where the payloads are in bytes: all frames, from family to end of the smallest message.
pub fn occurrences(haystack: &[u8], needle: &[u8]) -> usize {
    haystack
        .windows(needle.len())
        .filter(|window| *window == needle)
        .count()
}

/// The four required methods of a logical codec that knows functions only.
macro_rules! without_nodes_and_tables {
    () => {
        fn try_decode(
            &self,
            _: &[u8],
            _: &[datafusion::logical_expr::LogicalPlan],
            _: &datafusion::execution::TaskContext,
        ) -> datafusion::error::Result<datafusion::logical_expr::Extension> {
            datafusion::common::not_impl_err!("nodes")
        }

        fn try_encode(
            &self,
            _: &datafusion::logical_expr::Extension,
            _: &mut Vec<u8>,
        ) -> datafusion::error::Result<()> {
            datafusion::common::not_impl_err!("nodes")
        }

        fn try_decode_table_provider(
            &self,
            _: &[u8],
            _: &datafusion::common::TableReference,
            _: datafusion::arrow::datatypes::SchemaRef,
            _: &datafusion::execution::TaskContext,
        ) -> datafusion::error::Result<Arc<dyn datafusion::catalog::TableProvider>> {
            datafusion::common::not_impl_err!("tables")
        }

        fn try_encode_table_provider(
            &self,
            _: &datafusion::common::TableReference,
            _: Arc<dyn datafusion::catalog::TableProvider>,
            _: &mut Vec<u8>,
        ) -> datafusion::error::Result<()> {
            datafusion::common::not_impl_err!("tables")
        }
    };
}
pub(crate) use without_nodes_and_tables;

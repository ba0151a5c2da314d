//! Calls of table functions inside the bytes of logical plans.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{MemTable, Session, TableProvider};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::SessionContext;
use datafusion::scalar::ScalarValue;
use datafusion_inline::message::{ComputedResult, FunctionKind, InlinedFunction, inlined_function};
use datafusion_inline::{
    AggregateCallable, CallableResolver, CodePackages, CodecStack, Definition, InlineError,
    Inlined, InlinedTable, InliningPolicy, ScalarCallable, TableCall, TableCallable,
    inlined_in_logical_plan, signature_to_message,
};

use crate::fixture::{context, found, message, occurrences, run};

/// As many rows as the first argument says.
#[derive(Debug, Default)]
struct Counting {
    calls: AtomicUsize,
    text: bool,
}

impl TableCallable for Counting {
    fn table(&self, arguments: &[ScalarValue], _: &dyn Session) -> Result<Arc<dyn TableProvider>> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let Some(ScalarValue::Int64(Some(rows))) = arguments.first() else {
            return internal_err!("called with {arguments:?}");
        };
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..*rows));
        let column = if self.text {
            datafusion::arrow::compute::cast(
                &numbers,
                &datafusion::arrow::datatypes::DataType::Utf8,
            )?
        } else {
            numbers
        };
        let batch = RecordBatch::try_from_iter([("n", column)])?;
        Ok(Arc::new(MemTable::try_new(
            batch.schema(),
            vec![vec![batch]],
        )?))
    }
}

#[derive(Debug, Default)]
struct Tables(Arc<Counting>);

impl CallableResolver for Tables {
    fn resolve_scalar(&self, _: &Definition) -> Result<Arc<dyn ScalarCallable>> {
        internal_err!("no scalar function")
    }

    fn resolve_aggregate(&self, _: &Definition) -> Result<Arc<dyn AggregateCallable>> {
        internal_err!("no aggregate function")
    }

    fn resolve_table(&self, _: &Definition) -> Result<Arc<dyn TableCallable>> {
        Ok(Arc::clone(&self.0) as _)
    }
}

fn table_message() -> InlinedFunction {
    let anything = datafusion::logical_expr::Signature::variadic_any(
        datafusion::logical_expr::Volatility::Immutable,
    );
    InlinedFunction {
        kind: FunctionKind::Table.into(),
        aliases: Vec::new(),
        signature: Some(signature_to_message(&anything).unwrap()),
        argument_fields: Default::default(),
        result: Some(inlined_function::Result::Computed(ComputedResult {})),
        ..message("rows", b"rows")
    }
}

fn definition() -> Definition {
    Definition::from_message(&table_message()).unwrap()
}

async fn sender(refusal: Option<&str>) -> SessionContext {
    let context = context().await;
    let callable: Arc<dyn TableCallable> = Arc::new(Counting::default());
    let inlined = Inlined::local(definition(), callable, refusal.map(str::to_owned));
    context.register_udtf("rows", Arc::new(InlinedTable::new(inlined)));
    context
}

async fn plan(context: &SessionContext) -> LogicalPlan {
    let query = "SELECT sum(n) AS s FROM rows(1 + 4) WHERE n > 1";
    context.state().create_logical_plan(query).await.unwrap()
}

fn resolving(text: bool) -> (Arc<Counting>, CodecStack) {
    let counting = Arc::new(Counting {
        text,
        ..Counting::default()
    });
    let resolver = Arc::new(Tables(Arc::clone(&counting)));
    (counting, CodecStack::new(Some(resolver)))
}

/// Contract 10 and 16: decoding, optimising and encoding again call nothing; running does, once.
#[test]
fn a_call_travels_with_its_arguments() {
    run(async {
        let sender = sender(None).await;
        for optimized in [false, true] {
            let plan = plan(&sender).await;
            let plan = if optimized {
                sender.state().optimize(&plan).unwrap()
            } else {
                plan
            };
            let (counting, stack) = resolving(false);
            let bytes = stack.logical_plan_to_bytes(&plan).unwrap();
            assert_eq!(occurrences(&bytes, definition().body()), 1);
            let receiver = context().await;
            let decoded = stack
                .logical_plan_from_bytes(&bytes, &receiver.task_ctx())
                .unwrap();
            assert_eq!(stack.logical_plan_to_bytes(&decoded).unwrap(), bytes);
            let again = receiver.state().optimize(&decoded).unwrap();
            let body = definition();
            let again = stack.logical_plan_to_bytes(&again).unwrap();
            assert_eq!(occurrences(&again, body.body()), 1);
            assert_eq!(counting.calls.load(Ordering::SeqCst), 0);
            let early = receiver.state().create_physical_plan(&decoded).await;
            assert!(matches!(
                found(&early.unwrap_err()),
                InlineError::Uncallable { .. }
            ));
            let [call] = &inlined_in_logical_plan(&decoded).unwrap().table_calls[..] else {
                panic!("one call")
            };
            let call = TableCall::of(call.as_ref()).unwrap();
            assert_eq!(call.arguments(), [ScalarValue::from(5_i64)]);
            for _ in 0..2 {
                call.resolve(Some(&receiver.state())).unwrap();
            }
            let rows = receiver.execute_logical_plan(decoded).await.unwrap();
            let rows = rows.collect().await.unwrap();
            let pretty = datafusion::arrow::util::pretty::pretty_format_batches(&rows).unwrap();
            assert!(pretty.to_string().contains("| 9 |"), "{pretty}");
            assert_eq!(counting.calls.load(Ordering::SeqCst), 1);
        }
    });
}

/// A view holds the plan that calls: the call is found in it.
#[test]
fn calls_in_views_are_found() {
    run(async {
        let sender = sender(None).await;
        sender
            .sql("CREATE VIEW v AS SELECT n FROM rows(3)")
            .await
            .unwrap();
        let plan = sender
            .state()
            .create_logical_plan("SELECT (SELECT max(n) FROM v)")
            .await
            .unwrap();
        assert_eq!(inlined_in_logical_plan(&plan).unwrap().table_calls.len(), 1);
    });
}

#[test]
fn a_call_that_answers_other_columns_is_an_error() {
    run(async {
        let (_, stack) = resolving(true);
        let plan = plan(&sender(None).await).await;
        let bytes = stack.logical_plan_to_bytes(&plan).unwrap();
        let receiver = context().await;
        let decoded = stack
            .logical_plan_from_bytes(&bytes, &receiver.task_ctx())
            .unwrap();
        let calls = inlined_in_logical_plan(&decoded).unwrap().table_calls;
        let call = TableCall::of(calls[0].as_ref()).unwrap();
        let error = call
            .resolve(Some(&receiver.state()))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("(n Utf8") && error.contains("(n Int64"),
            "{error}"
        );
    });
}

/// Contract 8, 17, 18: what must not travel is not written, what must not come is refused by kind and name.
#[test]
fn policies_hold_for_calls() {
    run(async {
        let plan = plan(&sender(None).await).await;
        let (_, stack) = resolving(false);
        let bytes = stack.logical_plan_to_bytes(&plan).unwrap();
        let receiver = context().await;
        for (policy, says) in [
            (InliningPolicy::Disabled, "disabled"),
            (
                InliningPolicy::by_reference(CodePackages::of(["com.acme"])),
                "",
            ),
        ] {
            let restricted = stack.with_policy(policy);
            let decoded = restricted.logical_plan_from_bytes(&bytes, &receiver.task_ctx());
            if says.is_empty() {
                decoded.unwrap();
                continue;
            }
            match found(&decoded.unwrap_err()) {
                InlineError::Refused {
                    kind: datafusion_inline::FunctionKind::Table,
                    policy,
                    ..
                } => assert!(policy.contains(says)),
                other => panic!("{other:?}"),
            }
            let encoded = restricted.logical_plan_to_bytes(&plan).unwrap_err();
            assert!(matches!(
                found(&encoded),
                InlineError::Unserializable { .. }
            ));
        }
        let stuck = sender(Some("it captures a socket")).await;
        let error = stack
            .logical_plan_to_bytes(&self::plan(&stuck).await)
            .unwrap_err();
        match found(&error) {
            InlineError::Unserializable { name, reason, .. } => {
                assert_eq!(
                    (name.as_str(), reason.as_str()),
                    ("rows", "it captures a socket")
                );
            }
            other => panic!("{other:?}"),
        }
    });
}

/// Contract 11: every cut and every flipped bit of a call is an error of ours or another plan, never a panic.
#[test]
fn mutated_calls_are_refused() {
    run(async {
        let plan = plan(&sender(None).await).await;
        let (counting, stack) = resolving(false);
        let bytes = stack.logical_plan_to_bytes(&plan).unwrap();
        let context = context().await.task_ctx();
        let mut refused = 0;
        for bit in 0..bytes.len() * 8 {
            let mut mutated = bytes.clone();
            mutated[bit / 8] ^= 1 << (bit % 8);
            refused += usize::from(stack.logical_plan_from_bytes(&mutated, &context).is_err());
        }
        assert!(refused > definition().frame().len());
        assert_eq!(counting.calls.load(Ordering::SeqCst), 0);
    });
}

/// Frames of the other kinds are no tables.
#[test]
fn a_table_is_no_scalar_function() {
    run(async {
        let plan = plan(&sender(None).await).await;
        let (_, stack) = resolving(false);
        let mut bytes = stack.logical_plan_to_bytes(&plan).unwrap();
        let at = bytes
            .windows(7)
            .position(|window| window == b"DFJVUDT")
            .unwrap();
        bytes[at + 6] = b'F';
        let context = context().await.task_ctx();
        let error = stack.logical_plan_from_bytes(&bytes, &context).unwrap_err();
        match found(&error) {
            InlineError::Malformed { reason, .. } => {
                assert!(reason.contains("another kind"), "{reason}")
            }
            other => panic!("{other:?}"),
        }
    });
}

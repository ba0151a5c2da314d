//! Tables that a host reads itself, inside the bytes of plans.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, Int64Array};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, Statistics, internal_err};
use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, LogicalPlan, TableProviderFilterPushDown};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::SessionContext;
use datafusion::scalar::ScalarValue;
use datafusion_inline::message::{AnyArguments, ArgumentSignature, argument_signature::Form};
use datafusion_inline::message::{ComputedResult, FunctionKind, InlinedFunction, inlined_function};
use datafusion_inline::{
    CallableResolver, CodecHost, CodecId, CodecStack, Definition, FoundFunction, InlineError,
    Inlined, InlinedTable, InliningPolicy, RowSource, ScalarCallable, ScanRequest, ScanShape,
    SourceRows, SourceScan, TableCallable, inlined_in_execution_plan,
};

use crate::fixture::{context_with, found, local, message, occurrences, run};

/// The numbers from 0 to 9 in two partitions; counts what is opened.
#[derive(Debug, Default)]
struct Ten {
    opened: Arc<AtomicUsize>,
    partitions: usize,
}

fn ten(partitions: usize) -> Arc<Ten> {
    Arc::new(Ten {
        opened: Arc::default(),
        partitions,
    })
}

fn schema() -> SchemaRef {
    let field = |name| Field::new(name, DataType::Int64, false);
    Arc::new(Schema::new(vec![field("n"), field("m")]))
}

#[derive(Debug)]
struct Callable(Arc<Ten>);

impl TableCallable for Callable {
    fn table(&self, _: &[ScalarValue], _: &dyn Session) -> Result<Arc<dyn TableProvider>> {
        internal_err!("a source makes no queries")
    }

    fn source(&self) -> Option<Arc<dyn RowSource>> {
        Some(Arc::new(Source(Arc::clone(&self.0))))
    }
}

#[derive(Debug)]
struct Source(Arc<Ten>);

#[async_trait]
impl RowSource for Source {
    fn schema(&self) -> Result<SchemaRef> {
        Ok(schema())
    }

    fn supports_filters(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn SourceRows>> {
        let columns = request.projection.as_ref().map_or(2, Vec::len);
        let shape = ScanShape {
            partitions: self.0.partitions,
            ordering: vec![(0, SortOptions::default())],
            unbounded: false,
            statistics: Some(Statistics {
                num_rows: Precision::Exact(10),
                total_byte_size: Precision::Absent,
                column_statistics: vec![
                    ColumnStatistics {
                        min_value: Precision::Exact(ScalarValue::Int64(Some(0))),
                        max_value: Precision::Inexact(ScalarValue::Int64(Some(9))),
                        ..ColumnStatistics::new_unknown()
                    };
                    columns
                ],
            }),
        };
        Ok(Arc::new(Rows {
            opened: Arc::clone(&self.0.opened),
            shape,
        }))
    }

    async fn insert(&self, _: InsertOp, _: SendableRecordBatchStream) -> Result<u64> {
        internal_err!("nothing is inserted here")
    }
}

#[derive(Debug)]
struct Rows {
    opened: Arc<AtomicUsize>,
    shape: ScanShape,
}

impl SourceRows for Rows {
    fn shape(&self) -> &ScanShape {
        &self.shape
    }

    fn open(&self, partition: usize, schema: &SchemaRef) -> Result<SendableRecordBatchStream> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let numbers = (0..10).filter(|n| n % self.shape.partitions == partition);
        let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(numbers.map(|n| n as i64)));
        let columns = vec![numbers; schema.fields().len()];
        let batch = RecordBatch::try_new(Arc::clone(schema), columns)?;
        let batches = futures::stream::iter([Ok(batch)]);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(schema),
            batches,
        )))
    }
}

#[derive(Debug)]
struct Sources(Arc<Ten>);

impl CallableResolver for Sources {
    fn resolve_scalar(&self, _: &Definition) -> Result<Arc<dyn ScalarCallable>> {
        Ok(Arc::new(crate::fixture::Twice))
    }

    fn resolve_table(&self, _: &Definition) -> Result<Arc<dyn TableCallable>> {
        Ok(Arc::new(Callable(Arc::clone(&self.0))))
    }
}

fn definition() -> Definition {
    let nothing = Form::Nullary(AnyArguments::default());
    Definition::from_message(&InlinedFunction {
        kind: FunctionKind::Table.into(),
        aliases: Vec::new(),
        signature: Some(ArgumentSignature {
            form: Some(nothing),
            ..Default::default()
        }),
        argument_fields: Default::default(),
        result: Some(inlined_function::Result::Computed(ComputedResult {})),
        ..message("ten", b"ten")
    })
    .unwrap()
}

fn table(refusal: Option<&str>) -> InlinedTable {
    let callable: Arc<dyn TableCallable> = Arc::new(Callable(ten(2)));
    InlinedTable::new(Inlined::local(
        definition(),
        callable,
        refusal.map(str::to_owned),
    ))
}

async fn sender(refusal: Option<&str>) -> SessionContext {
    let context = context_with(&[&local("tip")]).await;
    let call = table(refusal).call(Vec::new(), &context.state()).unwrap();
    context.register_table("ten", call).unwrap();
    context
}

const QUERY: &str = "SELECT sum(n) AS s FROM ten WHERE tip(n) > 4 AND n < 9";

async fn logical(context: &SessionContext) -> LogicalPlan {
    context.state().create_logical_plan(QUERY).await.unwrap()
}

async fn physical(context: &SessionContext) -> Arc<dyn ExecutionPlan> {
    let plan = logical(context).await;
    context.state().create_physical_plan(&plan).await.unwrap()
}

fn stack(source: &Arc<Ten>) -> CodecStack {
    CodecStack::new(Some(Arc::new(Sources(Arc::clone(source)))))
}

async fn sum(plan: Arc<dyn ExecutionPlan>, context: &SessionContext) -> String {
    let rows = collect(plan, context.task_ctx()).await.unwrap();
    let shown = datafusion::arrow::util::pretty::pretty_format_batches(&rows).unwrap();
    shown.to_string()
}

fn scan_of(plan: &Arc<dyn ExecutionPlan>) -> Option<&SourceScan> {
    let mut stack = vec![plan];
    while let Some(plan) = stack.pop() {
        if let Some(scan) = plan.downcast_ref() {
            return Some(scan);
        }
        stack.extend(plan.children());
    }
    None
}

/// Contract 10 and 16: planned and written again without coming to life; the rows are asked for when it runs.
#[test]
fn a_scan_travels_with_what_it_was_asked_for() {
    run(async {
        let sender = sender(None).await;
        let source = ten(2);
        let stack = stack(&source);
        let plan = physical(&sender).await;
        let bytes = stack.physical_plan_to_bytes(&plan).unwrap();
        let receiver = context_with(&[]).await;
        let decoded = stack
            .physical_plan_from_bytes(&bytes, &receiver.task_ctx())
            .unwrap();
        assert_eq!(stack.physical_plan_to_bytes(&decoded).unwrap(), bytes);
        let (sent, come) = (scan_of(&plan).unwrap(), scan_of(&decoded).unwrap());
        assert_eq!(come.request(), sent.request());
        assert_eq!(come.shape(), sent.shape());
        assert_eq!(come.request().filters.len(), 2);
        assert_eq!(source.opened.load(Ordering::SeqCst), 0);
        let names: Vec<String> = inlined_in_execution_plan(&decoded)
            .unwrap()
            .iter()
            .map(|found| found.name().to_owned())
            .collect();
        assert_eq!(names, ["tip", "ten"]);
        assert!(sum(decoded, &receiver).await.contains("| 33 |"));
        assert_eq!(source.opened.load(Ordering::SeqCst), 2);
    });
}

#[test]
fn a_table_travels_in_logical_plans() {
    run(async {
        let sender = sender(None).await;
        let stack = stack(&ten(3));
        let bytes = stack
            .logical_plan_to_bytes(&logical(&sender).await)
            .unwrap();
        assert_eq!(occurrences(&bytes, definition().body()), 1);
        let receiver = context_with(&[]).await;
        let decoded = stack
            .logical_plan_from_bytes(&bytes, &receiver.task_ctx())
            .unwrap();
        assert_eq!(stack.logical_plan_to_bytes(&decoded).unwrap(), bytes);
        for call in datafusion_inline::inlined_in_logical_plan(&decoded)
            .unwrap()
            .table_calls
        {
            let call = datafusion_inline::TableCall::of(call.as_ref()).unwrap();
            call.resolve(None).unwrap();
            assert!(call.is_source());
        }
        let rows = receiver.execute_logical_plan(decoded).await.unwrap();
        let rows = rows.collect().await.unwrap();
        let shown = datafusion::arrow::util::pretty::pretty_format_batches(&rows).unwrap();
        assert!(shown.to_string().contains("| 33 |"), "{shown}");
    });
}

#[test]
fn a_source_with_other_partitions_than_planned_is_an_error() {
    run(async {
        let plan = physical(&sender(None).await).await;
        let bytes = stack(&ten(2)).physical_plan_to_bytes(&plan).unwrap();
        let receiver = context_with(&[]).await;
        let decoded = stack(&ten(3))
            .physical_plan_from_bytes(&bytes, &receiver.task_ctx())
            .unwrap();
        let error = collect(decoded, receiver.task_ctx()).await.unwrap_err();
        assert!(matches!(found(&error), InlineError::WrongResult { .. }));
        assert!(error.to_string().contains("it has 3 partitions"), "{error}");
    });
}

/// Contract 8, 17 and 18.
#[test]
fn policies_hold_for_scans() {
    run(async {
        let plan = physical(&sender(None).await).await;
        let stack = stack(&ten(2));
        let strict = stack.with_policy(InliningPolicy::Disabled);
        let bytes = stack.physical_plan_to_bytes(&plan).unwrap();
        let receiver = context_with(&[]).await;
        let refused = strict.physical_plan_from_bytes(&bytes, &receiver.task_ctx());
        assert!(matches!(
            found(&refused.unwrap_err()),
            InlineError::Refused { .. }
        ));
        let kept = strict.physical_plan_to_bytes(&plan).unwrap_err();
        assert!(kept.to_string().contains("inlining policy"), "{kept}");
        let stuck = physical(&sender(Some("it holds a socket")).await).await;
        let kept = stack.physical_plan_to_bytes(&stuck).unwrap_err();
        assert!(kept.to_string().contains("it holds a socket"), "{kept}");
    });
}

/// Contract 11: every flipped bit is an error of ours or another plan, never a panic, and nothing comes to life.
#[test]
fn mutated_scans_are_refused() {
    run(async {
        let plan = physical(&sender(None).await).await;
        let source = ten(2);
        let stack = stack(&source);
        let bytes = stack.physical_plan_to_bytes(&plan).unwrap();
        let context = context_with(&[]).await.task_ctx();
        let mut refused = 0;
        for bit in 0..bytes.len() * 8 {
            let mut mutated = bytes.clone();
            mutated[bit / 8] ^= 1 << (bit % 8);
            refused += usize::from(stack.physical_plan_from_bytes(&mutated, &context).is_err());
        }
        assert!(refused > definition().frame().len());
        assert_eq!(source.opened.load(Ordering::SeqCst), 0);
    });
}

/// Writes the table as one byte, and no function.
#[derive(Debug)]
struct OneByte;

impl CodecHost for OneByte {
    fn encode_table(&self, _: &InlinedTable) -> Result<Option<Vec<u8>>> {
        Ok(Some(vec![10]))
    }

    fn decode_table(&self, bytes: &[u8], _: &SchemaRef) -> Result<InlinedTable> {
        match bytes {
            [10] => Ok(table(None)),
            other => internal_err!("bytes {other:?}"),
        }
    }

    fn encode_function(&self, _: &FoundFunction) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    fn decode_function(
        &self,
        _: datafusion_inline::FunctionKind,
        name: &str,
        _: &[u8],
    ) -> Result<FoundFunction> {
        internal_err!("no function {name}")
    }
}

/// Contract 17: what a codec writes beside the table is under the session's policy, too.
#[test]
fn a_hosts_codec_writes_the_table_and_the_policy_holds_for_the_filters() {
    run(async {
        let plan = physical(&sender(Some("it holds a socket")).await).await;
        let id = CodecId::new("one.byte").unwrap();
        let stack = stack(&ten(2))
            .with_physical_host(Arc::new(OneByte), id)
            .unwrap();
        let frame = local("tip");
        let frame = datafusion_inline::InlinedScalar::of(&frame).unwrap();
        let frame = frame.definition().frame().to_vec();
        let bytes = stack.physical_plan_to_bytes(&plan).unwrap();
        assert!(
            occurrences(&bytes, &frame) > 1,
            "in the filter of the scan, and above it"
        );
        assert_eq!(occurrences(&bytes, definition().body()), 0);
        let receiver = context_with(&[]).await;
        let decoded = stack
            .physical_plan_from_bytes(&bytes, &receiver.task_ctx())
            .unwrap();
        assert!(sum(decoded, &receiver).await.contains("| 33 |"));
        let strict = stack.with_policy(InliningPolicy::Disabled);
        let bytes = strict.physical_plan_to_bytes(&plan).unwrap();
        assert_eq!(occurrences(&bytes, &frame), 0);
        let knowing = context_with(&[&local("tip")]).await;
        let decoded = strict
            .physical_plan_from_bytes(&bytes, &knowing.task_ctx())
            .unwrap();
        assert!(sum(decoded, &knowing).await.contains("| 33 |"));
    });
}

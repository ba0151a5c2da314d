//! INSERT into tables that a host reads and writes itself.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{SchemaExt, exec_err};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::dml::InsertOp;
use datafusion::physical_expr::EquivalenceProperties;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PhysicalExpr, PlanProperties, execute_input_stream,
};
use futures::channel::mpsc::{self, Sender};
use futures::future::Either;
use futures::{SinkExt, StreamExt, future, stream};

use crate::{InlineError, RowSource};

/// Batches that wait for the source.
const AHEAD: usize = 2;

/// An extension of a planning session's configuration: the plan will be run by another library, on threads of its own.
#[derive(Debug)]
pub struct RunElsewhere;

/// Takes its input in where the engine's own sink does not serve: a planner of another library does not see that the rows
/// of all partitions have to meet. The input is begun and polled by whoever runs this: operators of another library's
/// would end the process on a thread that has not their runtime.
pub struct SourceInsert {
    insertion: Insertion,
    properties: Arc<PlanProperties>,
}

/// What is to be done.
#[derive(Clone)]
pub(super) struct Insertion {
    pub(super) table: String,
    pub(super) source: Arc<dyn RowSource>,
    pub(super) schema: SchemaRef,
    pub(super) op: InsertOp,
    pub(super) input: Arc<dyn ExecutionPlan>,
    /// The plan will be run by another library.
    pub(super) elsewhere: bool,
}

impl Insertion {
    /// All rows, as one stream. Another library's are polled here, one partition beside the other.
    fn rows(&self, context: &Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let begin = |plan: &Arc<dyn ExecutionPlan>, partition| {
            let schema = Arc::clone(&self.schema);
            execute_input_stream(Arc::clone(plan), schema, partition, Arc::clone(context))
        };
        if !self.elsewhere {
            let all = Arc::new(CoalescePartitionsExec::new(Arc::clone(&self.input)));
            return begin(&(all as _), 0);
        }
        let partitions = 0..self.input.output_partitioning().partition_count();
        let begun = partitions.map(|partition| begin(&self.input, partition));
        let rows = stream::select_all(begun.collect::<Result<Vec<_>>>()?);
        let schema = self.input.schema();
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, rows)))
    }

    /// Hands the rows on until the source takes no more. Without the end at the end, they were not all.
    async fn hand_on(
        mut rows: SendableRecordBatchStream,
        mut to: Sender<Option<Result<RecordBatch>>>,
    ) {
        while let Some(batch) = rows.next().await {
            let failed = batch.is_err();
            if to.send(Some(batch)).await.is_err() || failed {
                return;
            }
        }
        let _ = to.send(None).await;
    }

    async fn inserted(self, rows: SendableRecordBatchStream) -> Result<u64> {
        let (sender, receiver) = mpsc::channel(AHEAD);
        let handed = receiver
            .chain(stream::once(async {
                Some(exec_err!("the statement was cancelled"))
            }))
            .take_while(|batch| future::ready(batch.is_some()))
            .filter_map(future::ready);
        let schema = self.input.schema();
        let handed = Box::pin(RecordBatchStreamAdapter::new(schema, handed));
        let insert = pin!(self.source.insert(self.op, handed));
        match future::select(insert, pin!(Self::hand_on(rows, sender))).await {
            Either::Left((inserted, _)) => inserted,
            Either::Right(((), insert)) => insert.await,
        }
    }
}

impl SourceInsert {
    /// The plan that hands all rows of the input to the source, as one stream.
    pub(super) fn planned(insertion: Insertion) -> Result<Self> {
        let given = insertion.input.schema();
        insertion
            .schema
            .logically_equivalent_names_and_types(&given)?;
        Ok(Self::new(insertion))
    }

    /// Says that it has no bytes.
    pub(crate) fn unwritable(&self) -> InlineError {
        InlineError::UnwritableTable {
            name: self.insertion.table.clone(),
            reason: "an execution plan puts rows into it where it was made; the logical plan of the INSERT travels"
                .to_owned(),
        }
    }

    fn new(insertion: Insertion) -> Self {
        let count = Field::new("count", DataType::UInt64, false);
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::new(Schema::new(vec![count]))),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self {
            insertion,
            properties: Arc::new(properties),
        }
    }
}

impl fmt::Debug for SourceInsert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Insertion { op, source, .. } = &self.insertion;
        write!(f, "SourceInsert({op}, {source:?})")
    }
}

impl DisplayAs for SourceInsert {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SourceInsert: op={}", self.insertion.op)
    }
}

impl ExecutionPlan for SourceInsert {
    fn name(&self) -> &str {
        "SourceInsert"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.insertion.input]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(Arc::new(Self::new(Insertion {
            input: children.swap_remove(0),
            ..self.insertion.clone()
        })))
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn execute(&self, _: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let rows = self.insertion.rows(&context)?;
        let (insertion, schema) = (self.insertion.clone(), self.schema());
        let answer = Arc::clone(&schema);
        let inserted = async move {
            let count: ArrayRef =
                Arc::new(UInt64Array::from(vec![insertion.inserted(rows).await?]));
            Ok(RecordBatch::try_new(answer, vec![count])?)
        };
        let inserted = stream::once(inserted);
        Ok(Box::pin(RecordBatchStreamAdapter::new(schema, inserted)))
    }
}

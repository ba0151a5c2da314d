//! Limits on what is wide or deep in other ways than a tree of expressions: types, partitions, shared parts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Schema};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

use crate::InlineError;

/// Levels of a type; readers and writers of schemas recurse over them on the caller's stack.
pub const TYPE_LIMIT: usize = 128;

/// Partitions of an operator; running it makes a queue for each at once.
pub const PARTITION_LIMIT: usize = 1 << 16;

/// Queues between the partitions of a repartition, one for each input and output; they take some 700 bytes each.
const QUEUE_LIMIT: usize = 1 << 20;

/// Rows of a batch; operators make room for a whole one at once, and the process ends where that cannot be had.
pub const BATCH_LIMIT: u64 = 1 << 20;

/// Operators of a query with its shared parts written out, as the optimizer walks over it.
const UNFOLDED_LIMIT: usize = 1 << 16;

/// Fails if a column's type has more levels than can be written and read.
pub fn check_types(schema: &Schema) -> Result<(), InlineError> {
    for field in schema.fields() {
        let mut stack = vec![(field.data_type(), 1)];
        while let Some((data_type, level)) = stack.pop() {
            if level > TYPE_LIMIT {
                let what = format!("type of column '{}'", field.name());
                return Err(beyond(
                    what,
                    "levels",
                    level,
                    TYPE_LIMIT,
                    "Cast the column in the query.",
                ));
            }
            stack.extend(inner(data_type).into_iter().map(|one| (one, level + 1)));
        }
    }
    Ok(())
}

fn inner(data_type: &DataType) -> Vec<&DataType> {
    match data_type {
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _)
        | DataType::Map(item, _) => vec![item.data_type()],
        DataType::Struct(fields) => fields.iter().map(|field| field.data_type()).collect(),
        DataType::Union(fields, _) => fields.iter().map(|(_, field)| field.data_type()).collect(),
        DataType::Dictionary(keys, values) => vec![keys.as_ref(), values.as_ref()],
        DataType::RunEndEncoded(ends, values) => vec![ends.data_type(), values.data_type()],
        _ => Vec::new(),
    }
}

/// Fails if an operator of the plan has more partitions than a process can hold.
pub fn check_partitions(plan: &Arc<dyn ExecutionPlan>) -> Result<(), InlineError> {
    let mut seen = HashSet::new();
    let mut stack = vec![plan];
    while let Some(plan) = stack.pop() {
        if !seen.insert(Arc::as_ptr(plan).cast::<()>()) {
            continue;
        }
        let partitions = plan.output_partitioning().partition_count();
        if partitions > PARTITION_LIMIT {
            let what = format!("operator {}", plan.name());
            let remedy = "Make the plan with fewer target partitions.";
            return Err(beyond(
                what,
                "partitions",
                partitions,
                PARTITION_LIMIT,
                remedy,
            ));
        }
        if let Some(repartition) = plan.downcast_ref::<RepartitionExec>() {
            let inputs = repartition.input().output_partitioning();
            check_queues(inputs.partition_count(), partitions)?;
        }
        stack.extend(plan.children());
    }
    Ok(())
}

fn check_queues(inputs: usize, outputs: usize) -> Result<(), InlineError> {
    let queues = inputs.saturating_mul(outputs);
    if queues <= QUEUE_LIMIT {
        return Ok(());
    }
    Err(beyond(
        format!("repartition of {inputs} partitions into {outputs}"),
        "queues",
        queues,
        QUEUE_LIMIT,
        "Make the plan with fewer target partitions.",
    ))
}

/// Fails if a query that uses parts of itself several times is too large when they are written out.
pub(super) fn check_unfolded(plan: &LogicalPlan) -> Result<(), InlineError> {
    let mut sizes: HashMap<*const LogicalPlan, usize> = HashMap::new();
    let mut stack = vec![(plan, false)];
    while let Some((plan, measured)) = stack.pop() {
        let key = std::ptr::from_ref(plan);
        if sizes.contains_key(&key) {
            continue;
        }
        let inputs = plan.inputs();
        if !measured {
            stack.push((plan, true));
            stack.extend(inputs.into_iter().map(|input| (input, false)));
            continue;
        }
        let below = inputs.iter().map(|input| {
            let known = sizes.get(&std::ptr::from_ref(*input));
            known.copied().unwrap_or(1)
        });
        let size = below.fold(1_usize, usize::saturating_add);
        if size > UNFOLDED_LIMIT {
            let remedy = "Write what is used several times to a table.";
            return Err(beyond(
                "query".to_owned(),
                "operators",
                size,
                UNFOLDED_LIMIT,
                remedy,
            ));
        }
        sizes.insert(key, size);
    }
    Ok(())
}

fn beyond(
    what: String,
    measure: &'static str,
    measured: usize,
    limit: usize,
    remedy: &'static str,
) -> InlineError {
    InlineError::TooDeep {
        what,
        measure,
        measured,
        limit,
        remedy,
    }
}

//! An aggregate function of a host written in Rust, which does wrong what it is told to.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int32Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::common::exec_err;
use datafusion::error::Result;
use datafusion::logical_expr::{AggregateUDF, Signature, TypeSignature, Volatility};
use datafusion_inline::message::{
    Callable, FunctionHints, FunctionKind, FunctionVolatility, InlinedFunction, inlined_function,
};
use datafusion_inline::{
    AggregateCall, AggregateCallable, Definition, Emit, GroupStates, InlinedAggregate,
    fields_to_ipc, signature_to_message,
};

/// What a host does wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fault {
    #[default]
    None,
    Type,
    Length,
    Null,
    StateCount,
    StateType,
    Fails,
}

/// Adds numbers up.
#[derive(Debug, Default)]
pub struct Total {
    pub fault: Fault,
    pub opened: Arc<AtomicUsize>,
    pub calls: Arc<AtomicUsize>,
}

impl AggregateCallable for Total {
    fn open(&self, call: &AggregateCall<'_>) -> Result<Box<dyn GroupStates>> {
        assert_eq!(call.fields.len(), 1);
        self.opened.fetch_add(1, Ordering::SeqCst);
        Ok(Box::new(Totals {
            fault: self.fault,
            calls: Arc::clone(&self.calls),
            totals: Vec::new(),
        }))
    }
}

#[derive(Debug)]
struct Totals {
    fault: Fault,
    calls: Arc<AtomicUsize>,
    totals: Vec<i64>,
}

impl Totals {
    fn add(&mut self, values: &[ArrayRef], groups: &[usize], total: usize, sign: i64) {
        assert!(!groups.is_empty() && groups.iter().all(|group| *group < total));
        self.totals.resize(self.totals.len().max(total), 0);
        let values = values[0].as_primitive::<Int64Type>();
        for (row, group) in groups
            .iter()
            .enumerate()
            .filter(|(row, _)| values.is_valid(*row))
        {
            self.totals[*group] += sign * values.value(row);
        }
    }

    fn emit(&mut self, emit: Emit) -> ArrayRef {
        self.totals.resize(self.totals.len().max(emit.groups), 0);
        let answer = Int64Array::from(self.totals[..emit.groups].to_vec());
        if !emit.keep {
            self.totals.drain(..emit.groups);
        }
        Arc::new(answer)
    }
}

impl GroupStates for Totals {
    fn update(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.fault == Fault::Fails {
            return exec_err!("no more");
        }
        self.add(values, groups, total, 1);
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.add(states, groups, total, 1);
        Ok(())
    }

    fn retract(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.add(values, groups, total, -1);
        Ok(())
    }

    fn evaluate(&mut self, emit: Emit) -> Result<ArrayRef> {
        Ok(match self.fault {
            Fault::Type => Arc::new(Int32Array::from(vec![1; emit.groups])),
            Fault::Length => Arc::new(Int64Array::from(vec![1; emit.groups + 1])),
            Fault::Null => Arc::new(Int64Array::from(vec![None; emit.groups])),
            _ => self.emit(emit),
        })
    }

    fn state(&mut self, emit: Emit) -> Result<Vec<ArrayRef>> {
        Ok(match self.fault {
            Fault::StateCount => vec![],
            Fault::StateType => vec![Arc::new(Int32Array::from(vec![1; emit.groups]))],
            _ => vec![self.emit(emit)],
        })
    }

    fn size(&self) -> usize {
        self.totals.capacity() * size_of::<i64>()
    }
}

pub fn message(name: &str, retract: bool) -> InlinedFunction {
    let int64 = |name: &str| Field::new(name, DataType::Int64, true);
    let exact = TypeSignature::Exact(vec![DataType::Int64]);
    InlinedFunction {
        name: name.to_owned(),
        kind: FunctionKind::Aggregate.into(),
        volatility: FunctionVolatility::Immutable.into(),
        signature: Some(
            signature_to_message(&Signature::new(exact, Volatility::Immutable)).unwrap(),
        ),
        argument_fields: fields_to_ipc(vec![int64("a")]),
        result: Some(inlined_function::Result::ReturnField(fields_to_ipc(vec![
            Field::new("total", DataType::Int64, false),
        ]))),
        state_fields: fields_to_ipc(vec![int64("sum")]),
        hints: Some(FunctionHints {
            groups: true,
            retract,
            ..FunctionHints::default()
        }),
        callable: Some(Callable {
            codec_id: "test".to_owned(),
            payload: b"total".to_vec().into(),
            ..Callable::default()
        }),
        ..InlinedFunction::default()
    }
}

pub fn total(name: &str, callable: Total) -> AggregateUDF {
    let definition = Definition::from_message(&message(name, name == "total")).unwrap();
    let inlined = InlinedAggregate::local(definition, Arc::new(callable), None);
    AggregateUDF::new_from_impl(inlined)
}

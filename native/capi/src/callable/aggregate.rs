//! Aggregate functions of the host's, as the engine calls them.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion_inline::{AggregateCall, AggregateCallable, Definition, Emit, GroupStates};

use crate::boundary::{AccumulatorHost, AggregateHost, Columns, Grouping};
use crate::error::{Outcome, df_error};
use crate::failure::guarded;

/// An aggregate function that the host runs, one upcall a batch.
#[derive(Debug)]
pub struct HostAggregate {
    callback: AggregateHost,
    states: Vec<DataType>,
}

impl HostAggregate {
    /// Answers the callable of a definition.
    pub(crate) fn of(definition: &Definition, callback: AggregateHost) -> Self {
        let states = definition.state_fields().iter();
        Self {
            callback,
            states: states.map(|field| field.data_type().clone()).collect(),
        }
    }
}

impl AggregateCallable for HostAggregate {
    fn open(&self, call: &AggregateCall<'_>) -> Result<Box<dyn GroupStates>> {
        guarded("AggregateUDF::open", || {
            let fields = call.fields.iter().chain([call.return_field]);
            let fields: Vec<FieldRef> = fields.cloned().collect();
            let states = HostStates {
                callback: self.callback.open(&fields)?,
                result: call.return_field.data_type().clone(),
                states: self.states.clone(),
            };
            Ok(Box::new(states) as Box<dyn GroupStates>)
        })
    }

    fn return_field(&self, fields: &[FieldRef]) -> Result<FieldRef> {
        guarded("AggregateUDF::return_field", || {
            self.callback.return_field(fields)
        })
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        guarded("AggregateUDF::coerce_types", || {
            let fields = types.iter().enumerate().map(|(index, data_type)| {
                Arc::new(Field::new(index.to_string(), data_type.clone(), true))
            });
            self.callback.coerce_types(&fields.collect::<Vec<_>>())
        })
    }
}

/// The states of a call's groups.
#[derive(Debug)]
struct HostStates {
    callback: AccumulatorHost,
    result: DataType,
    states: Vec<DataType>,
}

impl GroupStates for HostStates {
    fn update(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        guarded("GroupsAccumulator::update_batch", || {
            let (columns, grouping) = handed(values, groups, total)?;
            self.callback.update(columns, &grouping)
        })
    }

    fn merge(&mut self, states: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        guarded("GroupsAccumulator::merge_batch", || {
            let (columns, grouping) = handed(states, groups, total)?;
            self.callback.merge(columns, &grouping)
        })
    }

    fn retract(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        guarded("Accumulator::retract_batch", || {
            let (columns, grouping) = handed(values, groups, total)?;
            self.callback.retract(columns, &grouping)
        })
    }

    fn evaluate(&mut self, emit: Emit) -> Result<ArrayRef> {
        guarded("GroupsAccumulator::evaluate", || {
            self.callback.evaluate(emit.groups, emit.keep, &self.result)
        })
    }

    fn state(&mut self, emit: Emit) -> Result<Vec<ArrayRef>> {
        guarded("GroupsAccumulator::state", || {
            self.callback.state(emit.groups, emit.keep, &self.states)
        })
    }

    fn size(&self) -> usize {
        self.callback.size()
    }
}

fn handed(values: &[ArrayRef], groups: &[usize], total: usize) -> Outcome<(Columns, Grouping)> {
    let number = |value: usize| {
        i32::try_from(value).map_err(|_| df_error::invalid(format!("group {value}")))
    };
    let grouping = Grouping {
        groups: groups
            .iter()
            .map(|group| number(*group))
            .collect::<Outcome<_>>()?,
        total: i64::from(number(total)?),
    };
    let columns: Vec<_> = values
        .iter()
        .map(|column| (Arc::clone(column), false))
        .collect();
    Ok((Columns::of(&columns, groups.len())?, grouping))
}

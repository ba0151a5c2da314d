//! What a call of an aggregate counts on, and who checks it.

use datafusion::arrow::array::{Array, ArrayRef, new_empty_array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::exec_datafusion_err;
use datafusion::error::{DataFusionError, Result};

use crate::{Emit, FunctionKind, GroupStates, InlineError};

/// The types of a call.
#[derive(Debug, Clone)]
pub(super) struct Promise {
    pub name: String,
    pub arguments: Vec<DataType>,
    pub states: Vec<FieldRef>,
    pub result: FieldRef,
}

impl Promise {
    pub(super) fn wrong(&self, reason: String) -> DataFusionError {
        InlineError::WrongResult {
            kind: FunctionKind::Aggregate,
            name: self.name.clone(),
            reason,
        }
        .into()
    }

    fn check_input<'a>(
        &self,
        what: &str,
        given: &[ArrayRef],
        declared: impl ExactSizeIterator<Item = &'a DataType>,
        rows: usize,
    ) -> Result<()> {
        let count = declared.len();
        let fits = given.len() == count
            && given.iter().zip(declared).all(|(array, declared)| {
                array.data_type().equals_datatype(declared) && array.len() == rows
            });
        if fits {
            return Ok(());
        }
        let given: Vec<_> = given.iter().map(|array| array.data_type()).collect();
        Err(self.wrong(format!(
            "the plan hands it {what} of {given:?}, not what it declares; make the plan with this function"
        )))
    }

    fn check_groups(&self, groups: &[usize], total: usize) -> Result<()> {
        if total > i32::MAX as usize {
            return Err(DataFusionError::ResourcesExhausted(format!(
                "aggregate function '{}' is called for {total} groups; {} are possible",
                self.name,
                i32::MAX
            )));
        }
        match groups.iter().find(|group| **group >= total) {
            Some(group) => Err(self.wrong(format!(
                "the plan hands it rows of group {group}, and there are {total}"
            ))),
            None => Ok(()),
        }
    }

    /// Release builds of the engine do not check what a function answers.
    fn check_answer(&self, what: &str, field: &Field, array: &ArrayRef, rows: usize) -> Result<()> {
        if array.data_type() != field.data_type() {
            return Err(self.wrong(format!(
                "it answered {what} of type {}, and {} was promised",
                array.data_type(),
                field.data_type()
            )));
        }
        if array.len() != rows {
            return Err(self.wrong(format!(
                "it answered {what} of {} rows for {rows} groups",
                array.len()
            )));
        }
        let nulls = array.logical_null_count();
        if nulls > 0 && !field.is_nullable() {
            return Err(self.wrong(format!(
                "it answered {nulls} nulls as {what}, which is declared not nullable"
            )));
        }
        Ok(())
    }
}

/// The states of a host, all that goes in and out of them checked. After an error nothing is known of
/// them, so they answer no more.
#[derive(Debug)]
pub(super) struct Checked {
    promise: Promise,
    states: Box<dyn GroupStates>,
    failed: bool,
}

impl Checked {
    pub(super) fn new(promise: Promise, states: Box<dyn GroupStates>) -> Self {
        Self {
            promise,
            states,
            failed: false,
        }
    }

    fn attempt<T>(
        &mut self,
        call: impl FnOnce(&Promise, &mut dyn GroupStates) -> Result<T>,
    ) -> Result<T> {
        if self.failed {
            return Err(exec_datafusion_err!(
                "aggregate function '{}' has failed before, and its states with it",
                self.promise.name
            ));
        }
        self.failed = true;
        let answer = call(&self.promise, self.states.as_mut())?;
        self.failed = false;
        Ok(answer)
    }
}

impl GroupStates for Checked {
    fn update(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.attempt(|promise, states| {
            promise.check_groups(groups, total)?;
            promise.check_input("arguments", values, promise.arguments.iter(), groups.len())?;
            if groups.is_empty() {
                return Ok(());
            }
            states.update(values, groups, total)
        })
    }

    fn merge(&mut self, partial: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.attempt(|promise, states| {
            promise.check_groups(groups, total)?;
            let declared = promise.states.iter().map(|field| field.data_type());
            promise.check_input("partial states", partial, declared, groups.len())?;
            for (field, array) in promise.states.iter().zip(partial) {
                if !field.is_nullable() && array.logical_null_count() > 0 {
                    return Err(promise.wrong(format!(
                        "the plan hands it partial states whose '{}' is null",
                        field.name()
                    )));
                }
            }
            if groups.is_empty() {
                return Ok(());
            }
            states.merge(partial, groups, total)
        })
    }

    fn retract(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> Result<()> {
        self.attempt(|promise, states| {
            promise.check_groups(groups, total)?;
            promise.check_input("arguments", values, promise.arguments.iter(), groups.len())?;
            if groups.is_empty() {
                return Ok(());
            }
            states.retract(values, groups, total)
        })
    }

    fn evaluate(&mut self, emit: Emit) -> Result<ArrayRef> {
        self.attempt(|promise, states| {
            if emit.groups == 0 {
                return Ok(new_empty_array(promise.result.data_type()));
            }
            let results = states.evaluate(emit)?;
            promise.check_answer("results", &promise.result, &results, emit.groups)?;
            Ok(results)
        })
    }

    fn state(&mut self, emit: Emit) -> Result<Vec<ArrayRef>> {
        self.attempt(|promise, states| {
            if emit.groups == 0 {
                let fields = promise.states.iter();
                return Ok(fields
                    .map(|field| new_empty_array(field.data_type()))
                    .collect());
            }
            let partial = states.state(emit)?;
            if partial.len() != promise.states.len() {
                return Err(promise.wrong(format!(
                    "it answered {} state columns, and declares {}",
                    partial.len(),
                    promise.states.len()
                )));
            }
            for (field, array) in promise.states.iter().zip(&partial) {
                let what = format!("state '{}'", field.name());
                promise.check_answer(&what, field, array, emit.groups)?;
            }
            Ok(partial)
        })
    }

    fn size(&self) -> usize {
        self.states.size()
    }
}

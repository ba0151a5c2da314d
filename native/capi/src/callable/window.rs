//! Window functions of the host's, as the engine calls them.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, new_empty_array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::Result;
use datafusion_inline::{WindowCall, WindowCallable, WindowEvaluator};

use crate::boundary::structs::{DF_WINDOW_IGNORES_NULLS, DF_WINDOW_REVERSED};
use crate::boundary::{Columns, EvaluatorHost, NewColumns, WindowHost};
use crate::error::Outcome;
use crate::failure::guarded;

/// A window function that the host evaluates.
#[derive(Debug)]
pub struct HostWindow {
    callback: WindowHost,
}

impl HostWindow {
    pub(crate) fn new(callback: WindowHost) -> Self {
        Self { callback }
    }

    fn evaluator(&self, call: &WindowCall) -> Outcome<HostEvaluator> {
        let arguments = call.arguments.iter();
        let literals =
            arguments
                .clone()
                .zip(&call.literals)
                .map(|(field, literal)| match literal {
                    Some(value) => Ok((value.to_array()?, true)),
                    None => Ok((new_empty_array(field.data_type()), false)),
                });
        let literals = Columns::of(&literals.collect::<Result<Vec<_>>>()?, 0)?;
        let fields: Vec<_> = arguments.chain([&call.result]).cloned().collect();
        let nulls = if call.ignore_nulls {
            DF_WINDOW_IGNORES_NULLS
        } else {
            0
        };
        let order = if call.reversed { DF_WINDOW_REVERSED } else { 0 };
        Ok(HostEvaluator {
            callback: self.callback.open(&fields, literals, nulls | order)?,
            arguments: call.arguments.clone(),
            result: call.result.data_type().clone(),
            known: None,
        })
    }
}

impl WindowCallable for HostWindow {
    fn open(&self, call: &WindowCall) -> Result<Box<dyn WindowEvaluator>> {
        let evaluator = guarded("WindowUDF::partition_evaluator", || self.evaluator(call))?;
        Ok(Box::new(evaluator))
    }

    fn return_field(&self, arguments: &[FieldRef]) -> Result<FieldRef> {
        guarded("WindowUDF::field", || self.callback.return_field(arguments))
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        guarded("WindowUDF::coerce_types", || {
            let fields = types.iter().enumerate().map(|(index, data_type)| {
                Arc::new(Field::new(index.to_string(), data_type.clone(), true))
            });
            self.callback.coerce_types(&fields.collect::<Vec<_>>())
        })
    }
}

/// The evaluator of one partition. Columns cross when they are others than those of the call before.
#[derive(Debug)]
struct HostEvaluator {
    callback: EvaluatorHost,
    arguments: Vec<FieldRef>,
    result: DataType,
    known: Option<Vec<ArrayRef>>,
}

impl HostEvaluator {
    fn columns(&self, values: &[ArrayRef], rows: usize) -> Outcome<NewColumns> {
        let fields =
            values
                .iter()
                .enumerate()
                .map(|(index, column)| match self.arguments.get(index) {
                    Some(argument) if argument.data_type() == column.data_type() => {
                        argument.clone()
                    }
                    _ => {
                        let order = index.saturating_sub(self.arguments.len());
                        let name = format!("order_by_{order}");
                        Arc::new(Field::new(name, column.data_type().clone(), true))
                    }
                });
        let columns: Vec<_> = values
            .iter()
            .map(|column| (Arc::clone(column), false))
            .collect();
        Ok(NewColumns {
            fields: fields.collect(),
            columns: Columns::of(&columns, rows)?,
        })
    }

    fn is_known(&self, values: &[ArrayRef]) -> bool {
        self.known.as_ref().is_some_and(|known| {
            known.len() == values.len()
                && known
                    .iter()
                    .zip(values)
                    .all(|(known, given)| Arc::ptr_eq(known, given))
        })
    }

    fn evaluate_ranges(
        &mut self,
        values: &[ArrayRef],
        rows: usize,
        ranges: &[Range<usize>],
    ) -> Outcome<ArrayRef> {
        let new = if self.is_known(values) {
            None
        } else {
            Some(self.columns(values, rows)?)
        };
        self.known = None;
        let answer = self.callback.evaluate(new, ranges, &self.result)?;
        // Without columns only the number of rows could be new, and it crosses with them.
        self.known = Some(values.to_vec()).filter(|values| !values.is_empty());
        Ok(answer)
    }
}

impl WindowEvaluator for HostEvaluator {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        guarded("PartitionEvaluator::evaluate_all", || {
            self.known = None;
            let columns = self.columns(values, rows)?;
            self.callback.evaluate_all(columns, &self.result)
        })
    }

    fn evaluate(
        &mut self,
        values: &[ArrayRef],
        rows: usize,
        ranges: &[Range<usize>],
    ) -> Result<ArrayRef> {
        guarded("PartitionEvaluator::evaluate", || {
            self.evaluate_ranges(values, rows, ranges)
        })
    }

    fn evaluate_all_with_rank(&mut self, rows: usize, groups: &[Range<usize>]) -> Result<ArrayRef> {
        guarded("PartitionEvaluator::evaluate_all_with_rank", || {
            self.callback
                .evaluate_all_with_rank(rows, groups, &self.result)
        })
    }

    fn ranges(&mut self, rows: Range<usize>, count: usize) -> Result<Vec<Range<usize>>> {
        guarded("PartitionEvaluator::get_range", || {
            self.callback.ranges(rows, count)
        })
    }

    fn memoize(&mut self, frame: &Range<usize>) -> Result<usize> {
        guarded("PartitionEvaluator::memoize", || {
            self.callback.memoize(frame)
        })
    }
}

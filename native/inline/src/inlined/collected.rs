//! DISTINCT and ORDER BY within a call: rows are collected, and the function sees them when a result is asked for.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, ListArray, StructArray, UInt32Array, UInt64Array,
    new_empty_array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{
    SortColumn, SortOptions, concat, filter, lexsort_to_indices, take,
};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::error::{DataFusionError, Result};

use super::promise::Promise;
use crate::{Emit, GroupStates};

/// Rows that a function sees in one call.
const CHUNK: usize = 1 << 16;

/// So many rows are not worth looking for equal ones.
const FEW: usize = 1 << 13;

/// What is collected of a call: its arguments, then its sort keys.
#[derive(Debug, Clone)]
pub(super) struct Collecting {
    pub distinct: bool,
    pub arguments: Fields,
    pub keys: Fields,
    pub order: Vec<SortOptions>,
}

impl Collecting {
    fn columns(&self) -> Fields {
        self.arguments.iter().chain(&self.keys).cloned().collect()
    }

    /// Answers the one field of partial states: a list of the rows.
    pub(super) fn state_field(&self, name: String) -> Field {
        let columns = self.columns();
        let columns = columns
            .iter()
            .enumerate()
            .map(|(index, field)| Field::new(format!("c{index}"), field.data_type().clone(), true));
        let row = Field::new("item", DataType::Struct(columns.collect()), false);
        Field::new(name, DataType::List(Arc::new(row)), false)
    }
}

/// The rows of all groups. They go through the function's own states, which hold nothing in between.
#[derive(Debug)]
pub(super) struct Collected {
    promise: Promise,
    collecting: Collecting,
    state: FieldRef,
    states: Box<dyn GroupStates>,
    columns: Vec<Vec<ArrayRef>>,
    groups: Vec<u64>,
    bytes: usize,
    /// How many rows were left when equal ones were last looked for.
    distinct_rows: usize,
}

impl Collected {
    pub(super) fn new(
        promise: Promise,
        collecting: Collecting,
        states: Box<dyn GroupStates>,
    ) -> Self {
        Self {
            state: Arc::new(collecting.state_field("rows".to_owned())),
            columns: vec![Vec::new(); collecting.columns().len()],
            promise,
            collecting,
            states,
            groups: Vec::new(),
            bytes: 0,
            distinct_rows: 0,
        }
    }

    fn collect(&mut self, values: &[ArrayRef], groups: impl Iterator<Item = u64>) -> Result<()> {
        for (column, values) in self.columns.iter_mut().zip(values) {
            self.bytes += values.to_data().get_slice_memory_size()?;
            column.push(Arc::clone(values));
        }
        self.groups.extend(groups);
        if self.collecting.distinct && self.groups.len() > FEW.max(2 * self.distinct_rows) {
            self.drop_equal_rows()?;
        }
        Ok(())
    }

    /// Answers the collected columns, each as one array.
    fn joined(&self) -> Result<Vec<ArrayRef>> {
        let fields = self.collecting.columns();
        let joined = self.columns.iter().zip(&fields).map(|(parts, field)| {
            let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
            match parts.as_slice() {
                [] => Ok(new_empty_array(field.data_type())),
                parts => Ok(concat(parts)?),
            }
        });
        joined.collect()
    }

    fn replace(&mut self, columns: Vec<ArrayRef>, groups: Vec<u64>) -> Result<()> {
        self.bytes = 0;
        for column in &columns {
            self.bytes += column.to_data().get_slice_memory_size()?;
        }
        self.columns = columns.into_iter().map(|column| vec![column]).collect();
        self.groups = groups;
        Ok(())
    }

    /// Of rows that are equal in their arguments, the one stays that is first in the order of the call.
    fn drop_equal_rows(&mut self) -> Result<()> {
        let columns = self.joined()?;
        let order = self.order(&columns)?;
        let columns = columns.iter().map(|column| Ok(take(column, &order, None)?));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        let group = |row: &u32| self.groups[*row as usize];
        let groups: Vec<u64> = order.values().iter().map(group).collect();
        let mut compared = vec![Arc::new(UInt64Array::from(groups.clone())) as ArrayRef];
        let arguments = columns.iter().take(self.collecting.arguments.len());
        compared.extend(arguments.cloned());
        let sorts = compared
            .iter()
            .map(|column| SortField::new(column.data_type().clone()));
        let rows = RowConverter::new(sorts.collect())?.convert_columns(&compared)?;
        let mut seen = HashSet::with_capacity(rows.num_rows());
        let first: Vec<bool> = rows
            .iter()
            .map(|row| seen.insert(row.data().to_vec()))
            .collect();
        let first = BooleanArray::from(first);
        let columns = columns.iter().map(|column| Ok(filter(column, &first)?));
        let columns = columns.collect::<Result<_>>()?;
        let groups = first
            .values()
            .set_indices()
            .map(|row| groups[row])
            .collect();
        self.replace(columns, groups)?;
        self.distinct_rows = self.groups.len();
        Ok(())
    }

    /// Takes the rows of the first groups out, in the order that the call asks for, and their groups.
    fn emitted(&mut self, emit: Emit) -> Result<(Vec<ArrayRef>, Vec<usize>)> {
        if self.collecting.distinct {
            self.drop_equal_rows()?;
        }
        let columns = self.joined()?;
        let order = self.order(&columns)?;
        let end = order
            .values()
            .partition_point(|row| (self.groups[*row as usize] as usize) < emit.groups);
        let (now, later) = (order.slice(0, end), order.slice(end, order.len() - end));
        let picked = |rows: &UInt32Array| {
            let columns = columns.iter().map(|column| Ok(take(column, rows, None)?));
            columns.collect::<Result<Vec<_>>>()
        };
        let group = |row: &u32| self.groups[*row as usize];
        let emitted = picked(&now)?;
        let groups = now.values().iter().map(|row| group(row) as usize).collect();
        if !emit.keep {
            let rest = later
                .values()
                .iter()
                .map(|row| group(row) - emit.groups as u64);
            let rest = rest.collect();
            self.replace(picked(&later)?, rest)?;
            self.distinct_rows = self.groups.len();
        }
        Ok((emitted, groups))
    }

    /// Rows by group, then by the sort keys, then as they came.
    fn order(&self, columns: &[ArrayRef]) -> Result<UInt32Array> {
        let rows = u32::try_from(self.groups.len()).map_err(|_| {
            let name = &self.promise.name;
            DataFusionError::ResourcesExhausted(format!(
                "DISTINCT or ORDER BY within aggregate function '{name}' over more than {} rows",
                u32::MAX
            ))
        })?;
        let plain = |values: ArrayRef| SortColumn {
            values,
            options: None,
        };
        let mut sorts = vec![plain(Arc::new(UInt64Array::from(self.groups.clone())))];
        let keys = &columns[self.collecting.arguments.len()..];
        for (values, options) in keys.iter().zip(&self.collecting.order) {
            sorts.push(SortColumn {
                values: Arc::clone(values),
                options: Some(*options),
            });
        }
        sorts.push(plain(Arc::new(UInt32Array::from_iter_values(0..rows))));
        Ok(lexsort_to_indices(&sorts, None)?)
    }
}

impl GroupStates for Collected {
    fn update(&mut self, values: &[ArrayRef], groups: &[usize], _total: usize) -> Result<()> {
        let fields = self.collecting.columns();
        let fits = values.len() == fields.len()
            && values.iter().zip(&fields).all(|(array, field)| {
                array.data_type().equals_datatype(field.data_type()) && array.len() == groups.len()
            });
        if !fits {
            return Err(self.promise.wrong(
                "the plan hands it other columns than its arguments and sort keys".to_owned(),
            ));
        }
        self.collect(values, groups.iter().map(|group| *group as u64))
    }

    fn merge(&mut self, states: &[ArrayRef], groups: &[usize], _total: usize) -> Result<()> {
        let list = match states {
            [rows] if rows.data_type().equals_datatype(self.state.data_type()) => {
                rows.as_list::<i32>()
            }
            _ => {
                return Err(self
                    .promise
                    .wrong("the plan hands it states that are no lists of rows".to_owned()));
            }
        };
        let (mut rows, mut owners) = (Vec::new(), Vec::new());
        for (index, group) in groups
            .iter()
            .enumerate()
            .filter(|(index, _)| list.is_valid(*index))
        {
            let (start, end) = (list.value_offsets()[index], list.value_offsets()[index + 1]);
            rows.extend(start as u32..end as u32);
            owners.extend(std::iter::repeat_n(*group as u64, (end - start) as usize));
        }
        let rows = UInt32Array::from(rows);
        let columns = list.values().as_struct().columns().iter();
        let columns = columns.map(|column| Ok(take(column, &rows, None)?));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        self.collect(&columns, owners.into_iter())
    }

    fn retract(&mut self, _: &[ArrayRef], _: &[usize], _: usize) -> Result<()> {
        Err(self
            .promise
            .wrong("rows are not taken back from a DISTINCT call".to_owned()))
    }

    fn evaluate(&mut self, emit: Emit) -> Result<ArrayRef> {
        let (columns, groups) = self.emitted(emit)?;
        for start in (0..groups.len()).step_by(CHUNK) {
            let rows = CHUNK.min(groups.len() - start);
            let arguments = columns.iter().take(self.collecting.arguments.len());
            let arguments: Vec<_> = arguments.map(|column| column.slice(start, rows)).collect();
            let groups = &groups[start..start + rows];
            self.states.update(&arguments, groups, emit.groups)?;
        }
        self.states.evaluate(Emit {
            groups: emit.groups,
            keep: false,
        })
    }

    fn state(&mut self, emit: Emit) -> Result<Vec<ArrayRef>> {
        let (columns, groups) = self.emitted(emit)?;
        let mut lengths = vec![0; emit.groups];
        groups.iter().for_each(|group| lengths[*group] += 1);
        let DataType::List(item) = self.state.data_type() else {
            return Err(self.promise.wrong("its rows are no list".to_owned()));
        };
        let DataType::Struct(fields) = item.data_type() else {
            return Err(self.promise.wrong("its rows are no structs".to_owned()));
        };
        let rows = StructArray::try_new(fields.clone(), columns, None)?;
        let offsets = OffsetBuffer::<i32>::from_lengths(lengths);
        let list = ListArray::try_new(Arc::clone(item), offsets, Arc::new(rows), None)?;
        Ok(vec![Arc::new(list)])
    }

    fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<u64>() + self.states.size()
    }
}

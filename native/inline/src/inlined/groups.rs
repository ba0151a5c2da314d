//! Group states as the engine calls them: for many groups, and for one.

use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::compute::{and, filter, prep_null_mask_filter};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};
use datafusion::scalar::ScalarValue;

use crate::{Emit, GroupStates};

/// Makes states anew.
pub(super) type Opened = Arc<dyn Fn() -> Result<Box<dyn GroupStates>> + Send + Sync>;

/// Which rows reach a function.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowsOf {
    /// IGNORE NULLS: rows in which one of so many first columns is null are left out.
    pub not_null: usize,
}

/// The rows that are left, and their groups where rows were left out.
type Kept = (Vec<ArrayRef>, Option<BooleanArray>);

impl RowsOf {
    fn kept(self, values: &[ArrayRef], given: Option<&BooleanArray>) -> Result<Kept> {
        let mut wanted = given.map(|wanted| match wanted.null_count() {
            0 => wanted.clone(),
            _ => prep_null_mask_filter(wanted),
        });
        for column in values.iter().take(self.not_null) {
            let nulls = column
                .logical_nulls()
                .filter(|nulls| nulls.null_count() > 0);
            if let Some(nulls) = nulls {
                let there = BooleanArray::new(nulls.into_inner(), None);
                wanted = Some(match wanted {
                    Some(wanted) => and(&wanted, &there)?,
                    None => there,
                });
            }
        }
        let Some(wanted) = wanted.filter(|wanted| wanted.true_count() < wanted.len()) else {
            return Ok((values.to_vec(), None));
        };
        let left = values.iter().map(|column| Ok(filter(column, &wanted)?));
        Ok((left.collect::<Result<_>>()?, Some(wanted)))
    }

    fn groups(groups: &[usize], wanted: Option<&BooleanArray>) -> Option<Vec<usize>> {
        let bits = wanted?.values();
        Some(bits.set_indices().map(|row| groups[row]).collect())
    }
}

/// States of many groups.
pub(super) struct Grouped {
    states: Box<dyn GroupStates>,
    rows: RowsOf,
    total: usize,
    opened: Opened,
    /// For rows that become states one by one.
    scratch: RefCell<Option<Box<dyn GroupStates>>>,
}

impl Grouped {
    pub(super) fn new(opened: Opened, rows: RowsOf) -> Result<Self> {
        Ok(Self {
            states: opened()?,
            rows,
            total: 0,
            opened,
            scratch: RefCell::new(None),
        })
    }

    fn emitted(&mut self, emit_to: EmitTo) -> Result<Emit> {
        let groups = match emit_to {
            EmitTo::All => self.total,
            EmitTo::First(groups) => groups,
        };
        match self.total.checked_sub(groups) {
            Some(rest) => self.total = rest,
            None => return internal_err!("{groups} groups of {} are asked for", self.total),
        }
        Ok(Emit {
            groups,
            keep: false,
        })
    }
}

impl GroupsAccumulator for Grouped {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        opt_filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.total = self.total.max(total_num_groups);
        let (values, wanted) = self.rows.kept(values, opt_filter)?;
        let groups = RowsOf::groups(group_indices, wanted.as_ref());
        let groups = groups.as_deref().unwrap_or(group_indices);
        self.states.update(&values, groups, total_num_groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let emit = self.emitted(emit_to)?;
        self.states.evaluate(emit)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        let emit = self.emitted(emit_to)?;
        self.states.state(emit)
    }

    fn merge_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        total_num_groups: usize,
    ) -> Result<()> {
        self.total = self.total.max(total_num_groups);
        self.states.merge(values, group_indices, total_num_groups)
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        opt_filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let rows = values.first().map_or(0, |column| column.len());
        let groups: Vec<usize> = (0..rows).collect();
        let (values, wanted) = self.rows.kept(values, opt_filter)?;
        let kept = RowsOf::groups(&groups, wanted.as_ref());
        let mut scratch = self.scratch.borrow_mut();
        let states = match &mut *scratch {
            Some(states) => states,
            none => none.insert((self.opened)()?),
        };
        states.update(&values, kept.as_deref().unwrap_or(&groups), rows)?;
        states.state(Emit {
            groups: rows,
            keep: false,
        })
    }

    fn size(&self) -> usize {
        let scratch = self.scratch.borrow();
        size_of::<Self>() + self.states.size() + scratch.as_ref().map_or(0, |states| states.size())
    }
}

/// States of one group: a query without GROUP BY, or a window.
#[derive(Debug)]
pub(super) struct Single {
    states: Box<dyn GroupStates>,
    rows: RowsOf,
    retracts: bool,
}

const ALL_OF_ONE: Emit = Emit {
    groups: 1,
    keep: true,
};

impl Single {
    pub(super) fn new(opened: &Opened, rows: RowsOf, retracts: bool) -> Result<Self> {
        Ok(Self {
            states: opened()?,
            rows,
            retracts,
        })
    }

    fn kept(&self, values: &[ArrayRef]) -> Result<(Vec<ArrayRef>, Vec<usize>)> {
        let (values, _) = self.rows.kept(values, None)?;
        let rows = values.first().map_or(0, |column| column.len());
        Ok((values, vec![0; rows]))
    }
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (values, groups) = self.kept(values)?;
        self.states.update(&values, &groups, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let results = self.states.evaluate(ALL_OF_ONE)?;
        ScalarValue::try_from_array(&results, 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.states.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let states = self.states.state(ALL_OF_ONE)?;
        states
            .iter()
            .map(|column| ScalarValue::try_from_array(column, 0))
            .collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let rows = states.first().map_or(0, |column| column.len());
        self.states.merge(states, &vec![0; rows], 1)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (values, groups) = self.kept(values)?;
        self.states.retract(&values, &groups, 1)
    }

    fn supports_retract_batch(&self) -> bool {
        self.retracts
    }
}

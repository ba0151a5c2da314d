//! The evaluator of one partition, as the engine sees it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::common::{exec_err, internal_err};
use datafusion::error::Result;
use datafusion::logical_expr::PartitionEvaluator;
use datafusion::logical_expr::window_state::WindowAggState;
use datafusion::scalar::ScalarValue;

use super::frames::Frames;
use super::window::InlinedWindow;
use crate::message::WindowHints;
use crate::{WindowCall, WindowEvaluator};

/// Opens the host's evaluator when it has rows for it, and asks it for as many rows at once as the engine is sure to
/// want: the engine asks for one row at a time.
pub(crate) struct InlinedEvaluator {
    function: InlinedWindow,
    call: WindowCall,
    hints: WindowHints,
    frames: Option<Frames>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    host: Option<Box<dyn WindowEvaluator>>,
    ahead: Ahead,
}

/// What was computed before the engine asked for it.
#[derive(Default)]
struct Ahead {
    /// The rows of the pass that the ranges are of.
    rows: usize,
    /// The ranges of rows that the engine has not asked the range of.
    ranges: VecDeque<Range<usize>>,
    /// The range that the engine was told last, until it asks for the value.
    told: Option<Range<usize>>,
    /// The ranges of values that the engine has not asked for, and the first of those values in `values`.
    answered: VecDeque<Range<usize>>,
    values: Option<(ArrayRef, usize)>,
}

impl InlinedEvaluator {
    pub(super) fn new(function: InlinedWindow, call: WindowCall) -> Self {
        Self {
            hints: function.window_hints(),
            function,
            call,
            frames: None,
            state: RefCell::default(),
        }
    }

    /// The same for a partition that is whole, whose frames can be computed at once.
    pub(crate) fn over(mut self, frames: Frames) -> Self {
        self.frames = Some(frames);
        self
    }

    fn ask<T>(
        &self,
        state: &mut State,
        question: impl FnOnce(&mut dyn WindowEvaluator) -> Result<T>,
    ) -> Result<T> {
        let host = match &mut state.host {
            Some(host) => host,
            none => none.insert(self.function.invocable()?.open(&self.call)?),
        };
        question(host.as_mut())
    }

    /// Release builds of the engine do not check what a function answers.
    fn check(&self, values: ArrayRef, rows: usize) -> Result<ArrayRef> {
        let promised = &self.call.result;
        if values.data_type() != promised.data_type() {
            return self.function.wrong(format!(
                "it answered values of type {}, and {} was promised",
                values.data_type(),
                promised.data_type()
            ));
        }
        if values.len() != rows {
            return self.function.wrong(format!(
                "it answered {} values, and {rows} were asked for",
                values.len()
            ));
        }
        let nulls = values.logical_null_count();
        if nulls > 0 && !promised.is_nullable() {
            return self.function.wrong(format!(
                "it answered {nulls} nulls, and its result is declared not nullable"
            ));
        }
        Ok(values)
    }

    fn check_ranges(&self, ranges: &[Range<usize>], expected: usize, rows: usize) -> Result<()> {
        if ranges.len() != expected {
            return self.function.wrong(format!(
                "it answered {} ranges, and {expected} were asked for",
                ranges.len()
            ));
        }
        match ranges
            .iter()
            .find(|range| range.start > range.end || range.end > rows)
        {
            None => Ok(()),
            Some(range) => self
                .function
                .wrong(format!("it answered range {range:?} of {rows} rows")),
        }
    }

    /// The ranges that the engine is sure to ask the values of, beginning with the one that it asks for now.
    fn wanted(
        &self,
        ahead: &Ahead,
        values: &[ArrayRef],
        range: &Range<usize>,
    ) -> Result<Vec<Range<usize>>> {
        let rows = ahead.rows;
        if let Some(frames) = &self.frames {
            let all = frames.of(values, self.call.arguments.len(), range)?;
            return Ok(all);
        }
        let mut wanted = vec![range.clone()];
        if ahead.told.as_ref() == Some(range) {
            // It stops at a range that may still grow. It did not at this one, so there is nothing to wait for.
            let to_the_end = self.hints.causal || range.end == rows;
            let sure = ahead
                .ranges
                .iter()
                .take_while(|next| to_the_end || next.end < rows);
            wanted.extend(sure.cloned());
        }
        Ok(wanted)
    }

    fn answer(
        &self,
        state: &mut State,
        values: &[ArrayRef],
        range: &Range<usize>,
    ) -> Result<ScalarValue> {
        if state.ahead.answered.is_empty() {
            let wanted = self.wanted(&state.ahead, values, range)?;
            let rows = rows_of(values, range).max(state.ahead.rows);
            let answer = self.ask(state, |host| host.evaluate(values, rows, &wanted))?;
            let answer = self.check(answer, wanted.len())?;
            state.ahead.values = Some((answer, 0));
            state.ahead.answered = wanted.into();
        }
        state.ahead.told = None;
        let expected = state.ahead.answered.pop_front();
        match (&mut state.ahead.values, expected) {
            (Some((values, next)), Some(expected)) if expected == *range => {
                *next += 1;
                ScalarValue::try_from_array(values, *next - 1)
            }
            (_, expected) => internal_err!(
                "the engine asks for the value of range {range:?}, and was to ask for {expected:?}"
            ),
        }
    }
}

/// A function without arguments and order has no values, and its ranges say what is there.
fn rows_of(values: &[ArrayRef], range: &Range<usize>) -> usize {
    values.first().map_or(range.end, |values| values.len())
}

impl PartitionEvaluator for InlinedEvaluator {
    fn memoize(&mut self, window: &mut WindowAggState) -> Result<()> {
        let state = &mut *self.state.borrow_mut();
        if state.host.is_none() {
            return Ok(());
        }
        let frame = window.window_frame_range.clone();
        let needed = self.ask(state, |host| host.memoize(&frame))?;
        if needed < frame.start || needed > frame.end {
            return self.function.wrong(format!(
                "it needs rows from {needed} on, and its last range is {frame:?}"
            ));
        }
        window.window_frame_range.start = needed;
        Ok(())
    }

    fn get_range(&self, row: usize, rows: usize) -> Result<Range<usize>> {
        if self.hints.uses_frame {
            return exec_err!("the range of '{}' is its frame", self.call.result.name());
        }
        let state = &mut *self.state.borrow_mut();
        // A range whose value was not asked for ended the pass before.
        let goes_on = state.ahead.told.is_none() && state.ahead.rows == rows;
        if !goes_on || state.ahead.ranges.len() != rows - row {
            let ranges = self.ask(state, |host| host.ranges(row..rows, rows))?;
            self.check_ranges(&ranges, rows - row, rows)?;
            state.ahead = Ahead {
                rows,
                ranges: ranges.into(),
                ..Ahead::default()
            };
        }
        state.ahead.told = state.ahead.ranges.pop_front();
        match &state.ahead.told {
            Some(range) => Ok(range.clone()),
            None => internal_err!("row {row} of {rows} has no range"),
        }
    }

    fn is_causal(&self) -> bool {
        self.hints.causal
    }

    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let state = &mut *self.state.borrow_mut();
        let answer = self.ask(state, |host| host.evaluate_all(values, rows))?;
        self.check(answer, rows)
    }

    fn evaluate(&mut self, values: &[ArrayRef], range: &Range<usize>) -> Result<ScalarValue> {
        let state = &mut *self.state.borrow_mut();
        self.answer(state, values, range)
    }

    fn evaluate_all_with_rank(&self, rows: usize, groups: &[Range<usize>]) -> Result<ArrayRef> {
        let state = &mut *self.state.borrow_mut();
        let answer = self.ask(state, |host| host.evaluate_all_with_rank(rows, groups))?;
        self.check(answer, rows)
    }

    fn supports_bounded_execution(&self) -> bool {
        self.hints.bounded
    }

    fn uses_window_frame(&self) -> bool {
        self.hints.uses_frame
    }

    fn include_rank(&self) -> bool {
        self.hints.includes_rank
    }
}

impl fmt::Debug for InlinedEvaluator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InlinedEvaluator")
            .field("function", &self.function)
            .finish_non_exhaustive()
    }
}

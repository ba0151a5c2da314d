//! Window functions: how they are evaluated.

use std::ops::Range;
use std::sync::{Arc, Mutex};

use datafusion::arrow::array::{ArrayRef, AsArray, Int32Array, Int64Array};
use datafusion::arrow::datatypes::{DataType, Field, Int64Type};
use datafusion::arrow::util::pretty::pretty_format_batches;
use datafusion::error::Result;
use datafusion::logical_expr::{Signature, TypeSignature, Volatility, WindowUDF};
use datafusion::physical_plan::{ExecutionPlan, collect, displayable};
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_inline::message::{
    Callable, FunctionHints, FunctionKind, FunctionVolatility, InlinedFunction, WindowHints,
    WindowReversal, inlined_function,
};
use datafusion_inline::{
    Definition, InlineError, InlinedWindow, WindowCall, WindowCallable, WindowEvaluator,
    fields_to_ipc, inlined_in_logical_plan, prepared_for_execution, signature_to_message,
};

use crate::fixture::{found, run};

/// Sums over ranges; says how it was asked.
#[derive(Debug, Default, Clone)]
pub struct Sums {
    asked: Arc<Mutex<Vec<usize>>>,
    pub calls: Arc<Mutex<Vec<WindowCall>>>,
    lie: Lie,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub enum Lie {
    #[default]
    None,
    Type,
    Length,
    Null,
    Range,
    Needed,
}

impl Sums {
    pub fn lying(lie: Lie) -> Self {
        Self {
            lie,
            ..Self::default()
        }
    }

    pub fn asked(&self) -> Vec<usize> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    fn answer(&self, values: Vec<Option<i64>>) -> ArrayRef {
        self.asked.lock().unwrap().push(values.len());
        match self.lie {
            Lie::Type => Arc::new(Int32Array::from(vec![1; values.len()])),
            Lie::Length => Arc::new(Int64Array::from(vec![1; values.len() + 1])),
            Lie::Null => Arc::new(Int64Array::from(vec![None; values.len()])),
            _ => Arc::new(Int64Array::from(values)),
        }
    }
}

impl WindowCallable for Sums {
    fn open(&self, call: &WindowCall) -> Result<Box<dyn WindowEvaluator>> {
        self.calls.lock().unwrap().push(call.clone());
        Ok(Box::new(self.clone()))
    }
}

pub fn sum(values: &ArrayRef, range: Range<usize>) -> Option<i64> {
    let values = values.as_primitive::<Int64Type>();
    Some(range.map(|row| values.value(row)).sum())
}

impl WindowEvaluator for Sums {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        Ok(self.answer((0..rows).map(|row| sum(&values[0], row..row + 1)).collect()))
    }

    fn evaluate(
        &mut self,
        values: &[ArrayRef],
        _rows: usize,
        ranges: &[Range<usize>],
    ) -> Result<ArrayRef> {
        let sums = ranges.iter().map(|range| sum(&values[0], range.clone()));
        Ok(self.answer(sums.collect()))
    }

    fn evaluate_all_with_rank(&mut self, rows: usize, groups: &[Range<usize>]) -> Result<ArrayRef> {
        let sizes = groups
            .iter()
            .flat_map(|group| vec![Some(group.len() as i64); group.len()]);
        let sizes: Vec<_> = sizes.collect();
        assert_eq!(sizes.len(), rows);
        Ok(self.answer(sizes))
    }

    fn ranges(&mut self, rows: Range<usize>, count: usize) -> Result<Vec<Range<usize>>> {
        let end = if self.lie == Lie::Range {
            count + 1
        } else {
            count
        };
        Ok(rows.map(|row| row..(row + 2).min(end)).collect())
    }

    fn memoize(&mut self, frame: &Range<usize>) -> Result<usize> {
        let beyond = usize::from(self.lie == Lie::Needed);
        Ok(frame.end + beyond)
    }
}

pub fn message(hints: WindowHints) -> InlinedFunction {
    let int64 = Field::new("x", DataType::Int64, true);
    let exact = TypeSignature::Exact(vec![DataType::Int64]);
    InlinedFunction {
        name: "sums".to_owned(),
        kind: FunctionKind::Window.into(),
        volatility: FunctionVolatility::Immutable.into(),
        signature: Some(
            signature_to_message(&Signature::new(exact, Volatility::Immutable)).unwrap(),
        ),
        argument_fields: fields_to_ipc(vec![int64.clone()]),
        result: Some(inlined_function::Result::ReturnField(fields_to_ipc(vec![
            int64,
        ]))),
        hints: Some(FunctionHints {
            window: Some(hints),
            ..FunctionHints::default()
        }),
        callable: Some(Callable {
            codec_id: "test".to_owned(),
            payload: b"sums".to_vec().into(),
            ..Callable::default()
        }),
        ..InlinedFunction::default()
    }
}

pub fn function(hints: WindowHints, sums: &Sums) -> WindowUDF {
    let definition = Definition::from_message(&message(hints)).unwrap();
    WindowUDF::from(InlinedWindow::local(
        definition,
        Arc::new(sums.clone()),
        None,
    ))
}

pub fn context(hints: WindowHints, sums: &Sums) -> SessionContext {
    let config = SessionConfig::new()
        .with_target_partitions(1)
        .with_batch_size(10);
    let context = SessionContext::new_with_config(config);
    context.register_udwf(function(hints, sums));
    context
}

pub const FRAME: WindowHints = WindowHints {
    uses_frame: true,
    includes_rank: false,
    bounded: false,
    causal: false,
    reversal: WindowReversal::None as i32,
};
pub const BOUNDED: WindowHints = WindowHints {
    uses_frame: false,
    bounded: true,
    ..FRAME
};
pub const AWARE: WindowHints = WindowHints {
    reversal: WindowReversal::Aware as i32,
    ..WindowHints {
        uses_frame: false,
        ..FRAME
    }
};

pub async fn planned(context: &SessionContext, sql: &str) -> Arc<dyn ExecutionPlan> {
    let frame = context.sql(sql).await.unwrap();
    frame.create_physical_plan().await.unwrap()
}

pub async fn rows(context: &SessionContext, plan: &Arc<dyn ExecutionPlan>) -> Result<String> {
    let batches = collect(Arc::clone(plan), context.task_ctx()).await?;
    Ok(pretty_format_batches(&batches)?.to_string())
}

/// 30 rows in three partitions of 10.
fn over(call: &str, over: &str) -> String {
    format!("SELECT value, {call} OVER ({over}) r FROM range(0, 30) ORDER BY value")
}

#[test]
fn frames_of_a_whole_partition_are_one_call() {
    run(async {
        let sums = Sums::default();
        let context = context(FRAME, &sums);
        for (frame, calls) in [
            (
                "PARTITION BY value % 3 ORDER BY value ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING",
                3,
            ),
            (
                "ORDER BY value RANGE BETWEEN 3 PRECEDING AND CURRENT ROW",
                1,
            ),
            (
                "ORDER BY value DESC GROUPS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING",
                1,
            ),
            ("PARTITION BY value % 3", 3),
        ] {
            let plan = planned(&context, &over("sums(value)", frame)).await;
            let theirs = planned(&context, &over("sum(value)", frame)).await;
            let expected = rows(&context, &theirs).await.unwrap();
            assert_eq!(rows(&context, &plan).await.unwrap(), expected);
            assert_eq!(sums.asked(), vec![1; 30], "{frame}: as the engine does it");
            let prepared = prepared_for_execution(&plan).unwrap();
            assert_eq!(rows(&context, &prepared).await.unwrap(), expected);
            assert_eq!(sums.asked(), vec![30 / calls; calls], "{frame}");
        }
    });
}

#[test]
fn ranges_of_a_batch_are_one_call() {
    run(async {
        let sums = Sums::default();
        let context = context(BOUNDED, &sums);
        let sql = over("sums(value)", "ORDER BY value ROWS UNBOUNDED PRECEDING");
        let plan = planned(&context, &sql).await;
        let drawn = displayable(plan.as_ref()).indent(false).to_string();
        assert!(drawn.contains("BoundedWindowAggExec"), "{drawn}");
        let theirs = over(
            "sum(value)",
            "ORDER BY value ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING",
        );
        let theirs = planned(&context, &theirs).await;
        let expected = rows(&context, &theirs).await.unwrap();
        assert_eq!(rows(&context, &plan).await.unwrap(), expected);
        // The last row of a batch waits for the next batch; all that have what they need come at once.
        let asked = sums.asked();
        assert_eq!(asked.iter().sum::<usize>(), 30);
        assert!(asked.len() <= 4, "{asked:?}");
    });
}

#[test]
fn ranks_come_as_groups() {
    run(async {
        let hints = WindowHints {
            uses_frame: false,
            includes_rank: true,
            ..FRAME
        };
        let sums = Sums::default();
        let context = context(hints, &sums);
        let plan = planned(&context, &over("sums(value)", "ORDER BY value / 7")).await;
        let sizes = over("count(*)", "PARTITION BY value / 7");
        let sizes = planned(&context, &sizes).await;
        let expected = rows(&context, &sizes).await.unwrap();
        assert_eq!(rows(&context, &plan).await.unwrap(), expected);
        assert_eq!(sums.asked(), [30]);
    });
}

#[test]
fn what_is_not_promised_is_refused() {
    run(async {
        for (lie, hints, said) in [
            (
                Lie::Type,
                FRAME,
                "values of type Int32, and Int64 was promised",
            ),
            (Lie::Type, AWARE, "values of type Int32"),
            (Lie::Length, FRAME, "31 values, and 30 were asked for"),
            (Lie::Length, AWARE, "31 values, and 30 were asked for"),
            (Lie::Range, BOUNDED, "of 10 rows"),
            (Lie::Needed, BOUNDED, "it needs rows from"),
        ] {
            let context = context(hints, &Sums::lying(lie));
            let sql = over("sums(value)", "ORDER BY value ROWS UNBOUNDED PRECEDING");
            let plan = prepared_for_execution(&planned(&context, &sql).await).unwrap();
            let error = rows(&context, &plan).await.unwrap_err();
            match found(&error) {
                InlineError::WrongResult { reason, .. } => {
                    assert!(reason.contains(said), "{reason}")
                }
                other => panic!("{lie:?}: {other}"),
            }
        }
    });
}

#[test]
fn nulls_are_refused_where_none_were_promised() {
    run(async {
        let mut message = message(FRAME);
        let never = Field::new("x", DataType::Int64, false);
        message.result = Some(inlined_function::Result::ReturnField(fields_to_ipc(vec![
            never,
        ])));
        let definition = Definition::from_message(&message).unwrap();
        let callable = Arc::new(Sums::lying(Lie::Null));
        let context = SessionContext::new();
        context.register_udwf(InlinedWindow::local(definition, callable, None).into());
        let plan = planned(&context, &over("sums(value)", "")).await;
        let error = rows(&context, &plan).await.unwrap_err();
        assert!(error.to_string().contains("not nullable"), "{error}");
    });
}

/// contract 12: what a call says and the engine does not hand on is an error, not another result.
#[test]
fn what_the_engine_drops_is_refused() {
    run(async {
        let context = context(FRAME, &Sums::default());
        for (call, said) in [
            ("sums(DISTINCT value)", "DISTINCT"),
            ("sums(value) FILTER (WHERE value > 3)", "FILTER"),
        ] {
            let plan = context.state().create_logical_plan(&over(call, "")).await;
            let error = plan
                .and_then(|plan| inlined_in_logical_plan(&plan))
                .unwrap_err();
            let error = error.to_string();
            assert!(error.contains(said), "{error}");
        }
    });
}

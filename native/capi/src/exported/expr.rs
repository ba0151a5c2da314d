//! Physical expressions as other libraries evaluate them.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::datatypes::{DataType, FieldRef, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;
use datafusion::logical_expr::interval_arithmetic::Interval;
use datafusion::logical_expr::sort_properties::ExprProperties;
use datafusion::physical_plan::PhysicalExpr;

use crate::boundary::infallible;
use crate::failure::guarded;

/// An expression for another library, and with it each of those below.
#[derive(Debug)]
pub struct ExportedExpr {
    expr: Arc<dyn PhysicalExpr>,
    children: Vec<Arc<dyn PhysicalExpr>>,
}

impl ExportedExpr {
    /// Wraps a tree that is not deeper than the session allows.
    pub fn wrapped(expr: Arc<dyn PhysicalExpr>) -> Arc<dyn PhysicalExpr> {
        let children = expr.children().into_iter().map(Arc::clone);
        let children = children.map(Self::wrapped).collect();
        Arc::new(Self { expr, children })
    }

    /// Answers the expression that was handed out, if it is one.
    pub fn unwrapped(expr: Arc<dyn PhysicalExpr>) -> Arc<dyn PhysicalExpr> {
        match expr.downcast_ref::<Self>() {
            Some(own) => Arc::clone(&own.expr),
            None => expr,
        }
    }
}

impl PartialEq for ExportedExpr {
    fn eq(&self, other: &Self) -> bool {
        infallible("PhysicalExpr::eq", false, || *self.expr == *other.expr)
    }
}

impl Eq for ExportedExpr {}

impl Hash for ExportedExpr {
    fn hash<H: Hasher>(&self, state: &mut H) {
        infallible("PhysicalExpr::hash", (), || self.expr.hash(state));
    }
}

/// An error would be a panic of whoever asks for the text.
impl fmt::Display for ExportedExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        infallible("PhysicalExpr::fmt", Ok(()), || self.expr.fmt(f))
    }
}

impl PhysicalExpr for ExportedExpr {
    fn data_type(&self, schema: &Schema) -> Result<DataType> {
        guarded("PhysicalExpr::data_type", || {
            Ok(self.expr.data_type(schema)?)
        })
    }

    fn nullable(&self, schema: &Schema) -> Result<bool> {
        guarded("PhysicalExpr::nullable", || {
            Ok(self.expr.nullable(schema)?)
        })
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        guarded("PhysicalExpr::evaluate", || {
            Ok(self.expr.evaluate(batch)?)
        })
    }

    fn return_field(&self, schema: &Schema) -> Result<FieldRef> {
        guarded("PhysicalExpr::return_field", || {
            Ok(self.expr.return_field(schema)?)
        })
    }

    fn evaluate_selection(
        &self,
        batch: &RecordBatch,
        selection: &BooleanArray,
    ) -> Result<ColumnarValue> {
        guarded("PhysicalExpr::evaluate_selection", || {
            Ok(self.expr.evaluate_selection(batch, selection)?)
        })
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        self.children.iter().collect()
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn PhysicalExpr>>,
    ) -> Result<Arc<dyn PhysicalExpr>> {
        guarded("PhysicalExpr::with_new_children", || {
            let own = children.into_iter().map(Self::unwrapped).collect();
            let changed = Arc::clone(&self.expr).with_new_children(own)?;
            Ok(Self::wrapped(changed))
        })
    }

    fn evaluate_bounds(&self, children: &[&Interval]) -> Result<Interval> {
        guarded("PhysicalExpr::evaluate_bounds", || {
            Ok(self.expr.evaluate_bounds(children)?)
        })
    }

    fn propagate_constraints(
        &self,
        interval: &Interval,
        children: &[&Interval],
    ) -> Result<Option<Vec<Interval>>> {
        guarded("PhysicalExpr::propagate_constraints", || {
            Ok(self.expr.propagate_constraints(interval, children)?)
        })
    }

    fn get_properties(&self, children: &[ExprProperties]) -> Result<ExprProperties> {
        guarded("PhysicalExpr::get_properties", || {
            Ok(self.expr.get_properties(children)?)
        })
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        infallible("PhysicalExpr::fmt_sql", Ok(()), || self.expr.fmt_sql(f))
    }

    fn snapshot(&self) -> Result<Option<Arc<dyn PhysicalExpr>>> {
        guarded("PhysicalExpr::snapshot", || {
            Ok(self.expr.snapshot()?.map(Self::wrapped))
        })
    }

    fn snapshot_generation(&self) -> u64 {
        infallible("PhysicalExpr::snapshot_generation", 0, || {
            self.expr.snapshot_generation()
        })
    }

    /// What nobody knows may change from row to row.
    fn is_volatile_node(&self) -> bool {
        infallible("PhysicalExpr::is_volatile_node", true, || {
            self.expr.is_volatile_node()
        })
    }

    fn expression_id(&self) -> Option<u64> {
        infallible("PhysicalExpr::expression_id", None, || {
            self.expr.expression_id()
        })
    }
}

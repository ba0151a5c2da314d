use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::DefaultTableSource;
use datafusion::error::Result;
use datafusion::logical_expr::{
    AggregateUDF, Expr, LogicalPlan, ScalarUDF, WindowFunctionDefinition, WindowUDF,
};
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_expr::window::{
    PlainAggregateWindowExpr, SlidingAggregateWindowExpr, StandardWindowExpr, WindowExpr,
};
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec, WindowUDFExpr};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use crate::{Definition, InlinedAggregate, InlinedScalar, InlinedWindow, TableCall};

/// An inlined function of some kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundFunction {
    Scalar(Arc<ScalarUDF>),
    Aggregate(Arc<AggregateUDF>),
    Window(Arc<WindowUDF>),
}

impl FoundFunction {
    /// Answers what planning knows of it; nothing of a function that is not inlined.
    pub fn definition(&self) -> Option<Arc<Definition>> {
        match self {
            Self::Scalar(function) => {
                InlinedScalar::of(function).map(|found| Arc::clone(found.definition()))
            }
            Self::Aggregate(function) => {
                InlinedAggregate::of(function).map(|found| Arc::clone(found.definition()))
            }
            Self::Window(function) => {
                InlinedWindow::of(function).map(|found| Arc::clone(found.definition()))
            }
        }
    }

    /// Brings its callable to life if it is not yet; an error says what is missing.
    pub fn resolve(&self) -> Result<()> {
        match self {
            Self::Scalar(function) => {
                InlinedScalar::of(function).map_or(Ok(()), |found| found.resolve())
            }
            Self::Aggregate(function) => {
                InlinedAggregate::of(function).map_or(Ok(()), |found| found.resolve())
            }
            Self::Window(function) => {
                InlinedWindow::of(function).map_or(Ok(()), |found| found.resolve())
            }
        }
    }
}

/// Answers the inlined functions of an expression, each digest once.
pub fn inlined_in_expr(expr: &Expr) -> Result<Vec<FoundFunction>> {
    let mut found = Found::default();
    found.logical(expr)?;
    Ok(found.functions)
}

/// Answers the inlined functions of a plan, its subqueries and the views that it reads, each digest once.
pub fn inlined_in_logical_plan(plan: &LogicalPlan) -> Result<Vec<FoundFunction>> {
    let mut found = Found::default();
    each_node(plan, |node| {
        node.apply_expressions(|expr| found.logical(expr).map(|()| TreeNodeRecursion::Continue))
            .map(|_| ())
    })?;
    Ok(found.functions)
}

/// Answers the tables of a plan, its subqueries and the views that it reads that are calls of inlined table functions:
/// each a [`TableCall`].
pub fn table_calls_in_logical_plan(plan: &LogicalPlan) -> Result<Vec<Arc<dyn TableProvider>>> {
    let mut calls = Vec::new();
    each_node(plan, |node| {
        if let LogicalPlan::TableScan(scan) = node
            && let Some(source) =
                (scan.source.as_ref() as &dyn Any).downcast_ref::<DefaultTableSource>()
            && TableCall::of(source.table_provider.as_ref()).is_some()
        {
            calls.push(Arc::clone(&source.table_provider));
        }
        Ok(())
    })?;
    Ok(calls)
}

fn each_node(plan: &LogicalPlan, mut visit: impl FnMut(&LogicalPlan) -> Result<()>) -> Result<()> {
    let mut plans = vec![Cow::Borrowed(plan)];
    while let Some(plan) = plans.pop() {
        plan.apply_with_subqueries(|node| {
            if let LogicalPlan::TableScan(scan) = node
                && let Some(view) = scan.source.get_logical_plan()
            {
                plans.push(Cow::Owned(view.into_owned()));
            }
            visit(node).map(|()| TreeNodeRecursion::Continue)
        })?;
    }
    Ok(())
}

/// Answers the inlined functions of a physical plan, each digest once: what has to be resolved
/// before its first batch.
pub fn inlined_in_execution_plan(plan: &Arc<dyn ExecutionPlan>) -> Result<Vec<FoundFunction>> {
    let mut found = Found::default();
    let mut stack = vec![plan];
    while let Some(plan) = stack.pop() {
        plan.apply_expressions(&mut |expr| {
            found.physical(expr);
            Ok(TreeNodeRecursion::Continue)
        })?;
        if let Some(aggregation) = plan.downcast_ref::<AggregateExec>() {
            for call in aggregation.aggr_expr() {
                found.aggregate(call.fun());
            }
        }
        window_exprs(plan)
            .iter()
            .for_each(|expr| found.window_expr(expr));
        stack.extend(plan.children());
    }
    Ok(found.functions)
}

/// The window calls of a plan's root; their functions are not among its expressions.
pub(crate) fn window_exprs(plan: &Arc<dyn ExecutionPlan>) -> &[Arc<dyn WindowExpr>] {
    let whole = plan
        .downcast_ref::<WindowAggExec>()
        .map(WindowAggExec::window_expr);
    let bounded = || {
        plan.downcast_ref::<BoundedWindowAggExec>()
            .map(BoundedWindowAggExec::window_expr)
    };
    whole.or_else(bounded).unwrap_or_default()
}

#[derive(Default)]
struct Found {
    functions: Vec<FoundFunction>,
}

impl Found {
    fn logical(&mut self, expr: &Expr) -> Result<()> {
        use datafusion::common::tree_node::TreeNode;
        let mut stack = vec![expr];
        while let Some(expr) = stack.pop() {
            match expr {
                Expr::ScalarFunction(call) => self.scalar(&call.func),
                Expr::AggregateFunction(call) => self.aggregate(&call.func),
                Expr::WindowFunction(call) => match &call.fun {
                    WindowFunctionDefinition::AggregateUDF(function) => self.aggregate(function),
                    WindowFunctionDefinition::WindowUDF(function) => self.window(function),
                },
                _ => {}
            }
            expr.apply_children(|child| {
                stack.push(child);
                Ok(TreeNodeRecursion::Continue)
            })?;
        }
        Ok(())
    }

    fn physical(&mut self, expr: &Arc<dyn PhysicalExpr>) {
        let mut stack = vec![expr];
        while let Some(expr) = stack.pop() {
            if let Some(call) = expr.downcast_ref::<ScalarFunctionExpr>() {
                self.scalar(call.fun());
            }
            stack.extend(expr.children());
        }
    }

    fn aggregate(&mut self, function: &AggregateUDF) {
        if InlinedAggregate::of(function).is_some() {
            self.add(FoundFunction::Aggregate(Arc::new(function.clone())));
        }
    }

    fn scalar(&mut self, function: &ScalarUDF) {
        if InlinedScalar::of(function).is_some() {
            self.add(FoundFunction::Scalar(Arc::new(function.clone())));
        }
    }

    fn window_expr(&mut self, expr: &Arc<dyn WindowExpr>) {
        let any = expr.as_any();
        if let Some(plain) = any.downcast_ref::<PlainAggregateWindowExpr>() {
            self.aggregate(plain.get_aggregate_expr().fun());
        } else if let Some(sliding) = any.downcast_ref::<SlidingAggregateWindowExpr>() {
            self.aggregate(sliding.get_aggregate_expr().fun());
        }
        let call = any.downcast_ref::<StandardWindowExpr>();
        let call = call.map(|standard| standard.get_standard_func_expr().as_any());
        if let Some(call) = call.and_then(|call| call.downcast_ref::<WindowUDFExpr>()) {
            self.window(call.fun());
        }
    }

    fn window(&mut self, function: &Arc<WindowUDF>) {
        if InlinedWindow::of(function).is_some() {
            self.add(FoundFunction::Window(Arc::clone(function)));
        }
    }

    fn add(&mut self, function: FoundFunction) {
        if !self.functions.contains(&function) {
            self.functions.push(function);
        }
    }
}

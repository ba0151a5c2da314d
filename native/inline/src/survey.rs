use std::borrow::Cow;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::plan_err;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::logical_expr::expr::WindowFunctionParams;
use datafusion::logical_expr::{
    AggregateUDF, Expr, LogicalPlan, ScalarUDF, WindowFunctionDefinition, WindowUDF,
};
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_expr::async_scalar_function::AsyncFuncExpr;
use datafusion::physical_expr::window::{
    PlainAggregateWindowExpr, SlidingAggregateWindowExpr, StandardWindowExpr, WindowExpr,
};
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_plan::windows::{BoundedWindowAggExec, WindowAggExec, WindowUDFExpr};
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use crate::{
    Definition, InlinedAggregate, InlinedScalar, InlinedTable, InlinedWindow, SourceScan, TableCall,
};

/// An inlined function of some kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundFunction {
    Scalar(Arc<ScalarUDF>),
    Aggregate(Arc<AggregateUDF>),
    Window(Arc<WindowUDF>),
    Table(InlinedTable),
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
            Self::Table(function) => Some(Arc::clone(function.inlined().definition())),
        }
    }

    /// Answers its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Scalar(function) => function.name(),
            Self::Aggregate(function) => function.name(),
            Self::Window(function) => function.name(),
            Self::Table(function) => function.inlined().definition().name(),
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
            Self::Table(function) => function.inlined().resolve(),
        }
    }
}

/// Answers the inlined functions of an expression, each digest once.
pub fn inlined_in_expr(expr: &Expr) -> Result<Vec<FoundFunction>> {
    let mut found = Found::default();
    found.logical(expr, true)?;
    Ok(found.functions)
}

/// Answers the inlined functions of a physical expression, each digest once; an error where it calls an asynchronous
/// function, for nothing waits for the answer.
pub fn inlined_in_physical_expr(expr: &Arc<dyn PhysicalExpr>) -> Result<Vec<FoundFunction>> {
    let mut found = Found::default();
    found.physical(expr)?;
    Ok(found.functions)
}

/// What of a logical plan has to come to life before it runs.
#[derive(Debug, Default)]
pub struct FoundInPlan {
    /// Each digest once.
    pub functions: Vec<FoundFunction>,
    /// The tables that are calls of inlined table functions: each a [`TableCall`].
    pub table_calls: Vec<Arc<dyn TableProvider>>,
}

/// Answers what is inlined in a plan, its subqueries and the views that it reads.
pub fn inlined_in_logical_plan(plan: &LogicalPlan) -> Result<FoundInPlan> {
    let mut found = Found::default();
    let mut table_calls = Vec::new();
    each_node(plan, |node| {
        if let LogicalPlan::TableScan(scan) = node {
            table_calls.extend(TableCall::scanned_table(scan).cloned());
        }
        if let LogicalPlan::Dml(change) = node {
            table_calls.extend(TableCall::behind(change.target.as_ref()).cloned());
        }
        let awaits = !matches!(node, LogicalPlan::Values(_));
        node.apply_expressions(|expr| {
            found
                .logical(expr, awaits)
                .map(|()| TreeNodeRecursion::Continue)
        })
        .map(|_| ())
    })?;
    Ok(FoundInPlan {
        functions: found.functions,
        table_calls,
    })
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
            found.physical(expr)?;
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
        if let Some(scan) = plan.downcast_ref::<SourceScan>() {
            found.add(FoundFunction::Table(scan.table().clone()));
        }
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

/// The engine drops what it does not hand on to window functions.
fn check_window(function: &WindowUDF, params: &WindowFunctionParams) -> Result<()> {
    let dropped = match params {
        WindowFunctionParams { distinct: true, .. } => "DISTINCT",
        WindowFunctionParams {
            filter: Some(_), ..
        } => "FILTER",
        _ => return Ok(()),
    };
    if InlinedWindow::of(function).is_none() {
        return Ok(());
    }
    plan_err!(
        "window function '{}' is called with {dropped}, which the engine does not hand on to window functions; use an \
         aggregate function, or leave rows out below",
        function.name()
    )
}

fn unawaited(function: &ScalarUDF) -> Result<()> {
    plan_err!(
        "asynchronous function '{}' is called where the engine does not wait for it: within another asynchronous call, \
         in ORDER BY, GROUP BY or VALUES, in a join or a window call; call it in a projection below, and of a call \
         within a call cache the rows of the inner one first",
        function.name()
    )
}

fn called(expr: &Arc<dyn PhysicalExpr>) -> Option<&ScalarUDF> {
    expr.downcast_ref::<ScalarFunctionExpr>()
        .map(ScalarFunctionExpr::fun)
}

#[derive(Default)]
struct Found {
    functions: Vec<FoundFunction>,
}

impl Found {
    /// `awaits`: whether asynchronous functions may be called here, as far as the node of the plan tells.
    fn logical(&mut self, expr: &Expr, awaits: bool) -> Result<()> {
        use datafusion::common::tree_node::TreeNode;
        let mut stack = vec![expr];
        while let Some(expr) = stack.pop() {
            match expr {
                Expr::ScalarFunction(call) if !awaits && call.func.as_async().is_some() => {
                    return unawaited(&call.func);
                }
                Expr::ScalarFunction(call) => self.scalar(&call.func),
                Expr::AggregateFunction(call) => self.aggregate(&call.func),
                Expr::WindowFunction(call) => match &call.fun {
                    WindowFunctionDefinition::AggregateUDF(function) => self.aggregate(function),
                    WindowFunctionDefinition::WindowUDF(function) => {
                        check_window(function, &call.params)?;
                        self.window(function);
                    }
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

    /// Fails where an asynchronous function is called and nothing waits for its answer.
    fn physical(&mut self, root: &Arc<dyn PhysicalExpr>) -> Result<()> {
        let awaited = root.downcast_ref::<AsyncFuncExpr>();
        if let Some(call) = awaited.and_then(|found| called(&found.func)) {
            self.scalar(call);
        }
        let mut stack = match awaited {
            Some(_) => root.children(),
            None => vec![root],
        };
        while let Some(expr) = stack.pop() {
            if let Some(function) = called(expr) {
                if function.as_async().is_some() {
                    return unawaited(function);
                }
                self.scalar(function);
            }
            stack.extend(expr.children());
        }
        Ok(())
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

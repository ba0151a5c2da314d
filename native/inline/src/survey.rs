use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::DefaultTableSource;
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan, ScalarUDF};
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use crate::{Definition, InlinedScalar, TableCall};

/// An inlined function of some kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundFunction {
    Scalar(Arc<ScalarUDF>),
}

impl FoundFunction {
    /// Answers what planning knows of it; nothing of a function that is not inlined.
    pub fn definition(&self) -> Option<Arc<Definition>> {
        match self {
            Self::Scalar(function) => {
                InlinedScalar::of(function).map(|found| Arc::clone(found.definition()))
            }
        }
    }

    /// Brings its callable to life if it is not yet; an error says what is missing.
    pub fn resolve(&self) -> Result<()> {
        match self {
            Self::Scalar(function) => {
                InlinedScalar::of(function).map_or(Ok(()), |found| found.resolve())
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
        stack.extend(plan.children());
    }
    Ok(found.functions)
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
            if let Expr::ScalarFunction(call) = expr {
                self.scalar(&call.func);
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

    fn scalar(&mut self, function: &ScalarUDF) {
        if InlinedScalar::of(function).is_some() {
            self.add(FoundFunction::Scalar(Arc::new(function.clone())));
        }
    }

    fn add(&mut self, function: FoundFunction) {
        if !self.functions.contains(&function) {
            self.functions.push(function);
        }
    }
}

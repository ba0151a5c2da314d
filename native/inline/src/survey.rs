use std::sync::Arc;

use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan, ScalarUDF};
use datafusion::physical_expr::ScalarFunctionExpr;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use crate::InlinedScalar;

/// Answers the inlined scalar functions of an expression, each digest once.
pub fn inlined_in_expr(expr: &Expr) -> Result<Vec<Arc<ScalarUDF>>> {
    let mut found = Found::default();
    found.logical(expr)?;
    Ok(found.functions)
}

/// Answers the inlined scalar functions of a plan and its subqueries, each digest once.
pub fn inlined_in_logical_plan(plan: &LogicalPlan) -> Result<Vec<Arc<ScalarUDF>>> {
    let mut found = Found::default();
    plan.apply_with_subqueries(|node| {
        node.apply_expressions(|expr| found.logical(expr).map(|()| TreeNodeRecursion::Continue))
    })?;
    Ok(found.functions)
}

/// Answers the inlined scalar functions of a physical plan, each digest once: what has to be resolved
/// before its first batch.
pub fn inlined_in_execution_plan(plan: &Arc<dyn ExecutionPlan>) -> Result<Vec<Arc<ScalarUDF>>> {
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
    functions: Vec<Arc<ScalarUDF>>,
}

impl Found {
    fn logical(&mut self, expr: &Expr) -> Result<()> {
        use datafusion::common::tree_node::TreeNode;
        let mut stack = vec![expr];
        while let Some(expr) = stack.pop() {
            if let Expr::ScalarFunction(call) = expr {
                self.function(&call.func);
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
                self.functions_of(call);
            }
            stack.extend(expr.children());
        }
    }

    fn functions_of(&mut self, call: &ScalarFunctionExpr) {
        if InlinedScalar::of(call.fun()).is_some() {
            self.function(&Arc::new(call.fun().clone()));
        }
    }

    fn function(&mut self, function: &Arc<ScalarUDF>) {
        if InlinedScalar::of(function).is_some()
            && !self.functions.iter().any(|known| known == function)
        {
            self.functions.push(Arc::clone(function));
        }
    }
}

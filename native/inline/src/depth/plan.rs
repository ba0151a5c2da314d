use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison};
use datafusion::logical_expr::{Expr, LogicalPlan, Subquery};
use datafusion::physical_expr::expressions::BinaryExpr;
use datafusion::physical_plan::{ExecutionPlan, PhysicalExpr};

use super::shape::check_unfolded;
use super::{Depth, DepthLimits};
use crate::{InlineError, TableCall};

/// Measures an expression, the plans of its subqueries included.
pub fn of_expr(expr: &Expr) -> Depth {
    let mut walk = LogicalWalk::default();
    walk.expr(expr, Depth::default());
    walk.pending_plans();
    walk.deepest
}

/// Measures a plan, its expressions and subqueries included.
pub fn of_logical_plan(plan: &LogicalPlan) -> Depth {
    LogicalWalk::over(plan).deepest
}

/// The engine's optimizer copies what stands in some places, so its time and memory double with each such place within
/// another: 16 of them take seconds, 24 minutes.
const DOUBLING_LIMIT: usize = 16;

impl DepthLimits {
    /// Fails with both numbers if a query is deeper than the limits, or so made that the engine's optimizer would not
    /// end.
    pub fn check_query(&self, plan: &LogicalPlan) -> Result<(), InlineError> {
        check_unfolded(plan)?;
        let walk = LogicalWalk::over(plan);
        if walk.doublings > DOUBLING_LIMIT {
            return Err(InlineError::TooDeep {
                what: "query".to_owned(),
                measure: "subqueries, CASE conditions, coalesce or BETWEEN within each other",
                measured: walk.doublings,
                limit: DOUBLING_LIMIT,
                remedy: "Name inner parts in a projection below, or write them to a table.",
            });
        }
        self.check("query", walk.deepest)
    }
}

/// Measures a physical plan, its expressions included.
pub fn of_execution_plan(plan: &Arc<dyn ExecutionPlan>) -> Depth {
    let mut deepest = Depth::default();
    let mut seen = Seen::default();
    let mut stack = vec![(plan, Depth::default())];
    while let Some((plan, above)) = stack.pop() {
        if seen.was_deeper(Arc::as_ptr(plan).cast(), above) {
            continue;
        }
        let here = above.below_level();
        deepest = deepest.max(here);
        // An operator that cannot show its expressions has none that we could recurse over.
        let _ = plan.apply_expressions(&mut |expr| {
            deepest = deepest.max(physical_from(expr, here, &mut seen));
            Ok(TreeNodeRecursion::Continue)
        });
        stack.extend(plan.children().into_iter().map(|child| (child, here)));
    }
    deepest
}

/// Measures a physical expression.
pub fn of_physical_expr(expr: &Arc<dyn PhysicalExpr>) -> Depth {
    physical_from(expr, Depth::default(), &mut Seen::default())
}

fn physical_from(expr: &Arc<dyn PhysicalExpr>, above: Depth, seen: &mut Seen) -> Depth {
    let mut deepest = above;
    let mut stack = vec![(expr, above)];
    while let Some((expr, above)) = stack.pop() {
        if seen.was_deeper(Arc::as_ptr(expr).cast(), above) {
            continue;
        }
        let operator = expr.downcast_ref::<BinaryExpr>().is_some();
        let here = if operator {
            above.below_operator()
        } else {
            above.below_level()
        };
        deepest = deepest.max(here);
        stack.extend(expr.children().into_iter().map(|child| (child, here)));
    }
    deepest
}

/// The deepest place at which a shared part was seen: a plan that joins itself again and again has
/// few parts and very many paths.
#[derive(Default)]
struct Seen(HashMap<*const (), Depth>);

impl Seen {
    fn was_deeper(&mut self, part: *const (), above: Depth) -> bool {
        match self.0.entry(part) {
            Entry::Vacant(vacant) => {
                vacant.insert(above);
                false
            }
            Entry::Occupied(mut seen) => {
                let deeper = above.max(*seen.get());
                seen.insert(deeper) == deeper
            }
        }
    }
}

#[derive(Default)]
struct LogicalWalk {
    deepest: Depth,
    /// The most doubling places within each other.
    doublings: usize,
    seen: Seen,
    pending: Vec<(Arc<LogicalPlan>, Depth, usize)>,
    /// The doubling places around the plan that is walked.
    around: usize,
    // Keeps the parts alive whose addresses `seen` holds.
    visited: Vec<Arc<LogicalPlan>>,
}

impl LogicalWalk {
    fn over(plan: &LogicalPlan) -> Self {
        let mut walk = Self::default();
        walk.plan(plan, Depth::default());
        walk.pending_plans();
        walk
    }

    fn pending_plans(&mut self) {
        while let Some((plan, above, around)) = self.pending.pop() {
            self.around = around;
            self.plan(&plan, above);
            self.visited.push(plan);
        }
    }

    fn plan(&mut self, plan: &LogicalPlan, above: Depth) {
        let mut stack = vec![(plan, above)];
        while let Some((plan, above)) = stack.pop() {
            if self.seen.was_deeper(std::ptr::from_ref(plan).cast(), above) {
                continue;
            }
            let here = above.below_level();
            self.deepest = self.deepest.max(here);
            let _ = plan.apply_expressions(|expr| {
                self.expr(expr, here);
                Ok(TreeNodeRecursion::Continue)
            });
            stack.extend(plan.inputs().into_iter().map(|input| (input, here)));
            // The engine puts a view's plan in the place of its scan, and plans what a call answered.
            if let LogicalPlan::TableScan(scan) = plan {
                let answered = || TableCall::scanned(scan).and_then(TableCall::plan);
                let view = scan.source.get_logical_plan().or_else(answered);
                if let Some(Cow::Borrowed(view)) = view {
                    stack.push((view, here));
                }
            }
        }
    }

    fn expr(&mut self, expr: &Expr, above: Depth) {
        let mut stack = vec![(expr, above, self.around)];
        while let Some((expr, above, around)) = stack.pop() {
            let doublings = around + usize::from(doubles(expr));
            self.doublings = self.doublings.max(doublings);
            let here = match expr {
                Expr::BinaryExpr(_) => above.below_operator(),
                _ => above.below_level(),
            };
            self.deepest = self.deepest.max(here);
            if let Some(subquery) = subquery_of(expr) {
                self.pending
                    .push((Arc::clone(&subquery.subquery), here, doublings));
            }
            let _ = expr.apply_children(|child| {
                // Only what a CASE asks is copied, not what it answers.
                let inside = if answers(expr, child) {
                    around
                } else {
                    doublings
                };
                stack.push((child, here, inside));
                Ok(TreeNodeRecursion::Continue)
            });
        }
    }
}

fn doubles(expr: &Expr) -> bool {
    match expr {
        Expr::Between(_) | Expr::Case(_) => true,
        Expr::ScalarFunction(call) => matches!(call.name(), "coalesce" | "nvl" | "nvl2" | "ifnull"),
        other => subquery_of(other).is_some(),
    }
}

fn answers(expr: &Expr, child: &Expr) -> bool {
    let Expr::Case(case) = expr else { return false };
    let mut answers = case
        .when_then_expr
        .iter()
        .map(|(_, then)| then.as_ref())
        .chain(case.else_expr.as_deref());
    answers.any(|answer| std::ptr::eq(answer, child))
}

fn subquery_of(expr: &Expr) -> Option<&Subquery> {
    match expr {
        Expr::ScalarSubquery(subquery)
        | Expr::Exists(Exists { subquery, .. })
        | Expr::InSubquery(InSubquery { subquery, .. })
        | Expr::SetComparison(SetComparison { subquery, .. }) => Some(subquery),
        _ => None,
    }
}

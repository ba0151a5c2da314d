//! Steps from one frame to the next.

use std::sync::Arc;

use datafusion::common::{Column, JoinType, UnnestOptions};
use datafusion::dataframe::DataFrame;
use datafusion::logical_expr::select_expr::SelectExpr;
use datafusion::logical_expr::{Expr, Partitioning};
use datafusion_inline::Planning;

use crate::dataframe::Frame;
use crate::error::{Outcome, df_error};
use crate::function::Function;
use crate::logical_plan;
use crate::lowering::{Lowering, Value};
use crate::message::data_frame_verb::Verb;
use crate::message::{
    AggregateVerb, DataFrameVerb, DistinctOnVerb, ExprProgram, JoinVerb, RepartitionVerb, SetVerb,
    join_verb, set_verb,
};
use crate::rows;

/// A verb with everything that it speaks of.
pub struct Step {
    pub frame: Arc<Frame>,
    pub verb: DataFrameVerb,
    pub functions: Vec<Function>,
    pub others: Vec<Arc<Frame>>,
}

impl Step {
    /// Answers the next frame. A step that does not run anything is planning.
    pub async fn apply(self) -> Outcome<Frame> {
        let verb = self
            .verb
            .verb
            .as_ref()
            .ok_or_else(|| df_error::invalid("a verb that this library does not know"))?;
        let next = match verb {
            Verb::Describe(_) => {
                resolve(&self.frame)?;
                self.input().describe().await?
            }
            Verb::Cache(_) => self.cached().await?,
            verb => Planning::scope(|| self.planned(verb))?,
        };
        Frame::of_plan(
            Arc::clone(&self.frame.session),
            next.into_unoptimized_plan(),
        )
    }

    fn input(&self) -> DataFrame {
        self.frame.frame.clone()
    }

    fn lowering(&self) -> Lowering {
        Lowering::of_session(&self.frame.session)
    }

    fn exprs(&self, program: &ExprProgram) -> Outcome<Vec<Expr>> {
        self.lowering().exprs(program, &self.functions)
    }

    fn expr(&self, program: &ExprProgram) -> Outcome<Expr> {
        let mut exprs = self.exprs(program)?;
        match (exprs.pop(), exprs.is_empty()) {
            (Some(expr), true) => Ok(expr),
            _ => Err(df_error::invalid(
                "a program of several roots where one expression is needed",
            )),
        }
    }

    fn planned(&self, verb: &Verb) -> Outcome<DataFrame> {
        let input = self.input();
        Ok(match verb {
            Verb::Select(program) => input.select(self.selection(program)?)?,
            Verb::Filter(program) => input.filter(self.expr(program)?)?,
            Verb::Aggregate(verb) => self.aggregate(verb)?,
            Verb::Join(verb) => self.join(verb)?,
            Verb::Sort(program) => input.sort(self.lowering().sorts(program, &self.functions)?)?,
            Verb::Limit(verb) => {
                input.limit(index(verb.skip)?, verb.fetch.map(index).transpose()?)?
            }
            Verb::Distinct(_) => input.distinct()?,
            Verb::DistinctOn(verb) => self.distinct_on(verb)?,
            Verb::Set(verb) => self.set(verb)?,
            Verb::WithColumn(verb) => {
                let program = verb
                    .expr
                    .as_ref()
                    .ok_or_else(|| df_error::invalid("a column without its expression"))?;
                input.with_column(&verb.name, self.expr(program)?)?
            }
            Verb::Rename(verb) => input.with_column_renamed(quoted(&verb.from), &verb.to)?,
            Verb::DropColumns(verb) => {
                let columns: Vec<Column> = verb.names.iter().map(Column::from_name).collect();
                input.drop_columns(&columns)?
            }
            Verb::Unnest(verb) => {
                let columns: Vec<String> = verb.columns.iter().map(|name| quoted(name)).collect();
                let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
                let options = UnnestOptions::new().with_preserve_nulls(verb.preserve_nulls);
                input.unnest_columns_with_options(&columns, options)?
            }
            Verb::Alias(name) => input.alias(&quoted(name))?,
            Verb::Repartition(verb) => input.repartition(self.partitioning(verb)?)?,
            Verb::Window(program) => input.window(self.exprs(program)?)?,
            Verb::Explain(verb) => input.explain(verb.verbose, verb.analyze)?,
            Verb::Describe(_) | Verb::Cache(_) => {
                return Err(df_error::invalid("a verb that runs the frame"));
            }
        })
    }

    fn selection(&self, program: &ExprProgram) -> Outcome<Vec<SelectExpr>> {
        let values = self.lowering().values(program, &self.functions)?;
        let selected = values.into_iter().map(|value| match value {
            Value::Wildcard(None) => Ok(datafusion::logical_expr::expr_fn::wildcard()),
            Value::Wildcard(Some(relation)) => Ok(
                datafusion::logical_expr::expr_fn::qualified_wildcard(relation),
            ),
            other => other.into_expr().map(SelectExpr::Expression),
        });
        selected.collect()
    }

    fn aggregate(&self, verb: &AggregateVerb) -> Outcome<DataFrame> {
        let mut groups = self.exprs(verb.exprs.as_ref().unwrap_or(&ExprProgram::default()))?;
        let count = verb.groups as usize;
        if count > groups.len() {
            return Err(df_error::invalid(format!(
                "{count} group keys among {} expressions",
                groups.len()
            )));
        }
        let aggregates = groups.split_off(count);
        Ok(self.input().aggregate(groups, aggregates)?)
    }

    /// The other frame of a join or a set verb.
    fn other(&self) -> Outcome<DataFrame> {
        let other = self
            .others
            .first()
            .ok_or_else(|| df_error::invalid("a verb without its other frame"))?;
        Ok(other.frame.clone())
    }

    fn join(&self, verb: &JoinVerb) -> Outcome<DataFrame> {
        let kind = join_type(verb.kind);
        let conditions = verb
            .on
            .as_ref()
            .map(|on| self.exprs(on))
            .transpose()?
            .unwrap_or_default();
        if verb.left_columns.is_empty() && verb.right_columns.is_empty() {
            return Ok(self.input().join_on(self.other()?, kind, conditions)?);
        }
        let left: Vec<String> = verb.left_columns.iter().map(|name| quoted(name)).collect();
        let right: Vec<String> = verb.right_columns.iter().map(|name| quoted(name)).collect();
        let left: Vec<&str> = left.iter().map(String::as_str).collect();
        let right: Vec<&str> = right.iter().map(String::as_str).collect();
        let filter = conditions.into_iter().reduce(Expr::and);
        Ok(self
            .input()
            .join(self.other()?, kind, &left, &right, filter)?)
    }

    fn distinct_on(&self, verb: &DistinctOnVerb) -> Outcome<DataFrame> {
        let program = verb.exprs.clone().unwrap_or_default();
        let (on, select) = (verb.on as usize, verb.select as usize);
        let mut values = self.lowering().values(&program, &self.functions)?;
        if on.saturating_add(select) > values.len() {
            return Err(df_error::invalid(format!(
                "{on} keys and {select} columns of {} expressions",
                values.len()
            )));
        }
        let sorts = values.split_off(on + select);
        let mut on_exprs = values
            .into_iter()
            .map(Value::into_expr)
            .collect::<Outcome<Vec<_>>>()?;
        let select_exprs = on_exprs.split_off(on);
        let sorts = sorts
            .into_iter()
            .map(Value::into_sort)
            .collect::<Outcome<Vec<_>>>()?;
        Ok(self.input().distinct_on(
            on_exprs,
            select_exprs,
            (!sorts.is_empty()).then_some(sorts),
        )?)
    }

    fn set(&self, verb: &SetVerb) -> Outcome<DataFrame> {
        use set_verb::Kind;
        let (input, other) = (self.input(), self.other()?);
        Ok(match Kind::try_from(verb.kind).unwrap_or_default() {
            Kind::Union => input.union(other)?,
            Kind::UnionDistinct => input.union_distinct(other)?,
            Kind::Intersect => input.intersect_distinct(other)?,
            Kind::IntersectAll => input.intersect(other)?,
            Kind::Except => input.except_distinct(other)?,
            Kind::ExceptAll => input.except(other)?,
            Kind::UnionByName => input.union_by_name(other)?,
            Kind::UnionByNameDistinct => input.union_by_name_distinct(other)?,
        })
    }

    fn partitioning(&self, verb: &RepartitionVerb) -> Outcome<Partitioning> {
        let partitions = verb.partitions.max(1) as usize;
        Ok(match &verb.by {
            Some(program) => Partitioning::Hash(self.exprs(program)?, partitions),
            None => Partitioning::RoundRobinBatch(partitions),
        })
    }

    async fn cached(&self) -> Outcome<DataFrame> {
        let batches = rows::collect_engine(&self.frame).await?.concat();
        let schema = Arc::clone(self.frame.frame.schema().inner());
        let table = datafusion::catalog::MemTable::try_new(schema, vec![batches])?;
        Ok(self.frame.session.context.read_table(Arc::new(table))?)
    }
}

/// Verbs that run the frame bring its functions to life first.
fn resolve(frame: &Frame) -> Outcome<()> {
    logical_plan::resolve(frame.frame.logical_plan(), Some(&frame.session))
}

/// A name as the engine reads it where it would else take dots and quotes apart.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn index(number: u64) -> Outcome<usize> {
    usize::try_from(number).map_err(|_| df_error::invalid(format!("{number} rows")))
}

fn join_type(kind: i32) -> JoinType {
    use join_verb::Kind;
    match Kind::try_from(kind).unwrap_or_default() {
        Kind::Inner => JoinType::Inner,
        Kind::Left => JoinType::Left,
        Kind::Right => JoinType::Right,
        Kind::Full => JoinType::Full,
        Kind::LeftSemi => JoinType::LeftSemi,
        Kind::RightSemi => JoinType::RightSemi,
        Kind::LeftAnti => JoinType::LeftAnti,
        Kind::RightAnti => JoinType::RightAnti,
        Kind::LeftMark => JoinType::LeftMark,
        Kind::RightMark => JoinType::RightMark,
    }
}

//! What each operation of a program makes of its operands.

use std::sync::Arc;

use datafusion::common::{Column, TableReference};
use datafusion::logical_expr::expr::{
    AggregateFunction, Alias, Between, Case, Cast, HigherOrderFunction, InList, Like,
    NullTreatment, Placeholder, ScalarFunction, TryCast, WindowFunction,
};
use datafusion::logical_expr::{
    Expr, Operator, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition,
};
use datafusion::prelude::lit;
use datafusion::scalar::ScalarValue;

use crate::error::{Outcome, df_error};
use crate::function::Function;
use crate::functions::Registry;
use crate::literal;
use crate::lowering::{Operands, Value};
use crate::message::expr_op::Op;
use crate::message::frame_bounds::Units;
use crate::message::{
    AggregateOp, AliasOp, Bound, CaseOp, CastOp, FrameBounds, LikeOp, NullTreatment as Nulls,
    SortOp, UnaryOp, WindowOp, bound::Kind,
};

/// How many operands an operation takes.
pub fn operands(op: &Op) -> Outcome<usize> {
    let count = match op {
        Op::Column(_) | Op::Literal(_) | Op::Wildcard(_) | Op::Opaque(_) | Op::Placeholder(_) => {
            Some(0)
        }
        Op::Unary(_) | Op::Alias(_) | Op::Cast(_) | Op::Sort(_) => Some(1),
        Op::Binary(_) | Op::Like(_) => Some(2),
        Op::Between(_) => Some(3),
        Op::InList(list) => (list.count as usize).checked_add(1),
        Op::CaseWhen(case) => (case.branches as usize * 2)
            .checked_add(usize::from(case.base) + usize::from(case.otherwise)),
        Op::Call(call) => Some(call.count as usize),
        Op::Function(call) => Some(call.count as usize),
        Op::Aggregate(aggregate) => {
            (aggregate.order_by as usize).checked_add(1 + usize::from(aggregate.filter))
        }
        Op::Window(window) => {
            (window.partition_by as usize).checked_add(window.order_by as usize + 1)
        }
    };
    count.ok_or_else(|| df_error::invalid("an operation on more operands than there can be"))
}

/// Finds an operator by the engine's spelling, or by its name in messages.
pub fn operator(name: &str) -> Option<Operator> {
    let spelled = OPERATORS
        .iter()
        .find(|operator| operator.to_string() == name)
        .copied();
    spelled.or_else(|| Operator::from_proto_name(name))
}

const OPERATORS: [Operator; 43] = [
    Operator::Eq,
    Operator::NotEq,
    Operator::Lt,
    Operator::LtEq,
    Operator::Gt,
    Operator::GtEq,
    Operator::Plus,
    Operator::Minus,
    Operator::Multiply,
    Operator::Divide,
    Operator::Modulo,
    Operator::And,
    Operator::Or,
    Operator::IsDistinctFrom,
    Operator::IsNotDistinctFrom,
    Operator::RegexMatch,
    Operator::RegexIMatch,
    Operator::RegexNotMatch,
    Operator::RegexNotIMatch,
    Operator::LikeMatch,
    Operator::ILikeMatch,
    Operator::NotLikeMatch,
    Operator::NotILikeMatch,
    Operator::BitwiseAnd,
    Operator::BitwiseOr,
    Operator::BitwiseXor,
    Operator::BitwiseShiftRight,
    Operator::BitwiseShiftLeft,
    Operator::StringConcat,
    Operator::AtArrow,
    Operator::ArrowAt,
    Operator::Arrow,
    Operator::LongArrow,
    Operator::HashArrow,
    Operator::HashLongArrow,
    Operator::AtAt,
    Operator::IntegerDivide,
    Operator::HashMinus,
    Operator::AtQuestion,
    Operator::Question,
    Operator::QuestionAnd,
    Operator::QuestionPipe,
    Operator::Colon,
];

/// Operations that need nothing but their operands.
pub fn simple(op: &Op, mut operands: Operands) -> Outcome<Value> {
    let expr = match op {
        Op::Column(column) => Expr::Column(Column::new(
            relation(&column.relation)?,
            column.name.clone(),
        )),
        Op::Literal(bytes) => Expr::Literal(literal::decode(bytes)?, None),
        Op::Unary(kind) => unary(*kind, operands.boxed()?)?,
        Op::Alias(alias) => aliased(alias, operands.expr()?)?,
        Op::Cast(op) => cast(op, operands.boxed()?)?,
        Op::Between(op) => {
            let (value, low, high) = (operands.boxed()?, operands.boxed()?, operands.boxed()?);
            Expr::Between(Between::new(value, op.negated, low, high))
        }
        Op::Like(op) => like(op, operands)?,
        Op::InList(op) => {
            let value = operands.boxed()?;
            let list = operands.exprs(operands.left())?;
            Expr::InList(InList::new(value, list, op.negated))
        }
        Op::CaseWhen(op) => case(op, operands)?,
        Op::Aggregate(op) => aggregate(op, operands)?,
        Op::Placeholder(op) => Expr::Placeholder(Placeholder::new_with_field(op.id.clone(), None)),
        Op::Sort(op) => return sort(op, operands.expr()?),
        Op::Wildcard(op) => return Ok(Value::Wildcard(relation(&op.relation)?)),
        Op::Binary(_) | Op::Call(_) | Op::Function(_) | Op::Window(_) | Op::Opaque(_) => {
            return Err(df_error::invalid("an operation that needs a session"));
        }
    };
    Ok(Value::Expr(expr))
}

fn relation(parts: &[String]) -> Outcome<Option<TableReference>> {
    match parts {
        [] => Ok(None),
        [table] => Ok(Some(TableReference::bare(table.as_str()))),
        [schema, table] => Ok(Some(TableReference::partial(
            schema.as_str(),
            table.as_str(),
        ))),
        [catalog, schema, table] => Ok(Some(TableReference::full(
            catalog.as_str(),
            schema.as_str(),
            table.as_str(),
        ))),
        _ => Err(df_error::invalid(format!(
            "a table name of {} parts",
            parts.len()
        ))),
    }
}

fn unary(kind: i32, operand: Box<Expr>) -> Outcome<Expr> {
    Ok(match UnaryOp::try_from(kind).unwrap_or_default() {
        UnaryOp::Not => Expr::Not(operand),
        UnaryOp::Negative => Expr::Negative(operand),
        UnaryOp::IsNull => Expr::IsNull(operand),
        UnaryOp::IsNotNull => Expr::IsNotNull(operand),
        UnaryOp::IsTrue => Expr::IsTrue(operand),
        UnaryOp::IsFalse => Expr::IsFalse(operand),
        UnaryOp::IsUnknown => Expr::IsUnknown(operand),
        UnaryOp::IsNotTrue => Expr::IsNotTrue(operand),
        UnaryOp::IsNotFalse => Expr::IsNotFalse(operand),
        UnaryOp::IsNotUnknown => Expr::IsNotUnknown(operand),
        UnaryOp::Unspecified => return Err(df_error::invalid(format!("unary operator {kind}"))),
    })
}

fn aliased(op: &AliasOp, operand: Expr) -> Outcome<Expr> {
    Ok(Expr::Alias(Alias::new(
        operand,
        relation(&op.relation)?,
        op.name.clone(),
    )))
}

fn cast(op: &CastOp, expr: Box<Expr>) -> Outcome<Expr> {
    let field = Arc::new(literal::field(&op.field)?);
    Ok(if op.fallible {
        Expr::TryCast(TryCast { expr, field })
    } else {
        Expr::Cast(Cast { expr, field })
    })
}

fn like(op: &LikeOp, mut operands: Operands) -> Outcome<Expr> {
    let mut escape = op.escape.chars();
    let escape_char = escape.next();
    if escape.next().is_some() {
        return Err(df_error::invalid("an escape of more than one character"));
    }
    let (value, pattern) = (operands.boxed()?, operands.boxed()?);
    let like = Like::new(op.negated, value, pattern, escape_char, op.case_insensitive);
    Ok(if op.similar {
        Expr::SimilarTo(like)
    } else {
        Expr::Like(like)
    })
}

fn case(op: &CaseOp, mut operands: Operands) -> Outcome<Expr> {
    let base = if op.base {
        Some(operands.boxed()?)
    } else {
        None
    };
    let branches = (0..op.branches)
        .map(|_| Ok((operands.boxed()?, operands.boxed()?)))
        .collect::<Outcome<_>>()?;
    let otherwise = if op.otherwise {
        Some(operands.boxed()?)
    } else {
        None
    };
    Ok(Expr::Case(Case::new(base, branches, otherwise)))
}

fn sort(op: &SortOp, expr: Expr) -> Outcome<Value> {
    Ok(Value::Sort(expr.sort(!op.descending, op.nulls_first)))
}

/// Calls a function of any kind. `count(*)` is the one call that takes a wildcard.
pub fn call(function: &Function, mut operands: Operands) -> Outcome<Value> {
    let mut args = Vec::with_capacity(operands.left());
    while operands.left() > 0 {
        args.push(match operands.value()? {
            Value::Wildcard(None) if function.name() == "count" => lit(1_i64),
            value => value.into_expr()?,
        });
    }
    Ok(Value::Expr(match function {
        Function::Scalar(function) => {
            Expr::ScalarFunction(ScalarFunction::new_udf(Arc::clone(function), args))
        }
        Function::Aggregate(function) => Expr::AggregateFunction(AggregateFunction::new_udf(
            Arc::clone(function),
            args,
            false,
            None,
            Vec::new(),
            None,
        )),
        Function::Window(function) => {
            let definition = WindowFunctionDefinition::WindowUDF(Arc::clone(function));
            WindowFunction::new(definition, args).into()
        }
        Function::HigherOrder(function) => {
            Expr::HigherOrderFunction(HigherOrderFunction::new(Arc::clone(function), args))
        }
        Function::Table(_) => {
            let message = format!(
                "{} answers a table, which no expression is",
                function.name()
            );
            return Err(df_error::invalid(message));
        }
    }))
}

fn nulls(treatment: i32) -> Option<NullTreatment> {
    match Nulls::try_from(treatment).unwrap_or_default() {
        Nulls::Ignore => Some(NullTreatment::IgnoreNulls),
        Nulls::Respect => Some(NullTreatment::RespectNulls),
        Nulls::Unspecified => None,
    }
}

fn aggregate(op: &AggregateOp, mut operands: Operands) -> Outcome<Expr> {
    let Expr::AggregateFunction(mut call) = operands.expr()? else {
        return Err(df_error::invalid(
            "clauses of an aggregate on something else",
        ));
    };
    call.params.distinct = op.distinct;
    call.params.order_by = operands.sorts(op.order_by as usize)?;
    call.params.filter = if op.filter {
        Some(operands.boxed()?)
    } else {
        None
    };
    call.params.null_treatment = nulls(op.nulls);
    Ok(Expr::AggregateFunction(call))
}

/// An aggregate or window call over a window. Where both kinds have a function of that name, SQL takes the window's.
pub fn window(op: &WindowOp, mut operands: Operands, registry: &Registry) -> Outcome<Value> {
    let mut call = match operands.expr()? {
        Expr::WindowFunction(call) => *call,
        Expr::AggregateFunction(call) => {
            let definition = registry.window_function(call.func.name()).map_or(
                WindowFunctionDefinition::AggregateUDF(call.func),
                WindowFunctionDefinition::WindowUDF,
            );
            let mut over = WindowFunction::new(definition, call.params.args);
            over.params.distinct = call.params.distinct;
            over.params.filter = call.params.filter;
            over
        }
        _ => {
            return Err(df_error::invalid(
                "a window on something that is no aggregate or window function",
            ));
        }
    };
    call.params.partition_by = operands.exprs(op.partition_by as usize)?;
    call.params.order_by = operands.sorts(op.order_by as usize)?;
    call.params.null_treatment = nulls(op.nulls);
    call.params.window_frame = match &op.frame {
        Some(bounds) => frame(bounds)?,
        None => default_frame(call.params.order_by.len()),
    };
    call.params
        .window_frame
        .regularize_order_bys(&mut call.params.order_by)?;
    Ok(Value::Expr(call.into()))
}

pub fn default_frame(order_by: usize) -> WindowFrame {
    WindowFrame::new((order_by > 0).then_some(false))
}

fn frame(bounds: &FrameBounds) -> Outcome<WindowFrame> {
    let units = match Units::try_from(bounds.units).unwrap_or_default() {
        Units::Rows => WindowFrameUnits::Rows,
        Units::Range => WindowFrameUnits::Range,
        Units::Groups => WindowFrameUnits::Groups,
    };
    let default = |kind: Kind| Bound {
        kind: kind.into(),
        offset: None,
    };
    let start = bound(
        units,
        bounds.start.as_ref().unwrap_or(&default(Kind::Preceding)),
    )?;
    let end = bound(
        units,
        bounds.end.as_ref().unwrap_or(&default(Kind::CurrentRow)),
    )?;
    Ok(WindowFrame::new_bounds(units, start, end))
}

fn bound(units: WindowFrameUnits, bound: &Bound) -> Outcome<WindowFrameBound> {
    let offset = match &bound.offset {
        Some(bytes) => literal::decode(bytes)?,
        None if units == WindowFrameUnits::Range => ScalarValue::Null,
        None => ScalarValue::UInt64(None),
    };
    Ok(match Kind::try_from(bound.kind).unwrap_or_default() {
        Kind::Preceding => WindowFrameBound::Preceding(offset),
        Kind::CurrentRow => WindowFrameBound::CurrentRow,
        Kind::Following => WindowFrameBound::Following(offset),
    })
}

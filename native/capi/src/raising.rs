//! Expressions to programs, without recursion.

use std::sync::Arc;

use datafusion::common::{Column, TableReference};
use datafusion::logical_expr::expr::{AggregateFunction, Like, Sort, WindowFunction};
use datafusion::logical_expr::{
    Expr, WindowFrame, WindowFrameBound, WindowFrameUnits, WindowFunctionDefinition,
};
use datafusion_inline::CodecStack;
use prost::Message;

use crate::error::Outcome;
use crate::function::Function;
use crate::functions::Registry;
use crate::literal;
use crate::message::expr_op::Op;
use crate::message::frame_bounds::Units;
use crate::message::*;
use crate::operation::default_frame;
use crate::session::Session;

/// What is left to do: look at an expression, or emit an operation whose operands are emitted.
enum Step<'a> {
    Visit(&'a Expr),
    Key(&'a Sort),
    Emit(Op),
}

/// Raises expressions.
pub struct Raising {
    registry: Registry,
    codecs: CodecStack,
    ops: Vec<ExprOp>,
    functions: Vec<Function>,
}

impl Raising {
    pub fn of_session(session: &Session) -> Self {
        Self {
            registry: Registry::of_session(session),
            codecs: session.codecs.clone(),
            ops: Vec::new(),
            functions: Vec::new(),
        }
    }

    /// For a host that reads a table by itself: by name are only the engine's own functions.
    pub fn without_session(codecs: CodecStack) -> Self {
        Self {
            registry: Registry::built_in(),
            codecs,
            ops: Vec::new(),
            functions: Vec::new(),
        }
    }

    /// Answers the program of an expression and the functions that it names by index.
    pub fn raise(mut self, expr: &Expr) -> Outcome<(Vec<u8>, Vec<Function>)> {
        let mut steps = vec![Step::Visit(expr)];
        while let Some(step) = steps.pop() {
            match step {
                Step::Emit(op) => self.ops.push(ExprOp { op: Some(op) }),
                Step::Key(sort) => {
                    let op = SortOp {
                        descending: !sort.asc,
                        nulls_first: sort.nulls_first,
                    };
                    steps.push(Step::Emit(Op::Sort(op)));
                    steps.push(Step::Visit(&sort.expr));
                }
                Step::Visit(expr) => {
                    let (op, operands) = self.open(expr)?;
                    steps.push(Step::Emit(op));
                    steps.extend(operands.into_iter().rev());
                }
            }
        }
        Ok((
            ExprProgram {
                ops: self.ops,
                roots: 1,
            }
            .encode_to_vec(),
            self.functions,
        ))
    }

    /// The operation of one node, and its operands.
    fn open<'a>(&mut self, expr: &'a Expr) -> Outcome<(Op, Vec<Step<'a>>)> {
        if let Some(known) = unary(expr) {
            return Ok((Op::Unary(known.0.into()), vec![Step::Visit(known.1)]));
        }
        Ok(match expr {
            Expr::Column(column) => (Op::Column(column_op(column)), vec![]),
            Expr::Literal(value, None) => match literal::encode(value) {
                Ok(bytes) => (Op::Literal(bytes), vec![]),
                Err(_) => self.opaque(expr)?,
            },
            Expr::Alias(alias) if alias.metadata.is_none() => {
                let op = AliasOp {
                    relation: relation(alias.relation.as_ref()),
                    name: alias.name.clone(),
                };
                (Op::Alias(op), vec![Step::Visit(&alias.expr)])
            }
            Expr::BinaryExpr(binary) => (
                Op::Binary(binary.op.to_string()),
                vec![Step::Visit(&binary.left), Step::Visit(&binary.right)],
            ),
            Expr::Like(like) => like_op(like, false),
            Expr::SimilarTo(like) => like_op(like, true),
            Expr::Between(between) => (
                Op::Between(NegatableOp {
                    negated: between.negated,
                }),
                vec![
                    Step::Visit(&between.expr),
                    Step::Visit(&between.low),
                    Step::Visit(&between.high),
                ],
            ),
            Expr::Cast(cast) => cast_op(&cast.expr, cast.field.as_ref().clone(), false),
            Expr::TryCast(cast) => cast_op(&cast.expr, cast.field.as_ref().clone(), true),
            Expr::InList(list) => {
                let op = InListOp {
                    count: list.list.len() as u32,
                    negated: list.negated,
                };
                let operands = std::iter::once(list.expr.as_ref()).chain(&list.list);
                (Op::InList(op), operands.map(Step::Visit).collect())
            }
            Expr::Case(case) => case_op(case),
            Expr::ScalarFunction(call) => {
                self.call(Function::Scalar(Arc::clone(&call.func)), &call.args)
            }
            Expr::AggregateFunction(call) => self.aggregate(call),
            Expr::WindowFunction(call) if !call.params.distinct && call.params.filter.is_none() => {
                match frame_op(&call.params.window_frame, call.params.order_by.len()) {
                    Ok(frame) => self.window(call, frame),
                    Err(_) => self.opaque(expr)?,
                }
            }
            Expr::Placeholder(placeholder) if placeholder.field.is_none() => (
                Op::Placeholder(PlaceholderOp {
                    id: placeholder.id.clone(),
                }),
                vec![],
            ),
            other => self.opaque(other)?,
        })
    }

    /// A node that programs do not model: its bytes, through the session's stack.
    fn opaque<'a>(&self, expr: &Expr) -> Outcome<(Op, Vec<Step<'a>>)> {
        Ok((Op::Opaque(self.codecs.expr_to_bytes(expr)?), vec![]))
    }

    fn call<'a>(&mut self, function: Function, args: &'a [Expr]) -> (Op, Vec<Step<'a>>) {
        (
            self.callee(function, args.len()),
            args.iter().map(Step::Visit).collect(),
        )
    }

    /// A function that the session means by that name goes by name; any other, and every inlined one, by index.
    fn callee(&mut self, function: Function, count: usize) -> Op {
        let count = count as u32;
        if function.inlined().is_none() && self.registry.means(&function) {
            return Op::Call(CallOp {
                name: function.name().to_owned(),
                count,
            });
        }
        let known = self.functions.iter().position(|known| known.is(&function));
        let index = known.unwrap_or_else(|| {
            self.functions.push(function);
            self.functions.len() - 1
        });
        Op::Function(FunctionOp {
            index: index as u32,
            count,
        })
    }

    fn aggregate<'a>(&mut self, call: &'a AggregateFunction) -> (Op, Vec<Step<'a>>) {
        let params = &call.params;
        let (callee, mut steps) =
            self.call(Function::Aggregate(Arc::clone(&call.func)), &params.args);
        let nulls = nulls(
            params
                .null_treatment
                .as_ref()
                .map(|nulls| nulls.to_string()),
        );
        let plain = !params.distinct && params.filter.is_none() && params.order_by.is_empty();
        if plain && nulls == NullTreatment::Unspecified {
            return (callee, steps);
        }
        steps.push(Step::Emit(callee));
        steps.extend(params.order_by.iter().map(Step::Key));
        steps.extend(params.filter.iter().map(|filter| Step::Visit(filter)));
        let op = AggregateOp {
            distinct: params.distinct,
            filter: params.filter.is_some(),
            order_by: params.order_by.len() as u32,
            nulls: nulls.into(),
        };
        (Op::Aggregate(op), steps)
    }

    fn window<'a>(
        &mut self,
        call: &'a WindowFunction,
        frame: Option<FrameBounds>,
    ) -> (Op, Vec<Step<'a>>) {
        let params = &call.params;
        let function = match &call.fun {
            WindowFunctionDefinition::AggregateUDF(function) => {
                Function::Aggregate(Arc::clone(function))
            }
            WindowFunctionDefinition::WindowUDF(function) => Function::Window(Arc::clone(function)),
        };
        let (callee, mut steps) = self.call(function, &params.args);
        steps.push(Step::Emit(callee));
        steps.extend(params.partition_by.iter().map(Step::Visit));
        steps.extend(params.order_by.iter().map(Step::Key));
        let op = WindowOp {
            partition_by: params.partition_by.len() as u32,
            order_by: params.order_by.len() as u32,
            frame,
            nulls: nulls(
                params
                    .null_treatment
                    .as_ref()
                    .map(|nulls| nulls.to_string()),
            )
            .into(),
        };
        (Op::Window(op), steps)
    }
}

fn unary(expr: &Expr) -> Option<(UnaryOp, &Expr)> {
    Some(match expr {
        Expr::Not(operand) => (UnaryOp::Not, operand),
        Expr::Negative(operand) => (UnaryOp::Negative, operand),
        Expr::IsNull(operand) => (UnaryOp::IsNull, operand),
        Expr::IsNotNull(operand) => (UnaryOp::IsNotNull, operand),
        Expr::IsTrue(operand) => (UnaryOp::IsTrue, operand),
        Expr::IsFalse(operand) => (UnaryOp::IsFalse, operand),
        Expr::IsUnknown(operand) => (UnaryOp::IsUnknown, operand),
        Expr::IsNotTrue(operand) => (UnaryOp::IsNotTrue, operand),
        Expr::IsNotFalse(operand) => (UnaryOp::IsNotFalse, operand),
        Expr::IsNotUnknown(operand) => (UnaryOp::IsNotUnknown, operand),
        _ => return None,
    })
}

fn relation(relation: Option<&TableReference>) -> Vec<String> {
    relation.map_or_else(Vec::new, TableReference::to_vec)
}

fn column_op(column: &Column) -> ColumnOp {
    ColumnOp {
        relation: relation(column.relation.as_ref()),
        name: column.name.clone(),
    }
}

fn like_op(like: &Like, similar: bool) -> (Op, Vec<Step<'_>>) {
    let op = LikeOp {
        negated: like.negated,
        case_insensitive: like.case_insensitive,
        similar,
        escape: like.escape_char.map(String::from).unwrap_or_default(),
    };
    (
        Op::Like(op),
        vec![Step::Visit(&like.expr), Step::Visit(&like.pattern)],
    )
}

fn cast_op(
    expr: &Expr,
    field: datafusion::arrow::datatypes::Field,
    fallible: bool,
) -> (Op, Vec<Step<'_>>) {
    (
        Op::Cast(CastOp {
            field: literal::encode_field(field),
            fallible,
        }),
        vec![Step::Visit(expr)],
    )
}

fn case_op(case: &datafusion::logical_expr::Case) -> (Op, Vec<Step<'_>>) {
    let op = CaseOp {
        base: case.expr.is_some(),
        branches: case.when_then_expr.len() as u32,
        otherwise: case.else_expr.is_some(),
    };
    let branches = case
        .when_then_expr
        .iter()
        .flat_map(|(when, then)| [when, then]);
    let operands = case.expr.iter().chain(branches).chain(&case.else_expr);
    (
        Op::CaseWhen(op),
        operands.map(|operand| Step::Visit(operand)).collect(),
    )
}

fn nulls(treatment: Option<String>) -> NullTreatment {
    match treatment.as_deref() {
        Some("IGNORE NULLS") => NullTreatment::Ignore,
        Some(_) => NullTreatment::Respect,
        None => NullTreatment::Unspecified,
    }
}

/// None where the engine would make the same frame of itself.
fn frame_op(frame: &WindowFrame, order_by: usize) -> Outcome<Option<FrameBounds>> {
    if *frame == default_frame(order_by) {
        return Ok(None);
    }
    let units = match frame.units {
        WindowFrameUnits::Rows => Units::Rows,
        WindowFrameUnits::Range => Units::Range,
        WindowFrameUnits::Groups => Units::Groups,
    };
    let (start, end) = (bound_op(&frame.start_bound)?, bound_op(&frame.end_bound)?);
    Ok(Some(FrameBounds {
        units: units.into(),
        start: Some(start),
        end: Some(end),
    }))
}

fn bound_op(bound: &WindowFrameBound) -> Outcome<Bound> {
    let (kind, value) = match bound {
        WindowFrameBound::Preceding(value) => (bound::Kind::Preceding, Some(value)),
        WindowFrameBound::CurrentRow => (bound::Kind::CurrentRow, None),
        WindowFrameBound::Following(value) => (bound::Kind::Following, Some(value)),
    };
    let offset = value
        .filter(|value| !value.is_null())
        .map(literal::encode)
        .transpose()?;
    Ok(Bound {
        kind: kind.into(),
        offset,
    })
}

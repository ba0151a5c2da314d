//! Programs to expressions: a stack machine, measured as it goes.

use datafusion::common::TableReference;
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{BinaryExpr, Expr};
use datafusion_inline::depth::{self, Depth};
use datafusion_inline::{CodecStack, DepthLimits};

use crate::error::{Outcome, df_error};
use crate::function::Function;
use crate::functions::Registry;
use crate::message::expr_op::Op;
use crate::message::{ExprOp, ExprProgram};
use crate::operation;
use crate::session::Session;

/// A program and the functions beside it.
pub struct Program {
    pub program: ExprProgram,
    pub functions: Vec<Function>,
}

impl Program {
    /// Whether it makes a tree of few levels, none of them out of bytes.
    pub fn is_small(&self) -> bool {
        const OPS: usize = 8;
        const LITERAL: usize = 64;
        const TYPE: usize = 1024;
        self.program.ops.len() <= OPS
            && self.program.ops.iter().all(|op| match &op.op {
                Some(Op::Opaque(_)) => false,
                Some(Op::Literal(bytes)) => bytes.len() <= LITERAL,
                Some(Op::Cast(cast)) => cast.field.len() <= TYPE,
                _ => true,
            })
    }
}

/// What programs are lowered with.
pub struct Lowering {
    registry: Registry,
    codecs: CodecStack,
    limits: DepthLimits,
}

/// What the machine's stack holds.
pub enum Value {
    Expr(Expr),
    Sort(Sort),
    Wildcard(Option<TableReference>),
}

/// A value and how deep it is.
pub struct Measured {
    pub value: Value,
    depth: Depth,
}

/// Operands of one operator, in order.
pub struct Operands(std::vec::IntoIter<Measured>);

impl Lowering {
    pub fn of_session(session: &Session) -> Self {
        Self {
            registry: Registry::of_session(session),
            codecs: session.codecs.clone(),
            limits: session.limits,
        }
    }

    /// Knows the engine's own functions only.
    pub fn without_session(codecs: CodecStack) -> Self {
        Self {
            registry: Registry::built_in(),
            codecs,
            limits: DepthLimits::default(),
        }
    }

    /// Runs a program that leaves one expression.
    pub fn expr(&self, program: &Program) -> Outcome<Expr> {
        let mut values = self.values(&program.program, &program.functions)?;
        match (values.pop(), values.is_empty()) {
            (Some(value), true) => value.into_expr(),
            _ => Err(df_error::invalid(
                "a program of several roots where one expression is needed",
            )),
        }
    }

    pub fn exprs(&self, program: &ExprProgram, functions: &[Function]) -> Outcome<Vec<Expr>> {
        self.values(program, functions)?
            .into_iter()
            .map(Value::into_expr)
            .collect()
    }

    pub fn sorts(&self, program: &ExprProgram, functions: &[Function]) -> Outcome<Vec<Sort>> {
        self.values(program, functions)?
            .into_iter()
            .map(Value::into_sort)
            .collect()
    }

    /// Runs a program to its roots.
    pub fn values(&self, program: &ExprProgram, functions: &[Function]) -> Outcome<Vec<Value>> {
        let mut stack: Vec<Measured> = Vec::new();
        for ExprOp { op } in &program.ops {
            let op = op
                .as_ref()
                .ok_or_else(|| df_error::invalid("an operation that this library does not know"))?;
            let count = operation::operands(op)?;
            let first = stack.len().checked_sub(count).ok_or_else(|| {
                df_error::invalid(format!(
                    "an operation on {count} operands, and there are {}",
                    stack.len()
                ))
            })?;
            let operands: Vec<Measured> = stack.drain(first..).collect();
            let depth = self.depth(op, &operands)?;
            let value = self.apply(op, Operands(operands.into_iter()), functions)?;
            let depth = if let (Op::Opaque(_), Value::Expr(expr)) = (op, &value) {
                depth::of_expr(expr)
            } else {
                depth
            };
            stack.push(Measured { value, depth });
        }
        let roots = program.roots.max(1) as usize;
        if stack.len() != roots && !(program.roots == 0 && stack.is_empty()) {
            return Err(df_error::invalid(format!(
                "a program leaves {} values, and says {roots}",
                stack.len()
            )));
        }
        Ok(stack.into_iter().map(|measured| measured.value).collect())
    }

    /// The depth of the result, checked before it is built.
    fn depth(&self, op: &Op, operands: &[Measured]) -> Outcome<Depth> {
        let mut depth = operands.iter().fold(Depth::default(), |deepest, operand| {
            deepest.max(operand.depth)
        });
        match op {
            Op::Binary(_) => depth.operators += 1,
            // A sort or an aggregate's clauses are part of the expression they stand on.
            Op::Sort(_) | Op::Aggregate(_) | Op::Window(_) => {}
            _ => depth.nesting += 1,
        }
        self.limits.check("expression", depth)?;
        Ok(depth)
    }

    fn apply(&self, op: &Op, operands: Operands, functions: &[Function]) -> Outcome<Value> {
        match op {
            Op::Binary(name) => binary(name, operands),
            Op::Call(call) => operation::call(&self.registry.function(&call.name)?, operands),
            Op::Function(call) => {
                let function = functions.get(call.index as usize).ok_or_else(|| {
                    df_error::invalid(format!(
                        "function {} of {} beside the program",
                        call.index,
                        functions.len()
                    ))
                })?;
                operation::call(function, operands)
            }
            Op::Window(window) => operation::window(window, operands, &self.registry),
            Op::Opaque(bytes) => {
                let expr = self
                    .codecs
                    .expr_from_bytes(bytes, &self.registry.task_context())?;
                Ok(Value::Expr(expr))
            }
            other => operation::simple(other, operands),
        }
    }
}

fn binary(name: &str, mut operands: Operands) -> Outcome<Value> {
    let operator = operation::operator(name)
        .ok_or_else(|| df_error::invalid(format!("no operator is called '{name}'")))?;
    let (left, right) = (operands.boxed()?, operands.boxed()?);
    Ok(Value::Expr(Expr::BinaryExpr(BinaryExpr::new(
        left, operator, right,
    ))))
}

impl Value {
    pub fn into_expr(self) -> Outcome<Expr> {
        match self {
            Value::Expr(expr) => Ok(expr),
            Value::Sort(_) => Err(df_error::invalid(
                "a sort key where an expression is needed",
            )),
            Value::Wildcard(_) => Err(df_error::invalid(
                "a wildcard where an expression is needed",
            )),
        }
    }

    pub fn into_sort(self) -> Outcome<Sort> {
        match self {
            Value::Sort(sort) => Ok(sort),
            other => Ok(other.into_expr()?.sort(true, false)),
        }
    }
}

impl Operands {
    pub fn value(&mut self) -> Outcome<Value> {
        let operand = self
            .0
            .next()
            .ok_or_else(|| df_error::invalid("an operation without its operands"))?;
        Ok(operand.value)
    }

    pub fn expr(&mut self) -> Outcome<Expr> {
        self.value()?.into_expr()
    }

    pub fn boxed(&mut self) -> Outcome<Box<Expr>> {
        self.expr().map(Box::new)
    }

    pub fn exprs(&mut self, count: usize) -> Outcome<Vec<Expr>> {
        (0..count).map(|_| self.expr()).collect()
    }

    pub fn sorts(&mut self, count: usize) -> Outcome<Vec<Sort>> {
        (0..count).map(|_| self.value()?.into_sort()).collect()
    }

    pub fn left(&self) -> usize {
        self.0.len()
    }
}

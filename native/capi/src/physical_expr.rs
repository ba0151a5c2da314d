//! Physical expressions: what is evaluated over batches of one schema.

use std::mem::MaybeUninit;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ffi::FFI_ArrowSchema;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::DFSchema;
use datafusion::physical_plan::PhysicalExpr;
use datafusion_inline::{FoundFunction, Planning, depth, inlined_in_physical_expr};

use crate::batch::df_batch;
use crate::batches::df_batches;
use crate::boundary::{Kind, Live, bytes, infallible, required, task, write_schema, written};
use crate::buffer::df_buffer;
use crate::error::{Outcome, df_error};
use crate::expr;
use crate::function::{Function, df_function};
use crate::lowering::{Lowering, Program};
use crate::session::{Session, df_session};
use crate::task::df_task;
use crate::{literal, normal, runtime};

/// An expression over batches of one schema.
pub struct df_physical_expr {
    pub(crate) bound: Arc<Bound>,
    _live: Live,
}

impl df_physical_expr {
    pub(crate) fn boxed(bound: Bound) -> Box<Self> {
        Box::new(Self {
            bound: Arc::new(bound),
            _live: Live::new(Kind::PhysicalExpr),
        })
    }
}

/// An expression, the columns that it reads and the one that it makes.
pub(crate) struct Bound {
    expr: Arc<dyn PhysicalExpr>,
    columns: SchemaRef,
    made: SchemaRef,
    functions: Vec<FoundFunction>,
}

impl Bound {
    /// Plans the expression that a program lowers to, named as the engine names its column.
    fn of_program(session: &Session, program: &Program, schema: &[u8]) -> Outcome<Self> {
        let columns = literal::schema(schema)?;
        let known = DFSchema::try_from(Arc::clone(&columns))?;
        let expr = Lowering::of_session(session).expr(program)?;
        let name = expr.schema_name().to_string();
        let state = session.context.state();
        let expr = Planning::scope(|| state.create_physical_expr(expr, &known))?;
        Self::new(session, expr, columns, Some(name))
    }

    /// Binds an expression of another library's, which names its column itself.
    pub(crate) fn of_foreign(
        session: &Session,
        expr: Arc<dyn PhysicalExpr>,
        schema: &[u8],
    ) -> Outcome<Self> {
        Self::new(session, expr, literal::schema(schema)?, None)
    }

    fn new(
        session: &Session,
        expr: Arc<dyn PhysicalExpr>,
        columns: SchemaRef,
        name: Option<String>,
    ) -> Outcome<Self> {
        let limits = &session.limits;
        limits.check("expression", depth::of_physical_expr(&expr))?;
        let functions = inlined_in_physical_expr(&expr)?;
        let field = Planning::scope(|| expr.return_field(&columns))?;
        let field = match name {
            Some(name) => Field::clone(&field).with_name(name),
            None => Field::clone(&field),
        };
        let made = Arc::new(Schema::new(vec![field]));
        Ok(Self {
            expr,
            columns,
            made,
            functions,
        })
    }

    /// Brings to life what the expression needs before its first batch.
    pub(crate) fn ready(&self) -> Outcome<Arc<dyn PhysicalExpr>> {
        Function::resolve_all(&self.functions)?;
        Ok(Arc::clone(&self.expr))
    }

    /// The same, if the expression is not deeper than a session allows.
    pub(crate) fn within(&self, session: &Session) -> Outcome<Arc<dyn PhysicalExpr>> {
        let limits = &session.limits;
        limits.check("expression", depth::of_physical_expr(&self.expr))?;
        self.ready()
    }

    fn evaluate(&self, batch: &RecordBatch) -> Outcome<RecordBatch> {
        let batch = self.read(batch)?;
        let rows = batch.num_rows();
        let column = self.ready()?.evaluate(&batch)?.into_array_of_size(rows)?;
        let made = checked(&self.made, vec![column], rows)?;
        normal::batch(&made, &normal::schema(&self.made))
    }

    /// Answers the batch under the schema of the expression, whose columns it must have.
    fn read(&self, batch: &RecordBatch) -> Outcome<RecordBatch> {
        let given = batch.schema();
        let alike = |pair: (&Arc<Field>, &Arc<Field>)| {
            pair.0.name() == pair.1.name() && pair.0.data_type() == pair.1.data_type()
        };
        let (given, columns) = (given.fields(), self.columns.fields());
        if given.len() != columns.len() || !given.iter().zip(columns).all(alike) {
            return Err(df_error::invalid(format!(
                "a batch of the columns [{}], and the expression reads [{}]",
                listed(given),
                listed(columns)
            )));
        }
        checked(&self.columns, batch.columns().to_vec(), batch.num_rows())
            .map_err(|error| df_error::invalid(format!("a batch for the expression: {error}")))
    }

    fn display(&self) -> String {
        Planning::scope(|| self.expr.to_string())
    }
}

fn checked(
    schema: &SchemaRef,
    columns: Vec<arrow::array::ArrayRef>,
    rows: usize,
) -> Result<RecordBatch, ArrowError> {
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

fn listed(fields: &[Arc<Field>]) -> String {
    let texts: Vec<String> = fields
        .iter()
        .map(|field| format!("{} {}", field.name(), field.data_type()))
        .collect();
    texts.join(", ")
}

fn one(batches: df_batches) -> Outcome<RecordBatch> {
    let (_, batches) = batches.into_parts();
    let count = batches.len();
    <[RecordBatch; 1]>::try_from(batches)
        .map(|[batch]| batch)
        .map_err(|_| df_error::invalid(format!("{count} batches where one is needed")))
}

/// Plans an expression over the columns of `schema`, an Arrow IPC schema message; operands are cast as in a query.
/// Borrows everything: `program` is an ExprProgram. Task: a df_physical_expr. Errors: NULL, a message that does not
/// parse; the task's: DF_ERROR_PLAN, DF_ERROR_SCHEMA for a column that is not there, DF_ERROR_NOT_IMPLEMENTED for what
/// no batch alone answers.
#[unsafe(no_mangle)]
pub extern "C" fn df_physical_expr_new(
    session: Option<&df_session>,
    program: *const u8,
    program_len: usize,
    functions: *const Option<&df_function>,
    functions_len: usize,
    schema: *const u8,
    schema_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_physical_expr_new", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let program = expr::program(program, program_len, functions, functions_len)?;
        let schema = bytes(schema, schema_len, "schema")?.to_vec();
        Ok(
            async move { Bound::of_program(&session, &program, &schema).map(df_physical_expr::boxed) },
        )
    })
}

/// Evaluates the expression over the one batch of a list; its inlined functions come to life before. Borrows `expr`,
/// consumes `batches`. Task: a df_batch of one column. Errors: NULL; the task's: DF_ERROR_INVALID_ARGUMENT for a batch of
/// other columns or another number of batches, the host's, DF_ERROR_ARROW, DF_ERROR_EXECUTION.
#[unsafe(no_mangle)]
pub extern "C" fn df_physical_expr_evaluate(
    expr: Option<&df_physical_expr>,
    batches: Option<Box<df_batches>>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_physical_expr_evaluate", out, || {
        let bound = Arc::clone(&required(expr, "expr")?.bound);
        let batch = one(*required(batches, "batches")?)?;
        Ok(async move { bound.evaluate(&batch).map(df_batch::boxed) })
    })
}

/// The one column that the expression makes. Borrows. `out`: a schema, the caller's to release. Errors: NULL,
/// DF_ERROR_ARROW.
#[unsafe(no_mangle)]
pub extern "C" fn df_physical_expr_schema(
    expr: Option<&df_physical_expr>,
    out: Option<&mut MaybeUninit<FFI_ArrowSchema>>,
) -> Option<Box<df_error>> {
    written("df_physical_expr_schema", out, || {
        write_schema(&normal::schema(&required(expr, "expr")?.bound.made))
    })
}

/// The expression as text. Borrows. Task: a df_buffer, UTF-8. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_physical_expr_display(
    expr: Option<&df_physical_expr>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_physical_expr_display", out, || {
        let bound = Arc::clone(&required(expr, "expr")?.bound);
        Ok(async move { Ok(df_buffer::boxed(bound.display())) })
    })
}

/// Frees an expression. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_physical_expr_free(expr: Option<Box<df_physical_expr>>) {
    infallible("df_physical_expr_free", (), || runtime::free(expr));
}

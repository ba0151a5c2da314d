//! Expressions: flat programs in, flat programs out, and their bytes.

use std::mem::MaybeUninit;
use std::ptr::null;
use std::sync::Arc;

use crate::boundary::{Kind, Live, brief, bytes, fallible, handles, infallible, message, required};
use crate::buffer::df_buffer;
use crate::error::{Outcome, df_error};
use crate::expr_bytes;
use crate::function::{Function, df_function};
use crate::host::df_host;
use crate::lowering::Program;
use crate::session::df_session;
use crate::task::df_task;

/// An expression raised from the engine: an ExprProgram and the functions that it names by index.
pub struct df_program {
    bytes: Vec<u8>,
    functions: Vec<Function>,
    _live: Live,
}

impl df_program {
    pub(crate) fn new(raised: (Vec<u8>, Vec<Function>)) -> Self {
        let (bytes, functions) = raised;
        Self {
            bytes,
            functions,
            _live: Live::new(Kind::Program),
        }
    }

    pub(crate) fn boxed(raised: (Vec<u8>, Vec<Function>)) -> Box<Self> {
        Box::new(Self::new(raised))
    }
}

/// Reads a program and the functions beside it.
pub(crate) fn program(
    program: *const u8,
    program_len: usize,
    functions: *const Option<&df_function>,
    functions_len: usize,
) -> Outcome<Program> {
    let program = message(program, program_len, "program")?;
    Ok(Program {
        program,
        functions: functions_of(functions, functions_len)?,
    })
}

pub(crate) fn functions_of(
    functions: *const Option<&df_function>,
    functions_len: usize,
) -> Outcome<Vec<Function>> {
    let functions = handles(functions, functions_len, "functions")?;
    Ok(functions
        .into_iter()
        .map(|function| function.function.clone())
        .collect())
}

/// Encodes an expression through the session's codec stack; without a session through a fresh one. Borrows everything:
/// `program` is an ExprProgram. Task: a df_buffer, a bare datafusion.LogicalExprNode. Errors: NULL (but `session` may
/// be NULL), a message that does not parse; the task's: DF_ERROR_PLAN, DF_ERROR_UNSERIALIZABLE_FUNCTION.
#[unsafe(no_mangle)]
pub extern "C" fn df_expr_to_bytes(
    host: Option<&df_host>,
    session: Option<&df_session>,
    program: *const u8,
    program_len: usize,
    functions: *const Option<&df_function>,
    functions_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    brief("df_expr_to_bytes", out, || {
        let host = Arc::clone(&required(host, "host")?.host);
        let session = session.map(|session| Arc::clone(&session.session));
        let program = self::program(program, program_len, functions, functions_len)?;
        let small = program.is_small();
        let work = move || expr_bytes::encode(&host, session, program).map(df_buffer::boxed);
        Ok((small, work))
    })
}

/// Decodes an expression through the session's codec stack. Borrows. Task: a df_program. Errors: NULL; the task's:
/// DF_ERROR_MALFORMED_PAYLOAD, DF_ERROR_INLINING_REFUSED, DF_ERROR_UNRESOLVED_FUNCTION, DF_ERROR_MISSING_CODEC,
/// DF_ERROR_PLAN.
#[unsafe(no_mangle)]
pub extern "C" fn df_expr_from_bytes(
    session: Option<&df_session>,
    bytes: *const u8,
    bytes_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    brief("df_expr_from_bytes", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let bytes = self::bytes(bytes, bytes_len, "bytes")?.to_vec();
        let small = expr_bytes::is_small(&bytes);
        let work = move || expr_bytes::decode(&session, &bytes).map(df_program::boxed);
        Ok((small, work))
    })
}

/// The name that the engine gives an expression's column. Borrows. Task: a df_buffer, UTF-8. Errors: NULL, a message
/// that does not parse; the task's: DF_ERROR_PLAN.
#[unsafe(no_mangle)]
pub extern "C" fn df_expr_name(
    host: Option<&df_host>,
    program: *const u8,
    program_len: usize,
    functions: *const Option<&df_function>,
    functions_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    brief("df_expr_name", out, || {
        required(host, "host")?;
        let program = self::program(program, program_len, functions, functions_len)?;
        let small = program.is_small();
        Ok((small, move || {
            expr_bytes::name(program).map(df_buffer::boxed)
        }))
    })
}

/// The ExprProgram, borrowed from the program; NULL for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_program_data(program: Option<&df_program>) -> *const u8 {
    infallible("df_program_data", null(), || {
        program.map_or(null(), |program| program.bytes.as_ptr())
    })
}

/// How many bytes the ExprProgram has; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_program_len(program: Option<&df_program>) -> usize {
    infallible("df_program_len", 0, || {
        program.map_or(0, |program| program.bytes.len())
    })
}

/// How many functions the program names; 0 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_program_function_count(program: Option<&df_program>) -> usize {
    infallible("df_program_function_count", 0, || {
        program.map_or(0, |program| program.functions.len())
    })
}

/// One function of the program. Borrows. `out`: the function. Errors: NULL, an index out of range.
#[unsafe(no_mangle)]
pub extern "C" fn df_program_function(
    program: Option<&df_program>,
    index: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_function>>>>,
) -> Option<Box<df_error>> {
    fallible("df_program_function", out, || {
        let functions = &required(program, "program")?.functions;
        let function = functions.get(index).cloned().ok_or_else(|| {
            df_error::invalid(format!(
                "function {index} of a program that names {}",
                functions.len()
            ))
        })?;
        Ok(df_function::new(function))
    })
}

/// Frees a program. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_program_free(program: Option<Box<df_program>>) {
    infallible("df_program_free", (), || drop(program)); // flat, as its functions are
}

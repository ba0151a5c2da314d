//! What a session knows by name: tables and functions.

use std::mem::MaybeUninit;
use std::sync::Arc;

use crate::batches::df_batches;
use crate::boundary::{message, required, task, text};
use crate::callable::table;
use crate::dataframe::df_dataframe;
use crate::error::df_error;
use crate::function::df_function;
use crate::session::df_session;
use crate::task::df_task;
use crate::{catalog, reader};

/// Registers files as a table. Borrows. Task: nothing. Errors: as df_session_read; a name that is taken.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_register_file(
    session: Option<&df_session>,
    name: *const u8,
    name_len: usize,
    source: *const u8,
    source_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_register_file", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let name = text(name, name_len, "name")?.to_owned();
        let source = message(source, source_len, "source")?;
        Ok(async move { reader::register(&session, &name, source).await })
    })
}

/// Registers batches as a table. Borrows `session` and `name`, consumes `batches`. Task: nothing. Errors: NULL; the
/// task's: a name that is taken.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_register_batches(
    session: Option<&df_session>,
    name: *const u8,
    name_len: usize,
    batches: Option<Box<df_batches>>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_register_batches", out, || {
        let batches = required(batches, "batches")?;
        let session = Arc::clone(&required(session, "session")?.session);
        let name = text(name, name_len, "name")?.to_owned();
        Ok(async move { catalog::register_batches(&session, &name, *batches) })
    })
}

/// Registers a frame as a view. Borrows. Task: nothing. Errors: NULL; the task's: a name that is taken.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_register_dataframe(
    session: Option<&df_session>,
    name: *const u8,
    name_len: usize,
    dataframe: Option<&df_dataframe>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_register_dataframe", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let name = text(name, name_len, "name")?.to_owned();
        let frame = Arc::clone(&required(dataframe, "dataframe")?.frame);
        Ok(async move { catalog::register_frame(&session, &name, &frame) })
    })
}

/// Registers a function under its name and aliases, in place of another of that name. Borrows. Task: nothing.
/// Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_register_function(
    session: Option<&df_session>,
    function: Option<&df_function>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_register_function", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let function = required(function, "function")?.function.clone();
        Ok(async move { session.register(&function) })
    })
}

/// Registers the table that a function without arguments is. Borrows. Task: nothing. Errors: NULL; the task's: a name
/// that is taken, DF_ERROR_INVALID_ARGUMENT for a function of another kind, the host's.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_register_table(
    session: Option<&df_session>,
    name: *const u8,
    name_len: usize,
    table: Option<&df_function>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_register_table", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let name = text(name, name_len, "name")?.to_owned();
        let table = required(table, "table")?.function.clone();
        Ok(async move { table::register(&session, &name, &table) })
    })
}

/// Takes a table or view away. Borrows. Task: nothing. Errors: NULL; the task's: DF_ERROR_PLAN for an unknown name.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_deregister_table(
    session: Option<&df_session>,
    name: *const u8,
    name_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_deregister_table", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let name = text(name, name_len, "name")?.to_owned();
        Ok(async move { catalog::deregister(&session, &name).await })
    })
}

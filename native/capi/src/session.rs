//! Sessions: the shared engine state, and the codec stack of one context over it.

use std::mem::MaybeUninit;
use std::sync::Arc;

use datafusion::prelude::SessionContext;
use datafusion_inline::{CodecStack, DepthLimits, InliningPolicy};

use crate::batches::df_batches;
use crate::boundary::structs::df_signing_callback;
use crate::boundary::{
    Callback, Kind, Live, bytes, fallible, infallible, message, required, task, text,
};
use crate::buffer::df_buffer;
use crate::callable::table;
use crate::dataframe::{Frame, df_dataframe};
use crate::error::{Outcome, df_error};
use crate::execution_plan::df_execution_plan;
use crate::expr::df_program;
use crate::function::{Function, df_function};
use crate::functions::KnownFunctions;
use crate::host::{Host, df_host};
use crate::logical_plan::df_logical_plan;
use crate::planner::Planners;
use crate::query::{self, Part};
use crate::stream::df_stream;
use crate::task::df_task;
use crate::{catalog, options, parsing, policy, reader, rerun, runtime, sql};

/// A session: the engine's, and the codec stack of this context.
pub struct df_session {
    pub(crate) session: Arc<Session>,
    _live: Live,
}

/// What the crate knows of a session; several may share one engine session.
#[derive(Clone)]
pub struct Session {
    /// One for all values over the engine's session: structs that other libraries hold know it weakly.
    pub(crate) context: Arc<SessionContext>,
    /// Of the engine's session, too.
    pub(crate) known: Arc<KnownFunctions>,
    pub(crate) codecs: CodecStack,
    pub(crate) planners: Planners,
    pub(crate) limits: DepthLimits,
    pub(crate) host: Arc<Host>,
    /// What callbacks that are made in the session's name are handed.
    pub(crate) data: u64,
}

impl df_session {
    pub(crate) fn new(session: Session) -> Self {
        Self {
            session: Arc::new(session),
            _live: Live::new(Kind::Session),
        }
    }
}

impl Session {
    fn with_policy(&self, policy: InliningPolicy, data: u64) -> Session {
        self.with_codecs(self.codecs.with_policy(policy), data)
    }

    pub(crate) fn with_codecs(&self, codecs: CodecStack, data: u64) -> Session {
        Session {
            codecs,
            data,
            ..self.clone()
        }
    }

    pub(crate) fn with_planners(&self, planners: Planners, data: u64) -> Session {
        Session {
            planners,
            data,
            ..self.clone()
        }
    }

    /// Registers a function under its name and aliases.
    pub(crate) fn register(&self, function: &Function) -> Outcome<()> {
        let registered = function.register(&self.context);
        self.known.changed();
        registered
    }

    /// Whether the two are values over one session of the engine.
    pub(crate) fn shares_engine(&self, other: &Session) -> bool {
        Arc::ptr_eq(&self.context, &other.context)
    }
}

/// Makes a session. Borrows `host` and `options` (SessionOptions); callbacks in the session's name are handed `data`. `out`: the session. Errors: NULL, a message that
/// does not parse, DF_ERROR_CONFIGURATION for a key or value that the engine refuses, DF_ERROR_IO.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_new(
    host: Option<&df_host>,
    options: *const u8,
    options_len: usize,
    data: u64,
    out: Option<&mut MaybeUninit<Option<Box<df_session>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_new", out, || {
        let host = &required(host, "host")?.host;
        let session = options::open(host, message(options, options_len, "options")?, data)?;
        Ok(df_session::new(session))
    })
}

/// Frees a session; the engine's lives until its last session, plan or stream is gone. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_free(session: Option<Box<df_session>>) {
    infallible("df_session_free", (), || runtime::free(session));
}

/// The engine's id of the session. Borrows. `out`: UTF-8. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_id(
    session: Option<&df_session>,
    out: Option<&mut MaybeUninit<Option<Box<df_buffer>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_id", out, || {
        Ok(df_buffer::new(
            required(session, "session")?.session.context.session_id(),
        ))
    })
}

/// Every setting with its present value. Borrows. `out`: Settings. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_settings(
    session: Option<&df_session>,
    out: Option<&mut MaybeUninit<Option<Box<df_buffer>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_settings", out, || {
        Ok(df_buffer::new(options::settings(
            &required(session, "session")?.session,
        )))
    })
}

/// Makes another session over the same engine session, under an inlining policy. Borrows `session` and `policy`
/// (InliningPolicy); consumes `callback`, also on failure: the signatures of a signed policy, not asked under another
/// one; `data` as for df_session_new. `out`: the new session. Errors: NULL, a message that does not parse.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_with_policy(
    session: Option<&df_session>,
    policy: *const u8,
    policy_len: usize,
    callback: df_signing_callback,
    data: u64,
    out: Option<&mut MaybeUninit<Option<Box<df_session>>>>,
) -> Option<Box<df_error>> {
    fallible("df_session_with_policy", out, || {
        let signing = Callback::of(callback);
        let session = &required(session, "session")?.session;
        let policy = policy::of_message(message(policy, policy_len, "policy")?, signing)?;
        Ok(df_session::new(session.with_policy(policy, data)))
    })
}

/// Plans SQL; statements that change the session are carried out at once, as the engine does. Borrows `session` and
/// `request` (SqlRequest). Task: a df_dataframe. Errors: NULL, a message that does not parse; the task's:
/// DF_ERROR_SQL, DF_ERROR_PLAN and others of the engine's.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_sql(
    session: Option<&df_session>,
    request: *const u8,
    request_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_sql", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let request = message(request, request_len, "request")?;
        Ok(async move { sql::run(session, request).await.map(df_dataframe::boxed) })
    })
}

/// Finds a table or view by its name as SQL writes it. Borrows. Task: a df_dataframe. Errors: NULL; the task's:
/// DF_ERROR_PLAN for an unknown name.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_table(
    session: Option<&df_session>,
    name: *const u8,
    name_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_table", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let name = text(name, name_len, "name")?.to_owned();
        Ok(async move {
            catalog::table(session, &name)
                .await
                .map(df_dataframe::boxed)
        })
    })
}

/// Makes a frame over files. Borrows `session` and `source` (FileSource). Task: a df_dataframe. Errors: NULL, a
/// message that does not parse; the task's: DF_ERROR_IO, DF_ERROR_CONFIGURATION, DF_ERROR_PLAN.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_read(
    session: Option<&df_session>,
    source: *const u8,
    source_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_read", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let source = message(source, source_len, "source")?;
        Ok(async move { reader::read(session, source).await.map(df_dataframe::boxed) })
    })
}

/// Makes a frame of batches, which it holds. Borrows `session`, consumes `batches`. Task: a df_dataframe. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_read_batches(
    session: Option<&df_session>,
    batches: Option<Box<df_batches>>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_read_batches", out, || {
        let batches = required(batches, "batches")?;
        let session = Arc::clone(&required(session, "session")?.session);
        Ok(async move { catalog::read_batches(session, *batches).map(df_dataframe::boxed) })
    })
}

/// Calls a table function in the session's name. Borrows; `arguments` is a TableArguments. Task: a df_dataframe.
/// Errors: NULL, a message that does not parse; the task's: DF_ERROR_INVALID_ARGUMENT for a function of another kind,
/// the host's.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_call_table(
    session: Option<&df_session>,
    function: Option<&df_function>,
    arguments: *const u8,
    arguments_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_call_table", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let function = required(function, "function")?.function.clone();
        let arguments = message(arguments, arguments_len, "arguments")?;
        Ok(async move { table::call(session, &function, &arguments).map(df_dataframe::boxed) })
    })
}

/// Makes a frame of a logical plan. Borrows. Task: a df_dataframe. Errors: NULL; the task's: DF_ERROR_PLAN beyond the
/// session's depth limits.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_dataframe(
    session: Option<&df_session>,
    plan: Option<&df_logical_plan>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_dataframe", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let plan = Arc::clone(&required(plan, "plan")?.plan);
        Ok(async move { Frame::of_plan(session, plan.as_ref().clone()).map(df_dataframe::boxed) })
    })
}

/// Runs a plan with this session's resources: a partition of a run of df_session_run; or one by itself; or, for -1, all of
/// them, merged. Borrows. Task: a df_stream. Errors: NULL; the task's: a partition that is not there, a function that
/// cannot be resolved, DF_ERROR_NOT_IMPLEMENTED for a partition that cannot run by itself.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_execute(
    session: Option<&df_session>,
    plan: Option<&df_execution_plan>,
    partition: i32,
    of_run: bool,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_execute", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let plan = Arc::clone(&required(plan, "plan")?.plan);
        Ok(async move {
            let (plan, part) = match usize::try_from(partition) {
                Ok(partition) if of_run => (plan, Part::OfRun(partition)),
                Ok(partition) => (rerun::copy(&plan)?, Part::Apart(partition)),
                Err(_) if partition == -1 => (rerun::copy(&plan)?, Part::All),
                Err(_) => return Err(df_error::invalid(format!("partition {partition}"))),
            };
            df_stream::of_plan(&session, &plan, part).map(Box::new)
        })
    })
}

/// Makes a plan ready for one run, in which each partition is executed once. Borrows. Task: a df_execution_plan. Errors:
/// NULL; the task's: DF_ERROR_PLAN beyond the session's limits, a function that cannot be resolved.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_run(
    session: Option<&df_session>,
    plan: Option<&df_execution_plan>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_run", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let plan = Arc::clone(&required(plan, "plan")?.plan);
        Ok(async move {
            let copy = rerun::copy(&plan)?;
            query::prepared(&session, &copy).map(df_execution_plan::boxed)
        })
    })
}

/// Parses one SQL expression against a schema. Borrows `session`, `sql` and `schema` (an Arrow IPC schema message).
/// Task: a df_program. Errors: NULL, bytes that are no schema; the task's: DF_ERROR_SQL, DF_ERROR_PLAN,
/// DF_ERROR_SCHEMA.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_parse_expr(
    session: Option<&df_session>,
    sql: *const u8,
    sql_len: usize,
    schema: *const u8,
    schema_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_parse_expr", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let sql = text(sql, sql_len, "sql")?.to_owned();
        let schema = bytes(schema, schema_len, "schema")?.to_vec();
        Ok(async move { parsing::parse(&session, &sql, &schema).map(df_program::boxed) })
    })
}

/// The codec stack of a session, or a fresh one, which decodes nothing but encodes inlined functions.
pub(crate) fn codecs_of(session: Option<&df_session>) -> CodecStack {
    session.map_or_else(
        || CodecStack::new(None),
        |session| session.session.codecs.clone(),
    )
}

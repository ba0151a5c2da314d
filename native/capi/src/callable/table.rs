//! Table functions of the host's, and the sessions that call them.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use datafusion::catalog::{
    Session as EngineSession, TableFunctionArgs, TableFunctionImpl, TableProvider,
};
use datafusion::common::TableReference;
use datafusion::datasource::{ViewTable, provider_as_source};
use datafusion::error::Result;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlanBuilder;
use datafusion::scalar::ScalarValue;
use datafusion_inline::{InlinedTable, Planning, RowSource, TableCall, TableCallable};
use prost::Message;

use super::source::HostSource;
use crate::boundary::TableHost;
use crate::dataframe::Frame;
use crate::error::{DF_ERROR_PLAN, Outcome, df_error};
use crate::exported::Exported;
use crate::failure::guarded;
use crate::function::Function;
use crate::message::TableArguments;
use crate::session::Session;
use crate::{catalog, literal, planner, runtime};

/// A table function that the host evaluates: one upcall a call in a plan.
#[derive(Debug)]
pub struct HostTable {
    name: String,
    callback: Arc<TableHost>,
}

impl HostTable {
    pub(crate) fn new(name: &str, callback: TableHost) -> Self {
        Self {
            name: name.to_owned(),
            callback: Arc::new(callback),
        }
    }

    /// Answers the host's function behind a callable, if it is one.
    pub(crate) fn of(callable: &dyn TableCallable) -> Option<&Self> {
        (callable as &dyn Any).downcast_ref()
    }

    /// Answers the host's side.
    pub(crate) fn callback(&self) -> &TableHost {
        &self.callback
    }

    fn call(&self, arguments: &[ScalarValue], session: &dyn EngineSession) -> Outcome<ViewTable> {
        let calling = session.config().get_extension::<Calling>();
        let calling = calling.ok_or_else(|| {
            let name = &self.name;
            let message =
                format!("table function '{name}' is called outside a session of this library");
            df_error::boxed(DF_ERROR_PLAN, message)
        })?;
        let values = arguments.iter().map(literal::encode);
        let arguments = TableArguments {
            values: values.collect::<Outcome<_>>()?,
        };
        let arguments = arguments.encode_to_vec();
        // a function of the host's may wait for another thread's query, which needs a worker
        let frame = runtime::blocking(|| self.callback.table(calling.0.data, &arguments))?;
        let plan = frame.frame.logical_plan();
        calling.0.limits.check_query(plan)?;
        Ok(ViewTable::new(plan.clone(), None))
    }
}

impl TableCallable for HostTable {
    fn table(
        &self,
        arguments: &[ScalarValue],
        session: &dyn EngineSession,
    ) -> Result<Arc<dyn TableProvider>> {
        guarded("TableFunctionImpl::call", || {
            Ok(Arc::new(self.call(arguments, session)?) as _)
        })
    }

    fn source(&self) -> Option<Arc<dyn RowSource>> {
        Some(Arc::new(HostSource::of(&self.callback)?))
    }
}

/// The session in whose name a plan is made, so that a table function is handed it on: codecs, policy and all.
struct Calling(Arc<Session>);

/// A table function for another library's sessions: it is called in the name of the session that handed it out.
pub struct Bound {
    function: InlinedTable,
    session: Arc<Session>,
}

impl Bound {
    pub fn new(function: InlinedTable, session: Arc<Session>) -> Self {
        Self { function, session }
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bound({:?})", self.function)
    }
}

impl TableFunctionImpl for Bound {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        guarded("TableFunctionImpl::call_with_args", || {
            let state = calling_state(&self.session);
            let table = self
                .function
                .call_with_args(TableFunctionArgs::new(args.exprs(), &state))?;
            let exported = Exported::new(table, Arc::clone(&self.session));
            Ok(Arc::new(exported) as _)
        })
    }
}

/// Answers the engine's state for planning in the name of a session.
pub fn calling_state(session: &Arc<Session>) -> SessionState {
    let mut state = planner::installed(session, session.context.state());
    let calling = Arc::new(Calling(Arc::clone(session)));
    state.config_mut().set_extension(calling);
    state
}

/// Makes the calls of table functions that came in bytes.
pub fn call_all(calls: &[Arc<dyn TableProvider>], session: Option<&Arc<Session>>) -> Outcome<()> {
    if calls.is_empty() {
        return Ok(());
    }
    let state = session.map(calling_state);
    let state = state.as_ref().map(|state| state as &dyn EngineSession);
    let mut calls = calls.iter().filter_map(|call| TableCall::of(call.as_ref()));
    Ok(calls.try_for_each(|call| call.resolve(state))?)
}

fn table_function(function: &Function) -> Outcome<&InlinedTable> {
    match function {
        Function::Table(function) => Ok(function),
        _ => {
            let name = function.name();
            Err(df_error::invalid(format!(
                "function '{name}' answers no table"
            )))
        }
    }
}

/// Registers the table that a function without arguments is.
pub fn register(session: &Arc<Session>, name: &str, function: &Function) -> Outcome<()> {
    let function = table_function(function)?;
    let state = calling_state(session);
    let table = Planning::scope(|| function.call(Vec::new(), &state))?;
    catalog::register(session, name, table)
}

/// Calls a function by constants; its frame.
pub fn call(
    session: Arc<Session>,
    function: &Function,
    arguments: &TableArguments,
) -> Outcome<Frame> {
    let function = table_function(function)?;
    let arguments = arguments.values.iter().map(|value| literal::decode(value));
    let arguments = arguments.collect::<Outcome<_>>()?;
    let state = calling_state(&session);
    let call = Planning::scope(|| function.call(arguments, &state))?;
    let name = function.inlined().definition().name();
    let scan =
        LogicalPlanBuilder::scan(TableReference::bare(name), provider_as_source(call), None)?;
    Frame::of_plan(session, scan.build()?)
}

//! Functions by name.

use std::sync::{Arc, LazyLock};

use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::WindowUDF;
use datafusion::prelude::SessionContext;

use crate::error::{DF_ERROR_UNRESOLVED_FUNCTION, Outcome, df_error};
use crate::function::Function;
use crate::session::Session;

static BUILT_IN: LazyLock<SessionContext> = LazyLock::new(SessionContext::new);

/// The functions of a session as they are now.
pub struct Registry(SessionState);

impl Registry {
    pub fn of_session(session: &Session) -> Self {
        Self(session.context.state())
    }

    /// The engine's own.
    pub fn built_in() -> Self {
        Self(BUILT_IN.state())
    }

    pub fn task_context(&self) -> Arc<TaskContext> {
        self.0.task_ctx()
    }

    /// Finds a function: scalar before aggregate before window.
    pub fn function(&self, name: &str) -> Outcome<Function> {
        self.find(name).ok_or_else(|| {
            df_error::boxed(
                DF_ERROR_UNRESOLVED_FUNCTION,
                format!("no function named '{name}' is registered with this session"),
            )
        })
    }

    pub fn window_function(&self, name: &str) -> Option<Arc<WindowUDF>> {
        self.0.window_functions().get(name).cloned()
    }

    /// Whether calling that name means this function.
    pub fn means(&self, function: &Function) -> bool {
        match (self.find(function.name()), function) {
            (Some(Function::Scalar(found)), Function::Scalar(given)) => found == *given,
            (Some(Function::Aggregate(found)), Function::Aggregate(given)) => found == *given,
            (Some(Function::Window(found)), Function::Window(given)) => found == *given,
            _ => false,
        }
    }

    fn find(&self, name: &str) -> Option<Function> {
        let state = &self.0;
        let scalar = state
            .scalar_functions()
            .get(name)
            .cloned()
            .map(Function::Scalar);
        let aggregate = || {
            state
                .aggregate_functions()
                .get(name)
                .cloned()
                .map(Function::Aggregate)
        };
        let window = || {
            state
                .window_functions()
                .get(name)
                .cloned()
                .map(Function::Window)
        };
        let higher = || {
            state
                .higher_order_functions()
                .get(name)
                .cloned()
                .map(Function::HigherOrder)
        };
        scalar.or_else(aggregate).or_else(window).or_else(higher)
    }
}

//! Functions by name.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use datafusion::execution::{SessionState, TaskContext};
use datafusion::logical_expr::WindowUDF;
use datafusion::prelude::SessionContext;

use crate::error::{DF_ERROR_UNRESOLVED_FUNCTION, Outcome, df_error};
use crate::function::Function;
use crate::session::Session;

static BUILT_IN: LazyLock<Arc<SessionContext>> = LazyLock::new(Arc::default);
static KNOWN_BUILT_IN: LazyLock<Arc<KnownFunctions>> = LazyLock::new(Arc::default);

/// What decoding knows of an engine's session: its functions and its configuration. To copy them takes longer than to read
/// an expression, so the copy is kept until they change.
#[derive(Default)]
pub struct KnownFunctions(Mutex<Option<Arc<TaskContext>>>);

impl KnownFunctions {
    fn kept(&self) -> MutexGuard<'_, Option<Arc<TaskContext>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// To be called behind each change.
    pub fn changed(&self) {
        *self.kept() = None;
    }

    pub fn context(&self, session: &SessionContext) -> Arc<TaskContext> {
        let mut kept = self.kept();
        Arc::clone(kept.get_or_insert_with(|| session.task_ctx()))
    }
}

/// The functions of a session as they are now.
pub struct Registry {
    context: Arc<SessionContext>,
    known: Arc<KnownFunctions>,
}

impl Registry {
    pub fn of_session(session: &Session) -> Self {
        Self {
            context: Arc::clone(&session.context),
            known: Arc::clone(&session.known),
        }
    }

    /// The engine's own.
    pub fn built_in() -> Self {
        Self {
            context: Arc::clone(&BUILT_IN),
            known: Arc::clone(&KNOWN_BUILT_IN),
        }
    }

    pub fn task_context(&self) -> Arc<TaskContext> {
        self.known.context(&self.context)
    }

    fn look<T>(&self, find: impl FnOnce(&SessionState) -> T) -> T {
        find(&self.context.state_ref().read())
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
        self.look(|state| state.window_functions().get(name).cloned())
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
        self.look(|state| Self::find_in(state, name))
    }

    fn find_in(state: &SessionState, name: &str) -> Option<Function> {
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

//! Decoded functions, brought to life by the host.

use std::fmt;
use std::sync::Arc;

use datafusion::error::Result;
use datafusion_inline::{
    AggregateCallable, CallableResolver, Definition, ScalarCallable, TableCallable, WindowCallable,
};

use crate::boundary::{guard, resolve_aggregate, resolve_scalar, resolve_table, resolve_window};
use crate::callable::{HostAggregate, HostScalar, HostTable, HostWindow};
use crate::failure::into_engine;
use crate::host::Host;

/// Asks a host for callables.
pub struct HostResolver {
    host: Arc<Host>,
}

impl HostResolver {
    pub(crate) fn new(host: Arc<Host>) -> Self {
        Self { host }
    }
}

impl fmt::Debug for HostResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostResolver")
    }
}

impl CallableResolver for HostResolver {
    fn resolve_scalar(&self, definition: &Definition) -> Result<Arc<dyn ScalarCallable>> {
        let resolved = guard("CallableResolver::resolve_scalar", || {
            let callback =
                resolve_scalar(self.host.callback(), definition.body(), definition.digest())?;
            HostScalar::of(definition, callback)
        });
        match resolved.and_then(|outcome| outcome) {
            Ok(callable) => Ok(Arc::new(callable)),
            Err(error) => Err(into_engine(&error)),
        }
    }

    fn resolve_aggregate(&self, definition: &Definition) -> Result<Arc<dyn AggregateCallable>> {
        let resolved = guard("CallableResolver::resolve_aggregate", || {
            let host = self.host.callback();
            let callback = resolve_aggregate(host, definition.body(), definition.digest())?;
            Ok(HostAggregate::of(definition, callback))
        });
        match resolved.and_then(|outcome| outcome) {
            Ok(callable) => Ok(Arc::new(callable)),
            Err(error) => Err(into_engine(&error)),
        }
    }

    fn resolve_table(&self, definition: &Definition) -> Result<Arc<dyn TableCallable>> {
        let resolved = guard("CallableResolver::resolve_table", || {
            resolve_table(self.host.callback(), definition.body(), definition.digest())
        });
        match resolved.and_then(|outcome| outcome) {
            Ok(callback) => Ok(Arc::new(HostTable::new(definition.name(), callback))),
            Err(error) => Err(into_engine(&error)),
        }
    }

    fn resolve_window(&self, definition: &Definition) -> Result<Arc<dyn WindowCallable>> {
        let resolved = guard("CallableResolver::resolve_window", || {
            resolve_window(self.host.callback(), definition.body(), definition.digest())
        });
        match resolved.and_then(|outcome| outcome) {
            Ok(callback) => Ok(Arc::new(HostWindow::new(callback))),
            Err(error) => Err(into_engine(&error)),
        }
    }
}

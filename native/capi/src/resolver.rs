//! Decoded functions, brought to life by the host.

use std::fmt;
use std::sync::Arc;

use datafusion::error::Result;
use datafusion_inline::{
    AggregateCallable, CallableResolver, Definition, ScalarCallable, TableCallable, WindowCallable,
};

use crate::boundary::{resolve_aggregate, resolve_scalar, resolve_table, resolve_window};
use crate::callable::{HostAggregate, HostScalar, HostTable, HostWindow};
use crate::failure::guarded;
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
        guarded("CallableResolver::resolve_scalar", || {
            let host = self.host.callback();
            let callback = resolve_scalar(host, definition.body(), definition.digest())?;
            Ok(Arc::new(HostScalar::of(definition, callback)?) as _)
        })
    }

    fn resolve_aggregate(&self, definition: &Definition) -> Result<Arc<dyn AggregateCallable>> {
        guarded("CallableResolver::resolve_aggregate", || {
            let host = self.host.callback();
            let callback = resolve_aggregate(host, definition.body(), definition.digest())?;
            Ok(Arc::new(HostAggregate::of(definition, callback)) as _)
        })
    }

    fn resolve_table(&self, definition: &Definition) -> Result<Arc<dyn TableCallable>> {
        guarded("CallableResolver::resolve_table", || {
            let host = self.host.callback();
            let callback = resolve_table(host, definition.body(), definition.digest())?;
            Ok(Arc::new(HostTable::new(definition.name(), callback)) as _)
        })
    }

    fn resolve_window(&self, definition: &Definition) -> Result<Arc<dyn WindowCallable>> {
        guarded("CallableResolver::resolve_window", || {
            let host = self.host.callback();
            let callback = resolve_window(host, definition.body(), definition.digest())?;
            Ok(Arc::new(HostWindow::new(callback)) as _)
        })
    }
}

use std::sync::Arc;

use ballista_core::extension::SessionConfigExt;
use ballista_core::optimizer::ballista_default_optimizer_rules;
use datafusion::common::extensions_options;
use datafusion::config::ConfigExtension;
use datafusion::error::Result;
use datafusion::optimizer::OptimizerRule;
use datafusion::prelude::SessionConfig;

extensions_options! {
    /// Settings of a session whose queries run on a cluster.
    pub struct ClusterOptions {
        /// Seconds that a query waits for an executor when the scheduler has none, and for a scheduler that does not answer
        pub executor_wait: u64, default = 30
    }
}

impl ConfigExtension for ClusterOptions {
    const PREFIX: &'static str = "cluster";
}

/// The engine's rules, with those that Ballista needs.
pub fn optimizer_rules() -> Vec<Arc<dyn OptimizerRule + Send + Sync>> {
    ballista_default_optimizer_rules()
}

/// What differs from Ballista's own defaults: a silent peer is noticed, and stages are planned once, before the first runs.
const DEFAULTS: [(&str, &str); 3] = [
    ("ballista.planner.adaptive.enabled", "false"),
    ("ballista.client.grpc_connect_timeout_seconds", "10"),
    (
        "ballista.client.grpc_http2_keepalive_interval_seconds",
        "10",
    ),
];

/// Answers a configuration that knows Ballista's settings and those of [`ClusterOptions`].
pub fn session_config(config: SessionConfig) -> Result<SessionConfig> {
    let mut config = config
        .upgrade_for_ballista()
        .with_option_extension(ClusterOptions::default());
    for (key, value) in DEFAULTS {
        config.options_mut().set(key, value)?;
    }
    Ok(config)
}

/// Answers the configuration as it came, with the keys of [`ClusterOptions`] known.
pub(crate) fn known(config: SessionConfig) -> SessionConfig {
    match config.options().extensions.get::<ClusterOptions>() {
        Some(_) => config,
        None => config.with_option_extension(ClusterOptions::default()),
    }
}

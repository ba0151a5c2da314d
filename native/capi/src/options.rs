//! What a session is made with.

use std::path::PathBuf;
use std::sync::Arc;

use datafusion::config::{ConfigOptions, ExtensionOptions};
use datafusion::error::Result;
use datafusion::execution::SessionStateBuilder;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::optimizer::{Analyzer, AnalyzerRule, Optimizer};
use datafusion::physical_optimizer::optimizer::PhysicalOptimizer;
use datafusion::prelude::{SessionConfig, SessionContext};
use datafusion_cluster::Connection;
use datafusion_ffi::config::extension_options::FFI_ExtensionOptions;
use datafusion_inline::depth::{BATCH_LIMIT, PARTITION_LIMIT};
use datafusion_inline::{CodecStack, DepthLimits};
use prost::Message;

use crate::error::{DF_ERROR_CONFIGURATION, Outcome, df_error};
use crate::failure::guarded;
use crate::foreign::CloseForeignTrees;
use crate::host::Host;
use crate::message::{SessionOptions, Setting, Settings};
use crate::planner::Planners;
use crate::session::Session;
use crate::type_text;

const RECURSION_KEY: &str = "datafusion.sql_parser.recursion_limit";

/// Makes a session.
pub fn open(host: &Arc<Host>, options: SessionOptions, data: u64) -> Outcome<Session> {
    let limits = limits(&options);
    let cluster = options.scheduler.as_deref().map(Connection::new);
    let cluster = cluster.transpose()?;
    let config = config(&options, &limits)?;
    let mut rules = Analyzer::new().rules;
    rules.insert(0, Arc::new(LambdaVariables));
    let mut physical = PhysicalOptimizer::new().rules;
    physical.insert(0, Arc::new(CloseForeignTrees));
    let state = SessionStateBuilder::new()
        .with_config(config)
        .with_runtime_env(environment(&options)?)
        .with_default_features()
        .with_analyzer_rules(rules)
        .with_optimizer_rules(match cluster {
            Some(_) => datafusion_cluster::optimizer_rules(),
            None => Optimizer::new().rules,
        })
        .with_physical_optimizer_rules(physical)
        .build();
    let mut codecs = CodecStack::new(Some(host.resolver())).with_depth_limits(limits);
    if let Some(limit) = options.payload_limit {
        codecs = codecs.with_payload_limit(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    let context = Arc::new(SessionContext::new_with_state(state));
    type_text::install(&context);
    Ok(Session {
        context,
        known: Arc::default(),
        codecs,
        planners: cluster.map(Planners::of_cluster).unwrap_or_default(),
        limits,
        host: Arc::clone(host),
        data,
    })
}

/// Says what the variables of lambdas are. SQL says it; the bytes of a program that builds expressions may not.
#[derive(Debug)]
struct LambdaVariables;

impl AnalyzerRule for LambdaVariables {
    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        guarded("AnalyzerRule::analyze", || {
            Ok(plan.resolve_lambda_variables()?.data)
        })
    }

    fn name(&self) -> &str {
        "lambda_variables"
    }
}

fn limits(options: &SessionOptions) -> DepthLimits {
    let default = DepthLimits::default();
    DepthLimits {
        operators: options
            .operator_depth
            .map_or(default.operators, |depth| depth as usize),
        nesting: options
            .nesting_depth
            .map_or(default.nesting, |depth| depth as usize),
    }
}

fn config(options: &SessionOptions, limits: &DepthLimits) -> Outcome<SessionConfig> {
    let mut config = SessionConfig::new().with_information_schema(true);
    if options.scheduler.is_some() {
        config = datafusion_cluster::session_config(config)?;
    }
    // The text is measured before it is parsed, so the parser's own limit only has to be out of the way.
    config
        .options_mut()
        .set(RECURSION_KEY, &parser_limit(limits).to_string())?;
    for setting in &options.settings {
        let value = setting.value.as_deref().unwrap_or_default();
        config.options_mut().set(&setting.key, value)?;
    }
    check_sizes(&config)?;
    Ok(config)
}

/// Fails for settings that the engine believes and that would end the process.
pub fn check_sizes(config: &SessionConfig) -> Outcome<()> {
    let sizes = [
        (
            "datafusion.execution.batch_size",
            config.batch_size(),
            BATCH_LIMIT as usize,
        ),
        (
            "datafusion.execution.target_partitions",
            config.target_partitions(),
            PARTITION_LIMIT,
        ),
    ];
    match sizes.into_iter().find(|(_, size, limit)| size > limit) {
        None => Ok(()),
        Some((key, size, limit)) => Err(df_error::boxed(
            DF_ERROR_CONFIGURATION,
            format!("{key} is {size}, and the limit is {limit}"),
        )),
    }
}

/// Levels of the parser for each level of nesting in the text.
fn parser_limit(limits: &DepthLimits) -> usize {
    limits.nesting.saturating_mul(4).max(50)
}

fn environment(options: &SessionOptions) -> Outcome<Arc<RuntimeEnv>> {
    // A folder is read anew by each query: files come and go while the session lives.
    let mut builder = RuntimeEnvBuilder::new().with_object_list_cache_limit(0);
    if let Some(limit) = options.memory_limit {
        let bytes = usize::try_from(limit)
            .map_err(|_| df_error::invalid("a memory limit beyond memory"))?;
        builder = builder.with_memory_limit(bytes, 1.0);
    }
    if let Some(folder) = &options.spill_directory {
        let mode = DiskManagerMode::Directories(vec![PathBuf::from(folder)]);
        builder = builder.with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode));
    }
    Ok(Arc::new(builder.build()?))
}

/// Answers every setting as a Settings message.
pub fn settings(session: &Session) -> Vec<u8> {
    let entries = session.context.copied_config().options().entries();
    let settings = entries.into_iter().map(|entry| Setting {
        key: entry.key,
        value: entry.value,
        description: entry.description.to_owned(),
    });
    Settings {
        settings: settings.collect(),
    }
    .encode_to_vec()
}

/// Adds the keys of another library's options, each with its value, to the configuration.
pub fn extend(session: &Session, found: &FFI_ExtensionOptions) -> Outcome<()> {
    for entry in found.entries() {
        let namespace = entry.key.split_once('.').map(|(namespace, _)| namespace);
        if matches!(namespace, None | Some("" | "datafusion")) {
            let message = format!(
                "extension option '{}' has no namespace of its own",
                entry.key
            );
            return Err(df_error::boxed(DF_ERROR_CONFIGURATION, message));
        }
    }
    let state = session.context.state_ref();
    let mut state = state.write();
    let extensions = &mut state.config_mut().options_mut().extensions;
    // a map of this library's: what another library's keeps, it may keep only for its own keys
    let mut all = FFI_ExtensionOptions::default();
    if let Some(before) = extensions.get::<FFI_ExtensionOptions>() {
        all.merge(before)?;
    }
    all.merge(found)?;
    extensions.insert(all);
    Ok(())
}

/// Fails for a key that extension options would take though no library has it.
pub fn check_key(session: &Session, key: &str) -> Outcome<()> {
    let config = session.context.copied_config();
    let options = config.options();
    let Some(extension) = options.extensions.get::<FFI_ExtensionOptions>() else {
        return Ok(());
    };
    let namespace = key.split_once('.').map_or(key, |(namespace, _)| namespace);
    let engine = namespace == "datafusion";
    if engine || extension.entries().iter().any(|entry| entry.key == key) {
        return Ok(());
    }
    let message = format!("no configuration key '{key}'");
    Err(df_error::boxed(DF_ERROR_CONFIGURATION, message))
}

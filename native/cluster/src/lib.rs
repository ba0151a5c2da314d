//! Hosts the distributed engine Ballista: schedulers and executors in this process, and sessions whose queries run there.
//!
//! Plans travel between them through the codec stack of this library, with Ballista's own codec inside it, so that functions
//! written outside Rust go along. Nothing distributed is written here.

mod codec;
mod connection;
mod executor;
mod leaves;
mod node;
mod query;
mod scheduler;
mod settings;
mod site;
mod sources;
mod stage;

pub use connection::Connection;
pub use executor::{Executor, ExecutorOptions};
pub use scheduler::{Scheduler, SchedulerOptions};
pub use settings::{ClusterOptions, optimizer_rules, session_config};
pub use site::Site;

//! What other libraries reach through capsules: each method is guarded, and works in the session that handed it out.

mod catalog;
mod expr;
mod plan;
mod planner;
mod table;

pub use catalog::{ExportedCatalog, ExportedSchema};
pub use expr::ExportedExpr;
pub use plan::ExportedPlan;
pub use planner::ExportedPlanner;
pub use table::{Exported, Lender};

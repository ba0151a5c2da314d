//! Functions of the host's, as the engine calls them: one file a kind.

mod aggregate;
mod scalar;
mod source;
pub mod table;
mod window;

pub(crate) use aggregate::HostAggregate;
pub(crate) use scalar::HostScalar;
pub(crate) use table::HostTable;
pub(crate) use window::HostWindow;

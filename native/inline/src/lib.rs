//! Functions written outside Rust, carried inside the bytes of DataFusion plans.
//!
//! A [`Definition`] is what a function is to an engine: names, types, volatility, and its callable as
//! opaque bytes. An [`Inlined`] is that definition as a function of the engine; it plans,
//! optimises and encodes without its callable, which a [`CallableResolver`] brings to life when a
//! batch has to be evaluated. A [`CodecStack`] turns expressions and plans into bytes and back, under
//! an [`InliningPolicy`], through the codecs that a program installs. [`depth`] measures trees and
//! messages before anything recurses over them.
//!
//! Nothing here knows a language or a foreign interface.

mod callable;
mod codec_id;
mod definition;
pub mod depth;
mod envelope;
mod error;
mod fields;
mod frame;
mod inlined;
mod packages;
mod planning;
mod policy;
mod signature;
mod signing;
mod stack;
mod subject;
mod survey;
mod unwinding;
mod wire;

/// The messages of `inlined_function.proto`.
#[allow(clippy::all, missing_docs)]
pub mod message {
    include!(concat!(env!("OUT_DIR"), "/datafusion_inline.rs"));
}

pub use callable::*;
pub use codec_id::{CodecId, INLINE_CODEC_ID};
pub use definition::{DEFAULT_PAYLOAD_LIMIT, Definition, FunctionResult};
pub use depth::DepthLimits;
pub use envelope::{ENVELOPE_MAGIC, Envelope};
pub use error::InlineError;
pub use fields::{fields_from_ipc, fields_to_ipc};
pub use frame::{FRAME_VERSION, Family};
pub use inlined::*;
pub use packages::CodePackages;
pub use planning::Planning;
pub use policy::InliningPolicy;
pub use signature::{signature_from_message, signature_to_message};
pub use signing::{FrameSigner, FrameVerifier, Signing, Verdict};
pub use stack::{
    CodecHost, CodecStack, CodecTrace, Direction, LogicalStack, PhysicalStack, TableLender,
    TraceEvent,
};
pub use subject::{FunctionKind, Subject, SubjectKind};
pub use survey::{
    FoundFunction, FoundInPlan, inlined_in_execution_plan, inlined_in_expr,
    inlined_in_logical_plan, inlined_in_physical_expr,
};

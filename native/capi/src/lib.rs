//! The C ABI of DataFusion: sessions, plans, expressions and the codec stack.
//!
//! # The law of the C ABI
//! - A fallible export returns `df_error *`, NULL on success, and writes `out` only on success. There is no
//!   thread-local last error, no sentinel value, no partial success.
//! - `_free(NULL)` is fine. Every pointer is checked for NULL, and NULL gives an error, not a crash.
//! - The signature is the contract: `Option<&T>` borrows, `Option<&mut T>` borrows exclusively, `Option<Box<T>>` moves.
//! - `boundary::guard` is the only `catch_unwind`. It wraps every export, every poll of a task and every trait method
//!   of the engine that this crate implements; a panic becomes `DF_ERROR_PANIC` with its message.
//! - Error codes have explicit numbers in families and are append-only.
//! - A callback is `{ data, functions, release }`, owned by one Drop type; `release` runs exactly once.
//! - Exports that take `&T` may run concurrently, on any thread.
//! - Planning, encoding, decoding, running and freeing happen on the runtime, whose stacks hold the deepest tree that
//!   the limits allow. A task is started, and its completion is called once; or, inside the runtime, waited for.
//! - `unsafe` stands in `boundary` only.
#![allow(non_camel_case_types)]

pub mod abi;
pub mod batch;
pub mod batches;
pub mod boundary;
pub mod buffer;
pub mod bundle;
pub mod capsule;
pub mod codec;
pub mod dataframe;
pub mod error;
pub mod execution_plan;
pub mod export;
pub mod expr;
pub mod function;
pub mod host;
pub mod import;
pub mod logical_plan;
pub mod node;
pub mod physical_expr;
pub mod policy;
pub mod registry;
pub mod session;
pub mod stream;
pub mod task;

mod callable;
mod catalog;
mod exported;
mod expr_bytes;
mod failure;
mod foreign;
mod functions;
mod lent;
mod literal;
mod lowering;
pub mod message;
mod normal;
mod operation;
mod options;
mod parsing;
mod planner;
mod progress;
mod query;
mod raising;
mod reader;
mod rerun;
mod resolver;
mod rows;
mod runtime;
mod scope;
mod sql;
mod sql_depth;
mod type_text;
mod verb;
mod writer;

//! The boundary, called from Rust through its C signatures.

mod batches;
mod depth;
mod errors;
mod exports;
mod expressions;
mod frames;
mod functions;
mod objects;
mod streams;
mod support;
mod tasks;
mod works;

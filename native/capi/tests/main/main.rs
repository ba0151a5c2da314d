//! The boundary, called from Rust through its C signatures.
// A case of the table is one expression, also where the export answers nothing.
#![allow(clippy::unit_arg)]

mod accumulators;
mod aggregates;
mod allocations;
mod answers;
mod basics;
mod batches;
mod calls;
mod capsules;
mod codecs;
mod depth;
mod errors;
mod evaluators;
mod exports;
mod expressions;
mod frames;
mod functions;
mod nodes;
mod objects;
mod physical;
mod plans;
mod policies;
mod sources;
mod streams;
mod support;
mod tables;
mod tasks;
mod vectors;
mod windows;
mod works;

//! The codec stack without any foreign runtime.

mod aggregates;
mod batches;
mod chain;
mod depth;
mod execution;
mod expressions;
mod fixture;
mod forwarding;
mod functions;
mod hostile;
mod inlining;
mod matrix;
mod mutation;
mod policies;
mod recorder;
mod references;
mod round_trips;
mod signatures;
mod signing;
mod sources;
mod tables;
mod totals;
mod window_bytes;
mod windows;
mod wire;

//! The codec stack without any foreign runtime.

mod chain;
mod depth;
mod expressions;
mod fixture;
mod forwarding;
mod functions;
mod hostile;
mod inlining;
mod mutation;
mod policies;
mod recorder;
mod round_trips;
mod signatures;
mod wire;

//! The codec stack without any foreign runtime.

mod chain;
mod depth;
mod fixture;
mod forwarding;
mod functions;
mod mutation;
mod policies;
mod round_trips;
mod signatures;
mod wire;

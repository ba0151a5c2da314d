//! The messages of `request.proto`.
#![allow(clippy::all)]

include!(concat!(env!("OUT_DIR"), "/datafusion_capi.rs"));

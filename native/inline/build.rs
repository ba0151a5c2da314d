//! Compiles the messages of inlined functions, and the table of the engine's messages that the depth
//! measure walks by.

#[path = "build/engine_messages.rs"]
mod engine_messages;

use std::env;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build");
    println!("cargo:rerun-if-changed=proto");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    compile_inlined_function();
    engine_messages::write_table(&out.join("engine_messages.rs"));
}

fn compile_inlined_function() {
    let set = protox::compile(["inlined_function.proto"], [Path::new("proto")])
        .expect("native/inline/proto/inlined_function.proto compiles");
    prost_build::Config::new()
        .bytes(["."])
        .compile_fds(set)
        .expect("prost writes into OUT_DIR");
}

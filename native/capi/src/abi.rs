//! What a binding checks before anything else, and what its tests look at.

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;

use crate::boundary::{checked, counts, infallible, inject, text, written};
use crate::error::df_error;

/// The version of this ABI; a binding refuses a library of another one.
pub const DF_ABI_VERSION: u32 = 1;

const HEADER_HASH: &CStr =
    match CStr::from_bytes_with_nul(include_bytes!(concat!(env!("OUT_DIR"), "/header_hash.txt"))) {
        Ok(hash) => hash,
        Err(_) => panic!("the build script writes the hash with its NUL"),
    };

/// How many objects of each kind live in the process.
#[repr(C)]
pub struct df_counters {
    pub sessions: i64,
    pub tasks: i64,
    pub buffers: i64,
    pub functions: i64,
    pub programs: i64,
    pub dataframes: i64,
    pub logical_plans: i64,
    pub execution_plans: i64,
    pub streams: i64,
    pub batches: i64,
    pub errors: i64,
    pub callbacks: i64,
    pub capsules: i64,
    pub physical_exprs: i64,
    pub nodes: i64,
}

/// The version of the ABI that this library was built with. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn df_abi_version() -> u32 {
    infallible("df_abi_version", 0, || DF_ABI_VERSION)
}

/// SHA-256 of the header that this library was built with: 64 hex digits, NUL-terminated, static. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn df_abi_header_hash() -> *const c_char {
    infallible("df_abi_header_hash", HEADER_HASH.as_ptr(), || {
        HEADER_HASH.as_ptr()
    })
}

/// Reads the counters into `out`. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_counters_read(
    out: Option<&mut MaybeUninit<df_counters>>,
) -> Option<Box<df_error>> {
    written("df_counters_read", out, || {
        let [
            sessions,
            tasks,
            buffers,
            functions,
            programs,
            dataframes,
            logical_plans,
            rest @ ..,
        ] = counts();
        let [
            execution_plans,
            streams,
            batches,
            errors,
            callbacks,
            capsules,
            physical_exprs,
            nodes,
        ] = rest;
        Ok(df_counters {
            sessions,
            tasks,
            buffers,
            functions,
            programs,
            dataframes,
            logical_plans,
            execution_plans,
            streams,
            batches,
            errors,
            callbacks,
            capsules,
            physical_exprs,
            nodes,
        })
    })
}

/// Makes the next call of the named export panic, or with `<export>:task` the task that it makes: for the tests of
/// bindings. Borrows `name`. Errors: NULL, text that is not UTF-8.
#[unsafe(no_mangle)]
pub extern "C" fn df_fault_inject(name: *const u8, name_len: usize) -> Option<Box<df_error>> {
    checked("df_fault_inject", || {
        inject(text(name, name_len, "name")?);
        Ok(())
    })
}

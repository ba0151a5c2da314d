//! An extension library as a third party would write it: it knows datafusion-ffi, and nothing of its host.
//!
//! Each fixture is a struct of datafusion-ffi 55 on the heap, asked for by a name. `datafusion_extension_ffi_version`
//! answers the major version of that library, for a host to compare first.

mod codecs;
mod fixture;
mod functions;
mod live;
mod tables;

use std::ffi::c_void;
use std::ptr::null_mut;

use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;

use fixture::Fixture;

/// The major version of datafusion-ffi that the structs of this library have.
#[unsafe(no_mangle)]
pub extern "C" fn datafusion_extension_ffi_version() -> u64 {
    datafusion_ffi::version()
}

/// Answers a fixture's struct, or NULL for a number that is none. Filters that a table is handed travel by `codec`, the
/// host's.
///
/// # Safety
/// `codec` is that of a live struct.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn datafusion_extension_open(
    fixture: u32,
    codec: *const FFI_LogicalExtensionCodec,
) -> *mut c_void {
    // SAFETY: the caller's word.
    match unsafe { codec.as_ref() }.and_then(|codec| fixture::open(fixture, codec)) {
        Some(fixture) => fixture.into_raw(),
        None => null_mut(),
    }
}

/// Releases a fixture's struct, or only its memory where somebody adopted the struct.
///
/// # Safety
/// `address` came from `datafusion_extension_open` with this number, and is given back once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn datafusion_extension_close(
    fixture: u32,
    address: *mut c_void,
    adopted: bool,
) {
    // SAFETY: the caller's word.
    unsafe { Fixture::close(fixture, address, adopted) };
}

/// How many of this library's objects live.
#[unsafe(no_mangle)]
pub extern "C" fn datafusion_extension_live() -> i64 {
    live::count()
}

/// How often a method of the counting codecs was called: 0 to 7 logical, 8 to 15 physical, each encode before its decode,
/// in the order tables or plans, scalar, aggregate, window functions.
#[unsafe(no_mangle)]
pub extern "C" fn datafusion_extension_calls(method: u32) -> u64 {
    codecs::calls(method as usize)
}

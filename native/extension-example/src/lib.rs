//! An extension library as a third party would write it: it knows datafusion-ffi, and nothing of its host.
//!
//! Each fixture is a struct of datafusion-ffi 55 on the heap, asked for by a name. `datafusion_extension_ffi_version`
//! answers the major version of that library, for a host to compare first.

mod codecs;
mod fixture;
mod functions;
mod guest;
mod live;
mod options;
mod planning;
mod tables;

use std::ffi::c_void;
use std::ptr::null_mut;

use datafusion_ffi::proto::logical_extension_codec::FFI_LogicalExtensionCodec;
use datafusion_ffi::query_planner::FFI_QueryPlanner;

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

/// Answers a counting query planner that leaves each query to `fallback`, the planner that a session had before. It is
/// closed as fixture 17 is.
///
/// # Safety
/// Live structs lie at `codec` and `fallback`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn datafusion_extension_planner_over(
    codec: *const FFI_LogicalExtensionCodec,
    fallback: *const FFI_QueryPlanner,
) -> *mut c_void {
    // SAFETY: the caller's word.
    match unsafe { (codec.as_ref(), fallback.as_ref()) } {
        (Some(codec), fallback @ Some(_)) => {
            Fixture::Planner(Box::new(planning::planner(codec, fallback))).into_raw()
        }
        _ => null_mut(),
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
/// in the order tables or plans, scalar, aggregate, window functions; 16 the query planner, 17 the optimizer rule.
#[unsafe(no_mangle)]
pub extern "C" fn datafusion_extension_calls(method: u32) -> u64 {
    codecs::calls(method as usize)
}

/// Runs SQL in a session of this library's that has a struct of the host's, and writes what it answers, or the error, as
/// text. Answers the length of the text, of which no more than `capacity` bytes are written. `kind`: 0 a table, 1 a
/// schema, 2 a catalog, each under the name `host`; 3 a plan, which is run instead; 4 the session's query planner; 5 the
/// task context provider, whose session's id is answered instead; 6 a physical expression, which is evaluated over the rows.
///
/// # Safety
/// `address` is that of a live struct of the kind, `sql` of `sql_len` bytes, `out` of `capacity` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn datafusion_extension_query(
    kind: u32,
    address: *const c_void,
    sql: *const u8,
    sql_len: usize,
    out: *mut u8,
    capacity: usize,
) -> usize {
    // SAFETY: the caller's word.
    let sql = String::from_utf8_lossy(unsafe { std::slice::from_raw_parts(sql, sql_len) });
    // SAFETY: the caller's word.
    let given = unsafe { guest::Given::of(kind, address) };
    let text = match given.and_then(|given| guest::answer(given, &sql)) {
        Ok(text) => text,
        Err(error) => format!("error: {error}"),
    };
    // SAFETY: the caller's word; the two are not of one allocation.
    unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), out, text.len().min(capacity)) };
    text.len()
}

//! What a batch of a function allocates natively: counted on its thread, from one call to the next.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow::datatypes::DataType;
use arrow::ffi::FFI_ArrowArray;
use datafusion_c::boundary::structs::df_output;
use datafusion_c::error::df_error;

use crate::functions::{add_one, register};
use crate::support::*;

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static AT_LAST_CALL: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    // A thread that ends has none any more.
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
}

// SAFETY: as the system's, which does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const FEW_ROWS: usize = 1_024;
const MANY_ROWS: usize = 8_192;

/// The engine's scan and sum have their share of it.
const MOST: usize = 30;

static LEAST_OF_FEW: AtomicUsize = AtomicUsize::new(usize::MAX);
static LEAST_OF_MANY: AtomicUsize = AtomicUsize::new(usize::MAX);

/// The least that any batch took: between two calls a thread may have done other work, too.
fn metered(args: &[FFI_ArrowArray], rows: usize, output: *mut df_output) -> *mut df_error {
    let now = COUNT.get();
    let least = match rows {
        FEW_ROWS => &LEAST_OF_FEW,
        _ => &LEAST_OF_MANY,
    };
    least.fetch_min(now - AT_LAST_CALL.get(), Ordering::SeqCst);
    AT_LAST_CALL.set(now);
    add_one(args, rows, output)
}

#[test]
fn a_batch_allocates_a_few_times_whatever_its_rows() {
    for rows in [FEW_ROWS, MANY_ROWS] {
        let session = session();
        register(&session, "metered", DataType::Int64, metered);
        for statement in [
            "SET datafusion.execution.target_partitions = 1".to_owned(),
            format!("SET datafusion.execution.batch_size = {rows}"),
            format!(
                "CREATE TABLE t AS SELECT value FROM range(0, {})",
                rows * 100
            ),
        ] {
            text(&sql(&session, &statement).unwrap()).unwrap();
        }
        text(&sql(&session, "SELECT sum(metered(value)) FROM t").unwrap()).unwrap();
    }
    let few = LEAST_OF_FEW.load(Ordering::SeqCst);
    assert_eq!(LEAST_OF_MANY.load(Ordering::SeqCst), few);
    assert!(few <= MOST, "{few} allocations a batch");
}

//! Batches while the query runs.

use arrow::array::{Array, StructArray};
use arrow::ffi::{FFI_ArrowArray, from_ffi};
use arrow::ffi_stream::{ArrowArrayStreamReader, FFI_ArrowArrayStream};
use datafusion_c::batch::*;
use datafusion_c::dataframe::*;
use datafusion_c::error::*;
use datafusion_c::stream::*;

use crate::support::*;

pub fn start(frame: &df_dataframe) -> Made<df_stream> {
    run(made(|out| df_dataframe_execute(Some(frame), out)))
}

pub fn next(stream: &df_stream) -> Result<Option<Box<df_batch>>, Failed> {
    let batch = finished(made(|out| df_stream_next(Some(stream), out))?)?.cast::<df_batch>();
    // SAFETY: what df_stream_next documents.
    Ok((!batch.is_null()).then(|| unsafe { Box::from_raw(batch) }))
}

pub fn rows(stream: &df_stream) -> Result<i64, Failed> {
    let mut rows = 0;
    while let Some(batch) = next(stream)? {
        rows += df_batch_rows(Some(&batch));
        df_batch_free(Some(batch));
    }
    Ok(rows)
}

/// A query that never ends by itself.
const ENDLESS: &str = "SELECT a.value FROM range(0, 100000000000) a";

#[test]
fn batches_arrive_while_the_query_runs_and_cancel_ends_it() {
    let session = session();
    let stream = start(&sql(&session, ENDLESS).unwrap()).unwrap();
    assert!(next(&stream).unwrap().is_some());
    df_stream_cancel(Some(&stream));
    assert_eq!(next(&stream).err().unwrap().code, DF_ERROR_CANCELLED);
    df_stream_free(Some(stream));
}

#[test]
fn the_end_is_the_end() {
    let session = session();
    let stream = start(&sql(&session, "SELECT 1").unwrap()).unwrap();
    assert_eq!(rows(&stream).unwrap(), 1);
    assert!(next(&stream).unwrap().is_none());
    assert!(next(&stream).unwrap().is_none());
}

#[test]
fn a_failing_query_says_why() {
    let session = session();
    let stream =
        start(&sql(&session, "SELECT 1 / (value - 20000) FROM range(0, 30000)").unwrap()).unwrap();
    let error = rows(&stream).err().unwrap();
    assert_eq!(error.code, DF_ERROR_ARROW, "{error:?}");
    assert!(error.message.contains("Divide by zero"));
}

/// The other partition does not end by itself.
#[test]
fn a_partition_that_fails_is_the_end_of_all() {
    let session = session();
    let query = "SELECT value FROM range(0, 100000000000) UNION ALL SELECT 1 / (value - 1) FROM range(0, 3)";
    let stream = start(&sql(&session, query).unwrap()).unwrap();
    let error = rows(&stream).err().unwrap();
    assert!(error.message.contains("Divide by zero"), "{error:?}");
    assert!(next(&stream).unwrap().is_none());
    assert!(next(&stream).unwrap().is_none());
}

#[test]
fn streams_become_arrow_streams() {
    let session = session();
    let stream = start(&sql(&session, "SELECT value % 7 = 0 AS b, arrow_cast(value, 'Decimal32(9, 2)') AS d FROM range(0, 20001)").unwrap());
    let mut c_stream: FFI_ArrowArrayStream =
        written(|out| df_stream_into_array_stream(Some(stream.unwrap()), out)).unwrap();
    // SAFETY: written by the export.
    let reader = unsafe { ArrowArrayStreamReader::from_raw(&mut c_stream) }.unwrap();
    assert_eq!(
        reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(),
        20001
    );
}

#[test]
fn exported_arrays_have_offset_zero_and_wide_decimals() {
    let session = session();
    let query = "SELECT value % 2 = 0 AS b, arrow_cast(value, 'Decimal64(18, 2)') AS d, \
                 make_array(value % 2 = 0, NULL) AS l FROM range(0, 100) OFFSET 3";
    let stream = start(&sql(&session, query).unwrap()).unwrap();
    let schema: arrow::ffi::FFI_ArrowSchema =
        written(|out| df_stream_schema(Some(&stream), out)).unwrap();
    let mut seen = 0;
    while let Some(batch) = next(&stream).unwrap() {
        let array: FFI_ArrowArray = written(|out| df_batch_into_array(Some(batch), out)).unwrap();
        assert_offsets(&array);
        // SAFETY: both were written by the library.
        let data = unsafe { from_ffi(array, &schema) }.unwrap();
        let rows = StructArray::from(data);
        assert_eq!(rows.column(1).data_type().to_string(), "Decimal128(18, 2)");
        seen += rows.len();
    }
    assert_eq!(seen, 97);
}

fn assert_offsets(array: &FFI_ArrowArray) {
    assert_eq!(array.offset(), 0);
    (0..array.num_children()).for_each(|index| assert_offsets(array.child(index)));
}

#[test]
fn dropping_a_stream_ends_its_query() {
    let session = session();
    let before = counters().streams;
    for _ in 0..10 {
        let stream = start(&sql(&session, ENDLESS).unwrap()).unwrap();
        df_stream_free(Some(stream));
    }
    eventually(|| counters().streams <= before);
}

pub fn eventually(holds: impl Fn() -> bool) {
    for _ in 0..2000 {
        if holds() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    panic!("it never became true");
}

//! Batches in: copied and validated.

use std::sync::Arc;

use arrow::array::*;
use arrow::buffer::NullBuffer;
use arrow::datatypes::*;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema};
use arrow::record_batch::RecordBatch;
use datafusion_c::batch::{df_array_release, df_schema_release};
use datafusion_c::batches::*;
use datafusion_c::error::*;
use datafusion_c::registry::*;
use datafusion_c::session::*;

use crate::support::*;

pub fn schema_of(batch: &RecordBatch) -> FFI_ArrowSchema {
    FFI_ArrowSchema::try_from(batch.schema().as_ref()).unwrap()
}

pub fn array_of(batch: &RecordBatch) -> FFI_ArrowArray {
    FFI_ArrowArray::new(&StructArray::from(batch.clone()).to_data())
}

pub fn push(batch: &RecordBatch) -> Made<df_batches> {
    let list = made(|out| df_batches_new(Some(&schema_of(batch)), out))?;
    failed(df_batches_push(Some(&list), Some(&array_of(batch))))?;
    Ok(list)
}

fn registered(session: &df_session, name: &str, batch: &RecordBatch) {
    let list = push(batch).unwrap();
    run_unit(made(|out| {
        df_session_register_batches(Some(session), name.as_ptr(), name.len(), Some(list), out)
    }))
    .unwrap();
}

fn every_shape() -> RecordBatch {
    let ints: ArrayRef = Arc::new(Int32Array::from(vec![Some(1), None, Some(3), Some(4)]));
    let bools: ArrayRef = Arc::new(BooleanArray::from(vec![
        Some(true),
        None,
        Some(false),
        Some(true),
    ]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec![
        Some("a"),
        None,
        Some("ccc"),
        Some(""),
    ]));
    let views: ArrayRef = Arc::new(StringViewArray::from(vec![
        Some("short"),
        None,
        Some("a text that is longer than twelve bytes"),
        Some(""),
    ]));
    let keys = Int8Array::from(vec![Some(0), None, Some(1), Some(0)]);
    let dictionary: ArrayRef = Arc::new(DictionaryArray::new(
        keys,
        Arc::new(StringArray::from(vec!["x", "y"])),
    ));
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![
        Some(vec![Some(1), None]),
        None,
        Some(vec![]),
        Some(vec![Some(4)]),
    ]);
    let fixed = FixedSizeListArray::from_iter_primitive::<Int16Type, _, _>(
        vec![
            Some(vec![Some(1), Some(2)]),
            None,
            Some(vec![None, Some(3)]),
            Some(vec![Some(4), Some(5)]),
        ],
        2,
    );
    let structure = StructArray::new(
        vec![
            Arc::new(Field::new("b", DataType::Boolean, true)),
            Arc::new(Field::new("t", DataType::Utf8, true)),
        ]
        .into(),
        vec![Arc::clone(&bools), Arc::clone(&texts)],
        Some(NullBuffer::from(vec![true, false, true, true])),
    );
    let runs = RunArray::<Int32Type>::try_new(
        &Int32Array::from(vec![2, 4]),
        &StringArray::from(vec!["r", "s"]),
    );
    RecordBatch::try_from_iter([
        ("ints", ints),
        ("bools", bools),
        ("texts", texts),
        ("views", views),
        ("dictionary", dictionary),
        ("list", Arc::new(list) as ArrayRef),
        ("fixed", Arc::new(fixed) as ArrayRef),
        ("structure", Arc::new(structure) as ArrayRef),
        ("runs", Arc::new(runs.unwrap()) as ArrayRef),
        ("nothing", Arc::new(NullArray::new(4)) as ArrayRef),
    ])
    .unwrap()
}

#[test]
fn every_shape_comes_in_sliced_and_whole() {
    let session = session();
    let whole = every_shape();
    registered(&session, "whole", &whole);
    registered(&session, "sliced", &whole.slice(1, 3));
    registered(&session, "empty", &whole.slice(2, 0));
    let columns = "ints, bools, texts, views, dictionary, list, fixed, structure['t'] AS t, structure['b'] AS b";
    let query = |table: &str| {
        text(&sql(&session, &format!("SELECT {columns} FROM {table}")).unwrap()).unwrap()
    };
    assert_eq!(cells(&query("whole"))[1..], cells(&query("sliced"))[..]);
    assert!(query("whole").contains("a text that is longer than twelve bytes"));
    assert_eq!(cells(&query("empty")).len(), 0);
}

#[test]
fn copies_outlive_what_they_were_copied_from() {
    let session = session();
    let name = "copied";
    let batch =
        RecordBatch::try_from_iter([("a", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef)])
            .unwrap();
    let mut schema = schema_of(&batch);
    let mut array = array_of(&batch);
    drop(batch);
    let list = made(|out| df_batches_new(Some(&schema), out)).unwrap();
    failed(df_batches_push(Some(&list), Some(&array))).unwrap();
    df_array_release(Some(&mut array));
    df_array_release(Some(&mut array));
    df_schema_release(Some(&mut schema));
    assert_eq!(
        failed(df_batches_push(Some(&list), Some(&array)))
            .err()
            .unwrap()
            .code,
        DF_ERROR_ARROW
    );
    run_unit(made(|out| {
        df_session_register_batches(Some(&session), name.as_ptr(), name.len(), Some(list), out)
    }))
    .unwrap();
    assert_eq!(row(&session, "SELECT sum(a) FROM copied").unwrap(), ["3"]);
}

/// The C struct, writable.
#[repr(C)]
struct Raw {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *mut *const u8,
    children: *mut *mut Raw,
}

#[test]
fn nothing_in_a_struct_is_trusted() {
    let batch = RecordBatch::try_from_iter([(
        "t",
        Arc::new(StringArray::from(vec!["ab", "c"])) as ArrayRef,
    )])
    .unwrap();
    let list = made(|out| df_batches_new(Some(&schema_of(&batch)), out)).unwrap();
    let attempt = |break_it: fn(&mut Raw)| {
        let mut array = array_of(&batch);
        // SAFETY: the C struct of the specification; its release frees what it was made with all the same.
        let raw = unsafe { &mut *std::ptr::from_mut(&mut array).cast::<Raw>() };
        // SAFETY: it has one child.
        let child = unsafe { &mut **raw.children };
        let keep = (
            child.length,
            child.offset,
            child.n_buffers,
            child.n_children,
            raw.length,
            raw.n_children,
        );
        break_it(if keep.0 == 2 { child } else { raw });
        let seen = failed(df_batches_push(Some(&list), Some(&array)));
        (
            child.length,
            child.offset,
            child.n_buffers,
            child.n_children,
            raw.length,
            raw.n_children,
        ) = keep;
        seen
    };
    assert_eq!(attempt(|child| child.null_count = 77), Ok(()));
    for broken in [
        (|child: &mut Raw| child.length = -1) as fn(&mut Raw),
        |child| child.length = i64::MAX,
        |child| child.offset = i64::MIN,
        |child| child.length = 1,
        |child| child.n_buffers = 2,
        |child| child.n_buffers = -1,
        |child| child.n_children = 3,
    ] {
        assert_eq!(attempt(broken).err().unwrap().code, DF_ERROR_ARROW);
    }
    let offsets: &'static [i32] = &[0, 5, 3];
    let wrong_text: &'static [u8] = &[0xff, 0xfe, 0xfd];
    for (buffer, data) in [
        (1, offsets.as_ptr() as usize),
        (2, wrong_text.as_ptr() as usize),
    ] {
        let mut array = array_of(&batch);
        // SAFETY: as above; the buffer's pointer is put back before the release.
        unsafe {
            let raw = &mut *std::ptr::from_mut(&mut array).cast::<Raw>();
            let slot = (**raw.children).buffers.add(buffer);
            let old = *slot;
            *slot = data as *const u8;
            assert_eq!(
                failed(df_batches_push(Some(&list), Some(&array)))
                    .err()
                    .unwrap()
                    .code,
                DF_ERROR_ARROW
            );
            *slot = old;
        }
    }
    df_batches_free(Some(list));
}

//! Arrays as readers in other languages expect them: offset 0 at every level, decimals in 128 bits at least.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, FixedSizeListArray, GenericListArray,
    GenericListViewArray, MapArray, OffsetSizeTrait, PrimitiveArray, RunArray, StructArray,
    UnionArray,
};
use arrow::buffer::BooleanBuffer;
use arrow::compute::cast;
use arrow::datatypes::{
    ArrowNativeType, DataType, Field, FieldRef, Fields, Int16Type, Int32Type, Int64Type,
    RunEndIndexType, Schema, SchemaRef, UnionFields,
};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};

use crate::error::{DF_ERROR_ARROW, Outcome, df_error};

type Made<T> = Result<T, ArrowError>;

/// Answers the schema that normalised batches of `schema` have.
pub fn schema(schema: &SchemaRef) -> SchemaRef {
    let fields: Fields = schema.fields().iter().map(field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// Normalises a batch; `target` is its normalised schema.
pub fn batch(batch: &RecordBatch, target: &SchemaRef) -> Outcome<RecordBatch> {
    let columns = batch
        .columns()
        .iter()
        .map(|column| array(column, true))
        .collect::<Made<Vec<_>>>();
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    columns
        .and_then(|columns| {
            RecordBatch::try_new_with_options(Arc::clone(target), columns, &options)
        })
        .map_err(fail)
}

/// Normalises the offsets of an array and leaves its type alone.
pub fn array_offset_zero(given: &ArrayRef) -> Outcome<ArrayRef> {
    array(given, false).map_err(fail)
}

fn fail(error: ArrowError) -> Box<df_error> {
    df_error::boxed(DF_ERROR_ARROW, error.to_string())
}

fn field(given: &FieldRef) -> FieldRef {
    let widened = widened(given.data_type());
    if widened == *given.data_type() {
        return Arc::clone(given);
    }
    Arc::new(Field::clone(given).with_data_type(widened))
}

fn widened(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            DataType::Decimal128(*precision, *scale)
        }
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(field).collect()),
        DataType::List(item) => DataType::List(field(item)),
        DataType::LargeList(item) => DataType::LargeList(field(item)),
        DataType::ListView(item) => DataType::ListView(field(item)),
        DataType::LargeListView(item) => DataType::LargeListView(field(item)),
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(field(item), *size),
        DataType::Map(entries, sorted) => DataType::Map(field(entries), *sorted),
        DataType::Dictionary(keys, values) => {
            DataType::Dictionary(keys.clone(), Box::new(widened(values)))
        }
        DataType::RunEndEncoded(ends, values) => {
            DataType::RunEndEncoded(Arc::clone(ends), field(values))
        }
        DataType::Union(fields, mode) => DataType::Union(union_fields(fields, true), *mode),
        other => other.clone(),
    }
}

fn union_fields(fields: &UnionFields, widen: bool) -> UnionFields {
    fields
        .iter()
        .map(|(id, given)| {
            (
                id,
                if widen {
                    field(given)
                } else {
                    Arc::clone(given)
                },
            )
        })
        .collect()
}

/// Whether anything in an array of that type may need work.
fn concerned(data_type: &DataType) -> bool {
    match data_type {
        DataType::Boolean | DataType::Decimal32(_, _) | DataType::Decimal64(_, _) => true,
        DataType::RunEndEncoded(_, _) | DataType::Union(_, _) => true,
        DataType::Struct(fields) => fields.iter().any(|field| concerned(field.data_type())),
        DataType::List(item) | DataType::LargeList(item) | DataType::Map(item, _) => {
            concerned(item.data_type())
        }
        DataType::ListView(item) | DataType::LargeListView(item) => concerned(item.data_type()),
        DataType::FixedSizeList(item, _) => concerned(item.data_type()),
        DataType::Dictionary(_, values) => concerned(values),
        _ => false,
    }
}

fn array(given: &ArrayRef, widen: bool) -> Made<ArrayRef> {
    let item = |item: &FieldRef| if widen { field(item) } else { Arc::clone(item) };
    Ok(match given.data_type() {
        data_type if !concerned(data_type) => Arc::clone(given),
        DataType::Boolean => boolean(given.as_boolean()),
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) if widen => {
            cast(given, &DataType::Decimal128(*precision, *scale))?
        }
        DataType::Struct(fields) => {
            let fields = fields.iter().map(item).collect();
            Arc::new(structure(given.as_struct(), fields, widen)?)
        }
        DataType::List(field) => list(given.as_list::<i32>(), item(field), widen)?,
        DataType::LargeList(field) => list(given.as_list::<i64>(), item(field), widen)?,
        DataType::ListView(field) => list_view(given.as_list_view::<i32>(), item(field), widen)?,
        DataType::LargeListView(field) => {
            list_view(given.as_list_view::<i64>(), item(field), widen)?
        }
        DataType::FixedSizeList(field, size) => {
            let list = given.as_fixed_size_list();
            let values = array(list.values(), widen)?;
            let nulls = list.nulls().cloned();
            Arc::new(FixedSizeListArray::try_new_with_length(
                item(field),
                *size,
                values,
                nulls,
                list.len(),
            )?)
        }
        DataType::Map(entries, sorted) => map(given.as_map(), item(entries), *sorted, widen)?,
        DataType::Dictionary(_, _) => {
            let dictionary = given.as_any_dictionary();
            dictionary.with_values(array(dictionary.values(), widen)?)
        }
        DataType::RunEndEncoded(ends, _) => match ends.data_type() {
            DataType::Int16 => runs::<Int16Type>(given, widen)?,
            DataType::Int32 => runs::<Int32Type>(given, widen)?,
            _ => runs::<Int64Type>(given, widen)?,
        },
        DataType::Union(fields, _) => union(given.as_union(), union_fields(fields, widen), widen)?,
        _ => Arc::clone(given),
    })
}

fn boolean(given: &BooleanArray) -> ArrayRef {
    if given.values().offset() == 0 {
        return Arc::new(given.clone());
    }
    let values = BooleanBuffer::new(given.values().sliced(), 0, given.len());
    Arc::new(BooleanArray::new(values, given.nulls().cloned()))
}

fn structure(given: &StructArray, fields: Fields, widen: bool) -> Made<StructArray> {
    let columns = given
        .columns()
        .iter()
        .map(|column| array(column, widen))
        .collect::<Made<Vec<_>>>()?;
    StructArray::try_new_with_length(fields, columns, given.nulls().cloned(), given.len())
}

fn list<O: OffsetSizeTrait>(
    given: &GenericListArray<O>,
    item: FieldRef,
    widen: bool,
) -> Made<ArrayRef> {
    let values = array(given.values(), widen)?;
    let made = GenericListArray::try_new(
        item,
        given.offsets().clone(),
        values,
        given.nulls().cloned(),
    )?;
    Ok(Arc::new(made))
}

fn list_view<O: OffsetSizeTrait>(
    given: &GenericListViewArray<O>,
    item: FieldRef,
    widen: bool,
) -> Made<ArrayRef> {
    let values = array(given.values(), widen)?;
    let (offsets, sizes) = (given.offsets().clone(), given.sizes().clone());
    let made = GenericListViewArray::try_new(item, offsets, sizes, values, given.nulls().cloned())?;
    Ok(Arc::new(made))
}

fn map(given: &MapArray, entries: FieldRef, sorted: bool, widen: bool) -> Made<ArrayRef> {
    let DataType::Struct(fields) = entries.data_type() else {
        return Err(ArrowError::InvalidArgumentError(
            "a map whose entries are no struct".to_owned(),
        ));
    };
    let made = structure(given.entries(), fields.clone(), widen)?;
    let (offsets, nulls) = (given.offsets().clone(), given.nulls().cloned());
    Ok(Arc::new(MapArray::try_new(
        entries, offsets, made, nulls, sorted,
    )?))
}

fn union(given: &UnionArray, fields: UnionFields, widen: bool) -> Made<ArrayRef> {
    let children = fields
        .iter()
        .map(|(id, _)| array(given.child(id), widen))
        .collect::<Made<Vec<_>>>()?;
    let (ids, offsets) = (given.type_ids().clone(), given.offsets().cloned());
    Ok(Arc::new(UnionArray::try_new(
        fields, ids, offsets, children,
    )?))
}

/// Run ends count from the start of the array, so a slice needs ends of its own.
fn runs<R: RunEndIndexType>(given: &ArrayRef, widen: bool) -> Made<ArrayRef> {
    let runs = given.as_run::<R>();
    let ends = runs.run_ends();
    let (offset, len) = (ends.offset(), ends.len());
    if len == 0 {
        let none = PrimitiveArray::<R>::from_iter_values([]);
        return Ok(Arc::new(RunArray::try_new(
            &none,
            array(&runs.values().slice(0, 0), widen)?.as_ref(),
        )?));
    }
    let first = ends.get_start_physical_index();
    let last = ends.get_end_physical_index();
    let rebased = ends.values()[first..=last].iter().map(|end| {
        let end = end.as_usize().saturating_sub(offset).min(len);
        R::Native::usize_as(end)
    });
    let rebased = PrimitiveArray::<R>::from_iter_values(rebased);
    let values = array(&runs.values().slice(first, last - first + 1), widen)?;
    Ok(Arc::new(RunArray::try_new(&rebased, values.as_ref())?))
}

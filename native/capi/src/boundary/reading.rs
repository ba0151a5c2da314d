use std::ffi::c_void;
use std::sync::Arc;

use arrow::array::{ArrayData, ArrayDataBuilder, RecordBatchOptions, layout, make_array};
use arrow::buffer::{BooleanBuffer, Buffer, MutableBuffer, NullBuffer};
use arrow::datatypes::{ArrowNativeType, DataType, SchemaRef, UnionMode};
use arrow::error::ArrowError;
use arrow::ffi::FFI_ArrowArray;
use arrow::record_batch::RecordBatch;

use crate::error::{DF_ERROR_ARROW, Outcome, df_error};

type Read<T> = Result<T, ArrowError>;

/// The C struct as the Arrow specification has it; arrow-rs keeps its fields to itself.
#[repr(C)]
struct RawArray {
    length: i64,
    null_count: i64,
    offset: i64,
    n_buffers: i64,
    n_children: i64,
    buffers: *const *const c_void,
    children: *const *const RawArray,
    dictionary: *const RawArray,
    release: *const c_void,
    private_data: *const c_void,
}

/// Copies a struct array into a batch. What it points to must be readable as far as its own lengths and offsets say;
/// everything else is checked: null counts are counted, offsets and text validated.
pub fn read_array(array: &FFI_ArrowArray, schema: &SchemaRef) -> Outcome<RecordBatch> {
    // SAFETY: both are the C struct of the specification.
    let raw = unsafe { &*std::ptr::from_ref(array).cast::<RawArray>() };
    read_batch(raw, schema).map_err(|error| df_error::boxed(DF_ERROR_ARROW, error.to_string()))
}

/// Copies an array of a type; as `read_array`.
pub fn read_column(array: &FFI_ArrowArray, data_type: &DataType) -> Read<ArrayData> {
    // SAFETY: both are the C struct of the specification.
    read(
        unsafe { &*std::ptr::from_ref(array).cast::<RawArray>() },
        data_type,
    )
}

fn read_batch(raw: &RawArray, schema: &SchemaRef) -> Read<RecordBatch> {
    let part = Part::of(raw)?;
    let fields = schema.fields();
    part.expect_children(fields.len())?;
    let columns = (0..fields.len()).map(|index| {
        let child = read(part.child(index)?, fields[index].data_type())?;
        part.rows_of(&child, 1).map(make_array)
    });
    let columns = columns.collect::<Read<Vec<_>>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(part.length));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

/// A C array whose numbers are no nonsense.
struct Part<'a> {
    raw: &'a RawArray,
    length: usize,
    offset: usize,
}

impl<'a> Part<'a> {
    fn of(raw: &'a RawArray) -> Read<Self> {
        let number = |value: i64, name: &str| {
            usize::try_from(value)
                .ok()
                .filter(|value| *value < 1 << 48)
                .ok_or_else(|| wrong(format!("an array whose {name} is {value}")))
        };
        let (length, offset) = (number(raw.length, "length")?, number(raw.offset, "offset")?);
        number(raw.n_buffers, "number of buffers")?;
        number(raw.n_children, "number of children")?;
        if raw.release.is_null() {
            return Err(wrong("an array that was released"));
        }
        Ok(Self {
            raw,
            length,
            offset,
        })
    }

    fn expect_children(&self, count: usize) -> Read<()> {
        if self.raw.n_children as usize == count && (count == 0 || !self.raw.children.is_null()) {
            return Ok(());
        }
        Err(wrong(format!(
            "an array with {} children, and its type has {count}",
            self.raw.n_children
        )))
    }

    fn expect_buffers(&self, count: usize) -> Read<()> {
        if self.raw.n_buffers as usize == count && (count == 0 || !self.raw.buffers.is_null()) {
            return Ok(());
        }
        Err(wrong(format!(
            "an array with {} buffers, and its type has {count}",
            self.raw.n_buffers
        )))
    }

    fn child(&self, index: usize) -> Read<&'a RawArray> {
        // SAFETY: `expect_children` has seen that there are more than `index`.
        let child = unsafe { *self.raw.children.add(index) };
        // SAFETY: a child that is not NULL is an array, as the specification has it.
        unsafe { child.as_ref() }.ok_or_else(|| wrong("a child that is NULL"))
    }

    fn dictionary(&self) -> Read<&'a RawArray> {
        // SAFETY: as for a child.
        unsafe { self.raw.dictionary.as_ref() }
            .ok_or_else(|| wrong("a dictionary array without its dictionary"))
    }

    /// The rows of a child that belong to this array, at `width` a row.
    fn rows_of(&self, child: &ArrayData, width: usize) -> Read<ArrayData> {
        let (start, rows) = (self.offset * width, self.length * width);
        if child.len() < start + rows {
            return Err(wrong(format!(
                "a child of {} rows, and {} are needed",
                child.len(),
                start + rows
            )));
        }
        Ok(child.slice(start, rows))
    }

    /// Copies `len` bytes from byte `start` of a buffer into memory of our own, aligned for any type.
    fn copy(&self, buffer: usize, start: usize, len: usize) -> Read<Buffer> {
        let mut copy = MutableBuffer::new(len);
        if len > 0 {
            // SAFETY: `expect_buffers` has seen that there are more than `buffer`.
            let data = unsafe { *self.raw.buffers.add(buffer) }.cast::<u8>();
            if data.is_null() {
                return Err(wrong(format!(
                    "buffer {buffer} is NULL, and {len} bytes of it are needed"
                )));
            }
            // SAFETY: the array says that so many bytes are there.
            copy.extend_from_slice(unsafe { std::slice::from_raw_parts(data.add(start), len) });
        }
        Ok(copy.into())
    }

    fn bits(&self, buffer: usize) -> Read<BooleanBuffer> {
        let (first, rest) = (self.offset / 8, self.offset % 8);
        let bytes = self.copy(buffer, first, (rest + self.length).div_ceil(8))?;
        let bits = BooleanBuffer::new(bytes, rest, self.length);
        Ok(BooleanBuffer::new(bits.sliced(), 0, self.length))
    }

    fn nulls(&self) -> Read<Option<NullBuffer>> {
        // SAFETY: called after `expect_buffers` for types that have a validity buffer.
        if self.length == 0 || unsafe { (*self.raw.buffers).is_null() } {
            return Ok(None);
        }
        Ok(Some(NullBuffer::new(self.bits(0)?)))
    }

    fn fixed(&self, buffer: usize, width: usize) -> Read<Buffer> {
        self.copy(buffer, self.offset * width, self.length * width)
    }

    /// Copies offsets; an array without rows may have none.
    fn offsets<O: ArrowNativeType>(&self, buffer: usize) -> Read<(Buffer, usize, usize)> {
        if self.length == 0 {
            return Ok((MutableBuffer::from_len_zeroed(size_of::<O>()).into(), 0, 0));
        }
        let width = size_of::<O>();
        let copied = self.copy(buffer, self.offset * width, (self.length + 1) * width)?;
        let offsets = copied.typed_data::<O>();
        let known: Option<Vec<usize>> = offsets.iter().map(|offset| offset.to_usize()).collect();
        let ascending = known.filter(|known| known.windows(2).all(|pair| pair[0] <= pair[1]));
        let known = ascending.ok_or_else(|| wrong("offsets that do not ascend from 0"))?;
        Ok((copied, known[0], known[self.length]))
    }

    /// Variable width: offsets that begin at 0, and exactly the bytes that they speak of.
    fn variable<O: ArrowNativeType + std::ops::Sub<Output = O>>(&self) -> Read<[Buffer; 2]> {
        let (offsets, first, last) = self.offsets::<O>(1)?;
        let values = self.copy(2, first, last - first)?;
        let typed = offsets.typed_data::<O>();
        let rebased: Vec<O> = typed.iter().map(|offset| *offset - typed[0]).collect();
        Ok([Buffer::from_vec(rebased), values])
    }

    /// The data buffers of a view type, whose lengths are its last buffer.
    fn view_data(&self) -> Read<Vec<Buffer>> {
        let count = (self.raw.n_buffers as usize)
            .checked_sub(3)
            .ok_or_else(|| wrong("a view array without lengths"))?;
        let lengths = self.copy(count + 2, 0, count * size_of::<i64>())?;
        let copies = lengths
            .typed_data::<i64>()
            .iter()
            .enumerate()
            .map(|(index, length)| {
                let length = usize::try_from(*length)
                    .map_err(|_| wrong("a view buffer of negative length"))?;
                self.copy(index + 2, 0, length)
            });
        copies.collect()
    }
}

fn wrong(reason: impl Into<String>) -> ArrowError {
    ArrowError::CDataInterface(reason.into())
}

fn read(raw: &RawArray, data_type: &DataType) -> Read<ArrayData> {
    let part = Part::of(raw)?;
    let shape = layout(data_type);
    let nullable = usize::from(shape.can_contain_null_mask);
    if shape.variadic {
        part.expect_buffers((raw.n_buffers as usize).max(3))?;
    } else {
        part.expect_buffers(shape.buffers.len() + nullable)?;
    }
    let nulls = if nullable == 1 { part.nulls()? } else { None };
    let builder = ArrayDataBuilder::new(data_type.clone())
        .len(part.length)
        .nulls(nulls);
    nested(&part, data_type, builder)?.build()
}

fn nested(
    part: &Part<'_>,
    data_type: &DataType,
    builder: ArrayDataBuilder,
) -> Read<ArrayDataBuilder> {
    let child = |index: usize, child_type: &DataType| read(part.child(index)?, child_type);
    let expected = match data_type {
        DataType::Struct(fields) => fields.len(),
        DataType::Union(fields, _) => fields.len(),
        DataType::RunEndEncoded(_, _) => 2,
        DataType::List(_) | DataType::LargeList(_) | DataType::ListView(_) => 1,
        DataType::LargeListView(_) | DataType::FixedSizeList(_, _) | DataType::Map(_, _) => 1,
        _ => 0,
    };
    part.expect_children(expected)?;
    Ok(match data_type {
        DataType::Null => builder,
        DataType::Struct(fields) => {
            fields
                .iter()
                .enumerate()
                .try_fold(builder, |builder, (index, field)| {
                    Ok::<_, ArrowError>(
                        builder.add_child_data(part.rows_of(&child(index, field.data_type())?, 1)?),
                    )
                })?
        }
        DataType::List(field) | DataType::Map(field, _) => builder
            .add_buffer(part.offsets::<i32>(1)?.0)
            .add_child_data(child(0, field.data_type())?),
        DataType::LargeList(field) => builder
            .add_buffer(part.offsets::<i64>(1)?.0)
            .add_child_data(child(0, field.data_type())?),
        DataType::ListView(field) => builder
            .buffers(vec![part.fixed(1, 4)?, part.fixed(2, 4)?])
            .add_child_data(child(0, field.data_type())?),
        DataType::LargeListView(field) => builder
            .buffers(vec![part.fixed(1, 8)?, part.fixed(2, 8)?])
            .add_child_data(child(0, field.data_type())?),
        DataType::FixedSizeList(field, size) => {
            let size = usize::try_from(*size).map_err(|_| wrong("a list of negative size"))?;
            builder.add_child_data(part.rows_of(&child(0, field.data_type())?, size)?)
        }
        DataType::RunEndEncoded(ends, values) => builder
            .offset(part.offset)
            .add_child_data(child(0, ends.data_type())?)
            .add_child_data(child(1, values.data_type())?),
        DataType::Union(fields, mode) => union(part, fields, *mode, builder)?,
        DataType::Dictionary(_, values) => {
            flat(part, data_type, builder)?.add_child_data(read(part.dictionary()?, values)?)
        }
        _ => flat(part, data_type, builder)?,
    })
}

fn union(
    part: &Part<'_>,
    fields: &arrow::datatypes::UnionFields,
    mode: UnionMode,
    mut builder: ArrayDataBuilder,
) -> Read<ArrayDataBuilder> {
    builder = builder.add_buffer(part.fixed(0, 1)?);
    if mode == UnionMode::Dense {
        builder = builder.add_buffer(part.fixed(1, 4)?);
    }
    for (index, (_, field)) in fields.iter().enumerate() {
        let child = read(part.child(index)?, field.data_type())?;
        let child = if mode == UnionMode::Dense {
            child
        } else {
            part.rows_of(&child, 1)?
        };
        builder = builder.add_child_data(child);
    }
    Ok(builder)
}

fn flat(
    part: &Part<'_>,
    data_type: &DataType,
    builder: ArrayDataBuilder,
) -> Read<ArrayDataBuilder> {
    Ok(match data_type {
        DataType::Boolean => builder.add_buffer(part.bits(1)?.sliced()),
        DataType::Utf8 | DataType::Binary => builder.buffers(part.variable::<i32>()?.into()),
        DataType::LargeUtf8 | DataType::LargeBinary => {
            builder.buffers(part.variable::<i64>()?.into())
        }
        DataType::Utf8View | DataType::BinaryView => builder
            .add_buffer(part.fixed(1, 16)?)
            .add_buffers(part.view_data()?),
        DataType::Dictionary(keys, _) => builder.add_buffer(part.fixed(1, width(keys)?)?),
        fixed => builder.add_buffer(part.fixed(1, width(fixed)?)?),
    })
}

fn width(data_type: &DataType) -> Read<usize> {
    match data_type {
        DataType::FixedSizeBinary(width) => usize::try_from(*width).ok(),
        other => other.primitive_width(),
    }
    .ok_or_else(|| wrong(format!("no width is known of {data_type}")))
}

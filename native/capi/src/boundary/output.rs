//! What a row function writes into.

use std::ptr::null_mut;
use std::sync::Arc;

use arrow::array::{
    ArrayDataBuilder, ArrayRef, BinaryArray, BooleanArray, BufferSpec, Decimal128Array,
    StringArray, layout, make_array,
};
use arrow::buffer::{BooleanBuffer, Buffer, MutableBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::DataType;
use arrow::error::ArrowError;

use super::{checked, lend, lent, structs::df_output};
use crate::error::{DF_ERROR_ARROW, DF_ERROR_RESOURCES_EXHAUSTED, Outcome, df_error};

/// Memory for the result of one call, and the struct that shows it to the callback, which comes first so that a
/// pointer to it is a pointer to this.
#[repr(C)]
pub struct Output {
    shown: df_output,
    rows: usize,
    validity: MutableBuffer,
    values: MutableBuffer,
    offsets: MutableBuffer,
}

// SAFETY: the pointers point into buffers that are moved along with them.
unsafe impl Send for Output {}

/// How a result type is laid out, where it has a layout that a row function can fill.
enum Shape {
    Bits,
    Fixed(usize),
    Variable,
}

impl Shape {
    fn of(data_type: &DataType) -> Option<Shape> {
        match data_type {
            DataType::Boolean => Some(Shape::Bits),
            DataType::Utf8 | DataType::Binary => Some(Shape::Variable),
            DataType::FixedSizeBinary(width) => usize::try_from(*width).ok().map(Shape::Fixed),
            primitive => primitive.primitive_width().map(Shape::Fixed),
        }
    }
}

impl Output {
    /// Whether a row function can fill a result of this type.
    pub fn has_layout(data_type: &DataType) -> bool {
        // A dictionary has a key of fixed width, and more.
        Shape::of(data_type).is_some()
            && matches!(
                layout(data_type).buffers.as_slice(),
                [BufferSpec::FixedWidth { .. } | BufferSpec::BitMap]
                    | [_, BufferSpec::VariableWidth]
            )
    }

    pub fn new(data_type: &DataType, rows: usize) -> Outcome<Self> {
        let none = || {
            df_error::invalid(format!(
                "a row function cannot fill a result of type {data_type}"
            ))
        };
        let (values, offsets) = match Shape::of(data_type).ok_or_else(none)? {
            Shape::Bits => (rows.div_ceil(8), 0),
            Shape::Fixed(width) => (rows.checked_mul(width).ok_or_else(none)?, 0),
            Shape::Variable => (
                rows.saturating_mul(16).clamp(64, 1 << 20),
                (rows + 1) * size_of::<i32>(),
            ),
        };
        let mut validity = MutableBuffer::from_len_zeroed(rows.div_ceil(8));
        validity.as_slice_mut().fill(0xff);
        let mut output = Self {
            shown: df_output {
                validity: null_mut(),
                values: null_mut(),
                offsets: null_mut(),
                capacity: 0,
                null_count: 0,
            },
            rows,
            validity,
            values: MutableBuffer::from_len_zeroed(values),
            offsets: MutableBuffer::from_len_zeroed(offsets),
        };
        output.show();
        Ok(output)
    }

    fn show(&mut self) {
        self.shown.validity = self.validity.as_mut_ptr();
        self.shown.values = self.values.as_mut_ptr();
        if !self.offsets.is_empty() {
            self.shown.offsets = self.offsets.as_mut_ptr().cast();
            self.shown.capacity = self.values.len() as i64;
        }
    }

    /// Lends the struct to a callback on this thread.
    pub fn lend<T>(&mut self, callback: impl FnOnce(*mut df_output) -> T) -> T {
        lend(self, |this| callback(this.cast()))
    }

    fn grow(&mut self, capacity: usize) -> Outcome<()> {
        if self.offsets.is_empty() {
            return Err(df_error::invalid("an output of fixed width does not grow"));
        }
        if capacity > i32::MAX as usize {
            let message = format!(
                "{capacity} bytes in one column of one batch; the type's offsets have 32 bits"
            );
            return Err(df_error::boxed(DF_ERROR_RESOURCES_EXHAUSTED, message));
        }
        if capacity > self.values.len() {
            let doubled = self.values.len().saturating_mul(2).min(i32::MAX as usize);
            self.values.resize(capacity.max(doubled), 0);
            self.show();
        }
        Ok(())
    }

    /// Makes the array of what the callback wrote; nothing of it is trusted.
    pub fn finish(self, data_type: &DataType) -> Outcome<ArrayRef> {
        let rows = self.rows;
        let nulls = NullBuffer::new(BooleanBuffer::new(self.validity.into(), 0, rows));
        let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
        let values = Buffer::from(self.values);
        let array: Result<ArrayRef, ArrowError> = match data_type {
            DataType::Boolean => Ok(Arc::new(BooleanArray::new(
                BooleanBuffer::new(values, 0, rows),
                nulls,
            ))),
            DataType::Utf8 => offsets(self.offsets.into(), rows, &values)
                .and_then(|(offsets, values)| StringArray::try_new(offsets, values, nulls))
                .map(|array| Arc::new(array) as ArrayRef),
            DataType::Binary => offsets(self.offsets.into(), rows, &values)
                .and_then(|(offsets, values)| BinaryArray::try_new(offsets, values, nulls))
                .map(|array| Arc::new(array) as ArrayRef),
            fixed => fixed_width(fixed, rows, values, nulls),
        };
        array.map_err(|error| {
            df_error::boxed(
                DF_ERROR_ARROW,
                format!("what the callback wrote is not valid: {error}"),
            )
        })
    }
}

fn offsets(
    written: Buffer,
    rows: usize,
    values: &Buffer,
) -> Result<(OffsetBuffer<i32>, Buffer), ArrowError> {
    let offsets = ScalarBuffer::<i32>::new(written, 0, rows + 1);
    let last = offsets[rows];
    let ascending = offsets[0] == 0 && offsets.windows(2).all(|pair| pair[0] <= pair[1]);
    if !ascending || last as usize > values.len() {
        return Err(ArrowError::InvalidArgumentError(format!(
            "offsets must ascend from 0 to at most {}, the bytes available",
            values.len()
        )));
    }
    Ok((
        OffsetBuffer::new(offsets),
        values.slice_with_length(0, last as usize),
    ))
}

fn fixed_width(
    data_type: &DataType,
    rows: usize,
    values: Buffer,
    nulls: Option<NullBuffer>,
) -> Result<ArrayRef, ArrowError> {
    let data = ArrayDataBuilder::new(data_type.clone())
        .len(rows)
        .add_buffer(values)
        .nulls(nulls)
        .build()?;
    if let DataType::Decimal128(precision, _) = data_type {
        Decimal128Array::from(data.clone()).validate_decimal_precision(*precision)?;
    }
    Ok(make_array(data))
}

/// Grows `values` to at least `capacity` bytes, keeping what is written; updates `values` and `capacity`. Only within
/// the callback that was handed `output`, on its thread. Errors: NULL, an output that is not this thread's, an output
/// of fixed width, DF_ERROR_RESOURCES_EXHAUSTED beyond 2 GiB.
#[unsafe(no_mangle)]
pub extern "C" fn df_output_reserve(
    output: *mut df_output,
    capacity: i64,
) -> Option<Box<df_error>> {
    checked("df_output_reserve", || {
        let capacity =
            usize::try_from(capacity).map_err(|_| df_error::invalid("a negative capacity"))?;
        lent::<Output>(output.cast(), "output")?.grow(capacity)
    })
}

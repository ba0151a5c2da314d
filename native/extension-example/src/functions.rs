//! Functions.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, UInt64Array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::error::Result;
use datafusion::logical_expr::function::{
    AccumulatorArgs, PartitionEvaluatorArgs, WindowUDFFieldArgs,
};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, ColumnarValue, PartitionEvaluator,
    ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, WindowUDF, WindowUDFImpl,
};
use datafusion::scalar::ScalarValue;

use crate::live::Live;

/// `triple(Int64) -> Int64`.
pub fn triple() -> ScalarUDF {
    Mapped::new("triple", Map::Triple).into()
}

/// `panics(Int64) -> Int64`, which never answers.
pub fn panics() -> ScalarUDF {
    Mapped::new("panics", Map::Panic).into()
}

/// `total(Int64) -> Int64`.
pub fn total() -> AggregateUDF {
    Total {
        signature: Signature::exact(vec![DataType::Int64], Volatility::Immutable),
        _live: Live::default(),
    }
    .into()
}

/// `row_position() -> UInt64`: which row of its partition a row is, from 1.
pub fn position() -> WindowUDF {
    Position {
        signature: Signature::nullary(Volatility::Immutable),
        _live: Live::default(),
    }
    .into()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Map {
    Triple,
    Panic,
}

impl Map {
    fn of(self, value: i64) -> i64 {
        match self {
            Map::Triple => value.wrapping_mul(3),
            Map::Panic => panic!("a function that panics"),
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Mapped {
    name: &'static str,
    map: Map,
    signature: Signature,
    _live: Live,
}

impl Mapped {
    fn new(name: &'static str, map: Map) -> Self {
        Self {
            name,
            map,
            signature: Signature::exact(vec![DataType::Int64], Volatility::Immutable),
            _live: Live::default(),
        }
    }
}

impl ScalarUDFImpl for Mapped {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let mapped: Int64Array = arrays[0]
            .as_primitive::<Int64Type>()
            .unary(|value| self.map.of(value));
        Ok(ColumnarValue::Array(Arc::new(mapped)))
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Total {
    signature: Signature,
    _live: Live,
}

impl AggregateUDFImpl for Total {
    fn name(&self) -> &str {
        "total"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn accumulator(&self, _args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        Ok(Box::new(Totalled::default()))
    }
}

#[derive(Debug, Default)]
struct Totalled {
    total: i64,
    _live: Live,
}

impl Accumulator for Totalled {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let values = values[0].as_primitive::<Int64Type>();
        self.total = values.iter().flatten().fold(self.total, i64::wrapping_add);
        Ok(())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.update_batch(states)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        Ok(vec![self.evaluate()?])
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        Ok(self.total.into())
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Position {
    signature: Signature,
    _live: Live,
}

impl WindowUDFImpl for Position {
    fn name(&self) -> &str {
        "row_position"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn field(&self, args: WindowUDFFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(args.name(), DataType::UInt64, false)))
    }

    fn partition_evaluator(
        &self,
        _args: PartitionEvaluatorArgs,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Positions::default()))
    }
}

#[derive(Debug, Default)]
struct Positions(Live);

impl PartitionEvaluator for Positions {
    fn evaluate_all(&mut self, _values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        Ok(Arc::new(UInt64Array::from_iter_values(1..=rows as u64)))
    }
}

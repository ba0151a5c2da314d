//! Contract 10: signatures in all of the engine's forms.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, IntervalUnit, TimeUnit};
use datafusion::common::types::{NativeType, logical_string};
use datafusion::common::utils::ListCoercion;
use datafusion::logical_expr::{
    ArrayFunctionArgument, ArrayFunctionSignature, Coercion, EncodingPreservation, Signature,
    TypeSignature, TypeSignatureClass, Volatility,
};
use datafusion_inline::{signature_from_message, signature_to_message};
use fastrand::Rng;

fn data_type(rng: &mut Rng) -> DataType {
    let item = |rng: &mut Rng| Arc::new(Field::new("item", data_type(rng), rng.bool()));
    match rng.u8(..22) {
        0 => DataType::Null,
        1 => DataType::Boolean,
        2 => DataType::Int8,
        3 => DataType::UInt64,
        4 => DataType::Float16,
        5 => DataType::Float64,
        6 => DataType::Utf8,
        7 => DataType::LargeUtf8,
        8 => DataType::Utf8View,
        9 => DataType::BinaryView,
        10 => DataType::FixedSizeBinary(3),
        11 => DataType::Date32,
        12 => DataType::Date64,
        13 => DataType::Time64(TimeUnit::Nanosecond),
        14 => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        15 => DataType::Interval(IntervalUnit::MonthDayNano),
        16 => DataType::Decimal128(rng.u8(1..39), 2),
        17 => DataType::Decimal256(50, -3),
        18 => DataType::List(item(rng)),
        19 => DataType::FixedSizeList(item(rng), 4),
        20 => DataType::Struct(
            vec![item(rng), Arc::new(Field::new("s", DataType::Utf8, false))].into(),
        ),
        _ => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
    }
}

fn types(rng: &mut Rng) -> Vec<DataType> {
    (0..rng.usize(..4)).map(|_| data_type(rng)).collect()
}

fn class(rng: &mut Rng) -> TypeSignatureClass {
    match rng.u8(..12) {
        0 => TypeSignatureClass::Any,
        1 => TypeSignatureClass::Timestamp,
        2 => TypeSignatureClass::Time,
        3 => TypeSignatureClass::Interval,
        4 => TypeSignatureClass::Duration,
        5 => TypeSignatureClass::Integer,
        6 => TypeSignatureClass::Float,
        7 => TypeSignatureClass::Decimal,
        8 => TypeSignatureClass::Numeric,
        9 => TypeSignatureClass::Binary,
        10 => TypeSignatureClass::Native(logical_string()),
        _ => TypeSignatureClass::Native(Arc::new(native(rng))),
    }
}

fn native(rng: &mut Rng) -> NativeType {
    NativeType::from(data_type(rng))
}

fn coercion(rng: &mut Rng) -> Coercion {
    let desired = class(rng);
    let coercion = if rng.bool() {
        Coercion::new_exact(desired)
    } else {
        let sources = (0..rng.usize(..3)).map(|_| class(rng)).collect();
        Coercion::new_implicit(desired, sources, native(rng))
    };
    if rng.bool() {
        coercion.with_encoding_preservation(EncodingPreservation::dictionary())
    } else {
        coercion
    }
}

fn array(rng: &mut Rng) -> ArrayFunctionSignature {
    match rng.u8(..3) {
        0 => ArrayFunctionSignature::RecursiveArray,
        1 => ArrayFunctionSignature::MapArray,
        _ => ArrayFunctionSignature::Array {
            arguments: vec![
                ArrayFunctionArgument::Array,
                ArrayFunctionArgument::Element,
                ArrayFunctionArgument::Index,
                ArrayFunctionArgument::String,
            ],
            array_coercion: rng.bool().then_some(ListCoercion::FixedSizedListToList),
        },
    }
}

fn form(rng: &mut Rng, depth: u8) -> TypeSignature {
    let count = rng.usize(..5);
    match rng.u8(..if depth == 0 { 12 } else { 13 }) {
        0 => TypeSignature::Variadic(types(rng)),
        1 => TypeSignature::UserDefined,
        2 => TypeSignature::VariadicAny,
        3 => TypeSignature::Uniform(count, types(rng)),
        4 => TypeSignature::Exact(types(rng)),
        5 => TypeSignature::Coercible((0..count).map(|_| coercion(rng)).collect()),
        6 => TypeSignature::Comparable(count),
        7 => TypeSignature::Any(count),
        8 => TypeSignature::ArraySignature(array(rng)),
        9 => TypeSignature::Numeric(count),
        10 => TypeSignature::String(count),
        11 => TypeSignature::Nullary,
        _ => TypeSignature::OneOf((0..count).map(|_| form(rng, depth - 1)).collect()),
    }
}

fn volatility(rng: &mut Rng) -> Volatility {
    [
        Volatility::Immutable,
        Volatility::Stable,
        Volatility::Volatile,
    ][rng.usize(..3)]
}

/// Design 4: the message says every form of the engine's signatures, and reads back as it was.
#[test]
fn every_form_of_signature_survives_its_message() {
    let mut rng = Rng::with_seed(3);
    let mut forms = std::collections::HashSet::new();
    for round in 0..3000 {
        let signature = Signature::new(form(&mut rng, 3), volatility(&mut rng));
        forms.insert(std::mem::discriminant(&signature.type_signature));
        let message = signature_to_message(&signature).unwrap();
        let again = signature_from_message("signature", &message, signature.volatility).unwrap();
        assert_eq!(again, signature, "round {round}");
    }
    assert_eq!(forms.len(), 13, "every form was made");
}

/// Contract 10: parameter names travel, and wrong ones are refused.
#[test]
fn parameter_names_survive() {
    let exact = TypeSignature::Exact(vec![DataType::Int64, DataType::Utf8]);
    let named = Signature::new(exact, Volatility::Stable)
        .with_parameter_names(vec!["x", "y"])
        .unwrap();
    let mut message = signature_to_message(&named).unwrap();
    assert_eq!(
        signature_from_message("s", &message, Volatility::Stable).unwrap(),
        named
    );
    message.parameter_names.pop();
    let error = signature_from_message("s", &message, Volatility::Stable).unwrap_err();
    assert!(
        error.to_string().contains("Parameter names count (1)"),
        "{error}"
    );
}

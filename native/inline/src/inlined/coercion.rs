//! What arguments of declared types may be given as: the engine casts within a family of types, and no further.

use datafusion::arrow::compute::can_cast_types;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::plan_err;
use datafusion::error::Result;

/// Answers the declared types if the given ones can be cast to them. A value that does not fit its type is an error of
/// the query that casts it.
pub(crate) fn to_declared(
    name: &str,
    declared: &[DataType],
    given: &[DataType],
) -> Result<Vec<DataType>> {
    let fits = declared.len() == given.len()
        && declared
            .iter()
            .zip(given)
            .all(|(declared, given)| casts(given, declared));
    if fits {
        return Ok(declared.to_vec());
    }
    plan_err!(
        "function '{name}' takes ({}), and is called with ({}); cast the arguments",
        list(declared),
        list(given)
    )
}

fn list(types: &[DataType]) -> String {
    let types: Vec<String> = types.iter().map(ToString::to_string).collect();
    types.join(", ")
}

fn casts(given: &DataType, declared: &DataType) -> bool {
    if given.equals_datatype(declared) {
        return true;
    }
    let (plain, wanted) = (values(given), values(declared));
    let fits = *given == DataType::Null || plain == wanted || within_family(plain, wanted);
    fits && can_cast_types(given, declared)
}

/// Encoded values are as good as plain ones.
fn values(data_type: &DataType) -> &DataType {
    match data_type {
        DataType::Dictionary(_, encoded) => values(encoded),
        DataType::RunEndEncoded(_, encoded) => values(encoded.data_type()),
        plain => plain,
    }
}

fn within_family(given: &DataType, declared: &DataType) -> bool {
    use DataType::{Date32, Date64, Duration, Interval, Timestamp};
    match (given, declared) {
        (Timestamp(_, given), Timestamp(_, declared)) => given.is_some() == declared.is_some(),
        (Date32 | Date64, Date32 | Date64) => true,
        (Date32 | Date64, Timestamp(_, None)) => true,
        (given, Date32 | Date64 | Timestamp(..)) if is_text(given) => true,
        (Duration(_), Duration(_)) | (Interval(_), Interval(_)) => true,
        (given, declared) if is_time(given) => is_time(declared),
        (given, declared) if declared.is_integer() => given.is_integer(),
        (given, declared) if declared.is_floating() || is_decimal(declared) => given.is_numeric(),
        (given, declared) if is_text(given) => is_text(declared),
        (given, declared) if is_binary(given) => is_binary(declared),
        _ => false,
    }
}

fn is_time(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Time32(_) | DataType::Time64(_))
}

fn is_decimal(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Decimal32(..)
            | DataType::Decimal64(..)
            | DataType::Decimal128(..)
            | DataType::Decimal256(..)
    )
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn is_binary(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_)
    )
}

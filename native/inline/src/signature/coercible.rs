use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::datatypes::{UnionFields, UnionMode};
use datafusion::common::types::{LogicalType, NativeType, TypeSignature as LogicalSignature};
use datafusion::logical_expr::{Coercion, EncodingPreservation, TypeSignatureClass};
use prost::bytes::Bytes;

use super::Reader;
use crate::InlineError;
use crate::message::type_class::Class;
use crate::message::{CoercibleArgument, TypeClass};

pub(super) fn from_message(
    reader: &Reader<'_>,
    message: &CoercibleArgument,
) -> Result<Coercion, InlineError> {
    let desired = message.desired.as_ref();
    let desired = desired
        .ok_or_else(|| reader.malformed("a coercible argument has no desired type".to_owned()))?;
    let desired = class(reader, desired)?;
    let coercion = if message.default_cast.is_empty() && message.allowed_sources.is_empty() {
        Coercion::new_exact(desired)
    } else {
        let sources = message
            .allowed_sources
            .iter()
            .map(|source| class(reader, source));
        let cast = NativeType::from(reader.one_type(&message.default_cast)?);
        Coercion::new_implicit(desired, sources.collect::<Result<_, _>>()?, cast)
    };
    Ok(if message.preserve_dictionary {
        coercion.with_encoding_preservation(EncodingPreservation::dictionary())
    } else {
        coercion
    })
}

pub(super) fn to_message(coercion: &Coercion) -> Result<CoercibleArgument, InlineError> {
    let sources = coercion.allowed_source_types().iter().map(class_to_message);
    Ok(CoercibleArgument {
        desired: Some(class_to_message(coercion.desired_type())?),
        allowed_sources: sources.collect::<Result<_, _>>()?,
        default_cast: coercion
            .default_casted_type()
            .map_or(Ok(Bytes::new()), native_to_ipc)?,
        preserve_dictionary: coercion.encoding_preservation().preserve_dictionary(),
    })
}

fn class(reader: &Reader<'_>, message: &TypeClass) -> Result<TypeSignatureClass, InlineError> {
    let name = match &message.class {
        Some(Class::Native(schema)) => {
            let native = NativeType::from(reader.one_type(schema)?);
            return Ok(TypeSignatureClass::Native(Arc::new(native)));
        }
        Some(Class::Name(name)) => name.as_str(),
        None => "",
    };
    Ok(match name {
        "Any" => TypeSignatureClass::Any,
        "Timestamp" => TypeSignatureClass::Timestamp,
        "Time" => TypeSignatureClass::Time,
        "Interval" => TypeSignatureClass::Interval,
        "Duration" => TypeSignatureClass::Duration,
        "Integer" => TypeSignatureClass::Integer,
        "Float" => TypeSignatureClass::Float,
        "Decimal" => TypeSignatureClass::Decimal,
        "Numeric" => TypeSignatureClass::Numeric,
        "Binary" => TypeSignatureClass::Binary,
        other => {
            return Err(
                reader.malformed(format!("'{}' is no class of types", other.escape_debug()))
            );
        }
    })
}

fn class_to_message(class: &TypeSignatureClass) -> Result<TypeClass, InlineError> {
    let name = match class {
        TypeSignatureClass::Native(logical) => {
            if let LogicalSignature::Extension { name, .. } = logical.signature() {
                return Err(inexpressible(&format!("extension type '{name}'")));
            }
            return Ok(TypeClass {
                class: Some(Class::Native(native_to_ipc(logical.native())?)),
            });
        }
        TypeSignatureClass::Any => "Any",
        TypeSignatureClass::Timestamp => "Timestamp",
        TypeSignatureClass::Time => "Time",
        TypeSignatureClass::Interval => "Interval",
        TypeSignatureClass::Duration => "Duration",
        TypeSignatureClass::Integer => "Integer",
        TypeSignatureClass::Float => "Float",
        TypeSignatureClass::Decimal => "Decimal",
        TypeSignatureClass::Numeric => "Numeric",
        TypeSignatureClass::Binary => "Binary",
    };
    Ok(TypeClass {
        class: Some(Class::Name(name.to_owned())),
    })
}

/// A native type has many physical ones; any of them reads back as it.
fn native_to_ipc(native: &NativeType) -> Result<Bytes, InlineError> {
    let physical = match native {
        NativeType::Union(fields) => {
            let fields = fields.iter().map(|(id, field)| {
                let inner = field.logical_type.default_cast_for(&DataType::Null)?;
                let inner =
                    datafusion::arrow::datatypes::Field::new(&field.name, inner, field.nullable);
                Ok((*id, Arc::new(inner)))
            });
            let fields: datafusion::error::Result<UnionFields> = fields.collect();
            fields.map(|fields| DataType::Union(fields, UnionMode::Sparse))
        }
        native => native.default_cast_for(&DataType::Null),
    };
    let physical = physical.map_err(|error| inexpressible(&error.strip_backtrace()))?;
    Ok(super::types_to_ipc(&[physical]))
}

fn inexpressible(what: &str) -> InlineError {
    InlineError::Malformed {
        what: "signature".to_owned(),
        reason: format!("no message can say {what}"),
    }
}

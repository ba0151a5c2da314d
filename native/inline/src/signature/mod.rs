//! Signatures of the engine, to and from messages, in every form.

mod coercible;

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::utils::ListCoercion;
use datafusion::logical_expr::{
    ArrayFunctionArgument, ArrayFunctionSignature, Signature, TypeSignature, Volatility,
};
use prost::bytes::Bytes;

use crate::InlineError;
use crate::fields::{fields_from_ipc, fields_to_ipc};
use crate::message::argument_signature::Form;
use crate::message::{
    AnyArguments, ArgumentSignature, ArrayArguments, CoercibleArguments, OneOfArguments,
    UniformArguments,
};

/// More arguments than any program has; the engine makes lists of that length out of the number alone.
const MOST_ARGUMENTS: u32 = 1024;
const MOST_FORMS: usize = 1024;

/// Reads a signature; `what` names it in errors.
pub fn signature_from_message(
    what: &str,
    message: &ArgumentSignature,
    volatility: Volatility,
) -> Result<Signature, InlineError> {
    let reader = Reader { what };
    let mut forms = 0;
    let signature = Signature::new(reader.form(message, &mut forms)?, volatility);
    if message.parameter_names.is_empty() {
        return Ok(signature);
    }
    signature
        .with_parameter_names(message.parameter_names.clone())
        .map_err(|error| reader.malformed(error.strip_backtrace()))
}

/// Writes a signature. Logical types of extensions have no message.
pub fn signature_to_message(signature: &Signature) -> Result<ArgumentSignature, InlineError> {
    let mut message = form_to_message(&signature.type_signature)?;
    message.parameter_names = signature.parameter_names.clone().unwrap_or_default();
    Ok(message)
}

struct Reader<'a> {
    what: &'a str,
}

impl Reader<'_> {
    fn form(
        &self,
        message: &ArgumentSignature,
        forms: &mut usize,
    ) -> Result<TypeSignature, InlineError> {
        *forms += 1;
        if *forms > MOST_FORMS {
            return Err(self.malformed(format!("it has more than {MOST_FORMS} forms")));
        }
        let form = message
            .form
            .as_ref()
            .ok_or_else(|| self.malformed("it has no form".to_owned()))?;
        Ok(match form {
            Form::Exact(types) => TypeSignature::Exact(self.types(types)?),
            Form::Variadic(types) => TypeSignature::Variadic(self.types(types)?),
            Form::Uniform(uniform) => {
                TypeSignature::Uniform(self.count(uniform.count)?, self.types(&uniform.types)?)
            }
            Form::VariadicAny(_) => TypeSignature::VariadicAny,
            Form::Any(any) => TypeSignature::Any(self.count(any.count)?),
            Form::UserDefined(_) => TypeSignature::UserDefined,
            Form::OneOf(one_of) => {
                let inner = one_of.forms.iter().map(|form| self.form(form, forms));
                TypeSignature::OneOf(inner.collect::<Result<_, _>>()?)
            }
            Form::Coercible(coercible) => {
                let arguments = coercible.arguments.iter();
                let arguments = arguments.map(|argument| coercible::from_message(self, argument));
                TypeSignature::Coercible(arguments.collect::<Result<_, _>>()?)
            }
            Form::Comparable(any) => TypeSignature::Comparable(self.count(any.count)?),
            Form::Numeric(any) => TypeSignature::Numeric(self.count(any.count)?),
            Form::String(any) => TypeSignature::String(self.count(any.count)?),
            Form::Nullary(_) => TypeSignature::Nullary,
            Form::Array(array) => TypeSignature::ArraySignature(self.array(array)?),
        })
    }

    fn array(&self, message: &ArrayArguments) -> Result<ArrayFunctionSignature, InlineError> {
        if message.recursive {
            return Ok(ArrayFunctionSignature::RecursiveArray);
        }
        if message.map {
            return Ok(ArrayFunctionSignature::MapArray);
        }
        let arguments = message
            .arguments
            .iter()
            .map(|argument| match argument.as_str() {
                "Array" => Ok(ArrayFunctionArgument::Array),
                "Element" => Ok(ArrayFunctionArgument::Element),
                "Index" => Ok(ArrayFunctionArgument::Index),
                "String" => Ok(ArrayFunctionArgument::String),
                other => {
                    Err(self.malformed(format!("'{}' is no array argument", other.escape_debug())))
                }
            });
        let array_coercion = match message.coercion.as_str() {
            "" => None,
            "FixedSizedListToList" => Some(ListCoercion::FixedSizedListToList),
            other => {
                return Err(
                    self.malformed(format!("'{}' is no list coercion", other.escape_debug()))
                );
            }
        };
        Ok(ArrayFunctionSignature::Array {
            arguments: arguments.collect::<Result<_, _>>()?,
            array_coercion,
        })
    }

    fn types(&self, schema: &Bytes) -> Result<Vec<DataType>, InlineError> {
        let fields = fields_from_ipc(self.what, schema)?;
        Ok(fields
            .iter()
            .map(|field| field.data_type().clone())
            .collect())
    }

    fn one_type(&self, schema: &Bytes) -> Result<DataType, InlineError> {
        match self.types(schema)?.as_slice() {
            [one] => Ok(one.clone()),
            types => Err(self.malformed(format!("a type is a schema of {} fields", types.len()))),
        }
    }

    fn count(&self, count: u32) -> Result<usize, InlineError> {
        if count > MOST_ARGUMENTS {
            return Err(self.malformed(format!(
                "it asks for {count} arguments, more than {MOST_ARGUMENTS}"
            )));
        }
        Ok(count as usize)
    }

    fn malformed(&self, reason: String) -> InlineError {
        InlineError::Malformed {
            what: self.what.to_owned(),
            reason,
        }
    }
}

fn form_to_message(signature: &TypeSignature) -> Result<ArgumentSignature, InlineError> {
    let form = match signature {
        TypeSignature::Exact(types) => Form::Exact(types_to_ipc(types)),
        TypeSignature::Variadic(types) => Form::Variadic(types_to_ipc(types)),
        TypeSignature::Uniform(number, types) => Form::Uniform(UniformArguments {
            count: count(*number)?,
            types: types_to_ipc(types),
        }),
        TypeSignature::VariadicAny => Form::VariadicAny(AnyArguments::default()),
        TypeSignature::Any(number) => Form::Any(arguments(*number)?),
        TypeSignature::UserDefined => Form::UserDefined(AnyArguments::default()),
        TypeSignature::OneOf(forms) => Form::OneOf(OneOfArguments {
            forms: forms
                .iter()
                .map(form_to_message)
                .collect::<Result<_, _>>()?,
        }),
        TypeSignature::Coercible(coercions) => Form::Coercible(CoercibleArguments {
            arguments: coercions
                .iter()
                .map(coercible::to_message)
                .collect::<Result<_, _>>()?,
        }),
        TypeSignature::Comparable(number) => Form::Comparable(arguments(*number)?),
        TypeSignature::Numeric(number) => Form::Numeric(arguments(*number)?),
        TypeSignature::String(number) => Form::String(arguments(*number)?),
        TypeSignature::Nullary => Form::Nullary(AnyArguments::default()),
        TypeSignature::ArraySignature(array) => Form::Array(array_to_message(array)),
    };
    Ok(ArgumentSignature {
        form: Some(form),
        parameter_names: Vec::new(),
    })
}

fn array_to_message(array: &ArrayFunctionSignature) -> ArrayArguments {
    match array {
        ArrayFunctionSignature::RecursiveArray => ArrayArguments {
            recursive: true,
            ..ArrayArguments::default()
        },
        ArrayFunctionSignature::MapArray => ArrayArguments {
            map: true,
            ..ArrayArguments::default()
        },
        ArrayFunctionSignature::Array {
            arguments,
            array_coercion,
        } => {
            let arguments = arguments.iter().map(|argument| match argument {
                ArrayFunctionArgument::Array => "Array",
                ArrayFunctionArgument::Element => "Element",
                ArrayFunctionArgument::Index => "Index",
                ArrayFunctionArgument::String => "String",
            });
            let coercion = match array_coercion {
                None => "",
                Some(ListCoercion::FixedSizedListToList) => "FixedSizedListToList",
            };
            ArrayArguments {
                arguments: arguments.map(str::to_owned).collect(),
                coercion: coercion.to_owned(),
                ..ArrayArguments::default()
            }
        }
    }
}

fn types_to_ipc(types: &[DataType]) -> Bytes {
    let fields = types.iter().enumerate();
    fields_to_ipc(
        fields
            .map(|(index, one)| Field::new(index.to_string(), one.clone(), true))
            .collect::<Vec<_>>(),
    )
}

fn arguments(number: usize) -> Result<AnyArguments, InlineError> {
    Ok(AnyArguments {
        count: count(number)?,
    })
}

fn count(number: usize) -> Result<u32, InlineError> {
    u32::try_from(number)
        .ok()
        .filter(|count| *count <= MOST_ARGUMENTS)
        .ok_or_else(|| InlineError::Malformed {
            what: "signature".to_owned(),
            reason: format!("it asks for {number} arguments, more than {MOST_ARGUMENTS}"),
        })
}

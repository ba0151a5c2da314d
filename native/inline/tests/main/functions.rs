//! Contract 14 and 16: definition and callable are separate; what a function answers is checked.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int32Array, Int64Array};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::sort_properties::{ExprProperties, SortProperties};
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    TypeSignature, Volatility,
};
use datafusion_inline::message::argument_signature::Form;
use datafusion_inline::message::{
    AnyArguments, ArgumentSignature, ComputedResult, FunctionHints, inlined_function,
};
use datafusion_inline::{
    CallableResolver, Definition, FunctionResult, InlineError, InlinedScalar, Planning,
    ScalarCallable, fields_to_ipc, signature_to_message,
};

use crate::fixture::{Resolver, Twice, definition, inline_error, local, message, stuck};

/// Answers whatever it was told to.
#[derive(Debug)]
struct Answers(ColumnarValue);

impl ScalarCallable for Answers {
    fn invoke(&self, _args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(self.0.clone())
    }

    fn return_field(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::clone(&args.arg_fields[0]))
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        Ok(types.to_vec())
    }
}

fn int64(values: Vec<Option<i64>>) -> ColumnarValue {
    ColumnarValue::Array(Arc::new(Int64Array::from(values)) as ArrayRef)
}

fn args(value: ColumnarValue, rows: usize, nullable: bool) -> ScalarFunctionArgs {
    let field = |name: &str, nullable| Arc::new(Field::new(name, DataType::Int64, nullable));
    ScalarFunctionArgs {
        arg_fields: vec![field("a", true)],
        return_field: field("answer", nullable),
        args: vec![value],
        number_rows: rows,
        config_options: Arc::default(),
    }
}

fn answering(answer: ColumnarValue) -> InlinedScalar {
    InlinedScalar::local(definition("f"), Arc::new(Answers(answer)), None)
}

fn decoded(resolver: Option<Arc<dyn CallableResolver>>) -> InlinedScalar {
    let definition = Definition::from_frame(definition("f").frame(), 1 << 20).unwrap();
    InlinedScalar::decoded(definition, resolver)
}

#[track_caller]
fn wrong(answer: ColumnarValue, nullable: bool) -> String {
    let column = int64(vec![Some(1), Some(2)]);
    let result = answering(answer).invoke_with_args(args(column, 2, nullable));
    match inline_error(&result) {
        error @ InlineError::WrongResult { name, .. } if name == "f" => error.to_string(),
        other => panic!("{other:?}"),
    }
}

/// Rust map 3.1: release builds check no types, so this layer does.
#[test]
fn an_answer_of_another_type_is_refused() {
    let int32 = ColumnarValue::Array(Arc::new(Int32Array::from(vec![1, 2])));
    assert!(wrong(int32, true).contains("a value of type Int32, and Int64 was promised"));
    let scalar = ColumnarValue::Scalar(ScalarValue::Utf8(None));
    assert!(wrong(scalar, true).contains("a value of type Utf8"));
}

#[test]
fn an_answer_of_another_length_is_refused() {
    assert!(wrong(int64(vec![Some(1)]), true).contains("1 rows, and the batch has 2"));
    assert!(wrong(int64(vec![]), true).contains("0 rows"));
}

#[test]
fn a_null_where_none_was_promised_is_refused() {
    assert!(wrong(int64(vec![Some(1), None]), false).contains("1 nulls"));
    assert!(wrong(ColumnarValue::Scalar(ScalarValue::Int64(None)), false).contains("1 nulls"));
}

#[test]
fn right_answers_pass() {
    let column = || int64(vec![Some(1), None]);
    assert!(
        answering(column())
            .invoke_with_args(args(column(), 2, true))
            .is_ok()
    );
    let scalar = || ColumnarValue::Scalar(ScalarValue::Int64(Some(3)));
    assert!(
        answering(scalar())
            .invoke_with_args(args(column(), 2, false))
            .is_ok()
    );
    // All arguments are scalars: one row stands for all, as the engine has it.
    assert!(
        answering(int64(vec![Some(1)]))
            .invoke_with_args(args(scalar(), 5, true))
            .is_ok()
    );
}

/// A physical plan from outside may call a function with other types than it declares.
#[test]
fn arguments_of_other_types_are_refused_before_the_callable_runs() {
    let mut args = args(
        ColumnarValue::Array(Arc::new(Int32Array::from(vec![1]))),
        1,
        true,
    );
    let function = InlinedScalar::local(definition("f"), Arc::new(Twice), None);
    let result = function.invoke_with_args(args.clone());
    assert!(
        inline_error(&result)
            .to_string()
            .contains("called with [Int32], and declares [Int64]")
    );
    args.args.clear();
    let result = function.invoke_with_args(args);
    assert!(inline_error(&result).to_string().contains("called with []"));
}

/// Contract 16: without a resolver only invoking is an error, and it names the function.
#[test]
fn without_a_resolver_only_invoking_fails() {
    let function = decoded(None);
    assert_eq!(function.return_type(&[]).unwrap(), DataType::Int64);
    assert!(!function.is_resolved());
    let result = function.invoke_with_args(args(int64(vec![Some(1)]), 1, true));
    let text = inline_error(&result).to_string();
    assert!(
        text.contains("scalar function 'f'") && text.contains("functions of 'test'"),
        "{text}"
    );
    assert!(function.resolve().is_err());
}

/// Contract 16: inside planning nothing is brought to life; outside, once.
#[test]
fn planning_never_resolves_and_execution_resolves_once() {
    let resolver = Arc::new(Resolver::default());
    let function = decoded(Some(Arc::clone(&resolver) as _));
    let call = || function.invoke_with_args(args(int64(vec![Some(21)]), 1, true));
    let result = Planning::scope(call);
    assert!(matches!(
        inline_error(&result),
        InlineError::Uncallable { .. }
    ));
    assert_eq!(resolver.count(), 0);
    for _ in 0..3 {
        let ColumnarValue::Array(array) = call().unwrap() else {
            panic!("an array")
        };
        assert_eq!(array.as_ref(), &Int64Array::from(vec![42]));
    }
    function.resolve().unwrap();
    assert_eq!(resolver.count(), 1);
    // Resolved already: folding is fine.
    assert!(Planning::scope(call).is_ok());
}

/// Contract 16: the mark is there at each poll of a wrapped future, and gone between polls.
#[test]
fn planning_marks_the_polls_of_a_future() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let seen = runtime.block_on(Planning::wrap(async {
        let before = Planning::is_active();
        tokio::task::yield_now().await;
        (before, Planning::is_active())
    }));
    assert_eq!(seen, (true, true));
    assert!(!Planning::is_active());
    let panicked = std::panic::catch_unwind(|| Planning::scope(|| panic!("in planning")));
    assert!(panicked.is_err() && !Planning::is_active());
}

/// Contract 14: equality is that of the digest; what cannot travel equals only itself.
#[test]
fn equality_is_that_of_the_digest() {
    let state = RandomState::new();
    let hash = |function: &ScalarUDF| state.hash_one(function);
    let (here, decoded) = (local("f"), ScalarUDF::new_from_impl(decoded(None)));
    assert_eq!(*here, decoded);
    assert_eq!(hash(&here), hash(&decoded));
    assert_ne!(*here, *local("g"));
    let other = InlinedScalar::local(
        Definition::from_message(&message("f", b"other")).unwrap(),
        Arc::new(Twice),
        None,
    );
    assert_ne!(*here, ScalarUDF::new_from_impl(other));
    let (one, two) = (stuck("f", "no"), stuck("f", "no"));
    assert_ne!(one, two);
    assert_eq!(one, Arc::clone(&one));
    assert_ne!(one, here);
}

/// Contract 10 and 16: declared fields keep name, nullability and metadata; computed ones ask the
/// callable, user-defined coercion too.
#[test]
fn result_fields_are_declared_or_computed() {
    let field = Arc::new(Field::new("x", DataType::Utf8, false));
    let fields = [field.clone()];
    let return_args = || ReturnFieldArgs {
        arg_fields: &fields,
        scalar_arguments: &[None],
    };
    let declared = answering(int64(vec![]))
        .return_field_from_args(return_args())
        .unwrap();
    assert_eq!(
        (
            declared.name().as_str(),
            declared.metadata()["unit"].as_str()
        ),
        ("answer", "cents")
    );

    let mut computed = message("f", b"p");
    computed.result = Some(inlined_function::Result::Computed(ComputedResult {}));
    computed.argument_fields = Default::default();
    computed.signature = Some(ArgumentSignature {
        form: Some(Form::UserDefined(AnyArguments::default())),
        ..Default::default()
    });
    let definition = Definition::from_message(&computed).unwrap();
    assert_eq!(definition.result(), &FunctionResult::Computed);
    let function = InlinedScalar::local(definition, Arc::new(Answers(int64(vec![]))), None);
    assert!(function.return_type(&[DataType::Utf8]).is_err());
    assert_eq!(
        function.return_field_from_args(return_args()).unwrap(),
        field
    );
    assert_eq!(
        function.coerce_types(&[DataType::Utf8]).unwrap(),
        [DataType::Utf8]
    );
}

/// Declared arguments are cast within their family, and no further.
#[test]
fn arguments_are_cast_to_what_is_declared() {
    let function = answering(int64(vec![]));
    for given in [DataType::Int8, DataType::UInt64, DataType::Null] {
        assert_eq!(
            function.coerce_types(std::slice::from_ref(&given)).unwrap(),
            [DataType::Int64],
            "{given}"
        );
    }
    for given in [DataType::Utf8, DataType::Float64, DataType::Boolean] {
        let error = function.coerce_types(&[given.clone()]).unwrap_err();
        assert!(error.to_string().contains("takes (Int64)"), "{error}");
        assert!(error.to_string().contains(&given.to_string()), "{error}");
    }
    assert!(function.coerce_types(&[]).is_err());
}

/// Encoded values are what they encode, on both sides.
#[test]
fn encoded_arguments_are_cast_as_plain_ones() {
    let dictionary = |values| DataType::Dictionary(Box::new(DataType::Int32), Box::new(values));
    let runs = DataType::RunEndEncoded(
        Arc::new(Field::new("run_ends", DataType::Int32, false)),
        Arc::new(Field::new("values", DataType::Utf8, true)),
    );
    let declared = |data_type: &DataType| {
        let mut message = message("f", b"p");
        let exact = TypeSignature::Exact(vec![data_type.clone()]);
        let signature = Signature::new(exact, Volatility::Immutable);
        message.signature = Some(signature_to_message(&signature).unwrap());
        message.argument_fields = fields_to_ipc(vec![Field::new("x", data_type.clone(), true)]);
        let definition = Definition::from_message(&message).unwrap();
        InlinedScalar::local(definition, Arc::new(Answers(int64(vec![]))), None)
    };
    for (wanted, given, fits) in [
        (dictionary(DataType::Utf8), dictionary(DataType::Utf8), true),
        (dictionary(DataType::Utf8), DataType::Utf8View, true),
        (dictionary(DataType::Utf8), runs.clone(), true),
        (dictionary(DataType::Utf8), DataType::Int64, false),
        (DataType::Int64, dictionary(DataType::Int8), true),
        (DataType::Int64, dictionary(DataType::Utf8), false),
        (runs.clone(), runs.clone(), true),
        (runs.clone(), DataType::Null, true),
        (DataType::Utf8, runs.clone(), true),
    ] {
        let coerced = declared(&wanted).coerce_types(std::slice::from_ref(&given));
        match coerced {
            Ok(coerced) => assert_eq!((coerced, fits), (vec![wanted.clone()], true), "{given}"),
            Err(error) => assert!(!fits, "{given} to {wanted}: {error}"),
        }
    }
}

/// Contract 11: an argument field of another type than the signature's would be read by it.
#[test]
fn argument_fields_are_of_the_signatures_types() {
    let mut forged = message("f", b"p");
    forged.argument_fields = fields_to_ipc(vec![Field::new("x", DataType::Utf8, true)]);
    let error = Definition::from_message(&forged).unwrap_err().to_string();
    assert!(error.contains("argument fields"), "{error}");
}

/// Contract 11: a result is one field.
#[test]
fn a_result_of_two_fields_is_malformed() {
    let mut computed = message("f", b"p");
    let two = vec![
        Field::new("a", DataType::Utf8, true),
        Field::new("b", DataType::Utf8, true),
    ];
    computed.result = Some(inlined_function::Result::ReturnField(fields_to_ipc(two)));
    let error = Definition::from_message(&computed).unwrap_err().to_string();
    assert!(error.contains("a schema of 2 fields"), "{error}");
}

/// The hints reach the engine.
#[test]
fn hints_reach_the_engine() {
    let mut hinted = message("f", b"p");
    hinted.hints = Some(FunctionHints {
        short_circuits: true,
        strict: true,
        monotonic: vec![true, false],
        ..FunctionHints::default()
    });
    let definition = Definition::from_message(&hinted).unwrap();
    let function = InlinedScalar::local(definition, Arc::new(Twice), None);
    assert!(function.short_circuits() && function.is_strict());
    let with = |sort_properties| ExprProperties::new_unknown().with_order(sort_properties);
    let ordered = SortProperties::Ordered(SortOptions::default());
    let ordering = |inputs: &[ExprProperties]| function.output_ordering(inputs).unwrap();
    let singleton = || with(SortProperties::Singleton);
    assert_eq!(ordering(&[with(ordered), singleton()]), ordered);
    assert_eq!(
        ordering(&[singleton(), with(ordered)]),
        SortProperties::Unordered
    );
    assert_eq!(
        ordering(&[singleton(), singleton()]),
        SortProperties::Singleton
    );
    assert_eq!(
        ordering(&[with(SortProperties::Unordered), singleton()]),
        SortProperties::Unordered
    );
    let plain = InlinedScalar::local(crate::fixture::definition("f"), Arc::new(Twice), None);
    assert!(!plain.short_circuits() && !plain.is_strict());
    assert_eq!(
        plain.output_ordering(&[with(ordered)]).unwrap(),
        SortProperties::Unordered
    );
}

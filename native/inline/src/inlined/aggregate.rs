use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::common::{internal_err, not_impl_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, GroupsAccumulator, Signature, TypeSignature,
};
use datafusion::scalar::ScalarValue;

use super::collected::{Collected, Collecting};
use super::groups::{Grouped, Opened, RowsOf, Single};
use super::promise::{Checked, Promise};
use crate::{AggregateCall, AggregateCallable, Emit, FunctionResult, GroupStates, Inlined};

/// An aggregate function that travels inside the bytes of plans.
pub type InlinedAggregate = Inlined<dyn AggregateCallable>;

impl InlinedAggregate {
    /// Answers the inlined function behind a function of the engine, if it is one.
    pub fn of(function: &AggregateUDF) -> Option<&InlinedAggregate> {
        function.inner().downcast_ref::<InlinedAggregate>()
    }

    /// A physical plan from outside may call the function with other types than it declares.
    fn check_call(&self, fields: &[FieldRef]) -> Result<()> {
        let declared: Vec<&DataType> = match &self.definition().signature().type_signature {
            TypeSignature::Exact(types) => types.iter().collect(),
            _ if self.definition().argument_fields().is_empty() => return Ok(()),
            _ => {
                let fields = self.definition().argument_fields().iter();
                fields.map(|field| field.data_type()).collect()
            }
        };
        let given: Vec<&DataType> = fields.iter().map(|field| field.data_type()).collect();
        let same = given.len() == declared.len()
            && given
                .iter()
                .zip(&declared)
                .all(|(given, declared)| given.equals_datatype(declared));
        if same {
            return Ok(());
        }
        self.wrong(format!(
            "it is called with {given:?}, and declares {declared:?}"
        ))
    }

    fn promise(&self, fields: &[FieldRef], result: &FieldRef) -> Promise {
        Promise {
            name: self.name().to_owned(),
            arguments: fields
                .iter()
                .map(|field| field.data_type().clone())
                .collect(),
            states: self.definition().state_fields().iter().cloned().collect(),
            result: Arc::clone(result),
        }
    }

    /// Answers what DISTINCT and ORDER BY within the call ask for, if it has them.
    fn collecting(&self, args: &AccumulatorArgs<'_>) -> Result<Option<Collecting>> {
        if !args.is_distinct && args.order_bys.is_empty() {
            return Ok(None);
        }
        let keys = args.order_bys.iter().enumerate().map(|(index, key)| {
            let data_type = key.expr.data_type(args.schema)?;
            Ok(Field::new(format!("key{index}"), data_type, true))
        });
        Ok(Some(Collecting {
            distinct: args.is_distinct,
            arguments: args.expr_fields.iter().cloned().collect(),
            keys: keys.collect::<Result<Fields>>()?,
            order: args.order_bys.iter().map(|key| key.options).collect(),
        }))
    }

    /// Answers what makes the states of a call.
    fn opened(&self, args: &AccumulatorArgs<'_>) -> Result<Opened> {
        let callable = Arc::clone(self.invocable()?);
        self.check_call(args.expr_fields)?;
        let collecting = self.collecting(args)?;
        let (fields, result) = (args.expr_fields.to_vec(), Arc::clone(&args.return_field));
        let promise = self.promise(&fields, &result);
        Ok(Arc::new(move || {
            let call = AggregateCall {
                fields: &fields,
                return_field: &result,
            };
            let states = Box::new(Checked::new(promise.clone(), callable.open(&call)?));
            Ok(match &collecting {
                Some(collecting) => {
                    Box::new(Collected::new(promise.clone(), collecting.clone(), states))
                        as Box<dyn GroupStates>
                }
                None => states,
            })
        }))
    }

    fn rows_of(args: &AccumulatorArgs<'_>) -> RowsOf {
        RowsOf {
            not_null: if args.ignore_nulls {
                args.expr_fields.len()
            } else {
                0
            },
        }
    }

    /// Answers the result of no rows.
    fn of_no_rows(&self) -> Result<ArrayRef> {
        let fields: Vec<FieldRef> = self
            .definition()
            .argument_fields()
            .iter()
            .cloned()
            .collect();
        let FunctionResult::Declared(result) = self.definition().result() else {
            return not_impl_err!(
                "aggregate function '{}' computes its result field, so what it answers for no rows is not known here",
                self.name()
            );
        };
        let call = AggregateCall {
            fields: &fields,
            return_field: result,
        };
        let states = self.invocable()?.open(&call)?;
        Checked::new(self.promise(&fields, result), states).evaluate(Emit {
            groups: 1,
            keep: false,
        })
    }
}

impl AggregateUDFImpl for InlinedAggregate {
    fn name(&self) -> &str {
        self.definition().name()
    }

    fn aliases(&self) -> &[String] {
        self.definition().aliases()
    }

    fn signature(&self) -> &Signature {
        self.planned_signature()
    }

    fn return_type(&self, _types: &[DataType]) -> Result<DataType> {
        match self.definition().result() {
            FunctionResult::Declared(field) => Ok(field.data_type().clone()),
            FunctionResult::Computed => internal_err!(
                "aggregate function '{}' computes its result field",
                self.name()
            ),
        }
    }

    fn return_field(&self, fields: &[FieldRef]) -> Result<FieldRef> {
        match self.definition().result() {
            FunctionResult::Declared(field) => Ok(Arc::clone(field)),
            FunctionResult::Computed => self.resolved()?.return_field(fields),
        }
    }

    fn is_nullable(&self) -> bool {
        match self.definition().result() {
            FunctionResult::Declared(field) => field.is_nullable(),
            FunctionResult::Computed => true,
        }
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        match self.coerced(types) {
            Some(coerced) => coerced,
            None => self.resolved()?.coerce_types(types),
        }
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        if args.is_distinct || !args.ordering_fields.is_empty() {
            let collecting = Collecting {
                distinct: args.is_distinct,
                arguments: args.input_fields.iter().cloned().collect(),
                keys: args.ordering_fields.iter().cloned().collect(),
                order: Vec::new(),
            };
            let field = collecting.state_field(format_state_name(args.name, "rows"));
            return Ok(vec![Arc::new(field)]);
        }
        let declared = self.definition().state_fields().iter();
        let named = declared.map(|field| {
            let name = format_state_name(args.name, field.name());
            Arc::new(Field::clone(field).with_name(name))
        });
        Ok(named.collect())
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        let opened = self.opened(&args)?;
        Ok(Box::new(Single::new(&opened, Self::rows_of(&args), false)?))
    }

    fn groups_accumulator_supported(&self, _args: AccumulatorArgs) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs,
    ) -> Result<Box<dyn GroupsAccumulator>> {
        let opened = self.opened(&args)?;
        Ok(Box::new(Grouped::new(opened, Self::rows_of(&args))?))
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if args.is_distinct {
            return not_impl_err!(
                "aggregate function '{}' is called with DISTINCT over a frame that does not begin at the \
                 partition's first row; begin the frame there (UNBOUNDED PRECEDING), or make the rows distinct before",
                self.name()
            );
        }
        if !self.definition().hints().retract {
            return not_impl_err!(
                "aggregate function '{}' is called over a frame that does not begin at the partition's first row, \
                 and it cannot take rows back; define it with retract, or begin the frame there (UNBOUNDED PRECEDING)",
                self.name()
            );
        }
        let opened = self.opened(&args)?;
        Ok(Box::new(Single::new(&opened, Self::rows_of(&args), true)?))
    }

    /// IGNORE NULLS is seen to before the function sees a row.
    fn supports_null_handling_clause(&self) -> bool {
        true
    }

    /// Rows are sorted here, across partitions too; input that is in order already is welcome.
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Beneficial
    }

    fn with_beneficial_ordering(
        self: Arc<Self>,
        _beneficial: bool,
    ) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        Ok(Some(self))
    }

    /// What a correlated subquery answers that finds no rows.
    fn default_value(&self, _data_type: &DataType) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&self.of_no_rows()?, 0)
    }
}

//! Functions: the host's, and those that come out of expressions.

use std::mem::MaybeUninit;
use std::sync::Arc;

use datafusion::logical_expr::{AggregateUDF, HigherOrderUDF, ScalarUDF, WindowUDF};
use datafusion::prelude::SessionContext;
use datafusion_inline::message::{FunctionKind, InlinedFunction};
use datafusion_inline::{
    AggregateCallable, DEFAULT_PAYLOAD_LIMIT, Definition, FoundFunction, Inlined, InlinedTable,
    ScalarCallable, TableCallable, WindowCallable,
};
use prost::Message;

use crate::boundary::structs::{df_scalar_callback, df_window_callback};
use crate::boundary::{
    Callback, Kind, Live, bytes, df_aggregate_callback, df_table_callback, fallible, infallible,
    required, task, text,
};
use crate::buffer::df_buffer;
use crate::callable::{HostAggregate, HostScalar, HostTable, HostWindow};
use crate::error::{Outcome, df_error};
use crate::host::df_host;
use crate::runtime;
use crate::task::df_task;

/// A function.
pub struct df_function {
    pub(crate) function: Function,
    _live: Live,
}

/// A function of the engine, of any kind.
#[derive(Debug, Clone)]
pub enum Function {
    Scalar(Arc<ScalarUDF>),
    Aggregate(Arc<AggregateUDF>),
    Window(Arc<WindowUDF>),
    HigherOrder(Arc<HigherOrderUDF>),
    Table(InlinedTable),
}

impl df_function {
    pub(crate) fn new(function: Function) -> Self {
        Self {
            function,
            _live: Live::new(Kind::Function),
        }
    }
}

impl Function {
    pub(crate) fn name(&self) -> &str {
        match self {
            Function::Scalar(function) => function.name(),
            Function::Aggregate(function) => function.name(),
            Function::Window(function) => function.name(),
            Function::HigherOrder(function) => function.name(),
            Function::Table(function) => function.inlined().definition().name(),
        }
    }

    /// Whether both are one object of the engine, or equal ones.
    pub(crate) fn is(&self, other: &Function) -> bool {
        match (self, other) {
            (Function::Scalar(this), Function::Scalar(other)) => this == other,
            (Function::Aggregate(this), Function::Aggregate(other)) => this == other,
            (Function::Window(this), Function::Window(other)) => this == other,
            (Function::HigherOrder(this), Function::HigherOrder(other)) => Arc::ptr_eq(this, other),
            (Function::Table(this), Function::Table(other)) => this.inlined() == other.inlined(),
            _ => false,
        }
    }

    pub(crate) fn register(&self, context: &SessionContext) -> Outcome<()> {
        match self {
            Function::Scalar(function) => context.register_udf(function.as_ref().clone()),
            Function::Aggregate(function) => context.register_udaf(function.as_ref().clone()),
            Function::Window(function) => context.register_udwf(function.as_ref().clone()),
            Function::HigherOrder(function) => {
                context.register_higher_order_function(Arc::clone(function));
            }
            Function::Table(function) => {
                context.register_udtf(self.name(), Arc::new(function.clone()));
            }
        }
        Ok(())
    }

    /// Brings an inlined function's callable to life; every other function has it already.
    pub(crate) fn resolve(&self) -> Outcome<()> {
        Ok(self.inlined().map_or(Ok(()), |found| found.resolve())?)
    }

    /// Answers it as an inlined function, if it is one.
    pub(crate) fn inlined(&self) -> Option<FoundFunction> {
        self.found().filter(|found| found.definition().is_some())
    }

    /// Answers it as one that expressions call, inlined or not.
    pub(crate) fn found(&self) -> Option<FoundFunction> {
        Some(match self {
            Function::Scalar(function) => FoundFunction::Scalar(Arc::clone(function)),
            Function::Aggregate(function) => FoundFunction::Aggregate(Arc::clone(function)),
            Function::Window(function) => FoundFunction::Window(Arc::clone(function)),
            Function::HigherOrder(_) | Function::Table(_) => return None,
        })
    }

    /// Brings the callables of inlined functions to life.
    pub(crate) fn resolve_all(functions: &[FoundFunction]) -> Outcome<()> {
        Ok(functions.iter().try_for_each(FoundFunction::resolve)?)
    }

    fn definition(&self) -> Vec<u8> {
        if let Function::Table(function) = self {
            return function.inlined().definition().body().to_vec();
        }
        if let Some(definition) = self.inlined().and_then(|found| found.definition()) {
            return definition.body().to_vec();
        }
        let kind = match self {
            Function::Scalar(_) => FunctionKind::Scalar,
            Function::Aggregate(_) => FunctionKind::Aggregate,
            Function::Window(_) => FunctionKind::Window,
            Function::Table(_) => FunctionKind::Table,
            Function::HigherOrder(_) => FunctionKind::Unspecified,
        };
        let named = InlinedFunction {
            name: self.name().to_owned(),
            kind: kind.into(),
            ..Default::default()
        };
        named.encode_to_vec()
    }
}

/// Makes a function of a definition of its kind.
fn local<C: ?Sized>(
    frame: &[u8],
    refusal: &str,
    own_identity: bool,
    callable: impl FnOnce(&Definition) -> Outcome<Arc<C>>,
) -> Outcome<Inlined<C>> {
    let definition = Definition::from_frame(frame, DEFAULT_PAYLOAD_LIMIT)?;
    let callable = callable(&definition)?;
    let refusal = (!refusal.is_empty()).then(|| refusal.to_owned());
    let inlined = Inlined::local(definition, callable, refusal);
    Ok(if own_identity {
        inlined.with_own_identity()
    } else {
        inlined
    })
}

fn expect_kind(definition: &Definition, kind: datafusion_inline::FunctionKind) -> Outcome<()> {
    if definition.kind() == kind {
        return Ok(());
    }
    Err(df_error::invalid(format!(
        "function '{}' is defined as {}, and made as {kind}",
        definition.name(),
        definition.kind()
    )))
}

/// Makes a scalar function. Borrows `host`, `frame` (family, wire version, Frame: as it travels) and `refusal` (empty,
/// or why the function cannot be inlined: then the frame is its local definition only); consumes `callback`, also on
/// failure. With `own_identity` the function equals only itself, not others of the same frame. `out`: the function. Errors: NULL, DF_ERROR_MALFORMED_PAYLOAD, an argument or result type that has no
/// layout here.
#[unsafe(no_mangle)]
pub extern "C" fn df_function_new_scalar(
    host: Option<&df_host>,
    frame: *const u8,
    frame_len: usize,
    refusal: *const u8,
    refusal_len: usize,
    own_identity: bool,
    callback: df_scalar_callback,
    out: Option<&mut MaybeUninit<Option<Box<df_function>>>>,
) -> Option<Box<df_error>> {
    fallible("df_function_new_scalar", out, || {
        let callback = Callback::of(callback)?;
        required(host, "host")?;
        let frame = bytes(frame, frame_len, "frame")?;
        let refusal = text(refusal, refusal_len, "refusal")?;
        let inlined = local(frame, refusal, own_identity, |definition| {
            expect_kind(definition, datafusion_inline::FunctionKind::Scalar)?;
            let callable = HostScalar::of(definition, callback)?;
            Ok(Arc::new(callable) as Arc<dyn ScalarCallable>)
        })?;
        let function = inlined.into_function();
        Ok(df_function::new(Function::Scalar(Arc::new(function))))
    })
}

/// Makes an aggregate function; as df_function_new_scalar. Errors: NULL, DF_ERROR_MALFORMED_PAYLOAD, a definition of
/// another kind.
#[unsafe(no_mangle)]
pub extern "C" fn df_function_new_aggregate(
    host: Option<&df_host>,
    frame: *const u8,
    frame_len: usize,
    refusal: *const u8,
    refusal_len: usize,
    own_identity: bool,
    callback: df_aggregate_callback,
    out: Option<&mut MaybeUninit<Option<Box<df_function>>>>,
) -> Option<Box<df_error>> {
    fallible("df_function_new_aggregate", out, || {
        let callback = Callback::of(callback)?;
        required(host, "host")?;
        let frame = bytes(frame, frame_len, "frame")?;
        let refusal = text(refusal, refusal_len, "refusal")?;
        let inlined = local(frame, refusal, own_identity, |definition| {
            expect_kind(definition, datafusion_inline::FunctionKind::Aggregate)?;
            let callable = HostAggregate::of(definition, callback);
            Ok(Arc::new(callable) as Arc<dyn AggregateCallable>)
        })?;
        Ok(df_function::new(Function::Aggregate(Arc::new(
            inlined.into(),
        ))))
    })
}

/// Makes a window function. Borrows and consumes as df_function_new_scalar does. `out`: the function. Errors: NULL,
/// DF_ERROR_MALFORMED_PAYLOAD.
#[unsafe(no_mangle)]
pub extern "C" fn df_function_new_window(
    host: Option<&df_host>,
    frame: *const u8,
    frame_len: usize,
    refusal: *const u8,
    refusal_len: usize,
    own_identity: bool,
    callback: df_window_callback,
    out: Option<&mut MaybeUninit<Option<Box<df_function>>>>,
) -> Option<Box<df_error>> {
    fallible("df_function_new_window", out, || {
        let callable = HostWindow::new(Callback::of(callback)?);
        required(host, "host")?;
        let frame = bytes(frame, frame_len, "frame")?;
        let refusal = text(refusal, refusal_len, "refusal")?;
        let inlined = local(frame, refusal, own_identity, |definition| {
            expect_kind(definition, datafusion_inline::FunctionKind::Window)?;
            Ok(Arc::new(callable) as Arc<dyn WindowCallable>)
        })?;
        let function = Arc::new(WindowUDF::from(inlined));
        Ok(df_function::new(Function::Window(function)))
    })
}

/// Makes a table function. Borrows and consumes as df_function_new_scalar does. `out`: the function. Errors: NULL,
/// DF_ERROR_MALFORMED_PAYLOAD.
#[unsafe(no_mangle)]
pub extern "C" fn df_function_new_table(
    host: Option<&df_host>,
    frame: *const u8,
    frame_len: usize,
    refusal: *const u8,
    refusal_len: usize,
    own_identity: bool,
    callback: df_table_callback,
    out: Option<&mut MaybeUninit<Option<Box<df_function>>>>,
) -> Option<Box<df_error>> {
    fallible("df_function_new_table", out, || {
        let callback = Callback::of(callback)?;
        required(host, "host")?;
        let frame = bytes(frame, frame_len, "frame")?;
        let refusal = text(refusal, refusal_len, "refusal")?;
        let inlined = local(frame, refusal, own_identity, |definition| {
            expect_kind(definition, datafusion_inline::FunctionKind::Table)?;
            let callable = HostTable::new(definition.name(), callback);
            Ok(Arc::new(callable) as Arc<dyn TableCallable>)
        })?;
        Ok(df_function::new(Function::Table(InlinedTable::new(
            inlined,
        ))))
    })
}

/// What planning knows of a function. Borrows. `out`: an InlinedFunction; of one that is not inlined, a built-in for
/// instance, its name and kind only. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_function_definition(
    function: Option<&df_function>,
    out: Option<&mut MaybeUninit<Option<Box<df_buffer>>>>,
) -> Option<Box<df_error>> {
    fallible("df_function_definition", out, || {
        Ok(df_buffer::new(
            required(function, "function")?.function.definition(),
        ))
    })
}

/// Brings the function's callable to life, if it is not yet. Borrows. Task: nothing. Errors: NULL; the task's: the
/// host's.
#[unsafe(no_mangle)]
pub extern "C" fn df_function_resolve(
    function: Option<&df_function>,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_function_resolve", out, || {
        let function = required(function, "function")?.function.clone();
        Ok(async move { function.resolve() })
    })
}

/// Frees a function; expressions and sessions that use it keep it. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_function_free(function: Option<Box<df_function>>) {
    infallible("df_function_free", (), || runtime::free(function));
}

use std::ffi::CStr;
use std::fmt;

use super::structs::{
    df_bound_callback, df_bound_functions, df_completion, df_completion_functions,
    df_evaluator_callback, df_evaluator_functions, df_failure, df_host_callback, df_host_functions,
    df_scalar_callback, df_scalar_functions, df_signing_callback, df_signing_functions,
    df_window_callback, df_window_functions,
};
use super::{
    Kind, Live, df_accumulator_callback, df_accumulator_functions, df_aggregate_callback,
    df_aggregate_functions, df_codec_callback, df_codec_functions, df_reader_callback,
    df_reader_functions, df_rows_callback, df_rows_functions, df_table_callback,
    df_table_functions, df_trace_callback, df_trace_functions, guard, machine, required, stack,
};
use crate::error::{DF_ERROR_CALLBACK, DF_ERROR_MALFORMED_PAYLOAD, Outcome, df_error};

type Release = Option<extern "C" fn(data: u64)>;

/// What the host lent us, given back exactly once. Upcalls run where the stack has room for them.
struct Lent {
    data: u64,
    release: Release,
    _live: Live,
}

impl Lent {
    fn new(data: u64, release: Release) -> Self {
        Self {
            data,
            release,
            _live: Live::new(Kind::Callback),
        }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(release) = self.release
            && !machine::has_ended()
        {
            let data = self.data;
            let _ = guard("callback release", || stack::with_room(|| release(data)));
        }
    }
}

/// A callback of the host's.
pub struct Callback<F: 'static> {
    lent: Lent,
    functions: &'static F,
}

/// A struct of the header that lends a callback.
pub trait Lending: Sized {
    type Functions: 'static;

    /// Lends nothing: the host writes a callback over it.
    const EMPTY: Self;

    fn into_parts(self) -> (u64, Release, Option<&'static Self::Functions>);
}

macro_rules! lending {
    ($($given:ident of $functions:ident;)*) => {
        $(impl Lending for $given {
            type Functions = $functions;

            const EMPTY: Self = Self {
                data: 0,
                functions: None,
                release: None,
            };

            fn into_parts(self) -> (u64, Release, Option<&'static $functions>) {
                (self.data, self.release, self.functions)
            }
        })*
    };
}

lending! {
    df_host_callback of df_host_functions;
    df_scalar_callback of df_scalar_functions;
    df_table_callback of df_table_functions;
    df_codec_callback of df_codec_functions;
    df_trace_callback of df_trace_functions;
    df_rows_callback of df_rows_functions;
    df_reader_callback of df_reader_functions;
    df_signing_callback of df_signing_functions;
    df_bound_callback of df_bound_functions;
    df_aggregate_callback of df_aggregate_functions;
    df_window_callback of df_window_functions;
    df_accumulator_callback of df_accumulator_functions;
    df_evaluator_callback of df_evaluator_functions;
    df_completion of df_completion_functions;
}

impl<F> Callback<F> {
    /// Takes a callback over; what is none is given back at once.
    pub fn of<G: Lending<Functions = F>>(given: G) -> Outcome<Self> {
        let (data, release, functions) = given.into_parts();
        let lent = Lent::new(data, release);
        Ok(Self {
            lent,
            functions: required(functions, "callback.functions")?,
        })
    }

    /// Has the host make a callback, which it writes on success only.
    pub(super) fn made<G: Lending<Functions = F>>(
        make: impl FnOnce(&mut G) -> Outcome<()>,
    ) -> Outcome<Self> {
        let mut made = G::EMPTY;
        make(&mut made)?;
        Self::of(made)
    }

    pub fn functions(&self) -> &'static F {
        self.functions
    }

    /// Answers what the host knows the callback by.
    pub fn data(&self) -> u64 {
        self.lent.data
    }

    /// Runs an upcall with the callback's data; fails where there is nothing any more that could run it.
    pub fn call<T: Send>(&self, upcall: impl FnOnce(u64) -> T + Send) -> Outcome<T> {
        if machine::has_ended() {
            let message = "the virtual machine that this function runs in has ended";
            return Err(df_error::boxed(DF_ERROR_CALLBACK, message));
        }
        let data = self.lent.data;
        Ok(stack::with_room(|| upcall(data)))
    }

    /// Runs an upcall that answers an error, which is given away.
    pub fn attempt(&self, upcall: impl FnOnce(u64) -> *mut df_error + Send) -> Outcome<()> {
        match self.call(|data| given_error(upcall(data)))? {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// Answers what a callback needs to have for what is asked of it. Bytes may say more of a function than its callable does.
pub(super) fn method<F>(function: Option<F>, name: &str) -> Outcome<F> {
    function.ok_or_else(|| {
        let message =
            format!("the function's callable has no '{name}', and its definition asks for it");
        df_error::boxed(DF_ERROR_MALFORMED_PAYLOAD, message)
    })
}

impl<F> fmt::Debug for Callback<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Callback({})", self.lent.data)
    }
}

/// Keeps an exception of the host's alive.
pub struct Failure(Lent);

impl Failure {
    pub fn adopt(given: df_failure) -> Option<Self> {
        (given.data != 0).then(|| Failure(Lent::new(given.data, given.release)))
    }

    pub fn data(&self) -> u64 {
        self.0.data
    }
}

const UNSAID: &CStr =
    c"a callback failed, and could not say why; what it belongs to may be unloaded";

/// Made once, so that a host without memory still has an error to answer.
static FALLBACK: df_error = df_error::fixed(DF_ERROR_CALLBACK, UNSAID);

pub fn fallback_error() -> *mut df_error {
    std::ptr::from_ref(&FALLBACK).cast_mut()
}

/// Takes an error over that the host answers or frees; the fallback stays where it is.
pub(crate) fn given_error(error: *mut df_error) -> Option<Box<df_error>> {
    if error.is_null() {
        return None;
    }
    if std::ptr::eq(error, &FALLBACK) {
        return Some(Box::new(df_error::fixed(FALLBACK.code(), UNSAID)));
    }
    // SAFETY: not NULL and not the static one, so it came from `df_error_new` or another export, which gave the Box
    // away; the header says that it is given back once.
    Some(unsafe { Box::from_raw(error) })
}

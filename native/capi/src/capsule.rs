//! Capsules: structs of datafusion-ffi, by which other libraries in the process are met.

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::sync::Arc;

use datafusion::prelude::SessionContext;

use crate::boundary::{Kind, Live, Struct, fallible, infallible, required, text};
use crate::buffer::df_buffer;
use crate::error::{DF_ERROR_ILLEGAL_CAPSULE, Outcome, df_error};
use crate::runtime;

/// A struct of datafusion-ffi that this library owns.
pub struct df_capsule {
    pub(crate) inner: Struct,
    /// The session whose own the struct is.
    session: Option<Arc<SessionContext>>,
    _live: Live,
}

impl df_capsule {
    pub(crate) fn new(inner: Struct, session: Option<Arc<SessionContext>>) -> Self {
        Self {
            inner,
            session,
            _live: Live::new(Kind::Capsule),
        }
    }

    pub(crate) fn cloned(&self) -> Self {
        Self::new(self.inner.cloned(), self.session.clone())
    }

    pub(crate) fn refused<T>(&self, wanted: &str) -> Outcome<T> {
        Err(df_error::boxed(
            DF_ERROR_ILLEGAL_CAPSULE,
            format!(
                "a capsule '{}', where {wanted} is needed",
                self.inner.name()
            ),
        ))
    }
}

/// Takes in the struct of datafusion-ffi of that name at `address`: a clone of it, made as its library makes them, or, to
/// `adopt` it, the struct itself, which who gave it must not release. `address` must be that of a live struct. `out`: the
/// capsule. Errors: NULL, DF_ERROR_ILLEGAL_CAPSULE for an unknown name or another major version of DataFusion.
#[unsafe(no_mangle)]
pub extern "C" fn df_capsule_import(
    name: *const u8,
    name_len: usize,
    address: *const c_void,
    adopt: bool,
    out: Option<&mut MaybeUninit<Option<Box<df_capsule>>>>,
) -> Option<Box<df_error>> {
    fallible("df_capsule_import", out, || {
        let name = text(name, name_len, "name")?;
        let inner = if adopt {
            Struct::adopted(name, address)?
        } else {
            Struct::copied(name, address)?
        };
        Ok(df_capsule::new(inner, None))
    })
}

/// Frees a capsule, and releases its struct; clones that others made live on. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_capsule_free(capsule: Option<Box<df_capsule>>) {
    infallible("df_capsule_free", (), || runtime::free(capsule));
}

/// The name of a capsule. Borrows. `out`: UTF-8. Errors: NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_capsule_name(
    capsule: Option<&df_capsule>,
    out: Option<&mut MaybeUninit<Option<Box<df_buffer>>>>,
) -> Option<Box<df_error>> {
    fallible("df_capsule_name", out, || {
        Ok(df_buffer::new(required(capsule, "capsule")?.inner.name()))
    })
}

/// Where the struct lies, until the capsule is freed. Borrows. Never fails; NULL for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn df_capsule_address(capsule: Option<&df_capsule>) -> *const c_void {
    infallible("df_capsule_address", std::ptr::null(), || {
        capsule.map_or(std::ptr::null(), |capsule| capsule.inner.address())
    })
}

//! Whether the virtual machine of the hosts is still there.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::OnceLock;

use super::required;
use crate::error::Outcome;

/// JNI_GetCreatedJavaVMs.
type CreatedMachines =
    extern "C" fn(machines: *mut *mut c_void, capacity: i32, count: *mut i32) -> i32;

static CREATED: OnceLock<CreatedMachines> = OnceLock::new();

/// Says whom to ask, the address of a JNI_GetCreatedJavaVMs.
pub(crate) fn watch_machine(created: *const c_void) -> Outcome<()> {
    // SAFETY: a pointer to a function of that type or NULL, which is None: the header asks so of the caller.
    let created = unsafe { std::mem::transmute::<*const c_void, Option<CreatedMachines>>(created) };
    let created = required(created, "created")?;
    CREATED.get_or_init(|| created);
    Ok(())
}

/// Whether there was a machine and is none any more.
pub(super) fn has_ended() -> bool {
    CREATED.get().is_some_and(|created| {
        let (mut machine, mut count) = (null_mut(), 0);
        created(&mut machine, 1, &mut count) != 0 || count == 0
    })
}

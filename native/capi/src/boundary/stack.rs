use std::cell::Cell;

use super::helper;

/// What an upcall needs: a JVM checks for its own reserve, and the callback wants to run.
const HEADROOM: usize = 256 * 1024;

thread_local! {
    static BOUNDS: Cell<Option<Bounds>> = const { Cell::new(None) };
}

/// The addresses that a thread's own stack may use.
#[derive(Clone, Copy)]
struct Bounds {
    low: usize,
    high: usize,
}

/// Runs an upcall here if the stack pointer lies in the thread's own stack with room left, else on a helper thread: a
/// host that links `stacker` may have switched stacks, where an upcall kills a JVM.
pub fn with_room<T: Send>(upcall: impl FnOnce() -> T + Send) -> T {
    if has_room(HEADROOM) {
        upcall()
    } else {
        helper::hop(upcall)
    }
}

/// Whether the stack pointer lies in the thread's own stack, with room left.
pub fn has_room(headroom: usize) -> bool {
    let marker = 0u8;
    let here = std::ptr::from_ref(std::hint::black_box(&marker)).addr();
    let bounds = BOUNDS.get().or_else(|| {
        let found = platform::bounds();
        BOUNDS.set(found);
        found
    });
    // Where a platform cannot tell, nothing is known against an upcall.
    bounds.is_none_or(|bounds| here < bounds.high && here >= bounds.low.saturating_add(headroom))
}

/// Takes the room away, for the test that an upcall hops.
#[doc(hidden)]
pub fn pretend_switched(switched: bool) {
    BOUNDS.set(switched.then_some(Bounds { low: 0, high: 0 }));
}

#[cfg(target_os = "linux")]
mod platform {
    use std::ffi::{c_int, c_ulong, c_void};
    use std::mem::MaybeUninit;

    use super::Bounds;

    /// `pthread_attr_t` is 56 bytes in glibc and musl on 64 bits; twice that is room enough.
    #[repr(C, align(16))]
    struct Attributes([u8; 128]);

    unsafe extern "C" {
        fn pthread_self() -> c_ulong;
        fn pthread_getattr_np(thread: c_ulong, attributes: *mut Attributes) -> c_int;
        fn pthread_attr_getstack(
            attributes: *const Attributes,
            low: *mut *mut c_void,
            size: *mut usize,
        ) -> c_int;
        fn pthread_attr_destroy(attributes: *mut Attributes) -> c_int;
    }

    pub fn bounds() -> Option<Bounds> {
        let mut attributes = MaybeUninit::<Attributes>::zeroed();
        let (mut low, mut size) = (std::ptr::null_mut(), 0);
        // SAFETY: the attributes are initialised by the first call before the others see them, and destroyed once.
        let read = unsafe {
            if pthread_getattr_np(pthread_self(), attributes.as_mut_ptr()) != 0 {
                return None;
            }
            let read = pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut size);
            pthread_attr_destroy(attributes.as_mut_ptr());
            read
        };
        (read == 0).then(|| Bounds {
            low: low.addr(),
            high: low.addr() + size,
        })
    }
}

#[cfg(target_os = "macos")]
mod platform {
    use std::ffi::c_void;

    use super::Bounds;

    unsafe extern "C" {
        fn pthread_self() -> *mut c_void;
        fn pthread_get_stackaddr_np(thread: *mut c_void) -> *mut c_void;
        fn pthread_get_stacksize_np(thread: *mut c_void) -> usize;
    }

    pub fn bounds() -> Option<Bounds> {
        // SAFETY: asks about the calling thread only.
        let (high, size) = unsafe {
            let me = pthread_self();
            (
                pthread_get_stackaddr_np(me).addr(),
                pthread_get_stacksize_np(me),
            )
        };
        Some(Bounds {
            low: high - size,
            high,
        })
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
mod platform {
    use super::Bounds;

    pub fn bounds() -> Option<Bounds> {
        None
    }
}

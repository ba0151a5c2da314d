use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

static ARMED: AtomicUsize = AtomicUsize::new(0);
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Makes the next guarded call of that name panic. The body of a task is called `<export>:task`, a trait method of
/// the engine that this crate implements `<trait>::<method>`.
pub fn inject(name: &str) {
    let mut names = NAMES
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    names.push(name.to_owned());
    ARMED.store(names.len(), Ordering::Release);
}

/// Panics if a fault was injected under that name.
pub fn trip(name: &str) {
    if ARMED.load(Ordering::Acquire) > 0 && disarm(name) {
        panic!("injected fault in {name}");
    }
}

fn disarm(name: &str) -> bool {
    let mut names = NAMES
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    let found = names.iter().position(|injected| injected == name);
    if let Some(index) = found {
        names.swap_remove(index);
        ARMED.store(names.len(), Ordering::Release);
    }
    found.is_some()
}

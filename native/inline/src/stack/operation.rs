use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{AggregateUDF, ScalarUDF, WindowUDF};

use crate::frame::FrameKey;

/// One encode or decode from beginning to end: its first codec error, which the engine's serializers
/// drop or flatten into text, and the functions it has decoded.
#[derive(Default)]
pub(super) struct Operation {
    first: Mutex<Option<Arc<DataFusionError>>>,
    pub(super) scalars: Decoded<ScalarUDF>,
    pub(super) aggregates: Decoded<AggregateUDF>,
    pub(super) windows: Decoded<WindowUDF>,
}

impl Operation {
    /// Keeps an error and hands on one that holds the same.
    pub(super) fn observe<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|error| {
            let error = Arc::new(error);
            locked(&self.first).get_or_insert_with(|| Arc::clone(&error));
            DataFusionError::Shared(error)
        })
    }

    /// Ends an encode: an error that a codec raised is raised, whatever the serializer made of it.
    pub(super) fn encoded<T>(&self, result: Result<T>) -> Result<T> {
        match locked(&self.first).take() {
            Some(error) => {
                drop(result);
                Err(unshared(error))
            }
            None => result,
        }
    }

    /// Ends a decode: if it failed, with the codec's own error where there is one.
    pub(super) fn decoded<T>(&self, result: Result<T>) -> Result<T> {
        match result {
            Ok(value) => Ok(value),
            Err(error) => match locked(&self.first).take() {
                Some(first) => {
                    drop(error);
                    Err(unshared(first))
                }
                None => Err(error),
            },
        }
    }
}

/// The functions of one kind that an operation has decoded, by their frames.
pub(super) struct Decoded<F>(Mutex<HashMap<FrameKey, Arc<F>>>);

impl<F> Decoded<F> {
    /// Answers the function of a frame, decoded once in this operation.
    pub(super) fn once(
        &self,
        key: FrameKey,
        decode: impl FnOnce() -> Result<Arc<F>>,
    ) -> Result<Arc<F>> {
        if let Some(known) = locked(&self.0).get(&key) {
            return Ok(Arc::clone(known));
        }
        let decoded = decode()?;
        locked(&self.0).insert(key, Arc::clone(&decoded));
        Ok(decoded)
    }
}

impl<F> Default for Decoded<F> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Operation")
    }
}

fn unshared(error: Arc<DataFusionError>) -> DataFusionError {
    Arc::try_unwrap(error).unwrap_or_else(DataFusionError::Shared)
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

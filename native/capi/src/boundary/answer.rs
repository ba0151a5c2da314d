//! What the host answers later.

use arrow::array::{ArrayRef, make_array};
use arrow::datatypes::DataType;
use arrow::ffi::FFI_ArrowArray;
use tokio::sync::oneshot;

use super::reading::read_column;
use super::{BoundHost, Columns, checked, given_error, infallible, method, required};
use crate::error::{DF_ERROR_ARROW, DF_ERROR_CALLBACK, Outcome, df_error};

/// Where the host puts the answer to a batch, once, on any thread.
pub struct df_answer {
    expected: DataType,
    waiting: oneshot::Sender<Outcome<ArrayRef>>,
}

impl df_answer {
    fn settle(self, answer: Outcome<ArrayRef>) {
        // nobody waits any more where the query has ended
        let _ = self.waiting.send(answer);
    }

    fn read(&self, array: &FFI_ArrowArray) -> Outcome<ArrayRef> {
        let data = read_column(array, &self.expected)
            .map_err(|error| df_error::boxed(DF_ERROR_ARROW, error.to_string()))?;
        Ok(make_array(data))
    }
}

impl BoundHost {
    /// Hands a batch to an asynchronous function; the answer arrives later.
    pub async fn answer(&self, mut columns: Columns, result: &DataType) -> Outcome<ArrayRef> {
        let begin = method(self.functions().begin, "begin")?;
        let (waiting, answered) = oneshot::channel();
        let answer = Box::new(df_answer {
            expected: result.clone(),
            waiting,
        });
        self.call(move |data| {
            let mut shown = columns.shown();
            begin(data, &mut shown, Box::into_raw(answer));
        })?;
        answered.await.unwrap_or_else(|_| {
            let message = "the callback gave an answer back without completing it";
            Err(df_error::boxed(DF_ERROR_CALLBACK, message))
        })
    }
}

/// Answers a batch with an array of the bound result type, which is copied. Consumes `answer`; borrows `array`. What is
/// wrong with the array is an error of the query. Errors: NULL; the query then hears that nothing was answered.
#[unsafe(no_mangle)]
pub extern "C" fn df_answer_complete(
    answer: Option<Box<df_answer>>,
    array: Option<&FFI_ArrowArray>,
) -> Option<Box<df_error>> {
    checked("df_answer_complete", || {
        let answer = required(answer, "answer")?;
        let array = answer.read(required(array, "array")?);
        answer.settle(array);
        Ok(())
    })
}

/// Answers a batch with an error. Consumes both. Errors: NULL; the query then hears that nothing was answered.
#[unsafe(no_mangle)]
pub extern "C" fn df_answer_fail(
    answer: Option<Box<df_answer>>,
    error: *mut df_error,
) -> Option<Box<df_error>> {
    checked("df_answer_fail", || {
        let error = given_error(error);
        let answer = required(answer, "answer")?;
        answer.settle(Err(required(error, "error")?));
        Ok(())
    })
}

/// Gives an answer up: an error of the query. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn df_answer_free(answer: Option<Box<df_answer>>) {
    infallible("df_answer_free", (), || drop(answer));
}

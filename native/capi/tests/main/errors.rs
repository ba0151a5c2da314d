//! Error objects.

use datafusion_c::boundary::structs::df_failure;
use datafusion_c::error::*;

use crate::support::*;

#[test]
fn messages_keep_their_chain() {
    let session = session();
    let error = sql(&session, "SELECT no_such_column FROM (VALUES (1)) AS t(a)")
        .err()
        .unwrap();
    assert_eq!(error.code, DF_ERROR_SCHEMA);
    assert!(error.message.contains("no_such_column"), "{error:?}");
}

#[test]
fn errors_of_the_host_say_what_they_are_given() {
    let cause = df_failure {
        data: 9,
        release: Some(ignore),
    };
    let text = "with a \0 inside";
    let error = df_error_new(DF_ERROR_CALLBACK, text.as_ptr(), text.len(), cause);
    let seen = failed(error).err().unwrap();
    assert_eq!((seen.code, seen.cause), (DF_ERROR_CALLBACK, 9));
    assert_eq!(seen.message, "with a \u{fffd} inside");
}

#[test]
fn the_fallback_may_be_freed_and_used_again() {
    let error = df_error_fallback();
    df_error_free(error);
    df_error_free(error);
    // SAFETY: static.
    assert_eq!(df_error_code(unsafe { error.as_ref() }), DF_ERROR_CALLBACK);
}

//! Tasks: once started, once told, once taken; and queries within queries.

use datafusion_c::dataframe::*;
use datafusion_c::error::*;
use datafusion_c::host::df_runtime_inside;
use datafusion_c::task::*;

use crate::support::*;

/// Counted, it has to be run: the engine knows the rows of an aggregation without running it.
const LONG: &str = "SELECT a.value FROM range(0, 100000000) a, range(0, 100000000) b \
                    WHERE a.value + b.value > 0";

fn long_task(session: &datafusion_c::session::df_session) -> Box<df_task> {
    let frame = sql(session, LONG).unwrap();
    made(|out| df_dataframe_count(Some(&frame), out)).unwrap()
}

#[test]
fn a_cancelled_task_completes_once_with_cancelled() {
    let session = session();
    let task = long_task(&session);
    let (completion, heard) = completion();
    failed(df_task_start(Some(&task), completion)).unwrap();
    df_task_cancel(Some(&task));
    df_task_cancel(Some(&task));
    assert_eq!(heard.iter().collect::<Vec<_>>(), ["complete", "release"]);
    let error = written(|out| df_task_finish(Some(task), out))
        .err()
        .unwrap();
    assert_eq!(error.code, DF_ERROR_CANCELLED);
}

#[test]
fn a_task_cancelled_before_its_start_says_so() {
    let session = session();
    let task = sql_task(&session, "SELECT 1").unwrap();
    df_task_cancel(Some(&task));
    assert_eq!(finished(task).err().unwrap().code, DF_ERROR_CANCELLED);
}

#[test]
fn a_freed_task_still_completes() {
    let session = session();
    let task = long_task(&session);
    let (completion, heard) = completion();
    failed(df_task_start(Some(&task), completion)).unwrap();
    df_task_free(Some(task));
    assert_eq!(heard.iter().collect::<Vec<_>>(), ["complete", "release"]);
}

#[test]
fn a_task_starts_once() {
    let session = session();
    let task = sql_task(&session, "SELECT 1").unwrap();
    failed(df_task_wait(Some(&task))).unwrap();
    let (completion, heard) = completion();
    let again = failed(df_task_start(Some(&task), completion));
    // An ended task completes at once.
    assert_eq!(again, Ok(()));
    assert_eq!(heard.recv().unwrap(), "complete");
    let running = long_task(&session);
    failed(df_task_start(
        Some(&running),
        crate::support::completion().0,
    ))
    .unwrap();
    let (second, heard) = crate::support::completion();
    assert_eq!(
        failed(df_task_start(Some(&running), second))
            .err()
            .unwrap()
            .code,
        DF_ERROR_INVALID_ARGUMENT
    );
    assert_eq!(heard.iter().collect::<Vec<_>>(), ["release"]);
    df_task_free(Some(running));
}

#[test]
fn a_task_that_has_not_ended_cannot_be_finished() {
    let session = session();
    let task = sql_task(&session, "SELECT 1").unwrap();
    let error = written(|out| df_task_finish(Some(task), out))
        .err()
        .unwrap();
    assert_eq!(error.code, DF_ERROR_INVALID_ARGUMENT);
}

#[test]
fn waiting_off_the_runtime_and_in_foreign_runtimes() {
    assert!(!df_runtime_inside());
    let session = session();
    let one = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    one.block_on(async {
        let task = sql_task(&session, "SELECT 1").unwrap();
        assert_eq!(
            failed(df_task_wait(Some(&task))).err().unwrap().code,
            DF_ERROR_REENTRY
        );
        df_task_free(Some(task));
    });
    let many = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    many.block_on(async {
        let local = tokio::task::LocalSet::new();
        local
            .run_until(async {
                let task = sql_task(&session, "SELECT 1").unwrap();
                assert_eq!(
                    failed(df_task_wait(Some(&task))).err().unwrap().code,
                    DF_ERROR_REENTRY
                );
                df_task_free(Some(task));
            })
            .await;
        let task = sql_task(&session, "SELECT 1").unwrap();
        failed(df_task_wait(Some(&task))).unwrap();
        let frame = written(|out| df_task_finish(Some(task), out))
            .unwrap()
            .cast::<df_dataframe>();
        // SAFETY: what df_session_sql documents.
        df_dataframe_free(Some(unsafe { Box::from_raw(frame) }));
    });
}

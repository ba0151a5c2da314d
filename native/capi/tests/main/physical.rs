//! Physical expressions.

use std::ptr::null;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::{DataType, Field};
use arrow::record_batch::RecordBatch;
use datafusion_c::batch::{df_batch, df_batch_rows};
use datafusion_c::capsule::df_capsule;
use datafusion_c::error::*;
use datafusion_c::export::*;
use datafusion_c::import::*;
use datafusion_c::message::ExprProgram;
use datafusion_c::physical_expr::*;
use datafusion_c::session::*;
use datafusion_c::task::df_task;
use prost::Message;

use crate::batches::{push, schema_of};
use crate::depth::chain;
use crate::exports::{Case, Seen, case, object, plain, work};
use crate::expressions::{column, int, program};
use crate::objects::{Fixture, done, rows};
use crate::support::*;

fn fields() -> Vec<u8> {
    datafusion_inline::fields_to_ipc(vec![Field::new("a", DataType::Int64, true)]).to_vec()
}

fn planned(session: Option<&df_session>, program: &ExprProgram) -> Made<df_task> {
    let (program, schema) = (program.encode_to_vec(), fields());
    made(|out| {
        df_physical_expr_new(
            session,
            program.as_ptr(),
            program.len(),
            null(),
            0,
            schema.as_ptr(),
            schema.len(),
            out,
        )
    })
}

/// The column itself.
pub fn physical(session: &df_session) -> Box<df_physical_expr> {
    run(planned(Some(session), &program([column("a")]))).unwrap()
}

fn evaluated(expr: Option<&df_physical_expr>, batch: &RecordBatch) -> Made<df_task> {
    let batches = push(batch).unwrap();
    made(|out| df_physical_expr_evaluate(expr, Some(batches), out))
}

fn exported(fixture: &Fixture, expr: Option<&df_physical_expr>) -> Made<df_task> {
    made(|out| df_session_physical_expr_capsule(Some(&fixture.session), expr, out))
}

fn imported(fixture: &Fixture, capsule: Option<&df_capsule>) -> Made<df_task> {
    let schema = fields();
    made(|out| {
        df_session_physical_expr_of_capsule(
            Some(&fixture.session),
            capsule,
            schema.as_ptr(),
            schema.len(),
            out,
        )
    })
}

fn other_columns() -> RecordBatch {
    let column: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    RecordBatch::try_from_iter([("b", column)]).unwrap()
}

fn planner(fixture: &Fixture) -> Box<df_capsule> {
    let name = "datafusion_query_planner";
    made(|out| df_session_capsule(Some(&fixture.session), name.as_ptr(), name.len(), out)).unwrap()
}

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "df_physical_expr_new",
            |f| work(planned(Some(&f.session), &program([int(1)]))),
            |_| work(planned(None, &program([int(1)]))),
        )
        .wrong(
            |f| work(planned(Some(&f.session), &program([column("gone")]))),
            DF_ERROR_SCHEMA,
        ),
        case(
            "df_physical_expr_evaluate",
            |f| work(evaluated(Some(&physical(&f.session)), &rows())),
            |_| work(evaluated(None, &rows())),
        )
        .wrong(
            |f| work(evaluated(Some(&physical(&f.session)), &other_columns())),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_physical_expr_schema",
            |f| {
                object(written(|out| {
                    df_physical_expr_schema(Some(&physical(&f.session)), out)
                }))
            },
            |_| object(written(|out| df_physical_expr_schema(None, out))),
        ),
        case(
            "df_physical_expr_display",
            |f| {
                let expr = physical(&f.session);
                work(made(|out| df_physical_expr_display(Some(&expr), out)))
            },
            |_| work(made(|out| df_physical_expr_display(None, out))),
        ),
        plain(
            "df_physical_expr_free",
            |f| done(df_physical_expr_free(Some(physical(&f.session)))),
            |_| done(df_physical_expr_free(None)),
        ),
        case(
            "df_session_physical_expr_capsule",
            |f| work(exported(f, Some(&physical(&f.session)))),
            |f| work(exported(f, None)),
        ),
        case("df_session_physical_expr_of_capsule", back, |f| {
            work(imported(f, None))
        })
        .wrong(
            |f| work(imported(f, Some(&planner(f)))),
            DF_ERROR_ILLEGAL_CAPSULE,
        ),
    ]
}

fn back(fixture: &Fixture) -> Seen {
    let capsule = run(exported(fixture, Some(&physical(&fixture.session)))).unwrap();
    work(imported(fixture, Some(&capsule)))
}

#[test]
fn a_list_of_another_number_of_batches_is_refused() {
    let expr = physical(&session());
    let none = made(|out| datafusion_c::batches::df_batches_new(Some(&schema_of(&rows())), out));
    let refused = made(|out| df_physical_expr_evaluate(Some(&expr), Some(none.unwrap()), out));
    let refused = refused.err().unwrap();
    assert_eq!(refused.code, DF_ERROR_INVALID_ARGUMENT, "{refused:?}");
    assert!(refused.message.contains("0 batches"), "{refused:?}");
}

#[test]
fn the_deepest_expression_is_evaluated_and_a_deeper_one_refused() {
    let session = session();
    let deepest: Box<df_physical_expr> = run(planned(Some(&session), &chain(4_990))).unwrap();
    let answer: Box<df_batch> = run(evaluated(Some(&deepest), &rows())).unwrap();
    assert_eq!(df_batch_rows(Some(&answer)), 2);
    let deeper = run::<df_physical_expr>(planned(Some(&session), &chain(10_000)));
    assert_eq!(deeper.err().unwrap().code, DF_ERROR_PLAN);
}

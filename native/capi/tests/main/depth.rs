//! Deep trees: an answer or an error with both numbers, and the process lives, also when they are dropped.

use std::time::Instant;

use datafusion_c::dataframe::*;
use datafusion_c::error::*;
use datafusion_c::message::data_frame_verb::Verb;
use datafusion_c::message::expr_op::Op;
use datafusion_c::message::*;

use crate::expressions::{binary, call, column, int, name, program, roots};
use crate::support::*;

pub fn chain(operators: usize) -> ExprProgram {
    let rest = (0..operators).flat_map(|_| [column("a"), binary("+")]);
    program(std::iter::once(column("a")).chain(rest))
}

fn nested(calls: usize) -> ExprProgram {
    program(std::iter::once(column("a")).chain((0..calls).map(|_| call("abs", 1))))
}

fn one_row() -> (Box<datafusion_c::session::df_session>, Box<df_dataframe>) {
    let session = session();
    let frame = sql(&session, "SELECT * FROM (VALUES (1), (2)) AS t(a)").unwrap();
    (session, frame)
}

fn too_deep(error: Failed, measured: &str, limit: &str) {
    assert_eq!(error.code, DF_ERROR_PLAN, "{error:?}");
    assert!(
        error.message.contains(measured) && error.message.contains(limit),
        "{error:?}"
    );
}

#[test]
fn five_thousand_operators_plan_run_and_drop() {
    let (_session, frame) = one_row();
    let start = Instant::now();
    let selected = apply(&frame, Verb::Select(chain(5000)), &[], &[]).unwrap();
    let answer = cells(&text(&selected).unwrap());
    assert_eq!(answer, [["5001"], ["10002"]]);
    eprintln!("5,000 operators: {:?}", start.elapsed());
}

#[test]
fn five_hundred_nested_calls_plan_run_and_drop() {
    let (_session, frame) = one_row();
    let start = Instant::now();
    // The projection, the query's other steps and the column take the rest of the 500.
    let selected = apply(&frame, Verb::Select(nested(490)), &[], &[]).unwrap();
    assert_eq!(cells(&text(&selected).unwrap()), [["1"], ["2"]]);
    eprintln!("490 nested calls: {:?}", start.elapsed());
}

#[test]
fn deeper_expressions_are_errors_with_both_numbers() {
    let (_session, frame) = one_row();
    too_deep(
        apply(&frame, Verb::Select(chain(10_000)), &[], &[])
            .err()
            .unwrap(),
        "5001",
        "5000",
    );
    too_deep(
        apply(&frame, Verb::Select(nested(5000)), &[], &[])
            .err()
            .unwrap(),
        "501",
        "500",
    );
    too_deep(name(&chain(10_000)).err().unwrap(), "5001", "5000");
}

#[test]
fn two_thousand_filters_are_an_error_with_both_numbers() {
    let (_session, mut frame) = one_row();
    let start = Instant::now();
    let mut failure = None;
    for _ in 0..2000 {
        let predicate = program([column("a"), int(0), binary(">")]);
        match apply(&frame, Verb::Filter(predicate), &[], &[]) {
            Ok(next) => frame = next,
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    too_deep(failure.unwrap(), "501", "500");
    eprintln!("filters until the limit: {:?}", start.elapsed());
    assert_eq!(cells(&text(&frame).unwrap()), [["1"], ["2"]]);
    eprintln!("with the answer: {:?}", start.elapsed());
}

#[test]
fn deep_sql_is_an_error_or_an_answer() {
    let session = session();
    let nest = |open: &str, core: &str, close: &str, times: usize| {
        format!("SELECT {}{core}{}", open.repeat(times), close.repeat(times))
    };
    let start = Instant::now();
    assert_eq!(row(&session, &nest("(", "1", ")", 480)).unwrap(), ["1"]);
    eprintln!("480 parentheses: {:?}", start.elapsed());
    let start = Instant::now();
    assert_eq!(row(&session, &nest("abs(", "1", ")", 480)).unwrap(), ["1"]);
    eprintln!("480 calls: {:?}", start.elapsed());
    let start = Instant::now();
    assert_eq!(
        row(&session, &nest("(SELECT ", "1", ")", 8)).unwrap(),
        ["1"]
    );
    eprintln!("8 scalar subqueries: {:?}", start.elapsed());
    let start = Instant::now();
    assert_eq!(
        row(&session, &format!("SELECT 1{}", " + 1".repeat(3000))).unwrap(),
        ["3001"]
    );
    eprintln!("3,000 operators: {:?}", start.elapsed());
    for deep in [
        nest("(", "1", ")", 5000),
        nest("abs(", "1", ")", 5000),
        nest("(SELECT ", "1", ")", 5000),
        nest("CASE WHEN true THEN ", "1", " END", 5000),
        nest("NOT ", "true", "", 5000),
        nest("- ", "1", "", 5000),
        nest("[", "1", "]", 5000),
        format!(
            "SELECT * FROM {}t{}",
            "(SELECT * FROM ".repeat(5000),
            ")".repeat(5000)
        ),
        format!("SELECT 1 {}", "UNION SELECT 1 ".repeat(5000)),
        format!("SELECT 1 FROM t0 {}", "JOIN t0 ON true ".repeat(5000)),
        format!("SELECT 1 FROM t0 {}", ", t0 ".repeat(5000)),
        format!("SELECT 1::int{}", "::int".repeat(5000)),
        format!("SELECT 1{}", " IS NULL".repeat(5000)),
        format!("SELECT 1{}", "(".repeat(200_000)),
    ] {
        let start = Instant::now();
        let error = sql(&session, &deep).err().unwrap();
        assert!(
            [DF_ERROR_PLAN, DF_ERROR_SQL].contains(&error.code),
            "{error:?} for {}",
            &deep[..60]
        );
        assert!(
            error.message.contains("500"),
            "{error:?} for {}",
            &deep[..60]
        );
        assert!(start.elapsed().as_secs() < 30);
    }
    too_deep(
        sql(&session, &format!("SELECT 1{}", " + 1".repeat(10_000)))
            .err()
            .unwrap(),
        "10000",
        "5000",
    );
}

#[test]
fn wide_sql_is_not_deep() {
    let session = session();
    let list = (0..3000)
        .map(|n| n.to_string())
        .collect::<Vec<_>>()
        .join(", ");
    assert_eq!(
        row(&session, &format!("SELECT 7 IN ({list})")).unwrap(),
        ["true"]
    );
    let columns = (0..600)
        .map(|n| format!("(({n} + 1) * 2) AS c{n}"))
        .collect::<Vec<_>>()
        .join(", ");
    assert_eq!(
        row(&session, &format!("SELECT {columns}")).unwrap().len(),
        600
    );
    let ors = (0..1500)
        .map(|n| format!("(a = {n} AND a + 1 = {n} + 1)"))
        .collect::<Vec<_>>()
        .join(" OR ");
    let counted = row(
        &session,
        &format!("SELECT count(*) FROM (VALUES (1), (9999)) AS t(a) WHERE {ors}"),
    )
    .unwrap();
    assert_eq!(counted, ["1"]);
}

#[test]
fn limits_are_the_sessions() {
    let options = SessionOptions {
        operator_depth: Some(10),
        nesting_depth: Some(30),
        ..Default::default()
    };
    let session = session_with(&options).unwrap();
    let frame = sql(&session, "SELECT * FROM (VALUES (1)) AS t(a)").unwrap();
    too_deep(
        apply(&frame, Verb::Select(chain(11)), &[], &[])
            .err()
            .unwrap(),
        "11",
        "10",
    );
    apply(&frame, Verb::Select(chain(10)), &[], &[]).unwrap();
    too_deep(
        sql(
            &session,
            &format!("SELECT {}1{}", "(".repeat(40), ")".repeat(40)),
        )
        .err()
        .unwrap(),
        "40",
        "30",
    );
}

#[test]
fn trees_at_the_limit_are_dropped_in_their_thousands() {
    let (_session, frame) = one_row();
    let before = counters().dataframes;
    let wide = roots(
        (0..3).flat_map(|_| {
            chain(1500)
                .ops
                .into_iter()
                .filter_map(|op| op.op)
                .collect::<Vec<Op>>()
        }),
        3,
    );
    for _ in 0..20 {
        let _ = apply(&frame, Verb::Window(wide.clone()), &[], &[])
            .map(|frame| df_dataframe_free(Some(frame)));
    }
    assert!(counters().dataframes <= before + 20);
}

//! Every export: success, NULL, another error where it has one, and a panic. The table must name what the header does.

use std::collections::BTreeSet;

use datafusion_c::abi::df_fault_inject;
use datafusion_c::error::*;
use datafusion_c::task::*;

use crate::objects::{Fixture, cases_of_objects};
use crate::support::*;
use crate::works::cases_of_works;

/// What a call did.
pub enum Seen {
    Done,
    Failed(i32),
    Task(Box<df_task>),
}

pub type Call = fn(&Fixture) -> Seen;

/// One export, called rightly, with NULL, and wrongly in another way with the code that it must answer.
pub struct Case {
    pub name: &'static str,
    pub valid: Call,
    pub null: Call,
    pub wrong: Option<(Call, i32)>,
    /// Cannot answer an error: NULL and panics give a fixed answer.
    pub infallible: bool,
}

pub fn case(name: &'static str, valid: Call, null: Call) -> Case {
    Case {
        name,
        valid,
        null,
        wrong: None,
        infallible: false,
    }
}

pub fn plain(name: &'static str, valid: Call, null: Call) -> Case {
    Case {
        infallible: true,
        ..case(name, valid, null)
    }
}

impl Case {
    pub fn wrong(self, call: Call, code: i32) -> Case {
        Case {
            wrong: Some((call, code)),
            ..self
        }
    }
}

pub fn object<T>(made: Result<T, Failed>) -> Seen {
    match made {
        Ok(_) => Seen::Done,
        Err(failed) => Seen::Failed(failed.code),
    }
}

pub fn work(made: Made<df_task>) -> Seen {
    match made {
        Ok(task) => Seen::Task(task),
        Err(failed) => Seen::Failed(failed.code),
    }
}

/// The code of a call, or of the task that it made; 0 is success.
fn code(seen: Seen) -> i32 {
    match seen {
        Seen::Done => 0,
        Seen::Failed(code) => code,
        Seen::Task(task) => {
            failed(df_task_wait(Some(&task))).unwrap();
            object(written(|out| df_task_finish(Some(task), out))).code()
        }
    }
}

impl Seen {
    fn code(self) -> i32 {
        code(self)
    }
}

fn inject(name: &str) {
    failed(df_fault_inject(name.as_ptr(), name.len())).unwrap();
}

fn check(case: &Case) {
    let fixture = Fixture::new();
    let seen = (case.valid)(&fixture);
    let makes_task = matches!(seen, Seen::Task(_));
    assert_eq!(code(seen), 0, "{}", case.name);
    let null = if case.infallible {
        0
    } else {
        DF_ERROR_NULL_POINTER
    };
    assert_eq!(code((case.null)(&fixture)), null, "{} with NULL", case.name);
    if let Some((call, expected)) = case.wrong {
        assert_eq!(
            code(call(&fixture)),
            expected,
            "{} called wrongly",
            case.name
        );
    }
    let fixture = Fixture::new();
    inject(case.name);
    let panic = if case.infallible { 0 } else { DF_ERROR_PANIC };
    assert_eq!(
        code((case.valid)(&fixture)),
        panic,
        "{} with a panic",
        case.name
    );
    if makes_task {
        let fixture = Fixture::new();
        inject(&format!("{}:task", case.name));
        assert_eq!(
            code((case.valid)(&fixture)),
            DF_ERROR_PANIC,
            "the task of {} with a panic",
            case.name
        );
    }
    assert_eq!(
        code((case.valid)(&Fixture::new())),
        0,
        "{} afterwards",
        case.name
    );
}

fn header() -> BTreeSet<String> {
    let text = include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/include/datafusion_c.h"
    ));
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with(['*', '/']));
    let names = code.filter_map(|line| {
        let (before, _) = line.split_once('(')?;
        let name = before.rsplit([' ', '*']).next()?;
        name.starts_with("df_").then(|| name.to_owned())
    });
    names.collect()
}

#[test]
fn the_table_names_every_export() {
    let table: BTreeSet<String> = all().iter().map(|case| case.name.to_owned()).collect();
    assert_eq!(table, header());
}

fn all() -> Vec<Case> {
    cases_of_objects()
        .into_iter()
        .chain(cases_of_works())
        .chain(crate::nodes::cases())
        .chain(crate::vectors::cases())
        .chain(crate::aggregates::cases())
        .chain(crate::windows::cases())
        .chain(crate::tables::cases())
        .chain(crate::sources::cases())
        .chain(crate::codecs::cases())
        .chain(crate::answers::cases())
        .chain(crate::capsules::cases())
        .collect()
}

/// Alone in a process: a fault is for whoever calls next.
#[test]
fn every_export_answers_success_null_errors_and_panics() {
    alone(
        "exports::every_export_answers_success_null_errors_and_panics",
        || all().iter().for_each(check),
    );
}

/// Runs `work` in a child process of this test binary that runs nothing else.
pub fn alone(test: &str, work: impl FnOnce()) {
    if std::env::var_os("DATAFUSION_C_ALONE").is_some() {
        return work();
    }
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env("DATAFUSION_C_ALONE", "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stderr).into_owned();
    let tail = said.lines().rev().take(12).collect::<Vec<_>>().join("\n");
    assert!(child.status.success(), "{}: {tail}", child.status);
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
}

/// Contract: `unsafe` and raw dereferences stand in boundary/ only.
#[test]
fn unsafe_code_stands_in_the_boundary() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"));
            let found = code.filter(|line| line.contains("unsafe ") || line.contains("unsafe{"));
            assert_eq!(found.count(), 0, "{}", path.display());
        }
    }
}

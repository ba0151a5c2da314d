//! The exports that make tasks.

use std::ptr::null;

use datafusion_c::dataframe::*;
use datafusion_c::error::*;
use datafusion_c::expr::*;
use datafusion_c::function::*;
use datafusion_c::message::data_frame_verb::Verb;
use datafusion_c::message::*;
use datafusion_c::registry::*;
use datafusion_c::session::*;
use datafusion_c::stream::*;
use prost::Message;

use crate::exports::{Case, Seen, case, work};
use crate::expressions::{column, program};
use crate::objects::Fixture;
use crate::plans::{execution_plans, logical_plans};
use crate::support::*;

pub fn cases_of_works() -> Vec<Case> {
    let groups = [
        queries(),
        tables(),
        expressions(),
        frames(),
        logical_plans(),
        execution_plans(),
        crate::physical::cases(),
    ];
    groups.into_iter().flatten().collect()
}

fn named(name: &str) -> (*const u8, usize) {
    (name.as_ptr(), name.len())
}

fn sql_of(fixture: &Fixture, sql: &str) -> Seen {
    work(sql_task(&fixture.session, sql))
}

fn queries() -> Vec<Case> {
    vec![
        case(
            "df_session_sql",
            |f| sql_of(f, "SELECT 1"),
            |_| work(made(|out| df_session_sql(None, null(), 0, out))),
        )
        .wrong(|f| sql_of(f, "SELEC"), DF_ERROR_SQL),
        case(
            "df_session_dataframe",
            |f| {
                work(made(|out| {
                    df_session_dataframe(Some(&f.session), Some(&f.logical), out)
                }))
            },
            |f| {
                work(made(|out| {
                    df_session_dataframe(Some(&f.session), None, out)
                }))
            },
        ),
        case(
            "df_session_execute",
            |f| {
                work(made(|out| {
                    df_session_execute(Some(&f.session), Some(&f.physical), 0, false, out)
                }))
            },
            |f| {
                work(made(|out| {
                    df_session_execute(Some(&f.session), None, 0, false, out)
                }))
            },
        )
        .wrong(
            |f| {
                work(made(|out| {
                    df_session_execute(Some(&f.session), Some(&f.physical), 4000, false, out)
                }))
            },
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_session_run",
            |f| {
                work(made(|out| {
                    df_session_run(Some(&f.session), Some(&f.physical), out)
                }))
            },
            |f| work(made(|out| df_session_run(Some(&f.session), None, out))),
        ),
        case(
            "df_session_parse_expr",
            |f| parse(f, "a + 1"),
            |_| {
                work(made(|out| {
                    df_session_parse_expr(None, null(), 0, null(), 0, out)
                }))
            },
        )
        .wrong(|f| parse(f, "a +"), DF_ERROR_SQL),
        case(
            "df_stream_next",
            |f| work(made(|out| df_stream_next(Some(&f.stream), out))),
            |_| work(made(|out| df_stream_next(None, out))),
        )
        .wrong(
            |f| {
                df_stream_cancel(Some(&f.stream));
                work(made(|out| df_stream_next(Some(&f.stream), out)))
            },
            DF_ERROR_CANCELLED,
        ),
    ]
}

fn parse(fixture: &Fixture, sql: &str) -> Seen {
    let field = arrow::datatypes::Field::new("a", arrow::datatypes::DataType::Int64, true);
    let schema = datafusion_inline::fields_to_ipc(vec![field]);
    work(made(|out| {
        df_session_parse_expr(
            Some(&fixture.session),
            sql.as_ptr(),
            sql.len(),
            schema.as_ptr(),
            schema.len(),
            out,
        )
    }))
}

/// A CSV file that every fixture may read, and its source.
fn source() -> Vec<u8> {
    let path = std::env::temp_dir().join("datafusion_c_exports.csv");
    std::fs::write(&path, "a,b\n1,2\n").unwrap();
    let paths = vec![path.to_str().unwrap().to_owned()];
    FileSource {
        format: FileFormat::Csv.into(),
        paths,
        ..Default::default()
    }
    .encode_to_vec()
}

fn read(fixture: &Fixture, source: &[u8]) -> Seen {
    work(made(|out| {
        df_session_read(Some(&fixture.session), source.as_ptr(), source.len(), out)
    }))
}

fn register_file(session: Option<&df_session>, source: &[u8]) -> Seen {
    let (name, len) = named("files");
    work(made(|out| {
        df_session_register_file(session, name, len, source.as_ptr(), source.len(), out)
    }))
}

fn table(session: Option<&df_session>, name: &str) -> Seen {
    work(made(|out| {
        df_session_table(session, name.as_ptr(), name.len(), out)
    }))
}

fn register_frame(fixture: &Fixture, frame: Option<&df_dataframe>) -> Seen {
    let (name, len) = named("views");
    work(made(|out| {
        df_session_register_dataframe(Some(&fixture.session), name, len, frame, out)
    }))
}

fn with_view(fixture: &Fixture) -> &df_session {
    sql(
        &fixture.session,
        "CREATE OR REPLACE VIEW seen AS SELECT 1 AS a",
    )
    .unwrap();
    &fixture.session
}

fn register_batches(fixture: &Fixture, name: &str, with: bool) -> Seen {
    let rows = sql(&fixture.session, "SELECT 1 AS a").map(|_| {
        let array =
            std::sync::Arc::new(arrow::array::Int64Array::from(vec![1])) as arrow::array::ArrayRef;
        arrow::record_batch::RecordBatch::try_from_iter([("a", array)]).unwrap()
    });
    let list = with.then(|| crate::batches::push(&rows.unwrap()).unwrap());
    work(made(|out| {
        df_session_register_batches(Some(&fixture.session), name.as_ptr(), name.len(), list, out)
    }))
}

fn deregister(session: Option<&df_session>, name: &str) -> Seen {
    work(made(|out| {
        df_session_deregister_table(session, name.as_ptr(), name.len(), out)
    }))
}

fn tables() -> Vec<Case> {
    vec![
        case(
            "df_session_table",
            |f| table(Some(with_view(f)), "seen"),
            |_| table(None, "seen"),
        )
        .wrong(|f| table(Some(&f.session), "unseen"), DF_ERROR_PLAN),
        case(
            "df_session_read",
            |f| read(f, &source()),
            |_| work(made(|out| df_session_read(None, null(), 0, out))),
        )
        .wrong(|f| read(f, &[]), DF_ERROR_INVALID_ARGUMENT),
        case(
            "df_session_register_file",
            |f| register_file(Some(&f.session), &source()),
            |_| register_file(None, &source()),
        )
        .wrong(
            |f| register_file(Some(&f.session), &[]),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_session_register_batches",
            |f| register_batches(f, "batches", true),
            |f| register_batches(f, "batches", false),
        )
        .wrong(
            |f| {
                with_view(f);
                register_batches(f, "seen", true)
            },
            DF_ERROR_PLAN,
        ),
        case(
            "df_session_register_dataframe",
            |f| register_frame(f, Some(&f.frame)),
            |f| register_frame(f, None),
        ),
        case(
            "df_session_register_function",
            |f| {
                work(made(|out| {
                    df_session_register_function(Some(&f.session), Some(&f.function), out)
                }))
            },
            |f| {
                work(made(|out| {
                    df_session_register_function(Some(&f.session), None, out)
                }))
            },
        ),
        case(
            "df_session_deregister_table",
            |f| deregister(Some(with_view(f)), "seen"),
            |_| deregister(None, "seen"),
        )
        .wrong(|f| deregister(Some(&f.session), "unseen"), DF_ERROR_PLAN),
    ]
}

fn to_bytes(operator: &str, host: Option<&datafusion_c::host::df_host>) -> Seen {
    let program = program([
        column("a"),
        column("b"),
        crate::expressions::binary(operator),
    ])
    .encode_to_vec();
    work(made(|out| {
        df_expr_to_bytes(host, None, program.as_ptr(), program.len(), null(), 0, out)
    }))
}

fn from_bytes(session: Option<&df_session>, broken: bool) -> Seen {
    let mut bytes = crate::expressions::to_bytes(None, &program([column("a")]), &[]).unwrap();
    if broken {
        bytes.pop();
    }
    work(made(|out| {
        df_expr_from_bytes(session, bytes.as_ptr(), bytes.len(), out)
    }))
}

fn name_of(program: &ExprProgram, missing: bool) -> Seen {
    let program = program.encode_to_vec();
    let data = if missing { null() } else { program.as_ptr() };
    work(made(|out| {
        df_expr_name(Some(host()), data, program.len(), null(), 0, out)
    }))
}

fn expressions() -> Vec<Case> {
    vec![
        case(
            "df_expr_to_bytes",
            |_| to_bytes("+", Some(host())),
            |_| to_bytes("+", None),
        )
        .wrong(
            |_| to_bytes("no operator", Some(host())),
            DF_ERROR_INVALID_ARGUMENT,
        ),
        case(
            "df_expr_from_bytes",
            |f| from_bytes(Some(&f.session), false),
            |_| from_bytes(None, false),
        )
        .wrong(
            |f| from_bytes(Some(&f.session), true),
            DF_ERROR_MALFORMED_PAYLOAD,
        ),
        case(
            "df_expr_name",
            |_| name_of(&program([column("a")]), false),
            |_| name_of(&program([column("a")]), true),
        )
        .wrong(|_| name_of(&program([]), false), DF_ERROR_INVALID_ARGUMENT),
        case(
            "df_function_resolve",
            |f| work(made(|out| df_function_resolve(Some(&f.function), out))),
            |_| work(made(|out| df_function_resolve(None, out))),
        ),
    ]
}

fn step(frame: Option<&df_dataframe>, verb: Verb) -> Seen {
    let verb = DataFrameVerb { verb: Some(verb) }.encode_to_vec();
    work(made(|out| {
        df_dataframe_apply(frame, verb.as_ptr(), verb.len(), null(), 0, null(), 0, out)
    }))
}

fn write(frame: Option<&df_dataframe>, path: &str) -> Seen {
    let sink = FileSink {
        format: FileFormat::Csv.into(),
        path: path.to_owned(),
        ..Default::default()
    };
    let sink = sink.encode_to_vec();
    work(made(|out| {
        df_dataframe_write(frame, sink.as_ptr(), sink.len(), out)
    }))
}

fn target() -> String {
    let folder = std::env::temp_dir().join("datafusion_c_exports_out");
    let _ = std::fs::remove_dir_all(&folder);
    format!("{}/", folder.to_str().unwrap())
}

fn frames() -> Vec<Case> {
    vec![
        case(
            "df_dataframe_apply",
            |f| step(Some(&f.frame), Verb::Distinct(EmptyVerb {})),
            |_| step(None, Verb::Distinct(EmptyVerb {})),
        )
        .wrong(
            |f| step(Some(&f.frame), Verb::Select(program([column("nope")]))),
            DF_ERROR_SCHEMA,
        ),
        case(
            "df_dataframe_logical_plan",
            |f| {
                work(made(|out| {
                    df_dataframe_logical_plan(Some(&f.frame), true, out)
                }))
            },
            |_| work(made(|out| df_dataframe_logical_plan(None, true, out))),
        ),
        case(
            "df_dataframe_execution_plan",
            |f| work(made(|out| df_dataframe_execution_plan(Some(&f.frame), out))),
            |_| work(made(|out| df_dataframe_execution_plan(None, out))),
        ),
        case(
            "df_dataframe_execute",
            |f| work(made(|out| df_dataframe_execute(Some(&f.frame), out))),
            |_| work(made(|out| df_dataframe_execute(None, out))),
        ),
        case(
            "df_dataframe_count",
            |f| work(made(|out| df_dataframe_count(Some(&f.frame), out))),
            |_| work(made(|out| df_dataframe_count(None, out))),
        ),
        case(
            "df_dataframe_text",
            |f| work(made(|out| df_dataframe_text(Some(&f.frame), 1, out))),
            |_| work(made(|out| df_dataframe_text(None, 1, out))),
        ),
        case(
            "df_dataframe_write",
            |f| write(Some(&f.frame), &target()),
            |_| write(None, "x"),
        )
        .wrong(|f| write(Some(&f.frame), ""), DF_ERROR_INVALID_ARGUMENT),
    ]
}

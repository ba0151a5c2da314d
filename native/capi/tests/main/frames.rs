//! Verbs, SQL, files.

use datafusion_c::buffer::df_buffer;
use datafusion_c::dataframe::*;
use datafusion_c::error::*;
use datafusion_c::execution_plan::*;
use datafusion_c::logical_plan::*;
use datafusion_c::message::data_frame_verb::Verb;
use datafusion_c::message::expr_op::Op;
use datafusion_c::message::*;
use datafusion_c::registry::*;
use datafusion_c::session::*;
use prost::Message;

use crate::expressions::{binary, call, column, int, program, roots};
use crate::support::*;

fn people(session: &df_session) -> Box<df_dataframe> {
    sql(
        session,
        "SELECT * FROM (VALUES (1, 'ann'), (2, 'bob'), (2, 'cid')) AS t(id, name)",
    )
    .unwrap()
}

fn sorted(frame: &df_dataframe) -> Vec<Vec<String>> {
    let mut rows = cells(&text(frame).unwrap());
    rows.sort();
    rows
}

fn sort_key() -> Op {
    Op::Sort(SortOp {
        descending: true,
        nulls_first: false,
    })
}

#[test]
fn verbs_do_what_they_say() {
    let session = session();
    let people = people(&session);
    let step = |verb: Verb| apply(&people, verb, &[], &[]).unwrap();
    let filtered = step(Verb::Filter(program([column("id"), int(2), binary("=")])));
    assert_eq!(sorted(&filtered), [["2", "bob"], ["2", "cid"]]);
    let selected = step(Verb::Select(roots(
        [column("name"), column("id"), int(1), binary("+")],
        2,
    )));
    assert_eq!(
        sorted(&selected),
        [["ann", "2"], ["bob", "3"], ["cid", "3"]]
    );
    let all = step(Verb::Select(program([Op::Wildcard(WildcardOp::default())])));
    assert_eq!(sorted(&all).len(), 3);
    let aggregate = AggregateVerb {
        exprs: Some(roots(
            [
                column("id"),
                Op::Wildcard(WildcardOp::default()),
                call("count", 1),
            ],
            2,
        )),
        groups: 1,
    };
    assert_eq!(
        sorted(&step(Verb::Aggregate(aggregate))),
        [["1", "1"], ["2", "2"]]
    );
    let ordered = step(Verb::Sort(program([column("name"), sort_key()])));
    assert_eq!(cells(&text(&ordered).unwrap())[0], ["2", "cid"]);
    let limited = apply(
        &ordered,
        Verb::Limit(LimitVerb {
            skip: 1,
            fetch: Some(1),
        }),
        &[],
        &[],
    )
    .unwrap();
    assert_eq!(cells(&text(&limited).unwrap()), [["2", "bob"]]);
    let renamed = step(Verb::Rename(RenameVerb {
        from: "id".into(),
        to: "key".into(),
    }));
    assert!(text(&renamed).unwrap().contains("| key |"));
    let dropped = step(Verb::DropColumns(NamesVerb {
        names: vec!["name".into()],
    }));
    assert_eq!(sorted(&dropped), [["1"], ["2"], ["2"]]);
    let with = WithColumnVerb {
        name: "twice".into(),
        expr: Some(program([column("id"), int(2), binary("*")])),
    };
    assert_eq!(sorted(&step(Verb::WithColumn(with)))[0], ["1", "ann", "2"]);
    assert_eq!(
        sorted(&apply(&dropped, Verb::Distinct(EmptyVerb {}), &[], &[]).unwrap()),
        [["1"], ["2"]]
    );
    assert_eq!(sorted(&step(Verb::Cache(EmptyVerb {}))).len(), 3);
    assert!(!cells(&text(&step(Verb::Describe(EmptyVerb {}))).unwrap()).is_empty());
    assert!(
        text(&step(Verb::Explain(ExplainVerb::default())))
            .unwrap()
            .contains("physical_plan")
    );
    let repartition = RepartitionVerb {
        partitions: 3,
        by: Some(program([column("id")])),
    };
    assert_eq!(sorted(&step(Verb::Repartition(repartition))).len(), 3);
}

#[test]
fn frames_join_and_combine() {
    let session = session();
    let left = people(&session);
    let right = sql(
        &session,
        "SELECT * FROM (VALUES (2, 'two')) AS n(key, word)",
    )
    .unwrap();
    let join = JoinVerb {
        kind: join_verb::Kind::Inner.into(),
        left_columns: vec!["id".into()],
        right_columns: vec!["key".into()],
        on: None,
    };
    let joined = apply(&left, Verb::Join(join), &[], &[&right]).unwrap();
    assert_eq!(
        sorted(&joined),
        [["2", "bob", "2", "two"], ["2", "cid", "2", "two"]]
    );
    let on = JoinVerb {
        kind: join_verb::Kind::LeftAnti.into(),
        on: Some(program([column("id"), column("key"), binary("=")])),
        ..Default::default()
    };
    assert_eq!(
        sorted(&apply(&left, Verb::Join(on), &[], &[&right]).unwrap()),
        [["1", "ann"]]
    );
    let union = SetVerb {
        kind: set_verb::Kind::Union.into(),
    };
    assert_eq!(
        sorted(&apply(&left, Verb::Set(union), &[], &[&left]).unwrap()).len(),
        6
    );
    let except = SetVerb {
        kind: set_verb::Kind::Except.into(),
    };
    assert_eq!(
        sorted(&apply(&left, Verb::Set(except), &[], &[&left]).unwrap()).len(),
        0
    );
    let alone = apply(&left, Verb::Set(SetVerb::default()), &[], &[])
        .err()
        .unwrap();
    assert_eq!(alone.code, DF_ERROR_INVALID_ARGUMENT);
}

#[test]
fn statements_take_parameters_and_obey_options() {
    let session = session();
    let scalar = datafusion::scalar::ScalarValue::Int64(Some(41));
    let value = datafusion_proto::protobuf::ScalarValue::try_from(&scalar)
        .unwrap()
        .encode_to_vec();
    let positional = SqlRequest {
        sql: "SELECT $1 + 1".into(),
        positional: vec![value.clone()],
        ..Default::default()
    };
    let frame = run::<df_dataframe>(request_task(&session, &positional)).unwrap();
    assert_eq!(cells(&text(&frame).unwrap()), [["42"]]);
    let named = SqlRequest {
        sql: "SELECT $n + 2".into(),
        named: [("n".to_owned(), value)].into(),
        ..Default::default()
    };
    let frame = run::<df_dataframe>(request_task(&session, &named)).unwrap();
    assert_eq!(cells(&text(&frame).unwrap()), [["43"]]);
    let refused = SqlRequest {
        sql: "CREATE TABLE x AS SELECT 1".into(),
        refuse_ddl: true,
        ..Default::default()
    };
    assert_eq!(
        run::<df_dataframe>(request_task(&session, &refused))
            .err()
            .unwrap()
            .code,
        DF_ERROR_PLAN
    );
    assert_eq!(sql(&session, "SELEC 1").err().unwrap().code, DF_ERROR_SQL);
    assert_eq!(
        sql(&session, "SELECT * FROM nowhere").err().unwrap().code,
        DF_ERROR_PLAN
    );
}

#[test]
fn files_of_every_format_are_written_and_read() {
    let session = session();
    let folder = tempfile::tempdir().unwrap();
    let frame = people(&session);
    for (format, name) in [
        (FileFormat::Parquet, "p.parquet"),
        (FileFormat::Csv, "c.csv"),
        (FileFormat::Ndjson, "j.json"),
        (FileFormat::Arrow, "a.arrow"),
    ] {
        let path = folder.path().join(name).to_str().unwrap().to_owned();
        let sink = FileSink {
            format: format.into(),
            path: path.clone(),
            ..Default::default()
        }
        .encode_to_vec();
        let rows = run::<df_buffer>(made(|out| {
            df_dataframe_write(Some(&frame), sink.as_ptr(), sink.len(), out)
        }));
        assert_eq!(bytes(&rows.unwrap()), 3_i64.to_le_bytes());
        let source = FileSource {
            format: format.into(),
            paths: vec![path],
            ..Default::default()
        }
        .encode_to_vec();
        let read = run::<df_dataframe>(made(|out| {
            df_session_read(Some(&session), source.as_ptr(), source.len(), out)
        }))
        .unwrap();
        assert_eq!(
            sorted(&read),
            [["1", "ann"], ["2", "bob"], ["2", "cid"]],
            "{name}"
        );
        let table = format!("t_{}", &name[..1]);
        run_unit(made(|out| {
            df_session_register_file(
                Some(&session),
                table.as_ptr(),
                table.len(),
                source.as_ptr(),
                source.len(),
                out,
            )
        }))
        .unwrap();
        assert_eq!(
            row(&session, &format!("SELECT count(*) FROM {table}")).unwrap(),
            ["3"]
        );
        run_unit(made(|out| {
            df_session_deregister_table(Some(&session), table.as_ptr(), table.len(), out)
        }))
        .unwrap();
        assert_eq!(
            sql(&session, &format!("SELECT * FROM {table}"))
                .err()
                .unwrap()
                .code,
            DF_ERROR_PLAN
        );
    }
}

#[test]
fn csv_obeys_its_options() {
    let session = session();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.txt");
    std::fs::write(&path, "1;x\n2;y\n").unwrap();
    let mut source = FileSource {
        format: FileFormat::Csv.into(),
        paths: vec![path.to_str().unwrap().to_owned()],
        options: [
            ("has_header".into(), "false".into()),
            ("delimiter".into(), ";".into()),
        ]
        .into(),
        ..Default::default()
    };
    let read = |source: &FileSource| {
        let source = source.encode_to_vec();
        run::<df_dataframe>(made(|out| {
            df_session_read(Some(&session), source.as_ptr(), source.len(), out)
        }))
    };
    assert_eq!(sorted(&read(&source).unwrap()), [["1", "x"], ["2", "y"]]);
    source.options.insert("no_such_option".into(), "1".into());
    assert_eq!(read(&source).err().unwrap().code, DF_ERROR_CONFIGURATION);
    source.options.remove("no_such_option");
    source.paths.clear();
    assert_eq!(read(&source).err().unwrap().code, DF_ERROR_INVALID_ARGUMENT);
}

#[test]
fn plans_travel_as_bytes_and_run() {
    let session = session();
    sql(
        &session,
        "CREATE VIEW v AS SELECT * FROM (VALUES (1), (2)) AS t(a)",
    )
    .unwrap();
    let frame = sql(&session, "SELECT sum(a) AS s FROM v").unwrap();
    let logical: Box<df_logical_plan> = run(made(|out| {
        df_dataframe_logical_plan(Some(&frame), true, out)
    }))
    .unwrap();
    let buffer = run::<df_buffer>(made(|out| {
        df_logical_plan_to_bytes(Some(&logical), Some(&session), out)
    }))
    .unwrap();
    let sent = bytes(&buffer);
    let back: Box<df_logical_plan> = run(made(|out| {
        df_logical_plan_from_bytes(Some(&session), sent.as_ptr(), sent.len(), out)
    }))
    .unwrap();
    let again: Box<df_dataframe> = run(made(|out| {
        df_session_dataframe(Some(&session), Some(&back), out)
    }))
    .unwrap();
    assert_eq!(cells(&text(&again).unwrap()), [["3"]]);
    let physical: Box<df_execution_plan> =
        run(made(|out| df_dataframe_execution_plan(Some(&frame), out))).unwrap();
    let buffer = run::<df_buffer>(made(|out| {
        df_execution_plan_to_bytes(Some(&physical), Some(&session), out)
    }))
    .unwrap();
    let sent = bytes(&buffer);
    let back: Box<df_execution_plan> = run(made(|out| {
        df_execution_plan_from_bytes(Some(&session), sent.as_ptr(), sent.len(), out)
    }))
    .unwrap();
    let stream = run(made(|out| {
        df_session_execute(Some(&session), Some(&back), -1, false, out)
    }))
    .unwrap();
    assert_eq!(crate::streams::rows(&stream).unwrap(), 1);
    assert!(df_execution_plan_partition_count(Some(&back)) >= 1);
}

#[test]
fn settings_are_read_back() {
    let options = SessionOptions {
        settings: vec![Setting {
            key: "datafusion.execution.batch_size".into(),
            value: Some("123".into()),
            ..Default::default()
        }],
        memory_limit: Some(64 << 20),
        ..Default::default()
    };
    let session = session_with(&options).unwrap();
    let buffer = made(|out| df_session_settings(Some(&session), out)).unwrap();
    let settings = Settings::decode(bytes(&buffer)).unwrap().settings;
    let found = settings
        .iter()
        .find(|setting| setting.key == "datafusion.execution.batch_size")
        .unwrap();
    assert_eq!(found.value.as_deref(), Some("123"));
    let wrong = SessionOptions {
        settings: vec![Setting {
            key: "datafusion.no.such".into(),
            ..Default::default()
        }],
        ..Default::default()
    };
    assert_eq!(
        session_with(&wrong).err().unwrap().code,
        DF_ERROR_CONFIGURATION
    );
}

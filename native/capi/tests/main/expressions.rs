//! Programs in and out, bytes, names.

use datafusion_c::buffer::df_buffer;
use datafusion_c::error::*;
use datafusion_c::expr::*;
use datafusion_c::function::df_function;
use datafusion_c::message::expr_op::Op;
use datafusion_c::message::*;
use datafusion_c::session::*;
use datafusion_proto::protobuf;
use prost::Message;

use crate::support::*;

pub fn column(name: &str) -> Op {
    Op::Column(ColumnOp {
        relation: vec![],
        name: name.to_owned(),
    })
}

pub fn int(value: i64) -> Op {
    let scalar = datafusion::scalar::ScalarValue::Int64(Some(value));
    Op::Literal(
        protobuf::ScalarValue::try_from(&scalar)
            .unwrap()
            .encode_to_vec(),
    )
}

pub fn binary(operator: &str) -> Op {
    Op::Binary(operator.to_owned())
}

pub fn call(name: &str, count: u32) -> Op {
    Op::Call(CallOp {
        name: name.to_owned(),
        count,
    })
}

pub fn program(ops: impl IntoIterator<Item = Op>) -> ExprProgram {
    ExprProgram {
        ops: ops.into_iter().map(|op| ExprOp { op: Some(op) }).collect(),
        roots: 1,
    }
}

pub fn roots(ops: impl IntoIterator<Item = Op>, roots: u32) -> ExprProgram {
    ExprProgram {
        roots,
        ..program(ops)
    }
}

pub fn to_bytes(
    session: Option<&df_session>,
    program: &ExprProgram,
    functions: &[&df_function],
) -> Result<Vec<u8>, Failed> {
    let program = program.encode_to_vec();
    let functions: Vec<_> = functions.iter().map(|function| Some(*function)).collect();
    let buffer = run::<df_buffer>(made(|out| {
        df_expr_to_bytes(
            Some(host()),
            session,
            program.as_ptr(),
            program.len(),
            functions.as_ptr(),
            functions.len(),
            out,
        )
    }))?;
    Ok(bytes(&buffer).to_vec())
}

pub fn from_bytes(session: &df_session, bytes: &[u8]) -> Made<df_program> {
    run(made(|out| {
        df_expr_from_bytes(Some(session), bytes.as_ptr(), bytes.len(), out)
    }))
}

pub fn ops(program: &df_program) -> ExprProgram {
    let (data, len) = (
        df_program_data(Some(program)),
        df_program_len(Some(program)),
    );
    // SAFETY: the program says so.
    ExprProgram::decode(unsafe { std::slice::from_raw_parts(data, len) }).unwrap()
}

pub fn name(program: &ExprProgram) -> Result<String, Failed> {
    let program = program.encode_to_vec();
    let buffer = run::<df_buffer>(made(|out| {
        df_expr_name(
            Some(host()),
            program.as_ptr(),
            program.len(),
            std::ptr::null(),
            0,
            out,
        )
    }))?;
    Ok(String::from_utf8(bytes(&buffer).to_vec()).unwrap())
}

/// Every operation that needs no window, twice nested.
fn all_operations() -> Vec<ExprProgram> {
    let field = datafusion_inline::fields_to_ipc(vec![arrow::datatypes::Field::new(
        "",
        arrow::datatypes::DataType::Int32,
        true,
    )])
    .to_vec();
    let like = |similar, case_insensitive| {
        Op::Like(LikeOp {
            negated: true,
            case_insensitive,
            similar,
            escape: "\\".to_owned(),
        })
    };
    let relation = vec!["c".to_owned(), "s".to_owned(), "t".to_owned()];
    vec![
        program([Op::Column(ColumnOp {
            relation: relation.clone(),
            name: "A b".to_owned(),
        })]),
        program([column("a"), int(1), binary("+"), int(2), binary("*")]),
        program([column("a"), Op::Unary(UnaryOp::Not.into())]),
        program([column("a"), Op::Unary(UnaryOp::IsNotUnknown.into())]),
        program([
            column("a"),
            Op::Alias(AliasOp {
                relation,
                name: "x".to_owned(),
            }),
        ]),
        program([
            column("a"),
            Op::Cast(CastOp {
                field: field.clone(),
                fallible: false,
            }),
        ]),
        program([
            column("a"),
            Op::Cast(CastOp {
                field,
                fallible: true,
            }),
        ]),
        program([
            column("a"),
            int(1),
            int(2),
            Op::Between(NegatableOp { negated: true }),
        ]),
        program([column("a"), column("b"), like(false, true)]),
        program([column("a"), column("b"), like(true, false)]),
        program([
            column("a"),
            int(1),
            int(2),
            Op::InList(InListOp {
                count: 2,
                negated: true,
            }),
        ]),
        program([
            column("a"),
            int(1),
            int(2),
            int(3),
            Op::CaseWhen(CaseOp {
                base: true,
                branches: 1,
                otherwise: true,
            }),
        ]),
        program([column("a"), call("abs", 1)]),
        program([column("a"), call("sum", 1)]),
        program([
            column("a"),
            call("sum", 1),
            column("b"),
            Op::Unary(UnaryOp::IsNull.into()),
            Op::Aggregate(AggregateOp {
                distinct: true,
                filter: true,
                order_by: 0,
                nulls: 0,
            }),
        ]),
        program([
            call("row_number", 0),
            column("a"),
            column("b"),
            Op::Sort(SortOp {
                descending: true,
                nulls_first: true,
            }),
            Op::Window(WindowOp {
                partition_by: 1,
                order_by: 1,
                frame: None,
                nulls: 0,
            }),
        ]),
        program([Op::Placeholder(PlaceholderOp {
            id: "$1".to_owned(),
        })]),
    ]
}

#[test]
fn programs_come_back_from_bytes_as_they_went() {
    let session = session();
    for program in all_operations() {
        let bytes = to_bytes(Some(&session), &program, &[]).unwrap();
        let back = from_bytes(&session, &bytes).unwrap();
        assert_eq!(ops(&back), program);
        assert_eq!(to_bytes(None, &program, &[]).unwrap(), bytes);
    }
}

#[test]
fn operators_have_the_engines_spelling() {
    let bound = program([column("a"), column("b"), binary("IS DISTINCT FROM")]);
    assert_eq!(name(&bound).unwrap(), "a IS DISTINCT FROM b");
    let error = name(&program([column("a"), column("b"), binary("plus plus")]))
        .err()
        .unwrap();
    assert_eq!(error.code, DF_ERROR_INVALID_ARGUMENT);
}

#[test]
fn a_program_that_is_no_expression_is_an_error() {
    for broken in [
        program([binary("+")]),
        program([column("a"), column("b")]),
        program([
            column("a"),
            Op::Sort(SortOp::default()),
            Op::Unary(UnaryOp::Not.into()),
        ]),
        program([Op::Wildcard(WildcardOp::default())]),
        program([Op::Literal(vec![255; 9])]),
        program([
            int(1),
            Op::InList(InListOp {
                count: u32::MAX,
                negated: false,
            }),
        ]),
        ExprProgram {
            ops: vec![ExprOp { op: None }],
            roots: 1,
        },
    ] {
        assert_eq!(
            name(&broken).err().unwrap().code,
            DF_ERROR_INVALID_ARGUMENT,
            "{broken:?}"
        );
    }
    assert_eq!(
        name(&program([call("no_such", 0)])).err().unwrap().code,
        DF_ERROR_UNRESOLVED_FUNCTION
    );
}

#[test]
fn sql_expressions_parse_to_programs() {
    let session = session();
    let schema = datafusion_inline::fields_to_ipc(vec![arrow::datatypes::Field::new(
        "a",
        arrow::datatypes::DataType::Int64,
        true,
    )]);
    let parse = |sql: &str| {
        run::<df_program>(made(|out| {
            df_session_parse_expr(
                Some(&session),
                sql.as_ptr(),
                sql.len(),
                schema.as_ptr(),
                schema.len(),
                out,
            )
        }))
    };
    let parsed = ops(&parse("abs(a) + 1").unwrap());
    assert_eq!(
        parsed,
        program([column("a"), call("abs", 1), int(1), binary("+")])
    );
    assert_eq!(parse("a +").err().unwrap().code, DF_ERROR_SQL);
    assert_eq!(parse("nope").err().unwrap().code, DF_ERROR_SCHEMA);
}

#[test]
fn what_programs_do_not_model_is_one_opaque_operation() {
    let session = session();
    let literal = datafusion::logical_expr::Expr::GroupingSet(
        datafusion::logical_expr::GroupingSet::Rollup(vec![datafusion::prelude::col("a")]),
    );
    let codecs = datafusion_inline::CodecStack::new(None);
    let bytes = codecs.expr_to_bytes(&literal).unwrap();
    let back = ops(&from_bytes(&session, &bytes).unwrap());
    assert!(
        matches!(
            back.ops.as_slice(),
            [ExprOp {
                op: Some(Op::Opaque(_))
            }]
        ),
        "{back:?}"
    );
    assert_eq!(to_bytes(Some(&session), &back, &[]).unwrap(), bytes);
}

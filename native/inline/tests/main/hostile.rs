//! Contract 11: hostile nesting and width, measured on the bytes before anything is built.

use datafusion_inline::depth::{MessageKind, of_expr, of_message};
use datafusion_inline::{CodecStack, InlineError};
use datafusion_proto::protobuf::logical_expr_node::ExprType;
use datafusion_proto::protobuf::{BinaryExprNode, LogicalExprNode, Not};
use prost::Message;

use crate::depth::too_deep;
use crate::fixture::{inline_error, on_big_stack, task_context};

/// A message is refused exactly where the engine's protobuf library would refuse it.
#[test]
fn nesting_is_counted_as_the_protobuf_library_counts() {
    on_big_stack(|| {
        for levels in 40..60 {
            let mut bytes = LogicalExprNode::default().encode_to_vec();
            for _ in 0..levels {
                bytes = wrapped(&bytes);
            }
            let measured = of_message(MessageKind::LogicalExpr, &bytes)
                .unwrap()
                .messages;
            assert_eq!(measured, levels * 2);
            let decodes = LogicalExprNode::decode(bytes.as_slice()).is_ok();
            assert_eq!(decodes, measured <= 100, "{levels}");
        }
        for levels in 95..105 {
            let bytes = groups(levels);
            let measured = of_message(MessageKind::LogicalExpr, &bytes)
                .unwrap()
                .messages;
            assert_eq!(
                LogicalExprNode::decode(bytes.as_slice()).is_ok(),
                measured <= 100,
                "{levels}"
            );
        }
    });
}

/// `not` of an expression's bytes, without building the expression.
fn wrapped(inner: &[u8]) -> Vec<u8> {
    let shell = |tag: u32, inner: &[u8]| {
        let mut bytes = Vec::new();
        prost::encoding::encode_key(tag, prost::encoding::WireType::LengthDelimited, &mut bytes);
        prost::encoding::encode_varint(inner.len() as u64, &mut bytes);
        bytes.extend_from_slice(inner);
        bytes
    };
    let not = LogicalExprNode {
        expr_type: Some(ExprType::NotExpr(Box::new(Not {
            expr: Some(Box::default()),
        }))),
    };
    let (tag, _) = prost::encoding::decode_key(&mut not.encode_to_vec().as_slice()).unwrap();
    shell(tag, &shell(1, inner))
}

fn groups(levels: usize) -> Vec<u8> {
    // Field 1000, begin and end.
    [[0xc3, 0x3e].repeat(levels), [0xc4, 0x3e].repeat(levels)].concat()
}

fn flat(operands: usize) -> Vec<u8> {
    let operand = LogicalExprNode {
        expr_type: Some(ExprType::Column(
            (&datafusion::common::Column::from("a")).into(),
        )),
    };
    let chain = BinaryExprNode {
        operands: vec![operand; operands],
        op: "Plus".to_owned(),
    };
    LogicalExprNode {
        expr_type: Some(ExprType::BinaryExpr(chain)),
    }
    .encode_to_vec()
}

/// Contract 11: 200,000 operands in one flat message kill other programs.
#[test]
fn very_many_flat_operands_are_too_deep() {
    let stack = CodecStack::new(None);
    for operands in [200_000, 1_000_000] {
        let (measure, measured, limit, text) =
            too_deep(stack.expr_from_bytes(&flat(operands), &task_context()));
        assert_eq!(
            (measure, measured, limit),
            ("operators", operands - 1, 5000)
        );
        assert!(
            text.contains(&format!(
                "{} operators, and the limit is 5000",
                operands - 1
            )),
            "{text}"
        );
    }
}

/// The same operands in a million pieces of one field, which the protobuf library merges.
#[test]
fn operands_in_many_pieces_are_counted_together() {
    let one = flat(1);
    let pieces = one.repeat(100_000);
    let (_, measured, _, _) =
        too_deep(CodecStack::new(None).expr_from_bytes(&pieces, &task_context()));
    assert_eq!(measured, 99_999);
    let three = one.repeat(3);
    let expr = CodecStack::new(None)
        .expr_from_bytes(&three, &task_context())
        .unwrap();
    assert_eq!(
        of_message(MessageKind::LogicalExpr, &three).unwrap().tree,
        of_expr(&expr)
    );
}

/// Contract 11: nested groups are skipped without recursion.
#[test]
fn very_many_nested_groups_are_too_deep() {
    let stack = CodecStack::new(None);
    let bytes = groups(1_000_000);
    let (measure, measured, limit, _) = too_deep(stack.expr_from_bytes(&bytes, &task_context()));
    assert_eq!(
        (measure, measured, limit),
        ("nested messages", 1_000_000, 100)
    );
    let open = [0xc3, 0x3e].repeat(1_000_000);
    for result in [
        stack.expr_from_bytes(&open, &task_context()).map(drop),
        stack
            .logical_plan_from_bytes(&open, &task_context())
            .map(drop),
        stack
            .physical_plan_from_bytes(&open, &task_context())
            .map(drop),
    ] {
        assert!(matches!(
            inline_error(&result),
            InlineError::Malformed { .. }
        ));
    }
}

//! Contract 11: hostile nesting and width, measured on the bytes before anything is built.

use datafusion_inline::depth::{MessageDepth, MessageKind, of_expr, of_message};
use datafusion_inline::{CodecStack, InlineError};
use datafusion_proto::protobuf::logical_expr_node::ExprType;
use datafusion_proto::protobuf::partitioning::PartitionMethod;
use datafusion_proto::protobuf::physical_plan_node::PhysicalPlanType;
use datafusion_proto::protobuf::{
    BinaryExprNode, CoalesceBatchesExecNode, CsvScanExecNode, FileScanExecConf, FilterExecNode,
    GenerateSeriesNode, LogicalExprNode, Not, Partitioning, PhysicalHashRepartition,
    PhysicalPlanNode, PlaceholderRowExecNode, RepartitionExecNode,
};
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

/// contract 11: numbers for which an operator would make more room than there is, or none.
#[test]
fn numbers_that_end_the_process_are_malformed() {
    let filter = |batch_size| {
        PhysicalPlanType::Filter(Box::new(FilterExecNode {
            batch_size,
            ..Default::default()
        }))
    };
    let coalesce = |target_batch_size| {
        PhysicalPlanType::CoalesceBatches(Box::new(CoalesceBatchesExecNode {
            target_batch_size,
            ..Default::default()
        }))
    };
    let series = |target_batch_size| {
        PhysicalPlanType::GenerateSeries(GenerateSeriesNode {
            target_batch_size,
            ..Default::default()
        })
    };
    let scan = |batch_size| {
        PhysicalPlanType::CsvScan(CsvScanExecNode {
            base_conf: Some(FileScanExecConf {
                batch_size,
                ..Default::default()
            }),
            ..Default::default()
        })
    };
    let partitions = |partitions| {
        PhysicalPlanType::PlaceholderRow(PlaceholderRowExecNode {
            partitions,
            ..Default::default()
        })
    };
    let repartition = |method| {
        PhysicalPlanType::Repartition(Box::new(RepartitionExecNode {
            partitioning: Some(Partitioning {
                partition_method: Some(method),
            }),
            ..Default::default()
        }))
    };
    let hashed = |partition_count| {
        PartitionMethod::Hash(PhysicalHashRepartition {
            partition_count,
            ..Default::default()
        })
    };
    for fine in [
        partitions(0),
        partitions(1 << 16),
        repartition(PartitionMethod::RoundRobin(8)),
        repartition(hashed(8)),
        filter(1),
        filter(8192),
        filter(1 << 20),
        coalesce(100),
        series(8192),
        scan(None),
        scan(Some(1)),
    ] {
        assert!(measured(fine).is_ok());
    }
    for (wrong, said) in [
        (filter(0), "FilterExecNode has batch_size 0"),
        (filter(u32::MAX), "FilterExecNode has batch_size 4294967295"),
        (filter((1 << 20) + 1), "1 to 1048576 are allowed"),
        (
            coalesce(0),
            "CoalesceBatchesExecNode has target_batch_size 0",
        ),
        (coalesce(u32::MAX), "CoalesceBatchesExecNode"),
        (series(0), "GenerateSeriesNode"),
        (series(u32::MAX), "GenerateSeriesNode"),
        (scan(Some(0)), "FileScanExecConf"),
        (scan(Some(u64::MAX)), "FileScanExecConf"),
        (
            partitions(u32::MAX),
            "PlaceholderRowExecNode has partitions 4294967295, and 0 to 65536",
        ),
        (repartition(hashed(0)), "partition_count 0"),
        (repartition(PartitionMethod::RoundRobin(0)), "round_robin 0"),
        (
            repartition(PartitionMethod::RoundRobin(u64::MAX)),
            "round_robin",
        ),
        (
            repartition(PartitionMethod::Unknown(1 << 17)),
            "unknown 131072",
        ),
        (repartition(hashed(1 << 17)), "PhysicalHashRepartition"),
    ] {
        match measured(wrong) {
            Err(InlineError::Malformed { reason, .. }) => {
                assert!(reason.contains(said), "{reason}")
            }
            other => panic!("{said}: {other:?}"),
        }
    }
}

fn measured(node: PhysicalPlanType) -> Result<MessageDepth, InlineError> {
    let plan = PhysicalPlanNode {
        physical_plan_type: Some(node),
    };
    of_message(MessageKind::PhysicalPlan, &plan.encode_to_vec())
}

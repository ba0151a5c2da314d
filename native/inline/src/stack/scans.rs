//! Scans of tables that a host reads itself, as messages.

use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::logical_expr::Expr;
use datafusion::scalar::ScalarValue;
use datafusion_proto::protobuf;
use prost::Message;
use prost::bytes::Bytes;

use super::CodecStack;
use super::inlining::InliningLayer;
use crate::depth::BATCH_LIMIT;
use crate::message::{
    self, ColumnEstimates, ColumnOrder, Estimate, RowStatistics, SourceScan as ScanMessage,
    ValueEstimate,
};
use crate::{
    DepthLimits, InlineError, InlinedTable, ScanRequest, ScanShape, SourceScan, fields_from_ipc,
    fields_to_ipc,
};

pub(super) fn malformed_scan(reason: &str) -> DataFusionError {
    InlineError::Malformed {
        what: "scan of a table".to_owned(),
        reason: reason.to_owned(),
    }
    .into()
}

impl InliningLayer {
    /// What filters go through: the policy, and no codec of the chain.
    fn filter_codecs(&self) -> CodecStack {
        CodecStack {
            inlining: InliningLayer {
                bare: false,
                ..self.clone()
            },
            logical: Vec::new(),
            physical: Vec::new(),
            depth_limits: DepthLimits::default(),
        }
    }

    pub(super) fn scan_to_message(&self, scan: &SourceScan) -> Result<ScanMessage> {
        let request = scan.request();
        let codecs = self.filter_codecs();
        let filters = request
            .filters
            .iter()
            .map(|filter| Ok(Bytes::from(codecs.expr_to_bytes(filter)?)));
        let projection = request.projection.iter().flatten();
        Ok(ScanMessage {
            schema: fields_to_ipc(scan.table_schema().fields().clone()),
            request: Some(message::ScanRequest {
                projected: request.projection.is_some(),
                projection: projection.map(|index| *index as u32).collect(),
                filters: filters.collect::<Result<_>>()?,
                limit: request.limit.map(|limit| limit as u64),
                target_partitions: saturated(request.target_partitions),
                batch_size: saturated(request.batch_size),
                exact: request.exact.iter().map(|index| *index as u32).collect(),
            }),
            shape: Some(scan.shape().to_message()?),
        })
    }

    /// Answers all columns of the scanned table.
    pub(super) fn scanned_schema(scan: &ScanMessage) -> Result<SchemaRef> {
        Ok(Schema::new(fields_from_ipc("table", &scan.schema)?).into())
    }

    pub(super) fn scan_from_message(
        &self,
        table: InlinedTable,
        scan: ScanMessage,
        context: &TaskContext,
    ) -> Result<SourceScan> {
        let schema = Self::scanned_schema(&scan)?;
        let request = scan.request.unwrap_or_default();
        let codecs = self.filter_codecs();
        let filters = request
            .filters
            .iter()
            .map(|filter| codecs.expr_from_bytes(filter, context));
        let filters = filters.collect::<Result<Vec<Expr>>>()?;
        if !(1..=BATCH_LIMIT).contains(&u64::from(request.batch_size)) {
            let size = request.batch_size;
            let reason = format!("batches of {size} rows, and 1 to {BATCH_LIMIT} are allowed");
            return Err(malformed_scan(&reason));
        }
        let projection = request.projection.iter().map(|index| *index as usize);
        let request = ScanRequest {
            projection: request.projected.then(|| projection.collect()),
            filters,
            limit: request.limit.map(|limit| limit as usize),
            target_partitions: request.target_partitions as usize,
            batch_size: request.batch_size as usize,
            exact: request.exact.iter().map(|index| *index as usize).collect(),
        };
        let shape = ScanShape::from_message(scan.shape.unwrap_or_default())?;
        SourceScan::described(table, schema, request, shape)
            .map_err(|error| malformed_scan(&error.strip_backtrace()))
    }
}

fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl ScanShape {
    /// Writes it down.
    pub fn to_message(&self) -> Result<message::ScanShape> {
        let ordering = self.ordering.iter().map(|(column, options)| ColumnOrder {
            column: saturated(*column),
            descending: options.descending,
            nulls_first: options.nulls_first,
        });
        Ok(message::ScanShape {
            partitions: saturated(self.partitions),
            ordering: ordering.collect(),
            unbounded: self.unbounded,
            statistics: self.statistics.as_ref().map(to_statistics).transpose()?,
        })
    }

    /// Reads it; values are checked as those of expressions are.
    pub fn from_message(shape: message::ScanShape) -> Result<Self> {
        let ordering = shape.ordering.iter().map(|order| {
            let options = SortOptions {
                descending: order.descending,
                nulls_first: order.nulls_first,
            };
            (order.column as usize, options)
        });
        Ok(Self {
            partitions: shape.partitions as usize,
            ordering: ordering.collect(),
            unbounded: shape.unbounded,
            statistics: shape.statistics.map(from_statistics).transpose()?,
        })
    }
}

fn to_statistics(statistics: &Statistics) -> Result<RowStatistics> {
    let columns = statistics.column_statistics.iter().map(|column| {
        Ok(ColumnEstimates {
            nulls: to_estimate(&column.null_count),
            distinct: to_estimate(&column.distinct_count),
            smallest: to_value(&column.min_value)?,
            largest: to_value(&column.max_value)?,
        })
    });
    Ok(RowStatistics {
        rows: to_estimate(&statistics.num_rows),
        bytes: to_estimate(&statistics.total_byte_size),
        columns: columns.collect::<Result<_>>()?,
    })
}

fn from_statistics(statistics: RowStatistics) -> Result<Statistics> {
    let columns = statistics.columns.iter().map(|column| {
        let unknown = ColumnStatistics::new_unknown();
        Ok(ColumnStatistics {
            null_count: from_estimate(column.nulls.as_ref()),
            distinct_count: from_estimate(column.distinct.as_ref()),
            min_value: from_value(column.smallest.as_ref())?,
            max_value: from_value(column.largest.as_ref())?,
            ..unknown
        })
    });
    Ok(Statistics {
        num_rows: from_estimate(statistics.rows.as_ref()),
        total_byte_size: from_estimate(statistics.bytes.as_ref()),
        column_statistics: columns.collect::<Result<_>>()?,
    })
}

fn to_estimate(known: &Precision<usize>) -> Option<Estimate> {
    let (value, exact) = match known {
        Precision::Exact(value) => (*value, true),
        Precision::Inexact(value) => (*value, false),
        Precision::Absent => return None,
    };
    Some(Estimate {
        value: value as u64,
        exact,
    })
}

fn from_estimate(estimate: Option<&Estimate>) -> Precision<usize> {
    match estimate {
        Some(Estimate { value, exact: true }) => Precision::Exact(*value as usize),
        Some(Estimate { value, .. }) => Precision::Inexact(*value as usize),
        None => Precision::Absent,
    }
}

fn to_value(known: &Precision<ScalarValue>) -> Result<Option<ValueEstimate>> {
    let (value, exact) = match known {
        Precision::Exact(value) => (value, true),
        Precision::Inexact(value) => (value, false),
        Precision::Absent => return Ok(None),
    };
    let value = protobuf::ScalarValue::try_from(value)
        .map_err(|error| DataFusionError::External(Box::new(error)))?;
    Ok(Some(ValueEstimate {
        value: value.encode_to_vec().into(),
        exact,
    }))
}

fn from_value(estimate: Option<&ValueEstimate>) -> Result<Precision<ScalarValue>> {
    let Some(ValueEstimate { value, exact }) = estimate else {
        return Ok(Precision::Absent);
    };
    let value = protobuf::ScalarValue::decode(value.clone())
        .map_err(|error| malformed_scan(&format!("a value that does not parse: {error}")))?;
    // read as a literal of an expression, whose Arrow data is checked before it is believed
    let literal = protobuf::LogicalExprNode {
        expr_type: Some(protobuf::logical_expr_node::ExprType::Literal(value)),
    };
    let codecs = CodecStack::new(None);
    match codecs.expr_from_bytes(&literal.encode_to_vec(), &TaskContext::default())? {
        Expr::Literal(value, None) if *exact => Ok(Precision::Exact(value)),
        Expr::Literal(value, None) => Ok(Precision::Inexact(value)),
        other => Err(malformed_scan(&format!("{other} is no value"))),
    }
}

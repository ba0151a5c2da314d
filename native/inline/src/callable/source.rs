//! Tables whose rows a host reads itself.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Statistics;
use datafusion::error::Result;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::logical_expr::dml::InsertOp;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};

/// A table that is no query: the host's side of a [`SourceScan`](crate::SourceScan).
#[async_trait]
pub trait RowSource: Debug + Send + Sync {
    /// Answers all columns.
    fn schema(&self) -> Result<SchemaRef>;

    /// Answers for each filter how far a scan applies it.
    fn supports_filters(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>>;

    /// Answers how a scan will go; nothing is read yet.
    fn scan(&self, request: &ScanRequest) -> Result<Arc<dyn SourceRows>>;

    /// Takes rows in, all of them or none; answers how many.
    async fn insert(&self, op: InsertOp, rows: SendableRecordBatchStream) -> Result<u64>;
}

/// What a scan is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanRequest {
    /// The columns wanted, by index; all of them where absent.
    pub projection: Option<Vec<usize>>,
    /// Those that the source said it would apply, exactly or not.
    pub filters: Vec<Expr>,
    /// Which of them nobody else applies, by index.
    pub exact: Vec<usize>,
    /// More rows than these are not needed.
    pub limit: Option<usize>,
    pub target_partitions: usize,
    pub batch_size: usize,
}

/// What planning knows of a scan. Columns are those of the projection.
#[derive(Debug, Clone, PartialEq)]
pub struct ScanShape {
    pub partitions: usize,
    /// The order of each partition's rows, by column.
    pub ordering: Vec<(usize, SortOptions)>,
    pub unbounded: bool,
    pub statistics: Option<Statistics>,
}

/// The rows of a scan.
pub trait SourceRows: Debug + Send + Sync {
    /// Answers what planning knows of them.
    fn shape(&self) -> &ScanShape;

    /// Begins to read a partition: batches of these columns, which are the projection's.
    fn open(&self, partition: usize, columns: &SchemaRef) -> Result<SendableRecordBatchStream>;
}

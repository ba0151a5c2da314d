use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};

use super::table::Called;

/// What becomes of the filters of a scan.
#[derive(Default)]
pub(super) struct Taken {
    /// Those that the table applies, exactly or not.
    pub(super) filters: Vec<Expr>,
    /// Which of them it applies exactly, by index.
    pub(super) exact: Vec<usize>,
    /// All that it does not apply exactly.
    pub(super) left: Vec<Expr>,
}

impl Taken {
    pub(super) fn of(called: &Called, filters: &[Expr]) -> Result<Self> {
        let asked: Vec<&Expr> = filters.iter().collect();
        let supported = match called {
            Called::Query(table) => table.supports_filters_pushdown(&asked)?,
            Called::Source(source) => source.supports_filters(&asked)?,
        };
        let mut taken = Self::default();
        for (filter, supported) in filters.iter().zip(supported) {
            if supported == TableProviderFilterPushDown::Exact {
                taken.exact.push(taken.filters.len());
            } else {
                taken.left.push(filter.clone());
            }
            if supported != TableProviderFilterPushDown::Unsupported {
                taken.filters.push(filter.clone());
            }
        }
        Ok(taken)
    }
}

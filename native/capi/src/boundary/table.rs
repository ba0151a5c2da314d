use std::sync::Arc;

use super::structs::df_host_functions;
use super::{Callback, df_results, df_table_callback, df_table_functions, method};
use crate::dataframe::Frame;
use crate::error::{DF_ERROR_UNRESOLVED_FUNCTION, Outcome, df_error};

/// A table function of the host's.
pub type TableHost = Callback<df_table_functions>;

impl TableHost {
    /// Has the host make the table of a call.
    pub fn table(&self, session: u64, arguments: &[u8]) -> Outcome<Arc<Frame>> {
        let call = method(self.functions().call, "call")?;
        let mut results = df_results::of_frame();
        let answer = &mut results;
        self.attempt(move |data| {
            let (bytes, len) = (arguments.as_ptr(), arguments.len());
            answer.lend(|results| call(data, session, bytes, len, results))
        })?;
        results.into_frame()
    }
}

/// Has the host bring a decoded table function to life.
pub fn resolve_table(
    host: &Callback<df_host_functions>,
    body: &[u8],
    sha256: &[u8; 32],
) -> Outcome<TableHost> {
    let resolve = host.functions().resolve_table.ok_or_else(|| {
        df_error::boxed(
            DF_ERROR_UNRESOLVED_FUNCTION,
            "this host does not bring table functions to life",
        )
    })?;
    Callback::made(|out: &mut df_table_callback| {
        host.attempt(|data| resolve(data, body.as_ptr(), body.len(), sha256.as_ptr(), out))
    })
}

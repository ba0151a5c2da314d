//! What libraries bring, registered all or none.

use std::collections::HashSet;
use std::mem::MaybeUninit;
use std::sync::Arc;

use datafusion::catalog::{TableFunctionImpl, TableProvider};
use datafusion::common::TableReference;

use crate::boundary::{Struct, handles, message, required, task};
use crate::capsule::df_capsule;
use crate::catalog;
use crate::error::{DF_ERROR_PLAN, Outcome, df_error};
use crate::function::Function;
use crate::import;
use crate::message::Names;
use crate::session::{Session, df_session};
use crate::task::df_task;

/// Functions and tables of bundles.
#[derive(Default)]
struct Bundle {
    tables: Vec<(String, Arc<dyn TableProvider>)>,
    table_functions: Vec<(String, Arc<dyn TableFunctionImpl>)>,
    functions: Vec<Function>,
}

impl Bundle {
    fn of(session: &Session, capsules: &[(df_capsule, String)]) -> Outcome<Self> {
        let mut bundle = Self::default();
        for (capsule, name) in capsules {
            match &capsule.inner {
                Struct::Table(found) => {
                    let table = import::table(found, session);
                    bundle.tables.push((name.clone(), table));
                }
                Struct::TableFunction(found) => {
                    let function = import::table_function(found);
                    bundle.table_functions.push((name.clone(), function));
                }
                _ => match import::function(capsule) {
                    Some(function) => bundle.functions.push(function),
                    None => return capsule.refused("a table or a function"),
                },
            }
        }
        bundle.check(session)?;
        Ok(bundle)
    }

    /// Fails for a table that there is, or that there is twice.
    fn check(&self, session: &Session) -> Outcome<()> {
        let config = session.context.copied_config();
        let default = &config.options().catalog;
        let mut seen = HashSet::new();
        for (name, _) in &self.tables {
            let reference = TableReference::from(name.as_str());
            let taken = session.context.table_exist(reference.clone())?;
            let full = reference.resolve(&default.default_catalog, &default.default_schema);
            if taken || !seen.insert(full) {
                let message = format!("The table {name} already exists");
                return Err(df_error::boxed(DF_ERROR_PLAN, message));
            }
        }
        Ok(())
    }

    /// Tables first: of what is registered they alone can fail, and are taken away again then.
    fn register(&self, session: &Session) -> Outcome<()> {
        for (index, (name, table)) in self.tables.iter().enumerate() {
            if let Err(error) = catalog::register(session, name, Arc::clone(table)) {
                for (name, _) in &self.tables[..index] {
                    let _ = session.context.deregister_table(name.as_str());
                }
                return Err(error);
            }
        }
        for (name, function) in &self.table_functions {
            session.context.register_udtf(name, Arc::clone(function));
        }
        for function in &self.functions {
            session.register(function)?;
        }
        Ok(())
    }
}

/// Registers what capsules hold, all or none: tables and table functions under their names, one a capsule in `names`
/// (Names); scalar, aggregate and window functions under their own, in place of others, where the name is empty. Borrows.
/// Task: nothing. Errors: NULL, a message that does not parse, DF_ERROR_INVALID_ARGUMENT for another number of names; the
/// task's: DF_ERROR_PLAN for a table that is there, DF_ERROR_ILLEGAL_CAPSULE for a capsule of something else.
#[unsafe(no_mangle)]
pub extern "C" fn df_session_register_all(
    session: Option<&df_session>,
    capsules: *const Option<&df_capsule>,
    capsules_len: usize,
    names: *const u8,
    names_len: usize,
    out: Option<&mut MaybeUninit<Option<Box<df_task>>>>,
) -> Option<Box<df_error>> {
    task("df_session_register_all", out, || {
        let session = Arc::clone(&required(session, "session")?.session);
        let capsules = handles(capsules, capsules_len, "capsules")?;
        let names: Names = message(names, names_len, "names")?;
        if names.names.len() != capsules.len() {
            return Err(df_error::invalid("not as many names as capsules"));
        }
        let capsules = capsules.into_iter().map(df_capsule::cloned);
        let capsules: Vec<_> = capsules.zip(names.names).collect();
        Ok(async move { Bundle::of(&session, &capsules)?.register(&session) })
    })
}

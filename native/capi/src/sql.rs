//! SQL in, frames out.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::catalog::MemTable;
use datafusion::common::ParamValues;
use datafusion::datasource::provider_as_source;
use datafusion::execution::context::SQLOptions;
use datafusion::logical_expr::{
    CreateMemoryTable, DdlStatement, LogicalPlan, LogicalPlanBuilder, Statement,
};
use datafusion_inline::Planning;

use crate::callable::table;
use crate::dataframe::Frame;
use crate::error::{Outcome, df_error};
use crate::literal;
use crate::message::SqlRequest;
use crate::session::Session;
use crate::{options, rows, sql_depth};

/// Plans a statement; one that changes the session is carried out.
pub async fn run(session: Arc<Session>, request: SqlRequest) -> Outcome<Frame> {
    sql_depth::check(&request.sql, &session)?;
    let state = table::calling_state(&session);
    let plan = Planning::wrap(state.create_logical_plan(&request.sql)).await?;
    drop(state);
    let allowed = sql_options(&request);
    allowed.verify_plan(&plan)?;
    if let LogicalPlan::Statement(Statement::SetVariable(set)) = &plan {
        options::check_key(&session, &set.variable)?;
    }
    session.limits.check_query(&plan)?;
    let plan = match parameters(&request)? {
        Some(values) => Planning::scope(|| plan.with_param_values(values))?,
        None => plan,
    };
    let plan = with_rows(&session, plan).await?;
    let executed = Planning::wrap(session.context.execute_logical_plan(plan)).await;
    session.known.changed();
    let frame = executed?;
    // EXECUTE answers the plan that was prepared.
    allowed.verify_plan(frame.logical_plan())?;
    session.limits.check_query(frame.logical_plan())?;
    Ok(Frame { session, frame })
}

/// CREATE TABLE AS with the rows of its query in the query's place: the engine would run that as it stands, its functions
/// not brought to life and its limits believed.
async fn with_rows(session: &Arc<Session>, plan: LogicalPlan) -> Outcome<LogicalPlan> {
    let LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)) = &plan else {
        return Ok(plan);
    };
    let kept = !create.or_replace && session.context.table_exist(create.name.clone())?;
    if kept || create.temporary {
        return Ok(plan);
    }
    let query = Frame::of_plan(Arc::clone(session), create.input.as_ref().clone())?;
    let schema = Arc::clone(create.input.schema().inner());
    let rows = MemTable::try_new(schema, rows::collect_engine(&query).await?)?;
    let rows = LogicalPlanBuilder::scan(
        create.name.clone(),
        provider_as_source(Arc::new(rows)),
        None,
    )?;
    let create = CreateMemoryTable {
        input: Arc::new(rows.build()?),
        ..create.clone()
    };
    Ok(LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(create)))
}

fn sql_options(request: &SqlRequest) -> SQLOptions {
    SQLOptions::new()
        .with_allow_ddl(!request.refuse_ddl)
        .with_allow_dml(!request.refuse_dml)
        .with_allow_statements(!request.refuse_statements)
}

fn parameters(request: &SqlRequest) -> Outcome<Option<ParamValues>> {
    match (request.positional.is_empty(), request.named.is_empty()) {
        (true, true) => Ok(None),
        (false, true) => {
            let values = request
                .positional
                .iter()
                .map(|value| literal::decode(value).map(Into::into));
            Ok(Some(ParamValues::List(values.collect::<Outcome<_>>()?)))
        }
        (true, false) => {
            let values = request
                .named
                .iter()
                .map(|(name, value)| Ok((name.clone(), literal::decode(value)?.into())));
            Ok(Some(ParamValues::Map(
                values.collect::<Outcome<HashMap<_, _>>>()?,
            )))
        }
        (false, false) => Err(df_error::invalid(
            "parameters by position and by name in one statement",
        )),
    }
}

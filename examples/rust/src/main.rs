//! A Rust program between two JVMs: it reads a plan with a Java function inside, shows it, optimises it,
//! puts a query around it and hands it on. It runs no Java, so that what calls the function is an error here.
//!
//!     passed-on INPUT OUTPUT

use std::error::Error;
use std::fs;

use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{SessionContext, col, lit};
use datafusion_inline::{CodecStack, Planning, inlined_in_logical_plan};

/// Reads the plan, and writes what the optimiser made of a query around it.
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [input, output] = arguments.as_slice() else {
        return Err("usage: passed-on INPUT OUTPUT".into());
    };
    let ctx = SessionContext::new();
    // Without a resolver, a function is what its definition says: names, types, and a callable as bytes.
    let codecs = CodecStack::new(None);
    let plan = codecs.logical_plan_from_bytes(&fs::read(input)?, &ctx.task_ctx())?;
    println!("read\n{}", plan.display_indent());
    let before = frames(&plan)?;

    // What does not call the function runs here: the input of the plan.
    let scan = ctx.execute_logical_plan(lowest(&plan).clone()).await?;
    println!("rows of the scan: {}", scan.count().await?);

    // Around the plan, and optimised: nothing of the function is asked but its types.
    let around = ctx.execute_logical_plan(plan).await?;
    let query = around
        .filter(col("zone").not_eq(lit("west")))?
        .sort_by(vec![col("zone")])?;
    let optimized = Planning::scope(|| query.clone().into_optimized_plan())?;
    println!("optimised\n{}", optimized.display_indent());

    // To run it is another thing: there is no JVM in this process.
    match query.collect().await {
        Ok(rows) => return Err(format!("ran without a JVM: {rows:?}").into()),
        Err(error) => println!("run here: {error}"),
    }

    let bytes = codecs.logical_plan_to_bytes(&optimized)?;
    let again = codecs.logical_plan_from_bytes(&bytes, &ctx.task_ctx())?;
    if frames(&again)? != before || !before.iter().all(|frame| contains(&bytes, frame)) {
        return Err("a function was changed on its way".into());
    }
    println!("handed on: {} function, byte for byte", before.len());
    fs::write(output, bytes)?;
    Ok(())
}

/// Answers the bytes of each function in a plan, and says what they are.
fn frames(plan: &LogicalPlan) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut frames = Vec::new();
    for function in inlined_in_logical_plan(plan)?.functions {
        let definition = function.definition().ok_or("not inlined")?;
        println!("{} {}", definition.kind(), definition.name());
        frames.push(definition.frame().to_vec());
    }
    Ok(frames)
}

fn lowest(plan: &LogicalPlan) -> &LogicalPlan {
    let mut lowest = plan;
    while let [input] = lowest.inputs().as_slice() {
        lowest = input;
    }
    lowest
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

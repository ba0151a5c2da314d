"""The Python side of PythonExchangeTest: `write FOLDER` leaves bytes for Java, `read FOLDER` runs what Java wrote."""

import sys
from pathlib import Path

from datafusion import ExecutionPlan, Expr, LogicalPlan, SessionContext, col, lit
from datafusion import functions as f

mode, folder = sys.argv[1], Path(sys.argv[2])
QUERY = "SELECT zone, sum(fare) AS total, count(*) AS n FROM fares WHERE fare > 2 GROUP BY zone ORDER BY zone"


def session():
    ctx = SessionContext()
    ctx.register_parquet("fares", str(folder / "fares.parquet"))
    return ctx


def show(batches):
    for batch in batches:
        for row in batch.to_pylist():
            print("\t".join("null" if v is None else str(v) for v in row.values()))


def expression():
    return (f.abs(col("fare") - lit(5.0)) * lit(2.0)).alias("d")


if mode == "write":
    frame = session().sql(QUERY)
    (folder / "python-logical.bin").write_bytes(frame.logical_plan().to_bytes())
    (folder / "python-physical.bin").write_bytes(frame.execution_plan().to_bytes())
    (folder / "python-expression.bin").write_bytes(expression().to_bytes())
    show(frame.collect())
    print("--")
    show(session().table("fares").select(expression()).collect())
elif mode == "read":
    ctx = session()
    logical = LogicalPlan.from_bytes(ctx, (folder / "java-logical.bin").read_bytes())
    show(ctx.create_dataframe_from_logical_plan(logical).collect())
    print("--")
    plan = ExecutionPlan.from_bytes(ctx, (folder / "java-physical.bin").read_bytes())
    for partition in range(plan.partition_count):
        show(b.to_pyarrow() for b in ctx.execute(plan, partition))
    print("--")
    expr = Expr.from_bytes((folder / "java-expression.bin").read_bytes())
    show(ctx.table("fares").select(expr).collect())
elif mode == "read-inlined":
    # A Java function without our codec: Python must name the codec that is missing.
    try:
        Expr.from_bytes((folder / "java-inlined.bin").read_bytes())
    except Exception as error:
        print(error)
else:
    sys.exit(f"unknown mode {mode}")

"""A worker of the Python package: reads a plan, runs it, and says what came out and the most memory that it held, in MB."""

import resource
import sys

from datafusion import LogicalPlan, SessionContext

ctx = SessionContext()
with open(sys.argv[1], "rb") as file:
    plan = LogicalPlan.from_bytes(ctx, file.read())
answer = ctx.create_dataframe_from_logical_plan(plan).collect()[0].column(0)[0].as_py()
print(answer, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)

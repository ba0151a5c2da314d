"""Python reads what Java wrote of the 22 queries: `answer.py FOLDER QUERIES` leaves for each FOLDER/qN.FORM its rows and
the bytes that Python writes of it, and for each QUERIES/qN.sql the rows that Python itself answers."""

import sys
from pathlib import Path

from datafusion import ExecutionPlan, LogicalPlan, SessionContext

sys.path.insert(0, str(Path(__file__).parent.parent / "matrix"))
from tables import run_logical, run_physical, text

folder, queries = map(Path, sys.argv[1:])
ctx = SessionContext()
for file in (folder / "data").glob("*.parquet"):
    ctx.register_parquet(file.stem, str(file))
for file in queries.glob("*.sql"):
    (folder / f"{file.stem}.rows").write_text(text(ctx.sql(file.read_text()).collect()))
for form, read, run in (
    ("logical", LogicalPlan, run_logical),
    ("optimized", LogicalPlan, run_logical),
    ("physical", ExecutionPlan, run_physical),
):
    for file in folder.glob(f"*.{form}"):
        data = file.read_bytes()
        Path(f"{file}.rows").write_text(run(ctx, data))
        Path(f"{file}.back").write_bytes(read.from_bytes(ctx, data).to_bytes(ctx))

"""Python writes: `write.py FOLDER` leaves bytes and answers for each FOLDER/NAME.sql, and what has no SQL."""

import sys
from pathlib import Path

from datafusion import ExecutionPlan, LogicalPlan, SessionContext, col, lit
from datafusion import functions as f
from tables import call, double, envelope, position, session, strict, text, total

folder = Path(sys.argv[1])
ctx = session(folder)


def put(name, data):
    (folder / name).write_bytes(data)


def refusal(encode):
    try:
        return f"no failure, but {encode()}"
    except Exception as e:
        return str(e)


def plans(name, frame, sender):
    try:
        put(f"{name}.logical", frame.logical_plan().to_bytes(sender))
    except Exception as e:
        (folder / f"{name}.refused").write_text(str(e))
    put(f"{name}.optimized", frame.optimized_logical_plan().to_bytes(sender))
    physical = frame.execution_plan().to_bytes(sender)
    put(f"{name}.physical", physical)
    put(f"{name}.again", ExecutionPlan.from_bytes(sender, physical).to_bytes(sender))
    (folder / f"{name}.rows").write_text(text(frame.collect()))


for file in folder.glob("*.sql"):
    plans(file.stem, ctx.sql(file.read_text()), ctx)

# expressions without a plan
put("abs.expr", (f.abs(col("a")) + lit(1)).to_bytes())
put("transform.expr", f.array_transform(col("l"), lambda x: x + lit(1)).to_bytes())

# functions of Python's, as an inlining and as a strict session write them, and in envelopes
inlining = strict(session(folder)).with_logical_extension_codec(SessionContext(), codec_id="lib.C")
inlining = inlining.with_physical_extension_codec(SessionContext(), codec_id="lib.C")
ctx.register_udf(double)
ctx.register_udaf(total)
ctx.register_udwf(position)
for name, query in {
    "double": "SELECT double(a) AS x FROM p",
    "py_total": "SELECT py_total(a) AS x FROM p",
    "py_position": "SELECT py_position(a) OVER (ORDER BY a) AS x FROM p",
    "py_total_over": "SELECT py_total(a) OVER (PARTITION BY b) AS x FROM p",
}.items():
    plans(f"inline-{name}", ctx.sql(query), ctx)
    plans(f"named-{name}", ctx.sql(query), strict(ctx))
    frame = ctx.sql(query)
    put(f"tagged-{name}.logical", frame.logical_plan().to_bytes(inlining))
    put(f"tagged-{name}.physical", frame.execution_plan().to_bytes(inlining))
bare = double(col("a")).to_bytes()
put("inline.expr", bare)
put("named.expr", double(col("a")).to_bytes(strict(ctx)))
put("tagged.expr", double(col("a")).to_bytes(inlining))
python = bare[bare.index(b"DFPYUDF") :]
put("unknown.expr", call("double", envelope("lib.C", b"what only lib.C reads")))
put("twice-tagged.expr", call("double", envelope("lib.A", envelope("lib.B", python))))
put("io.datafusion.inline.expr", call("double", envelope("io.datafusion.inline", python)))
for i, broken in enumerate((b"", b"\2", b"\1\1", b"\1\5\0\0\0A", b"\1\1\0\0\0\xff")):
    put(f"broken-{i}.expr", call("double", b"DFPYCHN" + broken))

# a table in memory: a logical plan cannot carry it
ctx.from_pydict({"a": [1, 2, 3]}, "m")
memory = ctx.sql("SELECT a FROM m")
put("memory.physical", memory.execution_plan().to_bytes())
(folder / "memory.refused").write_text(refusal(lambda: memory.logical_plan().to_bytes()))

# COPY: bare, and in the envelope of a session that is installed as a codec
copy = ctx.sql(f"COPY (SELECT a FROM t) TO '{folder}/copied.csv' STORED AS CSV").logical_plan()
put("copy.logical", copy.to_bytes(ctx))
again = LogicalPlan.from_bytes(ctx, copy.to_bytes(ctx))
put("copy.again", again.to_bytes(ctx))
ctx.create_dataframe_from_logical_plan(again).collect()
(folder / "copied.csv").rename(folder / "copied-by-python.csv")
put("tagged-copy.logical", copy.to_bytes(ctx.with_logical_extension_codec(SessionContext(), codec_id="L")))

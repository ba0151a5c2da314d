"""Java wrote: `read.py FOLDER` leaves for each FOLDER/NAME.{expr,logical,optimized,physical} what Python makes of it:
its rows, the bytes that Python writes of it, or its error."""

import sys
from pathlib import Path

import pyarrow as pa
from datafusion import ExecutionPlan, Expr, LogicalPlan, SessionContext, udaf, udf, udwf
from datafusion.user_defined import WindowEvaluator
from tables import LONG, Total, call, run_logical, run_physical, session, strict, text


class FrameLength(WindowEvaluator):
    def uses_window_frame(self):
        return True

    def evaluate(self, values, eval_range):
        return pa.scalar(eval_range[1] - eval_range[0], LONG)


folder = Path(sys.argv[1])
ctx = session(folder)
named = strict(session(folder))
named.register_udf(udf(lambda a: pa.array([v + 1 for v in a.to_pylist()]), [LONG], LONG, "immutable", "plus_one"))
named.register_udaf(udaf(Total, [LONG], LONG, [LONG], "immutable", "java_total"))
named.register_udwf(udwf(FrameLength, [LONG], LONG, "immutable", "frame_length"))


def expression(reader, data):
    expr = Expr.from_bytes(data, reader)
    rows = reader.sql("SELECT a, l FROM p CROSS JOIN u WHERE a = 1 AND c = 10").select(expr)
    return text(rows.collect()), expr.to_bytes(reader)


def logical(reader, data):
    return run_logical(reader, data), LogicalPlan.from_bytes(reader, data).to_bytes(reader)


def physical(reader, data):
    return run_physical(reader, data), ExecutionPlan.from_bytes(reader, data).to_bytes(reader)


FORMS = {".expr": expression, ".logical": logical, ".optimized": logical, ".physical": physical}

for file in sorted(folder.iterdir()):
    if file.suffix in FORMS:
        reader = named if file.stem.startswith("named-") else ctx
        try:
            rows, back = FORMS[file.suffix](reader, file.read_bytes())
            Path(f"{file}.rows").write_text(rows)
            Path(f"{file}.back").write_bytes(back)
        except Exception as e:
            Path(f"{file}.error").write_text(str(e))


def refusal(data, reader):
    try:
        return f"no failure, but {Expr.from_bytes(data, reader)}"
    except Exception as e:
        return str(e)


# a frame of Java's without its envelope, and in the hands of a codec that knows nothing of it
inlined = (folder / "inline-plus_one.expr").read_bytes()
frame = inlined[inlined.index(b"DFJVUDF") :]
(folder / "bare.error").write_text(refusal(call("plus_one", frame), ctx))
other = ctx.with_logical_extension_codec(SessionContext(), codec_id="io.datafusion.inline")
(folder / "other.error").write_text(refusal(inlined, other))

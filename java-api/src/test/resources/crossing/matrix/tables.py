"""What both directions of the byte matrix share: the tables, the functions, and rows as text."""

import datetime
import json
from decimal import Decimal

import pyarrow as pa
from datafusion import (
    ExecutionPlan,
    LogicalPlan,
    SessionConfig,
    SessionContext,
    udaf,
    udf,
    udwf,
)
from datafusion.user_defined import Accumulator, WindowEvaluator

LONG = pa.int64()
double = udf(lambda a: pa.array([None if v is None else 2 * v for v in a.to_pylist()]), [LONG], LONG, "immutable", "double")


class Total(Accumulator):
    def __init__(self):
        self.sum = 0

    def state(self):
        return [pa.scalar(self.sum)]

    def update(self, values):
        self.sum += sum(v for v in values.to_pylist() if v is not None)

    def merge(self, states):
        self.update(states[0])

    def evaluate(self):
        return pa.scalar(self.sum)


class Position(WindowEvaluator):
    def evaluate_all(self, values, num_rows):
        return pa.array(range(num_rows), LONG)


total = udaf(Total, [LONG], LONG, [LONG], "immutable", "py_total")
position = udwf(Position, [LONG], LONG, "immutable", "py_position")


def session(folder):
    """A session that parses lambdas, with the tables of the matrix."""
    ctx = SessionContext(SessionConfig().set("datafusion.sql_parser.dialect", "duckdb"))
    ctx.register_csv("t", str(folder / "t.csv"))
    for name in "p", "u":
        ctx.register_parquet(name, str(folder / f"{name}.parquet"))
    return ctx


def strict(ctx):
    return ctx.with_python_udf_inlining(enabled=False)


def cell(value):
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float() | Decimal():
            return format(Decimal(str(value)).normalize(), "f")
        case list():
            return json.dumps(value, separators=(",", ":"))
        case datetime.date() | int() | str():
            return str(value)
    raise TypeError(type(value))


def text(batches):
    rows = (zip(*(c.to_pylist() for c in b.columns)) if b.num_columns else [()] * b.num_rows for b in batches)
    return "".join("\t".join(map(cell, row)) + "\n" for batch in rows for row in batch)


def run_logical(ctx, data):
    return text(ctx.create_dataframe_from_logical_plan(LogicalPlan.from_bytes(ctx, data)).collect())


def run_physical(ctx, data):
    plan = ExecutionPlan.from_bytes(ctx, data)
    return text(b.to_pyarrow() for i in range(plan.partition_count) for b in ctx.execute(plan, i))


def varint(n):
    return bytes([n]) if n < 128 else bytes([n & 127 | 128]) + varint(n >> 7)


def call(name, payload):
    """The expression name(a) with a payload, as protobuf."""
    body = b"\n" + varint(len(name)) + name.encode() + b"\x12\x05\n\x03\n\x01a" + b"\x1a" + varint(len(payload)) + payload
    return b"\xa2\1" + varint(len(body)) + body


def envelope(codec, payload):
    return b"DFPYCHN\1" + len(codec).to_bytes(4, "little") + codec.encode() + payload

"""The work of the Python package, one order a line: tables, and runs by name. Answers one line: what came out, or the error."""

import json
import os
import pickle
import sys

import pyarrow as pa
import pyarrow.compute as pc
from datafusion import Accumulator, Expr, SessionConfig, SessionContext, col, udaf, udf, udwf
from datafusion.user_defined import WindowEvaluator

ctx = SessionContext(SessionConfig().with_target_partitions(int(os.environ["PARTITIONS"])))


class Sum(Accumulator):
    def __init__(self):
        self.sum = 0.0

    def state(self):
        return [pa.scalar(self.sum, pa.float64())]

    def update(self, values):
        self.sum += pc.sum(values).as_py() or 0.0

    def merge(self, states):
        self.sum += pc.sum(states[0]).as_py() or 0.0

    def evaluate(self):
        return pa.scalar(self.sum, pa.float64())


class MovingAverage(WindowEvaluator):
    def supports_bounded_execution(self):
        return False

    def uses_window_frame(self):
        return False

    def evaluate_all(self, values, num_rows):
        sums = pa.concat_arrays([pa.array([0.0] * 10), pc.cumulative_sum(values[0])])
        before = sums.slice(0, num_rows)
        rows = pa.array(range(1, num_rows + 1), pa.int64())
        return pc.divide(pc.subtract(sums.slice(10), before), pc.min_element_wise(rows, 10))


def rows(function):
    return lambda *columns: pa.array(
        [None if None in values else function(*values) for values in zip(*(c.to_pylist() for c in columns))]
    )


double, long, text = pa.float64(), pa.int64(), pa.string()
for function in (
    udf(lambda x: pc.add(pc.multiply(x, 1.2), 3.0), [double], double, "immutable", name="linear"),
    udf(rows(lambda x: x * 1.2 + 3), [double], double, "immutable", name="linear_rows"),
    udf(lambda a, b: pc.add(pc.multiply(a, 3), b), [long, long], long, "immutable", name="combined"),
    udf(lambda s: pc.utf8_upper(s), [text], text, "immutable", name="upper_case"),
    udf(lambda s: pc.cast(pc.utf8_length(s), long), [text], long, "immutable", name="characters"),
):
    ctx.register_udf(function)
ctx.register_udaf(udaf(Sum, double, double, [double], "immutable", name="own_sum"))
ctx.register_udwf(udwf(MovingAverage, double, double, "immutable", name="moving_average"))


def query(sql):
    return ctx.sql(sql).collect()[0].column(0)[0].as_py()


def tables(statements):
    for sql in statements:
        ctx.sql(sql).collect()


def read(sql):
    return sum(batch.to_pyarrow().num_rows for batch in ctx.sql(sql).execute_stream())


def linear(more):
    return lambda x: pc.add(pc.multiply(x, 1.2), more)


def expressions(functions, calls):
    made = [
        udf(linear(n), [double], double, "immutable", name=f"f{n}")
        for n in range(functions)
    ]
    return [made[n % functions](col("x")) for n in range(calls)]


def plan(sql, file):
    with open(file, "wb") as out:
        out.write(ctx.sql(sql).logical_plan().to_bytes(ctx))


kept = {}


def prepare(functions, calls):
    kept["expressions"] = expressions(functions, calls)
    kept["bytes"] = [e.to_bytes(ctx) for e in kept["expressions"]]
    kept["pickled"] = [pickle.dumps(e) for e in kept["expressions"]]


def again(times, kind, work):
    return sum(len([work(one) for one in kept[kind]]) for _ in range(times))


def encode(times):
    return again(times, "expressions", lambda e: e.to_bytes(ctx))


def decode(times):
    return again(times, "bytes", lambda b: Expr.from_bytes(b, ctx))


def dump(times):
    return again(times, "expressions", pickle.dumps)


def load(times):
    return again(times, "pickled", pickle.loads)


for line in sys.stdin:
    order = json.loads(line)
    try:
        answer = globals()[order["do"]](*order["with"])
        print("=", answer, flush=True)
    except Exception as error:  # told to the other side, which ends the comparison
        print("!", repr(error).replace("\n", " "), flush=True)

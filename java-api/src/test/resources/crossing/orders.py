"""The Python side of CapsuleOrdersTest: `orders.py LIBJVM CLASSPATH FOLDER` takes each kind of capsule across as an
object and bare, and closes what took part in every order. An answer is True where it is right."""

import gc
import itertools
import sys
from pathlib import Path

import jpype
import pyarrow as pa
import pyarrow.parquet as pq
from datafusion import ExecutionPlan, Expr, SessionContext, udaf, udf, udtf, udwf
from jvm import Exported, Java, failure, raw, show, to_python

System = jpype.JClass("java.lang.System")
parquet = str(Path(sys.argv[3]) / "rows.parquet")
pq.write_table(pa.table({"n": [1, 2, 3]}), parquet)
FRAME = "ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW"


class Query:
    """A kind that a Python query uses: how Java exports it, how Python takes it, and a query with its answer."""

    def __init__(self, export, take, query, answer):
        self.export, self.take, self.query, self.answer = export, take, query, answer

    def into(self, ctx, given):
        self.take(ctx, given)
        return lambda ctx: ctx.sql(self.query).to_pydict() == {"x": self.answer}


class Codec:
    """A kind of codec: Java's function, written by Java, is read and run with it."""

    def __init__(self, layer, write, run):
        self.layer, self.write, self.run = layer, write, run

    def export(self, java):
        self.bytes = bytes(self.write(java))
        return getattr(java, f"{self.layer}ExtensionCodec")()

    def into(self, ctx, given):
        install = getattr(ctx, f"with_{self.layer}_extension_codec")
        both = install(given, codec_id="io.datafusion.inline")
        return lambda _: self.run(both, self.bytes)


def run_expression(ctx, data):
    expr = Expr.from_bytes(data, ctx)
    return ctx.read_parquet(parquet).select(expr.alias("x")).to_pydict() == {"x": [2, 3, 4]} and expr.to_bytes(ctx) == data


def run_plan(ctx, data):
    plan = ExecutionPlan.from_bytes(ctx, data)
    rows = [v for i in range(plan.partition_count) for b in ctx.execute(plan, i) for v in b.to_pyarrow()[0].to_pylist()]
    return rows == [9] and plan.to_bytes(ctx) == data


KINDS = {
    "scalar": Query(
        lambda java: java.export(Java.plusOne()),
        lambda ctx, given: ctx.register_udf(udf(given)),
        "SELECT sum(plus_one(n)) AS x FROM rows",
        [9],
    ),
    "aggregate": Query(
        lambda java: java.export(Java.total()),
        lambda ctx, given: ctx.register_udaf(udaf(given)),
        "SELECT java_total(n) AS x FROM rows",
        [6],
    ),
    "window": Query(
        lambda java: java.export(Java.lengths()),
        lambda ctx, given: ctx.register_udwf(udwf(given)),
        f"SELECT frame_length(n) OVER ({FRAME}) AS x FROM rows ORDER BY n",
        [1, 2, 2],
    ),
    "table function": Query(
        lambda java: java.export(Java.numbers()),
        lambda ctx, given: ctx.register_udtf(udtf(given, "numbers")),
        "SELECT sum(n) AS x FROM numbers(5)",
        [10],
    ),
    "table": Query(
        lambda java: java.export("t"),
        lambda ctx, given: ctx.register_table("t", given),
        "SELECT count(*) AS x FROM t WHERE n >= 50",
        [50],
    ),
    "logical codec": Codec("logical", lambda java: Java.call(java), run_expression),
    "physical codec": Codec("physical", lambda java: Java.executionPlan(java, parquet), run_plan),
}


def session():
    ctx = SessionContext()
    ctx.register_parquet("rows", parquet)
    return ctx


def taken(kind, bare):
    java, ctx = Java.session(), session()
    with kind.export(java) as capsule:
        given = to_python(capsule) if bare else Exported(lambda: capsule)
        return kind.into(ctx, given)(ctx)


def closed_in(kind, order):
    """Whether the kind answers after each step, as long as Python's session is there."""
    java, ctx = Java.session(), session()
    capsule = kind.export(java)
    given = Exported(lambda: capsule)
    held = {"capsule": capsule, "object": given, "java": java, "python": ctx}
    use = kind.into(ctx, given)
    answers = [use(ctx)]
    del java, ctx, capsule, given
    for step in order:
        gone = held.pop(step)
        if step in ("capsule", "java"):
            gone.close()
        del gone
        gc.collect()
        if "python" in held:
            try:
                answers.append(use(held["python"]))
            except BaseException as e:
                answers.append(str(e).replace("\n", " "))
    return answers


class Installed:
    """Python's codec in a Java session: whatever is gone, Java encodes and decodes, and is told what Python cannot."""

    def __init__(self, layer):
        self.layer = layer

    def closed_in(self, order):
        java, ctx = Java.session(), session()
        capsule = getattr(ctx, f"__datafusion_{self.layer}_extension_codec__")()
        copy = raw(capsule)
        with_codec = getattr(java, f"with{self.layer.title()}ExtensionCodec")(copy, "python")
        held = {"capsule": copy, "object": capsule, "java": java, "python": ctx}
        answers = [self.use(with_codec)]
        del java, ctx, capsule, copy
        for step in order:
            gone = held.pop(step)
            if step in ("capsule", "java"):
                gone.close()
            del gone
            gc.collect()
            answers.append(self.use(with_codec))
        with_codec.close()
        return answers

    def use(self, with_codec):
        return getattr(Java, f"{self.layer}RoundTrip")(with_codec, parquet)


STEPS = "capsule", "object", "java", "python"
for name, kind in KINDS.items():
    show(f"{name}, as an object", failure(lambda: taken(kind, False)))
    show(f"{name}, bare", failure(lambda: taken(kind, True)))
    for order in itertools.permutations(STEPS):
        show(f"{name}, {' '.join(order)}", ", ".join(map(str, closed_in(kind, order))))
    System.gc()
for layer in "logical", "physical":
    for order in itertools.permutations(STEPS):
        show(f"python's {layer} codec, {' '.join(order)}", ", ".join(map(str, Installed(layer).closed_in(order))))
    System.gc()

# a capsule that was closed before anybody took it
closed = Java.session().export(Java.plusOne())
closed.close()
show("closed before", failure(lambda: udf(Exported(lambda: closed))))
show("end", "reached")

"""The Python side of PythonCapsuleTest: `capsules.py LIBJVM CLASSPATH FOLDER` starts a JVM in this process."""

import ctypes
import gc
import sys
from pathlib import Path

import jpype
import pyarrow as pa
import pyarrow.parquet as pq
from datafusion import Expr, LogicalPlan, SessionContext, col, udaf, udf, udtf, udwf

libjvm, classpath, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
jpype.startJVM(
    libjvm,
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "-Djava.class.path=" + classpath,
)
Java = jpype.JClass("crossing.capsule.JavaSide")
Capsule = jpype.JClass("io.datafusion.capsule.Capsule")

py = ctypes.pythonapi
py.PyCapsule_New.restype = ctypes.py_object
py.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
py.PyCapsule_GetPointer.restype = ctypes.c_void_p
py.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
py.PyCapsule_GetName.restype = ctypes.c_char_p
py.PyCapsule_GetName.argtypes = [ctypes.py_object]
NAMES = {}


def to_python(capsule):
    """A PyCapsule of a Java capsule, which has to stay open until Python has cloned the struct."""
    name = NAMES.setdefault(str(capsule.name()), str(capsule.name()).encode())
    return py.PyCapsule_New(capsule.address(), name, None)


class Exported:
    """What Python's getters ask for; each makes a capsule anew, and the last is kept open."""

    def __init__(self, make):
        self.make = make

    def export(self, *_):
        self.open = self.make()
        return to_python(self.open)

    __datafusion_scalar_udf__ = export
    __datafusion_aggregate_udf__ = export
    __datafusion_window_udf__ = export
    __datafusion_table_function__ = export
    __datafusion_table_provider__ = export
    __datafusion_logical_extension_codec__ = export
    __datafusion_physical_extension_codec__ = export


def raw(capsule):
    """A Java capsule of a PyCapsule."""
    name = py.PyCapsule_GetName(capsule)
    return Capsule.copyOf(name.decode(), py.PyCapsule_GetPointer(capsule, name))


def show(label, value):
    print(f"{label}: {value}", flush=True)


def failure(call):
    try:
        return f"no failure, but {call()}"
    except BaseException as e:
        return str(e).replace("\n", " ")


java = Java.session()
ctx = SessionContext()

# functions, as objects with a getter and as bare capsules
ctx.register_udf(udf(Exported(lambda: java.export(Java.plusOne()))))
ctx.register_udaf(udaf(Exported(lambda: java.export(Java.total()))))
ctx.register_udwf(udwf(Exported(lambda: java.export(Java.lengths()))))
ctx.from_pydict({"n": list(range(1000))}, "p")
show("scalar", ctx.sql("SELECT sum(plus_one(n)) AS s FROM p").to_pydict())
show("aggregate", ctx.sql("SELECT n % 3 AS g, java_total(n) AS s FROM p GROUP BY 1 ORDER BY 1").to_pydict())
frame = "ORDER BY n ROWS BETWEEN 2 PRECEDING AND CURRENT ROW"
show("window", ctx.sql(f"SELECT sum(l) AS s FROM (SELECT frame_length(n) OVER ({frame}) AS l FROM p)").to_pydict())
ctx.register_udf(udf(Exported(lambda: java.export(Java.throwing()))))
show("exception", failure(lambda: ctx.sql("SELECT throwing(n) FROM p").collect()))
show("after", ctx.sql("SELECT plus_one(1) AS one").to_pydict())

# 400 operators deep: the host switches stacks
deep = "plus_one(n)" + " + 1" * 400
show("deep", ctx.sql(f"SELECT sum({deep}) AS s FROM p").to_pydict())
nested = "plus_one(" * 20 + "n" + ")" * 20
show("nested", ctx.sql(f"SELECT sum({nested}) AS s FROM p").to_pydict())

# tables
ctx.register_table("t", Exported(lambda: java.export("t")))
show("table", ctx.sql("SELECT count(*) AS c, max(name) AS m FROM t WHERE n < 10").to_pydict())
show("filter", ctx.sql("SELECT name FROM t WHERE plus_one(n) = 43").to_pydict())
ctx.register_udtf(udtf(Exported(lambda: java.export(Java.numbers())), "numbers"))
show("table function", ctx.sql("SELECT sum(n) AS s FROM numbers(5)").to_pydict())

# codecs: Java's in Python
with_codec = SessionContext().with_logical_extension_codec(
    Exported(java.logicalExtensionCodec), codec_id="io.datafusion.inline"
)
show("ids", with_codec.logical_extension_codec_ids())
call = bytes(Java.call(java))
show("without", failure(lambda: Expr.from_bytes(call, SessionContext())))
decoded = Expr.from_bytes(call, with_codec)
with_codec.from_pydict({"n": [1, 2, 3]}, "p")
show("decoded", with_codec.table("p").select(decoded.alias("m")).to_pydict())
show("again", decoded.to_bytes(with_codec) == call)

# plans, both ways
pq.write_table(pa.table({"n": list(range(10))}), folder / "rows.parquet")
plan = LogicalPlan.from_bytes(with_codec, bytes(Java.plan(java, str(folder / "rows.parquet"))))
show("plan from java", with_codec.create_dataframe_from_logical_plan(plan).to_pydict())
ctx.register_parquet("rows", str(folder / "rows.parquet"))
theirs = ctx.sql("SELECT max(n) AS m FROM rows").logical_plan().to_bytes()
show("plan to java", str(Java.run(java, theirs)).split("\n")[3])

# codecs: Python's in Java
inlining = raw(ctx.__datafusion_logical_extension_codec__())
both = java.withLogicalExtensionCodec(inlining, "python")
inlining.close()
show("python's id", list(map(str, both.logicalExtensionCodecIds())))
double = udf(lambda a: pa.array([2 * v for v in a.to_pylist()]), [pa.int64()], pa.int64(), "immutable", "double")
frames = double(col("n")).to_bytes()
JavaExpr = jpype.JClass("io.datafusion.Expr")
show("python's function", failure(lambda: JavaExpr.fromBytes(both, frames)))
tagged = double(col("n")).to_bytes(
    SessionContext().with_python_udf_inlining(enabled=False).with_logical_extension_codec(ctx, codec_id="python")
)
show("tagged", b"DFPYCHN" in tagged)
strict = both.withUdfInlining(jpype.JClass("io.datafusion.codec.UdfInlining").disabled())
show("strict", failure(lambda: JavaExpr.fromBytes(strict, tagged)))

# wrong ones
show("wrong name", failure(lambda: java.withLogicalExtensionCodec(raw(ctx.__datafusion_physical_extension_codec__()), "x")))

# closing in another order: Python's tables hold Java's session
java.close()
gc.collect()
show("closed", ctx.sql("SELECT count(*) AS c FROM t WHERE n >= 50").to_pydict())
show("still", ctx.sql("SELECT plus_one(41) AS n").to_pydict())

# the JVM ends before what Python holds of it
jpype.shutdownJVM()
show("ended", failure(lambda: ctx.sql("SELECT plus_one(n) AS m FROM p").to_pydict()))
show("native goes on", ctx.sql("SELECT 1 AS one").to_pydict())
del ctx, with_codec, decoded
gc.collect()

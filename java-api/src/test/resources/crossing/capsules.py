"""The Python side of PythonCapsuleTest: `capsules.py LIBJVM CLASSPATH FOLDER` starts a JVM in this process."""

import ctypes
import gc
import sys
from pathlib import Path

import jpype
import pyarrow as pa
import pyarrow.parquet as pq
from datafusion import ExecutionPlan, Expr, LogicalPlan, SessionContext, col, udaf, udf, udtf, udwf
from jvm import Capsule, Exported, Java, failure, raw, show

folder = Path(sys.argv[3])
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

# tables that Java reads and writes itself
sums = Java.tables(java)
ctx.register_table("java_numbers", Exported(lambda: java.export("numbers")))
query = "SELECT sum(n) AS s, count(text) AS c FROM java_numbers WHERE n > 9990 AND plus_one(n) % 2 = 0"
show("java's rows", ctx.sql(query).to_pydict())
show("java's order", ctx.sql("SELECT n FROM java_numbers ORDER BY n DESC LIMIT 2").to_pydict())
show("joined", ctx.sql("SELECT count(*) AS c FROM java_numbers a JOIN java_numbers b ON a.n = b.n + 1").to_pydict())
ctx.register_table("sums", Exported(lambda: java.export("sums")))
insert = "INSERT INTO sums SELECT n FROM java_numbers UNION ALL SELECT n FROM p"
show("inserted", ctx.sql(insert).to_pydict())
show("sum", int(sums.sum()))
show("unreadable", failure(lambda: ctx.sql("SELECT * FROM sums").collect()))

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
both = with_codec.with_physical_extension_codec(
    Exported(java.physicalExtensionCodec), codec_id="io.datafusion.inline"
)
every = Java.everyKind(java, str(folder / "rows.parquet"))
plan = LogicalPlan.from_bytes(both, bytes(every.logicalPlan().toBytes(java)))
show("every kind in a logical plan", both.create_dataframe_from_logical_plan(plan).to_pydict())
plan = ExecutionPlan.from_bytes(both, bytes(every.executionPlan().toBytes(java)))
show("every kind in a physical plan", [b.to_pyarrow().to_pydict() for b in both.execute(plan, 0)])
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
with raw(ctx.__datafusion_physical_extension_codec__()) as physical:
    both = both.withPhysicalExtensionCodec(physical, "python")
strict = both.withUdfInlining(jpype.JClass("io.datafusion.codec.UdfInlining").disabled())
show("strict", failure(lambda: JavaExpr.fromBytes(strict, tagged)))

# a strict Java session with an inlining Python session as its codecs: nothing of Python's comes in, nothing of Java's
# goes out
ctx.register_udf(double)
tagging = SessionContext().with_python_udf_inlining(enabled=False)
tagging = tagging.with_logical_extension_codec(ctx, codec_id="python")
tagging = tagging.with_physical_extension_codec(ctx, codec_id="python")
query = ctx.sql("SELECT double(n) AS d FROM rows")
for form, plan in ("Logical", query.logical_plan()), ("Execution", query.execution_plan()):
    read = jpype.JClass(f"io.datafusion.{form}Plan").fromBytes
    for envelope, sender in ("bare", ctx), ("tagged", tagging):
        data = plan.to_bytes(sender)
        assert (b"DFPYCHN" in data) == (envelope == "tagged") and b"DFPYUDF" in data
        show(f"strict, {form}, {envelope}", failure(lambda: read(strict, data)))
call = Java.plusOne().call(JavaExpr.col("n"))
show("strict, out", [b"DFJV" in bytes(call.toBytes(sender)) for sender in (both, strict)])

# wrong ones
show("wrong name", failure(lambda: java.withLogicalExtensionCodec(raw(ctx.__datafusion_physical_extension_codec__()), "x")))

# a codec of another major version: a copy of the struct whose version() answers 54
struct = (ctypes.c_uint64 * 18).from_address(raw(ctx.__datafusion_logical_extension_codec__()).address())
old = (ctypes.c_uint64 * 18)(*struct)
version = ctypes.CFUNCTYPE(ctypes.c_uint64)(lambda: 54)
old[15] = ctypes.cast(version, ctypes.c_void_p).value
LOGICAL = "datafusion_logical_extension_codec"
show("old version", failure(lambda: Capsule.copyOf(LOGICAL, ctypes.addressof(old))))

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

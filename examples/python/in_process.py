"""Two engines in one process: Python's DataFusion, and Java's in a JVM that this program starts.

    in_process.py CLASSPATH FOLDER
"""

import sys
from pathlib import Path

import jpype
import pyarrow as pa
import pyarrow.parquet as pq
from capsules import FromJava, to_java
from datafusion import Expr, LogicalPlan, SessionContext, col, udf

classpath, folder = sys.argv[1].split(":"), Path(sys.argv[2])
jpype.startJVM(
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    classpath=classpath,
)
Fares = jpype.JClass("fares.Fares")
java = Fares.session()
python = SessionContext()

# 1. A function written in Java, in a query of Python's.
tip = Fares.tip(18.0)
python.register_udf(udf(FromJava(lambda: java.export(tip))))
python.from_pydict({"dollars": [10.0, 20.0, None]}, "trips")
print("Java's function:", python.sql("SELECT tip(dollars) AS tip FROM trips").to_pydict())

# 2. A table of Java's, in a query of Python's. The filter goes to the table, and Java's function with it.
python.register_table("fares", FromJava(lambda: java.export("fares")))
query = "SELECT zone, count(*) AS n FROM fares WHERE tip(cents / 100) > 1 GROUP BY zone ORDER BY zone"
print("Java's table:", python.sql(query).to_pydict())

# 3. A plan that Java wrote, its function inside. Python reads it with Java's codec, and names the codec without.
pq.write_table(pa.table({"dollars": [10.0, 20.0, 30.0]}), folder / "trips.parquet")
trips = jpype.JClass("io.datafusion.Parquet").of(str(folder / "trips.parquet"))
java.register(tip)
java.register("trips", trips)
plan = bytes(java.sql("SELECT sum(tip(dollars)) AS tips FROM trips").logicalPlan().toBytes(java))
try:
    LogicalPlan.from_bytes(python, plan)
except Exception as error:
    print("Without the codec:", error)
codec_id = "io.datafusion.inline"
both = python.with_logical_extension_codec(FromJava(java.logicalExtensionCodec), codec_id=codec_id)
read = LogicalPlan.from_bytes(both, plan)
print("Java's plan:", both.create_dataframe_from_logical_plan(read).to_pydict())
print("Written again, the same bytes:", read.to_bytes(both) == plan)

# 4. A plan that Python wrote, in Java.
python.register_parquet("paid", str(folder / "trips.parquet"))
plan = python.sql("SELECT max(dollars) AS most FROM paid").logical_plan().to_bytes()
read = jpype.JClass("io.datafusion.LogicalPlan").fromBytes(java, plan)
print("Python's plan:", str(java.dataFrame(read).toText(1)).splitlines()[3])

# 5. Python's codec in a Java session. What Python pickled into it stays out: Java runs no Python.
with to_java(python.__datafusion_logical_extension_codec__()) as capsule:
    receiver = java.withLogicalExtensionCodec(capsule, "python")
print("Codecs of the Java session:", [str(name) for name in receiver.logicalExtensionCodecIds()])
double = udf(lambda a: pa.array([2 * v for v in a.to_pylist()]), [pa.float64()], pa.float64(), "immutable", "double")
try:
    jpype.JClass("io.datafusion.Expr").fromBytes(receiver, double(col("dollars")).to_bytes())
except jpype.JException as error:
    print("Python's function:", error)

# 6. Either side may end first: Python's tables and functions hold what they need of Java's session.
java.close()
print("After Java's session was closed:", python.sql("SELECT count(*) AS n FROM fares").to_pydict())

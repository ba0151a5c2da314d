package crossing.capsule;

import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.TableFunction;
import io.datafusion.udf.WindowUdf;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** What a Python program asks a JVM in its process for. */
public final class JavaSide {
  private static final Field LONG = Field.nullable("n", new ArrowType.Int(64, true));

  private JavaSide() {}

  /** A state. */
  public record Sum(long value) {}

  public static ScalarUdf plusOne() {
    return ScalarUdf.of("plus_one", Long.class, Long.class, n -> n + 1);
  }

  public static ScalarUdf throwing() {
    return ScalarUdf.of(
        "throwing",
        Long.class,
        Long.class,
        n -> {
          throw new IllegalStateException("java says no");
        });
  }

  public static AggregateUdf total() {
    return AggregateUdf.of(
        "java_total",
        Long.class,
        Long.class,
        new Sum(0),
        (sum, n) -> new Sum(sum.value() + n),
        (a, b) -> new Sum(a.value() + b.value()),
        Sum::value);
  }

  public static WindowUdf lengths() {
    return WindowUdf.overFrame(
        "frame_length",
        List.of(LONG),
        LONG,
        (rows, frames) -> {
          var result = new BigIntVector("r", rows.allocator());
          result.allocateNew(frames.count());
          for (int i = 0; i < frames.count(); i++) {
            result.set(i, frames.end(i) - frames.start(i));
          }
          result.setValueCount(frames.count());
          return result;
        });
  }

  public static TableFunction numbers() {
    return TableFunction.of(
        "numbers",
        (session, arguments) ->
            session.sql("SELECT value AS n FROM range(0, " + arguments.value(0, Long.class) + ")"));
  }

  /** {@return a session with a table {@code t(n, name)} of 100 rows} */
  public static SessionContext session() {
    SessionContext session = SessionContext.create();
    session.sql("CREATE TABLE t AS SELECT value AS n, 'name ' || value AS name FROM range(0, 100)");
    return session;
  }

  /** {@return {@code plus_one(n)} as bytes} */
  public static byte[] call(SessionContext session) {
    return plusOne().call(Expr.col("n")).toBytes(session);
  }

  /** {@return a plan over a Parquet file, with a Java function, as bytes} */
  public static byte[] plan(SessionContext session, String file) {
    session.register(plusOne());
    session.register("rows", io.datafusion.Parquet.of(file));
    return session.sql("SELECT sum(plus_one(n)) AS s FROM rows").logicalPlan().toBytes(session);
  }

  /** {@return the rows of a plan of Python's} */
  public static String run(SessionContext session, byte[] plan) {
    return session.dataFrame(io.datafusion.LogicalPlan.fromBytes(session, plan)).toText(10);
  }
}

package crossing.capsule;

import io.datafusion.DataFrame;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.catalog.InsertOp;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.TableFunction;
import io.datafusion.udf.WindowUdf;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import user.Numbers;

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
    return total("java_total");
  }

  /** {@return a sum under a name of the caller's} */
  public static AggregateUdf total(String name) {
    return AggregateUdf.of(
        name,
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

  /** {@return the numbers of the rows of a partition, from 0, under a name of the caller's} */
  public static WindowUdf positions(String name) {
    return WindowUdf.overPartition(
        name,
        List.of(LONG),
        LONG,
        rows -> {
          var result = new BigIntVector("r", rows.allocator());
          result.allocateNew(rows.rowCount());
          for (int row = 0; row < rows.rowCount(); row++) {
            result.set(row, row);
          }
          result.setValueCount(rows.rowCount());
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

  /** Adds up what is inserted. */
  public static final class Sums implements TableProvider {
    private long sum;

    @Override
    public Schema schema() {
      return new Schema(List.of(LONG));
    }

    @Override
    public TableScan scan(ScanRequest request) {
      throw new IllegalStateException("it is written only");
    }

    @Override
    public long insert(InsertOp op, ArrowReader batches) throws IOException {
      long rows = 0;
      while (batches.loadNextBatch()) {
        var column = (BigIntVector) batches.getVectorSchemaRoot().getVector(0);
        for (int i = 0; i < column.getValueCount(); i++) {
          sum += column.get(i);
          rows++;
        }
      }
      return rows;
    }

    public long sum() {
      return sum;
    }
  }

  /** {@return a table that Java writes, registered as {@code sums}, beside one that it reads} */
  public static Sums tables(SessionContext session) {
    var sums = new Sums();
    session.register("sums", sums);
    session.register("numbers", new Numbers(10_000, 3));
    return sums;
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

  /** {@return an execution plan over a Parquet file, with a Java function, as bytes} */
  public static byte[] executionPlan(SessionContext session, String file) {
    var rows = session.read(io.datafusion.Parquet.of(file));
    var sum = Functions.sum(plusOne().call(Expr.col("n")));
    return rows.aggregate(List.of(), List.of(sum)).executionPlan().toBytes(session);
  }

  /** {@return whether an expression and an unknown name are what they should be with a codec} */
  public static boolean logicalRoundTrip(SessionContext session, String file) {
    Expr call = plusOne().call(Functions.abs(Expr.col("n")));
    byte[] unknown = plusOne().call(Expr.col("n")).toBytes(strict(session));
    return Expr.fromBytes(session, call.toBytes(session)).equals(call)
        && isUnresolved(() -> Expr.fromBytes(session, unknown));
  }

  /** {@return the same of a physical plan} */
  public static boolean physicalRoundTrip(SessionContext session, String file) {
    byte[] plan = executionPlan(session, file);
    byte[] unknown = executionPlan(strict(session), file);
    return Arrays.equals(ExecutionPlan.fromBytes(session, plan).toBytes(session), plan)
        && isUnresolved(() -> ExecutionPlan.fromBytes(session, unknown));
  }

  private static SessionContext strict(SessionContext session) {
    return session.withUdfInlining(UdfInlining.disabled());
  }

  private static boolean isUnresolved(Runnable decode) {
    try {
      decode.run();
      return false;
    } catch (UnresolvedFunctionException e) {
      return e.getMessage().contains("plus_one");
    }
  }

  /** {@return a query with a scalar, an aggregate and a window function of Java's} */
  public static DataFrame everyKind(SessionContext session, String file) {
    session.register(plusOne());
    session.register(total());
    session.register(lengths());
    session.register("every", io.datafusion.Parquet.of(file));
    return session.sql(
        "SELECT java_total(plus_one(l)) AS s FROM"
            + " (SELECT frame_length(n) OVER (ORDER BY n ROWS 2 PRECEDING) AS l FROM every)");
  }

  /** {@return the rows of a plan of Python's} */
  public static String run(SessionContext session, byte[] plan) {
    return session.dataFrame(io.datafusion.LogicalPlan.fromBytes(session, plan)).toText(10);
  }
}

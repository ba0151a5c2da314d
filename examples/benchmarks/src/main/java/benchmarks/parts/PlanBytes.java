package benchmarks.parts;

import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Expressions and plans written and read, by the number of functions inside. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PlanBytes {
  /** 0: the engine's own functions only. */
  @Param({"0", "1", "10", "100"})
  public int functions;

  private SessionContext session;
  private LogicalPlan plan;
  private byte[] planBytes;
  private Expr expression;
  private byte[] expressionBytes;

  @Setup(Level.Trial)
  public void make() {
    session = SessionContext.create();
    session.sql("CREATE VIEW t AS SELECT CAST(1 AS DOUBLE) AS x").count();
    List<Expr> columns = new ArrayList<>();
    for (int i = 0; i < Math.max(functions, 1); i++) {
      columns.add(call(i).alias("c" + i));
    }
    expression = columns.getFirst();
    plan = session.table("t").select(columns).logicalPlan();
    planBytes = plan.toBytes(session);
    expressionBytes = expression.toBytes(session);
  }

  private Expr call(double more) {
    return functions == 0
        ? Expr.col("x").isNull()
        : ScalarUdf.of("f" + (int) more, Double.class, Double.class, x -> x * 1.2 + more)
            .call(Expr.col("x"));
  }

  @TearDown(Level.Trial)
  public void close() {
    session.close();
  }

  @Benchmark
  public byte[] expressionToBytes() {
    return expression.toBytes(session);
  }

  @Benchmark
  public Expr expressionFromBytes() {
    return Expr.fromBytes(session, expressionBytes);
  }

  /** A function is defined, called and written. */
  @Benchmark
  public byte[] functionMadeAndWritten() {
    return call(7).toBytes(session);
  }

  @Benchmark
  public byte[] planToBytes() {
    return plan.toBytes(session);
  }

  @Benchmark
  public LogicalPlan planFromBytes() {
    return LogicalPlan.fromBytes(session, planBytes);
  }
}

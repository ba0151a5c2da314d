package benchmarks.parts;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One batch of a function, inside a query: what the same query takes with the column alone, or with
 * a function of the engine's, is to be taken off. Batches of one row show what a batch takes, large
 * ones what a row takes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FunctionBatch {
  private static final int BATCHES = 2_000;

  @Param({"1", "8192"})
  public int rows;

  @Param({
    "max(long) FROM t",
    "max(abs(long)) FROM t",
    "max(lambda_long(long)) FROM t",
    "max(lambda_longs2(long, long2)) FROM t",
    "max(lambda_longs4(long, long2, long3, long4)) FROM t",
    "max(vectors_1(long)) FROM t",
    "max(vectors_2(long, long2)) FROM t",
    "max(vectors_4(long, long2, long3, long4)) FROM t",
    "max(double) FROM t",
    "max(lambda_double(double)) FROM t",
    "max(text) FROM t",
    "max(lambda_text(text)) FROM t",
    "max(decimal) FROM t",
    "max(lambda_decimal(decimal)) FROM t",
    "max(timestamp) FROM t",
    "max(lambda_timestamp(timestamp)) FROM t",
    "sum(double) FROM t",
    "state_sum(double) FROM t",
    "sum(v) FROM (SELECT avg(double) OVER (ROWS 9 PRECEDING) AS v FROM t)",
    "sum(v) FROM (SELECT frame_avg(double) OVER (ROWS 9 PRECEDING) AS v FROM t)"
  })
  public String query;

  private Batches batches;

  @Setup(Level.Trial)
  public void make() {
    batches = new Batches(BATCHES, rows);
  }

  @TearDown(Level.Trial)
  public void close() {
    batches.close();
  }

  @Benchmark
  @OperationsPerInvocation(BATCHES)
  public Object batch() {
    return batches.run(query);
  }
}

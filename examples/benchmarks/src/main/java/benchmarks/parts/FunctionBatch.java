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
 * One batch of a function, inside a query: what the same query takes with the column alone is to be
 * taken off. Batches of one row show what a batch takes, large ones what a row takes.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScalarBatch {
  private static final int BATCHES = 2_000;

  @Param({"1", "8192"})
  public int rows;

  @Param({
    "long",
    "lambda_long(long)",
    "lambda_longs2(long, long2)",
    "lambda_longs4(long, long2, long3, long4)",
    "vectors_1(long)",
    "vectors_2(long, long2)",
    "vectors_4(long, long2, long3, long4)",
    "double",
    "lambda_double(double)",
    "text",
    "lambda_text(text)",
    "decimal",
    "lambda_decimal(decimal)",
    "timestamp",
    "lambda_timestamp(timestamp)"
  })
  public String expression;

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
    return batches.run(expression);
  }
}

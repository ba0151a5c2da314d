package user;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.util.TransferPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a batch costs, counted and not timed: calls, and what they leave to the collector. The C
 * callbacks are counted in native/capi, functions.rs and vectors.rs.
 */
class CostOfABatchTest {
  private static final int BATCHES = 200;
  private static final AtomicInteger CALLS = new AtomicInteger();

  /** A table of as many batches, each of {@code rows}. */
  private static SessionContext session(int rows) {
    SessionContext ctx =
        SessionContext.create(SessionConfig.of().withTargetPartitions(1).withBatchSize(rows));
    ctx.sql(
        "CREATE TABLE t AS SELECT value AS n, CAST(value AS DOUBLE) AS x,"
            + " CAST(value % 100 AS VARCHAR) AS s FROM range(0, "
            + (long) BATCHES * rows
            + ")");
    ctx.register(ScalarUdf.of("linear", Double.class, Double.class, x -> x * 1.2 + 3));
    ctx.register(ScalarUdf.of("both", Long.class, Long.class, Long.class, (a, b) -> a + b));
    ctx.register(
        ScalarUdf.vectorized(
            "same", List.of(Aggregates.LONG), Aggregates.LONG, CostOfABatchTest::same));
    ctx.register(
        AggregateUdf.of(
            "own_sum",
            Double.class,
            Double.class,
            new Sum(0),
            (Sum sum, Double x) -> new Sum(sum.value + x),
            (a, b) -> new Sum(a.value + b.value),
            Sum::value));
    ctx.register(Aggregates.Way.GROUPS.mean("own_mean"));
    return ctx;
  }

  /** The state of a sum. */
  public record Sum(double value) {}

  private static FieldVector same(io.datafusion.udf.VectorArguments arguments) {
    CALLS.incrementAndGet();
    TransferPair copy = arguments.vector(0).getTransferPair(arguments.allocator());
    copy.splitAndTransfer(0, arguments.rowCount());
    return (FieldVector) copy.getTo();
  }

  @Test
  void aVectorFunctionIsCalledOnceABatch() {
    try (SessionContext ctx = session(1_000)) {
      CALLS.set(0);
      ctx.sql("SELECT sum(same(n)) FROM t").toText(1);
      assertThat(CALLS).hasValue(BATCHES);
    }
  }

  @Test
  void anAggregateIsUpdatedOnceABatch() {
    try (SessionContext ctx = session(1_000)) {
      Aggregates.UPDATES.set(0);
      ctx.sql("SELECT n % 3, own_mean(x) FROM t GROUP BY 1").toText(3);
      assertThat(Aggregates.UPDATES).hasValue(BATCHES);
    }
  }

  /** Bytes that the JVM's threads allocate for a batch, where that is least. */
  private static long allocated(SessionContext ctx, String expression) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    String query = "SELECT " + expression + " FROM t";
    long least = Long.MAX_VALUE;
    for (int run = 0; run < 40; run++) {
      long before = threads.getTotalThreadAllocatedBytes();
      ctx.sql(query).toText(1);
      least = Math.min(least, threads.getTotalThreadAllocatedBytes() - before);
    }
    return least / BATCHES;
  }

  /** What a batch leaves is small, and the same for eight times the rows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "sum(linear(x))",
        "sum(both(n, n))",
        "sum(same(n))",
        "own_sum(x)",
        "own_sum(linear(x))",
      })
  void whatABatchLeavesDoesNotGrowWithItsRows(String expression) {
    try (SessionContext small = session(1_024);
        SessionContext large = session(8_192)) {
      long few = allocated(small, expression);
      long many = allocated(large, expression);
      assertThat(many).isLessThan(few + 512);
    }
  }
}

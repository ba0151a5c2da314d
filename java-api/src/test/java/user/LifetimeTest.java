package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.BatchStream;
import io.datafusion.CancelledException;
import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.SchemaException;
import io.datafusion.SessionContext;
import io.datafusion.SqlOptions;
import io.datafusion.Window;
import io.datafusion.internal.boundary.Faults;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.udf.PartitionEvaluator;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.WindowUdf;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.Test;

/** What is made is freed: counted on both sides of the boundary. */
class LifetimeTest {
  private static final int ROUNDS = 100_000;
  private static final int WARM = 20_000;

  /** Less than a hundred bytes for each round that follows the warm ones. */
  private static final long GROWTH = (ROUNDS - WARM) * 100L;

  /** Issue 3, Shows 8: expression, plan and function made and dropped, with flat memory. */
  @Test
  void aHundredThousandRoundsLeaveNothingBehind() throws Exception {
    try (SessionContext ctx = SessionContext.create()) {
      DataFrame base = ctx.sql("SELECT 1 AS a");
      round(ctx, base, 0);
      Map<String, Long> before = settled();
      int callbacks = Upcalls.live();
      int classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
      long most = 0;
      MemoryInUse warm = MemoryInUse.NONE;
      for (int i = 1; i <= ROUNDS; i++) {
        round(ctx, base, i);
        if (i % 10_000 == 0) {
          most = Math.max(most, Faults.counters().values().stream().mapToLong(n -> n).sum());
        }
        if (i == WARM) {
          assertThat(settled()).isEqualTo(before);
          warm = MemoryInUse.now();
        }
      }
      assertThat(settled()).isEqualTo(before);
      MemoryInUse end = MemoryInUse.now();
      System.out.println("after " + WARM + " rounds " + warm + ", after " + ROUNDS + " " + end);
      assertThat(end.nativeHeap() - warm.nativeHeap()).as("native bytes").isLessThan(GROWTH);
      assertThat(end.javaHeap() - warm.javaHeap()).as("Java heap").isLessThan(GROWTH);
      assertThat(end.metaspace() - warm.metaspace()).as("metaspace").isLessThan(GROWTH);
      assertThat(Upcalls.live()).isEqualTo(callbacks);
      assertThat(ManagementFactory.getClassLoadingMXBean().getLoadedClassCount())
          .as("classes: one a function that lives")
          .isLessThan(classes + 1_000);
      Reference.reachabilityFence(base);
      assertThat(most).as("objects that wait for the collector").isLessThan(ROUNDS);
    }
  }

  private static void round(SessionContext ctx, DataFrame base, int i) {
    long n = i;
    ScalarUdf function = ScalarUdf.of("f", Long.class, Long.class, a -> a + n);
    Expr expr = function.call(col("a")).plus(lit(n));
    if (i % 100 == 0) {
      assertThat(Expr.fromBytes(ctx, expr.toBytes(ctx))).isEqualTo(expr);
    }
    assertThat(base.select(expr).logicalPlan().children()).isNotEmpty();
  }

  /** Runs the collector until the counters do not change any more. */
  private static Map<String, Long> settled() throws InterruptedException {
    Map<String, Long> last = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      System.gc();
      Thread.sleep(50);
      Map<String, Long> now = Faults.counters();
      if (i > 3 && now.equals(last)) {
        return now;
      }
      last = now;
    }
    return last;
  }

  @Test
  void statesOfAggregatesAreFreed() throws Exception {
    try (SessionContext ctx = SessionContext.create()) {
      Map<String, Long> before = settled();
      int callbacks = Upcalls.live();
      for (int i = 0; i < 200; i++) {
        Aggregates.Way way = Aggregates.Way.values()[i % 3];
        DataFrame frame =
            ctx.sql("SELECT CAST(value AS DOUBLE) AS x FROM range(0, 3000)")
                .aggregate(
                    java.util.List.of(col("x")),
                    java.util.List.of(way.mean("own_mean_" + i % 20).call(col("x")).alias("m")));
        try (BatchStream stream = frame.execute();
            var allocator = new RootAllocator();
            ArrowReader reader = stream.reader(allocator)) {
          assertThat(reader.loadNextBatch()).isTrue();
        }
      }
      assertThat(settled()).isEqualTo(before);
      assertThat(Upcalls.live()).isEqualTo(callbacks);
    }
  }

  @Test
  void evaluatorsOfPartitionsAreFreed() throws Exception {
    try (SessionContext ctx = SessionContext.create()) {
      Map<String, Long> before = settled();
      long callbacks = Upcalls.live();
      Windows.Counted.reset();
      for (int i = 0; i < 20; i++) {
        long n = i;
        var counted =
            new Windows.Counted(
                _ -> {
                  if (n % 5 == 4) {
                    throw new IllegalStateException("no evaluator");
                  }
                  return new PartitionEvaluator() {
                    @Override
                    public FieldVector evaluateAll(VectorArguments partition) {
                      return partition.vector(0);
                    }
                  };
                });
        WindowUdf function =
            WindowUdf.of("f", List.of(Windows.LONG), Windows.LONG, counted).withAliases("f" + n);
        Window keys = Window.of().withPartitionBy(col("value").modulo(lit(7L)));
        DataFrame rows =
            ctx.sql("SELECT value FROM generate_series(1, 500)")
                .select(function.call(col("value")).over(keys));
        if (i % 5 == 4) {
          assertThatThrownBy(() -> rows.toText(500)).hasRootCauseMessage("no evaluator");
        } else {
          rows.toText(500);
        }
      }
      assertThat(settled()).isEqualTo(before);
      assertThat(Upcalls.live()).isEqualTo(callbacks);
      assertThat(Windows.Counted.opened).isEqualTo(16 * 7);
      assertThat(Windows.Counted.closed).isEqualTo(Windows.Counted.opened);
    }
  }

  @Test
  void streamsBatchesAndErrorsAreFreed() throws Exception {
    try (SessionContext ctx = SessionContext.create()) {
      Map<String, Long> before = settled();
      for (int i = 0; i < 200; i++) {
        try (var allocator = new RootAllocator();
            BatchStream stream = ctx.sql("SELECT value FROM generate_series(1, 50000)").execute();
            ArrowReader reader = stream.reader(allocator)) {
          for (int batches = 0; batches < i % 4; batches++) {
            reader.loadNextBatch();
          }
        }
        try {
          ctx.sql("SELECT nope");
        } catch (SchemaException expected) {
          assertThat(expected).hasMessageContaining("nope");
        }
      }
      assertThat(settled()).isEqualTo(before);
    }
  }

  @Test
  void sessionsEndWithTheirLastUser() throws Exception {
    long before = settled().get("sessions");
    SessionContext ctx = SessionContext.create();
    SessionContext second = ctx.withSqlOptions(SqlOptions.all());
    ctx.sql("CREATE TABLE t AS VALUES (1)");
    ctx.close();
    assertThat(second.table("t").count()).isEqualTo(1);
    second.close();
    assertThat(settled().get("sessions")).isEqualTo(before);
  }

  /** Closing while others call: each call gives its rows, is cancelled, or is refused. */
  @Test
  void closeRacesWithCallsInEveryOrder() throws Exception {
    for (int round = 0; round < 200; round++) {
      SessionContext ctx = SessionContext.create();
      var start = new CountDownLatch(1);
      var calls = new CompletableFuture<?>[3];
      for (int i = 0; i < calls.length; i++) {
        calls[i] =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    start.await();
                    assertThat(ctx.sql("SELECT 1").count()).isEqualTo(1);
                  } catch (IllegalStateException e) {
                    assertThat(e).hasMessage("SessionContext is closed");
                  } catch (CancelledException e) {
                    assertThat(e.code()).isEqualTo(104);
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
      }
      start.countDown();
      if (round % 2 == 0) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
      ctx.close();
      CompletableFuture.allOf(calls).join();
    }
  }

  @Test
  void interruptsRaceWithTheEndOfCalls() throws Exception {
    try (SessionContext ctx = SessionContext.create()) {
      for (int round = 0; round < 300; round++) {
        var done = new CompletableFuture<Object>();
        Thread thread =
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        done.complete(ctx.sql("SELECT 1").count());
                      } catch (CancelledException e) {
                        done.complete(Thread.currentThread().isInterrupted());
                      } catch (Throwable e) {
                        done.completeExceptionally(e);
                      }
                    });
        for (int i = 0; i < round; i++) {
          Thread.onSpinWait();
        }
        thread.interrupt();
        assertThat(done.get()).isIn(1L, true);
      }
      assertThat(ctx.sql("SELECT 1").count()).isEqualTo(1);
    }
  }
}

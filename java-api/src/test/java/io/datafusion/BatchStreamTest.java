package io.datafusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class BatchStreamTest {
  /** Its first batch comes at once, its last one never. */
  private static final String ENDLESS = "SELECT value FROM generate_series(1, 9000000000000000)";

  /** No batch comes for hours. */
  private static final String SILENT =
      "SELECT count(*) FROM generate_series(1, 9000000000000000) WHERE value % 7 = 8";

  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  @Test
  void batchesArriveWhileTheQueryRuns() throws IOException {
    try (var allocator = new RootAllocator();
        BatchStream stream = ctx.sql(ENDLESS).execute();
        ArrowReader reader = stream.reader(allocator)) {
      long rows = 0;
      for (int i = 0; i < 10; i++) {
        assertThat(reader.loadNextBatch()).isTrue();
        rows += reader.getVectorSchemaRoot().getRowCount();
      }
      assertThat(rows).isPositive();
      assertThat(reader.bytesRead()).isPositive();
    }
  }

  @Test
  void emptyResultsHaveASchema() throws IOException {
    try (var allocator = new RootAllocator();
        BatchStream stream = ctx.sql("SELECT 1 AS a WHERE false").execute();
        ArrowReader reader = stream.reader(allocator)) {
      assertThat(stream.schema().findField("a")).isNotNull();
      assertThat(reader.loadNextBatch()).isFalse();
      assertThat(reader.loadNextBatch()).isFalse();
    }
  }

  @Test
  void errorsOfTheQueryComeOutOfTheReader() throws IOException {
    try (var allocator = new RootAllocator();
        BatchStream stream =
            ctx.sql("SELECT 1 / (value - 100000) FROM generate_series(1, 200000)").execute();
        ArrowReader reader = stream.reader(allocator)) {
      assertThatThrownBy(
              () -> {
                while (reader.loadNextBatch()) {
                  reader.getVectorSchemaRoot();
                }
              })
          .isInstanceOf(ArrowException.class)
          .hasMessageContaining("zero");
    }
  }

  @Test
  void closeFromAnotherThreadEndsAWaitingRead() throws Exception {
    try (var allocator = new RootAllocator()) {
      BatchStream stream = ctx.sql(SILENT).execute();
      ArrowReader reader = stream.reader(allocator);
      Throwable thrown = blocked(() -> reader.loadNextBatch(), _ -> stream.close());
      assertThat(thrown).isInstanceOf(CancelledException.class);
      reader.close();
    }
  }

  @Test
  void closingTheContextEndsAWaitingRead() throws Exception {
    try (var allocator = new RootAllocator();
        BatchStream stream = ctx.sql(SILENT).execute();
        ArrowReader reader = stream.reader(allocator)) {
      Throwable thrown = blocked(() -> reader.loadNextBatch(), _ -> ctx.close());
      assertThat(thrown).isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void closingTheContextEndsARunningCount() throws Exception {
    DataFrame frame = ctx.sql(SILENT).distinct();
    Throwable thrown = blocked(() -> Results.of(frame), _ -> ctx.close());
    assertThat(thrown).isInstanceOf(CancelledException.class);
  }

  /** Interruption ends the call, and the flag is set again. */
  @Test
  void interruptionEndsTheCall() throws Exception {
    DataFrame frame = ctx.sql(SILENT);
    var flag = new boolean[1];
    Throwable thrown =
        blocked(
            () -> {
              try {
                return Results.of(frame);
              } finally {
                flag[0] = Thread.currentThread().isInterrupted();
              }
            },
            Thread::interrupt);
    assertThat(thrown).isInstanceOf(CancelledException.class);
    assertThat(flag[0]).isTrue();
    assertThat(Results.one(ctx.sql("SELECT 1"))).isEqualTo(1L);
  }

  /**
   * With two carriers, a hundred waiting virtual threads would block them all if they were pinned.
   */
  @Test
  void waitingVirtualThreadsGiveTheirCarrierBack() throws Exception {
    var threads = new Thread[100];
    var waiting = new CountDownLatch(threads.length);
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.startVirtualThread(
              () -> {
                try (var stream = ctx.sql(SILENT).execute();
                    var allocator = new RootAllocator();
                    var reader = stream.reader(allocator)) {
                  waiting.countDown();
                  var _ = catchThrowable(reader::loadNextBatch);
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
    }
    waiting.await();
    var probe = new FutureTask<>(() -> "ran");
    Thread.startVirtualThread(probe);
    assertThat(probe.get(60, TimeUnit.SECONDS)).isEqualTo("ran");
    for (Thread thread : threads) {
      thread.interrupt();
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void closeIsIdempotentAndUseAfterItIsRefused() {
    BatchStream stream = ctx.sql("SELECT 1").execute();
    stream.close();
    stream.close();
    assertThatThrownBy(stream::schema)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("BatchStream is closed");
    assertThatThrownBy(() -> stream.exportTo(1)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> stream.exportTo(0)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Between two reads nobody waits, so the next one says it; the query has ended. */
  @Test
  void closingTheContextEndsTheNextRead() throws IOException {
    DataFrame frame = ctx.sql(ENDLESS);
    try (var allocator = new RootAllocator();
        BatchStream stream = frame.execute();
        ArrowReader reader = stream.reader(allocator);
        BatchStream ofPlan = ctx.execute(frame.executionPlan());
        ArrowReader second = ofPlan.reader(allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      ctx.close();
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(reader::loadNextBatch).isInstanceOf(CancelledException.class);
        assertThatThrownBy(second::loadNextBatch).isInstanceOf(CancelledException.class);
      }
    }
    assertThat(frame.limit(1).count()).isEqualTo(1);
  }

  @Test
  void aStreamHasOneReader() throws IOException {
    try (var allocator = new RootAllocator();
        BatchStream stream = ctx.sql("SELECT 1").execute();
        ArrowReader reader = stream.reader(allocator)) {
      assertThatThrownBy(() -> stream.reader(allocator))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("BatchStream has a reader already");
      assertThat(reader.loadNextBatch()).isTrue();
    }
    BatchStream closed = ctx.sql("SELECT 1").execute();
    closed.close();
    try (var allocator = new RootAllocator()) {
      assertThatThrownBy(() -> closed.reader(allocator)).hasMessage("BatchStream is closed");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "named_struct('a', 1, 'a', 2)",
        "[named_struct('a', 1, 'a', 2)]",
        "arrow_cast(X'', 'FixedSizeBinary(0)')",
        "arrow_cast(arrow_cast('v', 'Dictionary(Int32, Utf8)'),"
            + " 'Dictionary(Int8, Dictionary(Int32, Utf8))')"
      })
  void columnThatArrowJavaCannotHoldIsNamed(String expr) {
    try (var allocator = new RootAllocator();
        BatchStream stream = ctx.sql("SELECT 1 AS fine, " + expr + " AS odd").execute()) {
      assertThatThrownBy(() -> stream.reader(allocator))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("column 'odd'")
          .hasMessageContaining("cast it in the query");
    }
  }

  @Test
  void typeTooDeepIsNamed() {
    Expr deep = Expr.lit(1);
    for (int i = 0; i < 140; i++) {
      deep = Functions.makeArray(deep);
    }
    Expr nested = deep;
    try (BatchStream stream = ctx.sql("SELECT 1").select(nested.alias("deep")).execute()) {
      assertThatThrownBy(stream::schema)
          .isInstanceOf(PlanException.class)
          .hasMessageContaining("column 'deep'");
    }
  }

  private interface Body {
    Object run() throws Exception;
  }

  private interface Ender {
    void end(Thread thread);
  }

  /** Runs the body in a thread, ends it once the thread waits, and answers what it threw. */
  private static Throwable blocked(Body body, Ender ender) throws Exception {
    var task = new FutureTask<>(() -> catchThrowable(body::run));
    Thread thread = Thread.ofPlatform().start(task);
    while (!parked(thread)) {
      if (task.isDone()) {
        throw new AssertionError("it did not wait", task.get());
      }
      Thread.onSpinWait();
    }
    ender.end(thread);
    return task.get(60, TimeUnit.SECONDS);
  }

  private static boolean parked(Thread thread) {
    Thread.State state = thread.getState();
    return state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING;
  }
}

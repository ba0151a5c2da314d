package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static user.LongTables.NUMBERS;
import static user.LongTables.one;
import static user.LongTables.reader;

import io.datafusion.BatchStream;
import io.datafusion.CancelledException;
import io.datafusion.Expr;
import io.datafusion.ReentryException;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import user.LongTables.Table;

/** Readers of Java's tables: when they are opened, interrupted and closed. */
@Timeout(60)
class TableReaderTest {
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(2));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  /** Counts its readers, and gives no end. */
  private static final class Endless implements TableProvider, TableScan {
    final AtomicInteger opened = new AtomicInteger();
    final CountDownLatch closed = new CountDownLatch(1);
    final CountDownLatch waits = new CountDownLatch(1);
    volatile boolean interrupted;
    final boolean blocks;

    Endless(boolean blocks) {
      this.blocks = blocks;
    }

    @Override
    public Schema schema() {
      return NUMBERS;
    }

    @Override
    public TableScan scan(ScanRequest request) {
      return this;
    }

    @Override
    public boolean bounded() {
      return false;
    }

    @Override
    public ArrowReader open(int partition, BufferAllocator allocator) {
      opened.incrementAndGet();
      return new ArrowReader(allocator) {
        @Override
        public boolean loadNextBatch() throws IOException {
          prepareLoadNextBatch();
          return write(getVectorSchemaRoot());
        }

        @Override
        public long bytesRead() {
          return 0;
        }

        @Override
        protected void closeReadSource() {
          closed.countDown();
        }

        @Override
        protected Schema readSchema() {
          return NUMBERS;
        }
      };
    }

    private boolean write(VectorSchemaRoot batch) throws IOException {
      if (blocks) {
        waits.countDown();
        try {
          Thread.sleep(60_000);
        } catch (InterruptedException e) {
          interrupted = true;
          throw new IOException(e);
        }
      }
      return one(batch);
    }
  }

  @Test
  void aReaderWhoseRowsAreNotNeededIsClosed() throws InterruptedException {
    var endless = new Endless(false);
    assertThat(TableProviderTest.rows(ctx.read(endless).limit(0, 5))).hasSize(5);
    assertThat(endless.closed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(endless.opened).hasValue(1);
  }

  @Test
  void aWaitingReaderIsInterruptedWhenItsStreamIsClosed() throws Exception {
    var endless = new Endless(true);
    BatchStream stream = ctx.read(endless).execute();
    assertThat(endless.waits.await(30, TimeUnit.SECONDS)).isTrue();
    stream.close();
    assertThat(endless.closed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(endless.interrupted).isTrue();
  }

  @Test
  void aWaitingReaderIsInterruptedWhenTheSessionIsClosed() throws Exception {
    var endless = new Endless(true);
    try (BatchStream stream = ctx.read(endless).execute();
        var allocator = new RootAllocator();
        var reader = stream.reader(allocator)) {
      assertThat(endless.waits.await(30, TimeUnit.SECONDS)).isTrue();
      ctx.close();
      assertThatThrownBy(reader::loadNextBatch).isInstanceOf(CancelledException.class);
    }
    assertThat(endless.closed.await(30, TimeUnit.SECONDS)).isTrue();
  }

  /** More sources that wait than the engine has workers do not hold up another query. */
  @Test
  void waitingReadersHoldNobodyUp() throws Exception {
    var gate = new CountDownLatch(1);
    var waiting = new CountDownLatch(8);
    TableScan waits =
        new TableScan() {
          @Override
          public int partitionCount() {
            return 8;
          }

          @Override
          public ArrowReader open(int partition, BufferAllocator allocator) {
            var ended = new boolean[1];
            return reader(
                allocator,
                batch -> {
                  waiting.countDown();
                  gate.await();
                  boolean first = !ended[0];
                  ended[0] = true;
                  return first && one(batch);
                });
          }
        };
    try (BatchStream stream = ctx.read(new Table(waits)).execute();
        var allocator = new RootAllocator();
        var reader = stream.reader(allocator)) {
      assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(ctx.sql("SELECT sum(value) FROM range(0, 100000)").count()).isEqualTo(1);
      gate.countDown();
      int rows = 0;
      while (reader.loadNextBatch()) {
        rows += reader.getVectorSchemaRoot().getRowCount();
      }
      assertThat(rows).isEqualTo(8);
    }
  }

  @Test
  void aScanIsRunAsOftenAsItsPlan() {
    var opened = new AtomicInteger();
    var plan =
        ctx.read(
                new Table(
                    (partition, allocator) -> {
                      int run = opened.incrementAndGet();
                      var left = new int[] {run};
                      return reader(allocator, batch -> left[0]-- > 0 && one(batch));
                    }))
            .executionPlan();
    assertThat(VectorRows.longs(ctx, plan)).hasSize(1);
    assertThat(VectorRows.longs(ctx, plan)).hasSize(2);
  }

  /** More partitions than the engine has threads, all of which are wanted at once. */
  @Test
  void thousandsOfPartitionsAreMerged() {
    var many = new Numbers(10_000, 2_000);
    assertThat(TableProviderTest.rows(ctx.read(many).sort(Expr.col("n").asc()).limit(0, 2)))
        .containsExactly("| 0 |      |", "| 1 | 1    |");
  }

  /** The warnings of the library, which the JDK's own logging takes. */
  private static BlockingQueue<LogRecord> warnings(Logger logger) {
    var records = new LinkedBlockingQueue<LogRecord>();
    for (Handler before : logger.getHandlers()) {
      logger.removeHandler(before);
    }
    logger.setUseParentHandlers(false);
    logger.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            records.add(record);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
    return records;
  }

  /** The query is over, so its rows are given; nothing vanishes without a word. */
  @Test
  void aReaderThatDoesNotCloseIsAWarning() throws Exception {
    Logger logger = Logger.getLogger("io.datafusion");
    BlockingQueue<LogRecord> warnings = warnings(logger);
    var thrown = new IOException("close says no");
    TableScan throwing = (partition, allocator) -> closing(allocator, thrown);
    var leaked = new LinkedBlockingQueue<ArrowBuf>();
    TableScan leaking =
        (partition, allocator) -> {
          leaked.add(allocator.buffer(64));
          return closing(allocator, null);
        };
    try {
      ctx.register("throwing", new Table(throwing));
      ctx.register("leaking", new Table(leaking));
      assertThat(TableProviderTest.rows(ctx.table("throwing"))).hasSize(1);
      LogRecord first = warnings.poll(30, TimeUnit.SECONDS);
      assertThat(first.getMessage())
          .isEqualTo("table 'throwing': the reader of partition 0 did not close");
      assertThat(first.getLevel()).isEqualTo(Level.WARNING);
      assertThat(first.getThrown()).isSameAs(thrown);
      assertThat(TableProviderTest.rows(ctx.table("leaking"))).hasSize(1);
      LogRecord second = warnings.poll(30, TimeUnit.SECONDS);
      assertThat(second.getMessage())
          .isEqualTo("table 'leaking': the reader of partition 0 did not close");
      assertThat(second.getThrown()).hasMessageContaining("Memory was leaked");
    } finally {
      logger.setUseParentHandlers(true);
      logger.removeHandler(logger.getHandlers()[0]);
    }
  }

  private static ArrowReader closing(BufferAllocator allocator, IOException thrown) {
    return new ArrowReader(allocator) {
      private boolean read;

      @Override
      public boolean loadNextBatch() throws IOException {
        prepareLoadNextBatch();
        boolean first = !read;
        read = true;
        return first && one(getVectorSchemaRoot());
      }

      @Override
      public long bytesRead() {
        return 0;
      }

      @Override
      protected void closeReadSource() throws IOException {
        if (thrown != null) {
          throw thrown;
        }
      }

      @Override
      protected Schema readSchema() {
        return NUMBERS;
      }
    };
  }

  /**
   * As with a function that calls itself: each query counts, on whatever thread its rows are read.
   */
  @Test
  void aTableThatReadsItselfIsAnError() {
    TableScan scan =
        (_, allocator) ->
            reader(
                allocator,
                batch -> {
                  ctx.sql("SELECT sum(n) FROM again").toText(1);
                  return one(batch);
                });
    ctx.register("again", new Table(scan));
    Throwable caught = catchThrowable(() -> ctx.sql("SELECT sum(n) FROM again").toText(1));
    assertThat(caught).hasRootCauseInstanceOf(ReentryException.class);
    assertThat(ctx.sql("SELECT 1 + 1").toText(1)).contains("2");
  }
}

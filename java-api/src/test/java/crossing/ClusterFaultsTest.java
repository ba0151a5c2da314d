package crossing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.CancelledException;
import io.datafusion.ConfigurationException;
import io.datafusion.DataFusionException;
import io.datafusion.ExecutionException;
import io.datafusion.NotImplementedException;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.ResourcesExhaustedException;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import io.datafusion.cluster.Executor;
import io.datafusion.cluster.ExecutorOptions;
import io.datafusion.cluster.Scheduler;
import io.datafusion.cluster.SchedulerOptions;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a query says when a cluster, a function or a table does not do what it should. */
@Timeout(120)
class ClusterFaultsTest {
  private static final String SUM = "SELECT sum(f(id)) FROM t";
  private static final String RIGHT = "20100\n";

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Path data = folder.resolve("t");
    try (var session = SessionContext.create()) {
      for (int file = 0; file < 4; file++) {
        session
            .sql(
                "SELECT value AS id FROM generate_series(%d, %d)"
                    .formatted(file * 50 + 1, file * 50 + 50))
            .write(ParquetSink.of(data.resolve(file + ".parquet").toString()));
      }
    }
  }

  private SessionContext session(TestCluster cluster, ScalarFunction1<Long, Long> function) {
    return prepared(
        cluster.connect(SessionConfig.of().with("cluster.executor_wait", "2")), function);
  }

  private SessionContext prepared(SessionContext session, ScalarFunction1<Long, Long> function) {
    session.register("t", Parquet.of(folder.resolve("t").toString()));
    session.register(ScalarUdf.of("f", Long.class, Long.class, function));
    return session;
  }

  private static String rows(SessionContext session, String sql) {
    return Rows.of(session.sql(sql).execute());
  }

  private ExecutorOptions options() {
    return ExecutorOptions.of().withCores(2).withWorkDirectory(folder.resolve("work"));
  }

  @Test
  void aSchedulerWithoutExecutorsIsAnErrorAndTheNextQueryIsRight() throws IOException {
    try (var cluster = TestCluster.of(folder, 0);
        var session = session(cluster, x -> x)) {
      assertThatThrownBy(() -> rows(session, SUM))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContainingAll(cluster.url(), "has had no executor for 2 s", "executor_wait");
      try (var executor = Executor.start(cluster.url(), options())) {
        assertThat(executor.isConnected()).isTrue();
        assertThat(rows(session, SUM)).isEqualTo(RIGHT);
      }
      assertThatThrownBy(() -> rows(session, SUM)).hasMessageContaining("no executor");
    }
  }

  @Test
  void aSchedulerThatIsNotThereIsAnError() {
    try (var session =
        prepared(SessionContext.connect("http://127.0.0.1:1", SessionConfig.of()), x -> x)) {
      assertThatThrownBy(() -> rows(session, SUM))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("http://127.0.0.1:1");
    }
    assertThatThrownBy(() -> Executor.start("http://127.0.0.1:1", options()))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("no scheduler at http://127.0.0.1:1");
    for (String url : new String[] {"", "127.0.0.1:50050", "http://a", "http://:1", "http://a:x"}) {
      assertThatThrownBy(() -> SessionContext.connect(url, SessionConfig.of()))
          .as(url)
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("'" + url + "' is no url of a scheduler");
    }
  }

  @Test
  void aSchedulerThatStopsEndsItsQueries() throws Exception {
    try (var cluster = TestCluster.of(folder, 1);
        var session = session(cluster, x -> sleep(x, 20))) {
      var query = CompletableFuture.supplyAsync(() -> rows(session, SUM));
      Thread.sleep(500);
      cluster.stopScheduler();
      assertThatThrownBy(() -> query.get(20, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining(cluster.url());
    }
  }

  @Test
  void anExecutorThatDiesIsReplaced() throws Exception {
    try (var cluster = TestCluster.of(folder, 2);
        var session = session(cluster, x -> sleep(x, 10))) {
      var query = CompletableFuture.supplyAsync(() -> rows(session, SUM));
      Thread.sleep(700);
      cluster.executors().getFirst().destroyForcibly().waitFor();
      assertThat(query.get(90, TimeUnit.SECONDS)).isEqualTo(RIGHT);
      assertThat(rows(session, SUM)).isEqualTo(RIGHT);
    }
  }

  @Test
  void whenAllExecutorsDieTheQueryEndsAndTheNextIsRight() throws Exception {
    try (var cluster = TestCluster.of(folder, 1);
        var session = session(cluster, x -> sleep(x, 20))) {
      var query = CompletableFuture.supplyAsync(() -> rows(session, SUM));
      Thread.sleep(700);
      cluster.executors().getFirst().destroyForcibly().waitFor();
      assertThatThrownBy(() -> query.get(60, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("has had no executor for 2 s");
      cluster.addExecutor();
      assertThat(rows(session, SUM)).isEqualTo(RIGHT);
    }
  }

  private static long sleep(long value, long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return value;
  }

  /** Lambdas that capture nothing: objects of the classes that they throw do not travel. */
  private enum Thrown {
    EXCEPTION(IllegalStateException.class),
    ERROR(AssertionError.class),
    OVERFLOW(StackOverflowError.class),
    MEMORY(OutOfMemoryError.class);

    private final Class<?> type;

    Thrown(Class<?> type) {
      this.type = type;
    }

    private static long raise(int which, long id) {
      if (id != 77) {
        return id;
      }
      if (which == 0) {
        throw new IllegalStateException("not id 77");
      }
      throw switch (which) {
        case 1 -> new AssertionError("not id 77");
        case 2 -> new StackOverflowError("not id 77");
        default -> new OutOfMemoryError("not id 77");
      };
    }
  }

  @Test
  void whatAFunctionThrowsFailsTheQueryAndTheExecutorLives() throws IOException {
    try (var cluster = TestCluster.of(folder, 1)) {
      for (Thrown thrown : Thrown.values()) {
        int which = thrown.ordinal();
        try (var session = session(cluster, x -> Thrown.raise(which, x))) {
          assertThatThrownBy(() -> rows(session, SUM))
              .isInstanceOf(ExecutionException.class)
              .hasMessageContainingAll(thrown.type.getName(), "not id 77", cluster.url());
        }
      }
      try (var session = session(cluster, x -> x)) {
        assertThat(rows(session, SUM)).isEqualTo(RIGHT);
      }
      assertThat(cluster.executors().getFirst().isAlive()).isTrue();
    }
  }

  @Test
  void aQueryThatIsCancelledEndsInTheExecutors() throws Exception {
    try (var cluster = TestCluster.of(folder, 0);
        var executor = Executor.start(cluster.url(), options());
        var session = session(cluster, x -> sleep(x, 50))) {
      var query = CompletableFuture.supplyAsync(() -> rows(session, SUM));
      Thread.sleep(700);
      session.close();
      assertThatThrownBy(() -> query.get(5, TimeUnit.SECONDS))
          .cause()
          .isInstanceOf(CancelledException.class);
      assertThat(executor.isConnected()).isTrue();
      try (var next = session(cluster, x -> x)) {
        assertThat(rows(next, SUM)).isEqualTo(RIGHT);
      }
    }
  }

  private static final class JavaTable implements TableProvider {
    @Override
    public Schema schema() {
      return new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));
    }

    @Override
    public TableScan scan(ScanRequest request) {
      throw new AssertionError("it is not read");
    }
  }

  @Test
  void tablesThatCannotBeSharedOutAreRefused() throws IOException {
    try (var cluster = TestCluster.of(folder, 0);
        var session = session(cluster, x -> x)) {
      session.register("java", new JavaTable());
      for (String sql :
          new String[] {
            "SELECT * FROM java",
            "SELECT id FROM t UNION ALL SELECT * FROM java",
            "SELECT id FROM t WHERE id IN (SELECT * FROM java)"
          }) {
        assertThatThrownBy(() -> rows(session, sql))
            .as(sql)
            .isInstanceOf(NotImplementedException.class)
            .hasMessageContainingAll("table java", "cannot be shared out", "read it into memory");
      }
    }
  }

  @Test
  void anExecutorTakesTheCodeThatItsPolicyAllows() throws IOException {
    try (var cluster = TestCluster.of(folder, 0);
        var strict = SessionContext.create().withUdfInlining(UdfInlining.disabled());
        var executor = Executor.start(cluster.url(), options().withSession(strict));
        var session = session(cluster, x -> x)) {
      assertThatThrownBy(() -> rows(session, SUM))
          .as(executor.toString())
          .isInstanceOf(DataFusionException.class)
          .hasMessageContainingAll("scalar function 'f'", "inlin", cluster.url());
      assertThat(rows(session, "SELECT count(*) FROM t")).isEqualTo("200\n");
    }
  }

  @Test
  void aFunctionTooLargeForAMessageIsRefusedWhereItIsSent() throws IOException {
    byte[] large = new byte[17 << 20];
    byte[] middle = new byte[1 << 20];
    try (var cluster = TestCluster.of(folder, 0);
        var executor = Executor.start(cluster.url(), options())) {
      try (var session = session(cluster, x -> x + large.length)) {
        assertThatThrownBy(() -> rows(session, SUM))
            .as(executor.toString())
            .isInstanceOf(ResourcesExhaustedException.class)
            .hasMessageContainingAll("bytes", "16777216", "ballista.client.grpc_max_message_size");
      }
      try (var session = session(cluster, x -> x + middle.length - (1 << 20))) {
        assertThat(rows(session, SUM)).isEqualTo(RIGHT);
      }
    }
  }

  @Test
  void fiftyStartsAndStopsLeaveNothing() throws Exception {
    long threads = -1;
    for (int round = 0; round < 50; round++) {
      try (var scheduler = Scheduler.start(SchedulerOptions.of());
          var executor = Executor.start(scheduler.url(), options())) {
        if (round % 10 == 0) {
          try (var session =
              prepared(SessionContext.connect(scheduler.url(), SessionConfig.of()), x -> x)) {
            assertThat(rows(session, SUM)).as(executor.toString()).isEqualTo(RIGHT);
          }
        }
      }
      if (round == 10) {
        threads = nativeThreads();
      }
    }
    assertThat(nativeThreads()).isLessThanOrEqualTo(threads + 10);
    try (Stream<Path> left = Files.list(folder.resolve("work"))) {
      assertThat(left).isEmpty();
    }
  }

  private static long nativeThreads() throws IOException, InterruptedException {
    Thread.sleep(500);
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.count();
    }
  }

  @Test
  void aClosedNodeSaysSo() {
    var scheduler =
        Scheduler.start(SchedulerOptions.of().withExecutorTimeout(Duration.ofSeconds(5)));
    var executor = Executor.start(scheduler.url(), options());
    executor.close();
    executor.close();
    scheduler.close();
    scheduler.close();
    assertThatThrownBy(executor::isConnected)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Executor is closed");
  }
}

package io.datafusion;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionContextTest {
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
  void sqlGivesRows() {
    assertThat(Results.of(ctx.sql("SELECT a + 1, b FROM (VALUES (1, 'x'), (2, NULL)) AS t(a, b)")))
        .containsExactly(List.of(2L, "x"), List.of(3L, "null"));
  }

  @Test
  void positionalParametersAreTyped() {
    assertThat(Results.of(ctx.sql("SELECT $1 + 1, $2", List.of(41L, "x"))))
        .containsExactly(List.of(42L, "x"));
  }

  @Test
  void namedParametersAreTyped() {
    assertThat(Results.of(ctx.sql("SELECT $n * 2", Map.of("n", lit(2.5)))))
        .containsExactly(List.of(5.0));
  }

  @Test
  void ddlMakesTablesThatAllContextsOfTheSessionSee() {
    ctx.sql("CREATE TABLE t AS VALUES (1), (2)");
    try (SessionContext other = ctx.withUdfInlining(UdfInlining.disabled())) {
      assertThat(other.table("t").count()).isEqualTo(2);
      assertThat(other.sessionId()).isEqualTo(ctx.sessionId());
    }
    assertThat(ctx.table("t").count()).isEqualTo(2);
  }

  @Test
  void sqlOptionsRefuseWhatTheySay() {
    try (SessionContext queries = ctx.withSqlOptions(SqlOptions.queries())) {
      assertThatThrownBy(() -> queries.sql("CREATE TABLE t AS VALUES (1)"))
          .isInstanceOf(PlanException.class);
      assertThatThrownBy(() -> queries.sql("SET datafusion.execution.batch_size = 10"))
          .isInstanceOf(PlanException.class);
      assertThat(Results.one(queries.sql("SELECT 1"))).isEqualTo(1L);
    }
  }

  @Test
  void configIsSetAndReadBack(@TempDir Path folder) {
    var config =
        SessionConfig.of()
            .with("datafusion.optimizer.max_passes", "7")
            .withTargetPartitions(3)
            .withBatchSize(100)
            .withMemoryLimit(100_000_000)
            .withSpillDirectory(folder);
    try (SessionContext configured = SessionContext.create(config)) {
      assertThat(configured.setting("datafusion.optimizer.max_passes")).contains("7");
      assertThat(configured.setting("datafusion.execution.target_partitions")).contains("3");
      assertThat(configured.setting("datafusion.execution.batch_size")).contains("100");
      configured.sql("SET datafusion.execution.batch_size = 50");
      assertThat(configured.setting("datafusion.execution.batch_size")).contains("50");
      assertThatThrownBy(() -> configured.setting("no.such.key"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void unknownConfigurationIsRefused() {
    assertThatThrownBy(() -> SessionContext.create(SessionConfig.of().with("datafusion.no", "1")))
        .isInstanceOf(DataFusionException.class)
        .hasMessageContaining("no");
  }

  @Test
  void memoryLimitEndsAQueryThatNeedsMore() {
    try (SessionContext small =
        SessionContext.create(SessionConfig.of().withMemoryLimit(2_000_000))) {
      DataFrame big =
          small.sql(
              "SELECT count(*) FROM generate_series(1, 3000000) AS a(x)"
                  + " JOIN generate_series(1, 3000000) AS b(y) ON x = y");
      assertThatThrownBy(() -> Results.of(big)).isInstanceOf(ResourcesExhaustedException.class);
    }
  }

  @Test
  void batchesBecomeATable() {
    try (var allocator = new RootAllocator();
        var numbers = new BigIntVector("n", allocator);
        var names = new VarCharVector("s", allocator)) {
      numbers.allocateNew(3);
      names.allocateNew(3);
      for (int i = 0; i < 3; i++) {
        numbers.setSafe(i, i);
        names.setSafe(i, ("name" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
      numbers.setNull(1);
      var root = VectorSchemaRoot.of(numbers, names);
      root.setRowCount(3);
      ctx.register("batch", root);
    }
    assertThat(Results.of(ctx.sql("SELECT * FROM batch ORDER BY s")))
        .containsExactly(List.of(0L, "name0"), List.of("null", "name1"), List.of(2L, "name2"));
  }

  /** What an ArrowReader has left becomes a table, dictionaries included. */
  @Test
  void readersBecomeATable() throws Exception {
    DataFrame frame =
        ctx.sql(
            "SELECT value AS n, arrow_cast('k' || (value % 3), 'Dictionary(Int32, Utf8)') AS k"
                + " FROM generate_series(1, 20000)");
    try (var allocator = new RootAllocator();
        BatchStream stream = frame.execute();
        ArrowReader reader = stream.reader(allocator)) {
      ctx.register("copied", reader);
    }
    assertThat(
            Results.of(
                ctx.sql(
                    "SELECT CAST(k AS VARCHAR) AS s, count(*) FROM copied GROUP BY k ORDER BY s")))
        .containsExactly(List.of("k0", 6666L), List.of("k1", 6667L), List.of("k2", 6667L));
  }

  @Test
  void framesBecomeViews() {
    ctx.sql("CREATE TABLE t AS VALUES (1), (2)");
    ctx.register("v", ctx.table("t").filter(col("column1").gt(lit(1L))));
    ctx.sql("INSERT INTO t VALUES (3)").count();
    assertThat(ctx.table("v").count()).isEqualTo(2);
  }

  @Test
  void deregisteredTablesAreGone() {
    ctx.sql("CREATE TABLE t AS VALUES (1)");
    ctx.deregister("t");
    assertThatThrownBy(() -> ctx.table("t")).isInstanceOf(PlanException.class);
    assertThatThrownBy(() -> ctx.deregister("t")).isInstanceOf(PlanException.class);
  }

  @Test
  void registeredFunctionsAreCallableBySql() {
    ctx.register(ScalarUdf.of("half", Double.class, Double.class, x -> x / 2));
    assertThat(Results.one(ctx.sql("SELECT half(5.0)"))).isEqualTo(2.5);
  }

  @Test
  void parsedExpressionsAreTreesOfOurs() {
    Schema schema = ctx.sql("SELECT 1 AS a, 'x' AS b").schema();
    assertThat(ctx.parseExpr("a + 1 > 2 AND b IS NULL", schema))
        .isEqualTo(col("a").plus(lit(1L)).gt(lit(2L)).and(col("b").isNull()));
  }

  @Test
  void executionPlansRunByPartition() {
    DataFrame frame = ctx.sql("SELECT value FROM generate_series(1, 100)").repartition(4);
    ExecutionPlan plan = frame.executionPlan();
    int rows = 0;
    for (int i = 0; i < plan.partitionCount(); i++) {
      rows += Results.of(ctx.execute(plan, i)).size();
    }
    assertThat(rows).isEqualTo(100);
    assertThat(Results.of(ctx.execute(plan))).hasSize(100);
    assertThatThrownBy(() -> ctx.execute(plan, 99)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void closedContextRejectsEverything() {
    DataFrame before = ctx.sql("SELECT 1");
    ctx.close();
    ctx.close();
    assertThatThrownBy(() -> ctx.sql("SELECT 1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("SessionContext is closed");
    assertThatThrownBy(() -> ctx.table("t")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(ctx::settings).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ctx.withUdfInlining(UdfInlining.disabled()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(before.count()).isEqualTo(1);
  }

  @Test
  void globalContextIgnoresClose() {
    SessionContext.global().close();
    assertThat(SessionContext.global().sql("SELECT 1").count()).isEqualTo(1);
  }

  @Test
  void nullIsRefusedBeforeTheCall() {
    assertThatThrownBy(() -> ctx.sql(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> ctx.table(null)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void parametersReachStatementsThatAreCarriedOutAtOnce() {
    try (SessionContext ctx = SessionContext.create()) {
      ctx.sql("CREATE TABLE t AS SELECT $1 AS a", java.util.List.of(5L));
      assertThat(Results.one(ctx.table("t"))).isEqualTo(5L);
    }
  }

  /** EXECUTE is the statement that was prepared. */
  @Test
  void preparedStatementsAreHeldToTheOptions() {
    try (SessionContext ctx = SessionContext.create();
        SessionContext reading = ctx.withSqlOptions(SqlOptions.queries().withStatements(true))) {
      ctx.sql("CREATE TABLE t AS VALUES (1)");
      ctx.sql("PREPARE ins AS INSERT INTO t VALUES (4242)");
      assertThatThrownBy(() -> reading.sql("EXECUTE ins").count())
          .isInstanceOf(PlanException.class);
      assertThat(ctx.table("t").count()).isEqualTo(1);
    }
  }

  /** The engine allocates for a whole batch at once, and would abort. */
  @Test
  void hugeBatchSizesAreRefused() {
    var huge = SessionConfig.of().with("datafusion.execution.batch_size", "2147483647");
    assertThatThrownBy(() -> SessionContext.create(huge))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("2147483647");
    try (SessionContext ctx = SessionContext.create()) {
      ctx.sql("SET datafusion.execution.batch_size = 2147483647");
      assertThatThrownBy(() -> ctx.sql("SELECT 1").count())
          .isInstanceOf(ConfigurationException.class);
    }
  }

  /** The engine makes room for as many groups as are asked for, and would abort. */
  @Test
  void groupsBeyondMemoryMayBeAskedFor() {
    try (SessionContext ctx = SessionContext.create()) {
      String top =
          "SELECT value % 10 AS g, max(value) AS m FROM range(0, 1000) GROUP BY value % 10"
              + " ORDER BY m DESC LIMIT ";
      assertThat(ctx.sql(top + "9000000000000").count()).isEqualTo(10);
      assertThat(ctx.sql(top + "3").count()).isEqualTo(3);
      assertThat(ctx.sql(top + "9000000000000").cache().count()).isEqualTo(10);
      ctx.sql("CREATE TABLE top AS " + top + "9000000000000");
      assertThat(ctx.table("top").count()).isEqualTo(10);
      ctx.sql("CREATE TABLE IF NOT EXISTS top AS " + top + "3");
      assertThat(ctx.table("top").count()).isEqualTo(10);
      ctx.sql("CREATE OR REPLACE TABLE top AS SELECT count(*) AS n FROM top");
      assertThat(ctx.table("top").count()).isEqualTo(1);
      assertThatThrownBy(() -> ctx.sql("CREATE TABLE top AS SELECT 1 AS n"))
          .isInstanceOf(DataFusionException.class)
          .hasMessageContaining("top");
    }
  }

  @Test
  void foldersAreReadAnewByEachQuery(@org.junit.jupiter.api.io.TempDir java.nio.file.Path folder)
      throws Exception {
    try (SessionContext ctx = SessionContext.create()) {
      java.nio.file.Files.writeString(folder.resolve("1.csv"), "k\n1\n");
      ctx.register("f", Csv.of(folder + "/"));
      assertThat(ctx.table("f").count()).isEqualTo(1);
      java.nio.file.Files.writeString(folder.resolve("2.csv"), "k\n2\n3\n");
      assertThat(ctx.table("f").count()).isEqualTo(3);
      java.nio.file.Files.delete(folder.resolve("1.csv"));
      assertThat(ctx.table("f").count()).isEqualTo(2);
    }
  }

  /**
   * The runtime's threads may all be held by callbacks; who is interrupted hears of it all the
   * same.
   */
  @Test
  void interruptsEndCallsWhileCallbacksHoldEveryWorker() throws Exception {
    var config = SessionConfig.of().withTargetPartitions(8).withBatchSize(10);
    int workers = Runtime.getRuntime().availableProcessors();
    var started = new java.util.concurrent.CountDownLatch(workers);
    var go = new java.util.concurrent.CountDownLatch(1);
    try (SessionContext ctx = SessionContext.create(config)) {
      ctx.sql("CREATE TABLE n AS SELECT value AS n FROM generate_series(1, 1000)");
      ctx.register(
          io.datafusion.udf.ScalarUdf.of(
                  "slow",
                  Long.class,
                  Long.class,
                  a -> {
                    started.countDown();
                    go.await();
                    return a;
                  })
              .withVolatility(io.datafusion.udf.Volatility.VOLATILE));
      String query =
          "SELECT sum(slow(k)) FROM (SELECT n % 7 AS k, count(*) FROM n GROUP BY n % 7) t";
      var outcome = new java.util.concurrent.FutureTask<>(() -> ctx.sql(query).toText(5));
      Thread caller = new Thread(outcome);
      caller.start();
      started.await();
      caller.interrupt();
      assertThatThrownBy(() -> outcome.get(30, java.util.concurrent.TimeUnit.SECONDS))
          .hasCauseInstanceOf(CancelledException.class);
      go.countDown();
      assertThat(ctx.sql("SELECT 1").count()).isEqualTo(1);
    } finally {
      go.countDown();
    }
  }
}

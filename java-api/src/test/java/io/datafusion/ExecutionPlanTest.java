package io.datafusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A plan is a value: running it leaves it, and its bytes, as they were. */
class ExecutionPlanTest {
  @TempDir Path folder;
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(4));
    ctx.sql("CREATE TABLE n AS SELECT value AS n, value % 10 AS k FROM generate_series(1, 10000)");
    Path file = folder.resolve("n.parquet");
    ctx.table("n").write(ParquetSink.of(file.toString()));
    ctx.register("p", Parquet.of(file.toString()));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT n FROM n ORDER BY n DESC LIMIT 3",
        "SELECT n FROM p ORDER BY n DESC LIMIT 3",
        "SELECT a.n FROM n a JOIN n b ON a.n = b.k ORDER BY a.n LIMIT 4",
        "SELECT a.n FROM p a JOIN p b ON a.n = b.k ORDER BY a.n LIMIT 4",
        "SELECT k, count(*) AS c FROM n GROUP BY k ORDER BY k",
        "SELECT min(n) AS low, max(n) AS high FROM p",
        "SELECT min(n) AS low FROM p WHERE k > 3",
        "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 5)"
            + " SELECT sum(i) AS s FROM r",
        "SELECT n, (SELECT max(k) FROM p) AS m FROM p ORDER BY n LIMIT 2",
        "SELECT k, row_number() OVER (PARTITION BY k ORDER BY n) AS r FROM p ORDER BY k, r LIMIT 3"
      })
  void runningAPlanDoesNotSpoilIt(String query) {
    List<List<Object>> expected = Results.of(ctx.sql(query));
    assertThat(expected).isNotEmpty();
    ExecutionPlan plan = ctx.sql(query).executionPlan();
    byte[] before = query.contains("p") && !query.contains("FROM n") ? bytes(plan) : new byte[0];
    for (int run = 0; run < 3; run++) {
      assertThat(Results.of(ctx.execute(plan))).as("run " + run).isEqualTo(expected);
    }
    if (before.length > 0) {
      assertThat(bytes(plan)).isEqualTo(before);
      ExecutionPlan decoded = ExecutionPlan.fromBytes(ctx, before);
      for (int run = 0; run < 2; run++) {
        assertThat(Results.of(ctx.execute(decoded))).as("decoded " + run).isEqualTo(expected);
      }
    }
  }

  /** Scalar subqueries and recursive terms have no message, so there may be no bytes. */
  private byte[] bytes(ExecutionPlan plan) {
    try {
      return plan.toBytes(ctx);
    } catch (NotImplementedException e) {
      return new byte[0];
    }
  }

  @Test
  void partitionsAndInputsRunByThemselves() {
    ExecutionPlan plan = ctx.sql("SELECT k, count(*) AS c FROM n GROUP BY k").executionPlan();
    var rows = new ArrayList<List<Object>>();
    for (int partition = 0; partition < plan.partitionCount(); partition++) {
      rows.addAll(Results.of(ctx.execute(plan, partition)));
    }
    assertThat(rows).hasSize(10).allMatch(row -> row.get(1).equals(1000L));
    ExecutionPlan input = plan.children().get(0);
    assertThat(Results.of(ctx.execute(input))).isNotEmpty();
    assertThat(Results.of(ctx.execute(plan))).hasSize(10);
  }

  /** What an operator would make for each partition at once must not end the process. */
  @Test
  void tooManyPartitionsAreRefused() {
    ctx.sql("SET datafusion.execution.target_partitions = 1000000000");
    DataFrame grouped = ctx.sql("SELECT k, count(*) FROM n GROUP BY k");
    org.assertj.core.api.Assertions.assertThatThrownBy(grouped::count)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("1000000000");
  }
}

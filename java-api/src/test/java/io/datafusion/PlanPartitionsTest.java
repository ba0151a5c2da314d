package io.datafusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.capsule.Capsule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partitions that run by themselves, and together, add up to the whole. */
class PlanPartitionsTest {
  private static final String FEW = "(SELECT column1 AS n FROM (VALUES (1), (2), (200001)))";

  @TempDir Path folder;
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(4));
    for (int file = 0; file < 8; file++) {
      ctx.sql("SELECT value AS n FROM range(%d, %d)".formatted(file * 20_000, (file + 1) * 20_000))
          .write(ParquetSink.of(folder.resolve(file + ".parquet").toString()));
    }
    ctx.register("files", Parquet.of(folder.toString()));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private long apart(ExecutionPlan plan) {
    assertThat(plan.partitionCount()).isGreaterThan(1);
    long rows = 0;
    for (int partition = 0; partition < plan.partitionCount(); partition++) {
      rows += Results.of(ctx.execute(plan, partition)).size();
    }
    return rows;
  }

  private long together(ExecutionPlan plan) {
    return ctx.executePartitions(plan).stream().mapToLong(part -> Results.of(part).size()).sum();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT n FROM files",
        "SELECT n FROM files WHERE n % 3 = 0",
        "SELECT n % 100, count(*) FROM files GROUP BY 1",
        "SELECT f.n FROM " + FEW + " s JOIN files f ON s.n = f.n",
        "SELECT f.n FROM files f LEFT JOIN files g ON f.n = g.n + 100000",
      })
  void partitionsAddUpToTheWhole(String sql) {
    long rows = ctx.sql(sql).count();
    ExecutionPlan plan = ctx.sql(sql).executionPlan();
    assertThat(apart(plan)).isEqualTo(rows);
    assertThat(together(plan)).isEqualTo(rows);
    assertThat(apart(ExecutionPlan.fromBytes(ctx, plan.toBytes(ctx)))).isEqualTo(rows);
    try (Capsule capsule = ctx.export(plan)) {
      assertThat(apart(ctx.executionPlan(capsule))).isEqualTo(rows);
    }
    assertThat(together(plan)).as("another run").isEqualTo(rows);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT s.n FROM " + FEW + " s LEFT JOIN files f ON s.n = f.n",
        "SELECT s.n FROM " + FEW + " s FULL JOIN files f ON s.n = f.n",
        "SELECT s.n FROM " + FEW + " s WHERE NOT EXISTS (SELECT 1 FROM files f WHERE f.n = s.n)",
        "SELECT s.n FROM " + FEW + " s WHERE EXISTS (SELECT 1 FROM files f WHERE f.n = s.n)",
        "SELECT s.n FROM " + FEW + " s LEFT JOIN files f ON s.n > f.n + 199990",
      })
  void partitionsThatNeedEachOtherRunTogetherOnly(String sql) {
    long rows = ctx.sql(sql).count();
    ExecutionPlan plan = ctx.sql(sql).executionPlan();
    assertThat(plan.partitionCount()).as(plan.display()).isGreaterThan(1);
    assertThatThrownBy(() -> ctx.execute(plan, 0))
        .isInstanceOf(NotImplementedException.class)
        .hasMessageContaining("together");
    assertThat(together(plan)).isEqualTo(rows);
    assertThat(Results.of(ctx.execute(plan))).hasSize((int) rows);
  }

  @Test
  void partitionsMayBeReadBesideEachOtherOrNotAtAll() throws Exception {
    ExecutionPlan plan = ctx.sql("SELECT n FROM files").executionPlan();
    try (var threads = Executors.newFixedThreadPool(4)) {
      var reads = new ArrayList<Callable<Integer>>();
      for (BatchStream part : ctx.executePartitions(plan)) {
        reads.add(() -> Results.of(part).size());
      }
      long rows = 0;
      for (var read : threads.invokeAll(reads)) {
        rows += read.get();
      }
      assertThat(rows).isEqualTo(160_000);
    }
    List<BatchStream> parts = ctx.executePartitions(plan);
    parts.subList(1, parts.size()).forEach(BatchStream::close);
    assertThat(Results.of(parts.getFirst())).isNotEmpty();
  }
}

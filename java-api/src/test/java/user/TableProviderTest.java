package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.DataFrame;
import io.datafusion.ExecutionPlan;
import io.datafusion.LogicalPlan;
import io.datafusion.NotImplementedException;
import io.datafusion.PlanException;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tables that Java reads itself, as a user writes them. */
class TableProviderTest {
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(2));
    ctx.register("numbers", new Numbers(10_000, 3));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  static List<String> rows(DataFrame frame) {
    return frame.toText(1_000).lines().skip(3).filter(line -> line.startsWith("|")).toList();
  }

  private List<String> rows(String sql) {
    return rows(ctx.sql(sql));
  }

  private String plan(String sql) {
    return ctx.sql(sql).executionPlan().display();
  }

  @Test
  void sqlReadsAllPartitions() {
    assertThat(
            rows(
                "SELECT count(text) AS t, sum(n) AS s, max(text) AS m FROM numbers WHERE n % 2 ="
                    + " 0"))
        .containsExactly("| 3333 | 24995000 | 9998 |");
    assertThat(rows("SELECT a.n FROM numbers a JOIN numbers b ON a.n = b.n + 9998 ORDER BY 1"))
        .containsExactly("| 9998 |", "| 9999 |");
  }

  @Test
  void aFrameIsReadWithoutRegistering() {
    DataFrame frame = ctx.read(new Numbers(5, 1)).filter(col("n").gt(lit(2L)));
    assertThat(rows(frame.sort(col("n").asc()))).containsExactly("| 3 |      |", "| 4 | 4    |");
  }

  @Test
  void columnsThatNobodyNeedsAreNotRead() {
    assertThat(rows("SELECT count(*) AS c FROM numbers WHERE text IS NULL"))
        .containsExactly("| 3334 |");
    assertThat(plan("SELECT sum(n) FROM numbers"))
        .contains("SourceScan: table=numbers, partitions=3");
  }

  @Test
  void anExactFilterIsNotAppliedTwice() {
    String plan = plan("SELECT n FROM numbers WHERE n > 9990 AND n % 3 = 0");
    assertThat(plan).contains("filters=[n > Int64(9990)]").contains("FilterExec: n@0 % 3 = 0");
    assertThat(rows("SELECT n FROM numbers WHERE n > 9990 AND n % 3 = 0 ORDER BY n"))
        .containsExactly("| 9993 |", "| 9996 |", "| 9999 |");
  }

  @Test
  void theOrderOfPartitionsIsMadeUseOf() {
    String plan = plan("SELECT n FROM numbers ORDER BY n LIMIT 3");
    assertThat(plan).contains("SortPreservingMergeExec").doesNotContain("SortExec");
    assertThat(rows("SELECT n FROM numbers ORDER BY n LIMIT 3"))
        .containsExactly("| 0 |", "| 1 |", "| 2 |");
  }

  @Test
  void exactStatisticsAnswerQueriesWithoutAScan() {
    assertThat(plan("SELECT count(*) FROM numbers")).contains("PlaceholderRowExec");
    assertThat(rows("SELECT count(*) AS c, min(n) AS a, max(n) AS z FROM numbers"))
        .containsExactly("| 10000 | 0 | 9999 |");
  }

  @Test
  void aSerializableTableTravelsByValueInLogicalPlans() {
    LogicalPlan plan = ctx.sql("SELECT sum(n) AS s FROM numbers WHERE n > 9990").logicalPlan();
    for (LogicalPlan sent :
        List.of(plan, ctx.sql("SELECT sum(n) AS s FROM numbers WHERE n > 9990").optimizedPlan())) {
      byte[] bytes = sent.toBytes(ctx);
      try (SessionContext receiver = SessionContext.create()) {
        LogicalPlan read = LogicalPlan.fromBytes(receiver, bytes);
        assertThat(read.toBytes(receiver)).isEqualTo(bytes);
        assertThat(rows(receiver.dataFrame(read))).containsExactly("| 89955 |");
      }
    }
  }

  @Test
  void aScanOfItTravelsByValueInPhysicalPlans() {
    ctx.register(ScalarUdf.of("half", Long.class, Long.class, n -> n / 2));
    ExecutionPlan plan =
        ctx.sql("SELECT half(n) AS h FROM numbers WHERE n > 9990 AND half(n) > 4997 ORDER BY 1")
            .executionPlan();
    byte[] bytes = plan.toBytes(ctx);
    try (SessionContext receiver = SessionContext.create()) {
      ExecutionPlan read = ExecutionPlan.fromBytes(receiver, bytes);
      assertThat(read.toBytes(receiver)).isEqualTo(bytes);
      assertThat(read.partitionCount()).isEqualTo(plan.partitionCount());
      assertThat(VectorRows.longs(receiver, read)).containsExactly(4998L, 4998L, 4999L, 4999L);
    }
  }

  /** Rows in memory travel in logical plans, under every policy: they are no code. */
  @Test
  void tablesInMemoryTravelInLogicalPlans() {
    ctx.sql("CREATE TABLE made AS SELECT n, text FROM numbers WHERE n < 4");
    DataFrame query = ctx.sql("SELECT sum(n) AS s, count(text) AS c FROM made");
    SessionContext strict = ctx.withUdfInlining(UdfInlining.disabled());
    for (LogicalPlan plan : List.of(query.logicalPlan(), query.optimizedPlan())) {
      byte[] bytes = plan.toBytes(strict);
      try (SessionContext receiver =
          SessionContext.create().withUdfInlining(UdfInlining.disabled())) {
        LogicalPlan read = LogicalPlan.fromBytes(receiver, bytes);
        assertThat(read.toBytes(receiver)).isEqualTo(bytes);
        assertThat(rows(receiver.dataFrame(read))).containsExactly("| 6 | 2 |");
      }
    }
    ctx.sql("CREATE TABLE keyed (n BIGINT, PRIMARY KEY (n)) AS VALUES (1)");
    assertThatThrownBy(() -> ctx.table("keyed").logicalPlan().toBytes(ctx))
        .isInstanceOf(NotImplementedException.class)
        .hasMessageContaining("table 'keyed'")
        .hasMessageContaining("constraints");
  }

  @Test
  void aNameThatIsTakenIsRefused() {
    assertThatThrownBy(() -> ctx.register("numbers", new Numbers(1, 1)))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("numbers already exists");
  }
}

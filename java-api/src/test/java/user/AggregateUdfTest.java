package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.DataFrame;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.NotImplementedException;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.Window;
import io.datafusion.internal.FunctionMemory;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.NullHandling;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import user.Aggregates.Way;

/** Aggregate functions, as a user writes them. */
class AggregateUdfTest {
  private static final String DATA =
      "(SELECT value, CASE WHEN value % 11 = 0 THEN NULL ELSE CAST(value AS DOUBLE) END AS x,"
          + " value % 7 AS k, CAST(value AS VARCHAR) AS s FROM range(0, 50000))";

  @TempDir private Path folder;
  private SessionContext ctx;
  private long allocated;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(4).withBatchSize(1000));
    allocated = FunctionMemory.settled();
  }

  @AfterEach
  void close() {
    ctx.close();
    FunctionMemory.awaitReleased(allocated);
  }

  private List<List<String>> rows(String sql) {
    return Aggregates.rows(ctx.sql(sql).toText(1_000_000));
  }

  private List<String> row(String sql) {
    return rows(sql).getFirst();
  }

  @ParameterizedTest
  @EnumSource
  void groupsAreAggregatedInStages(Way way) {
    ctx.register(way.mean("own_mean"));
    String query = "SELECT k, AGG(x) AS m FROM " + DATA + " GROUP BY k ORDER BY k";
    assertThat(ctx.sql(query.replace("AGG", "own_mean")).executionPlan().display())
        .contains("mode=Partial", "mode=FinalPartitioned");
    assertThat(rows(query.replace("AGG", "own_mean")))
        .isEqualTo(rows(query.replace("AGG", "avg")))
        .hasSize(7);
  }

  @ParameterizedTest
  @EnumSource
  void allRowsAreOneGroup(Way way) {
    ctx.register(way.mean("own_mean"));
    assertThat(row("SELECT own_mean(x), avg(x) FROM " + DATA))
        .satisfies(cells -> assertThat(cells.get(0)).isEqualTo(cells.get(1)));
    assertThat(row("SELECT own_mean(x) IS NULL FROM " + DATA + " WHERE value < 0"))
        .containsExactly("true");
  }

  @ParameterizedTest
  @EnumSource
  void filterDistinctAndNullsAreDoneBefore(Way way) {
    ctx.register(way.mean("own_mean"));
    String calls =
        "AGG(x) FILTER (WHERE value % 3 = 0), AGG(DISTINCT value % 10), AGG(DISTINCT value % 6)";
    for (String sql :
        List.of(
            "SELECT " + calls + " FROM " + DATA,
            "SELECT k, " + calls + " FROM " + DATA + " GROUP BY k ORDER BY k",
            "SELECT k, AGG(DISTINCT value % 10) FROM " + DATA + " GROUP BY k ORDER BY k",
            "SELECT k, AGG(x) FILTER (WHERE value < 0) FROM " + DATA + " GROUP BY k ORDER BY k")) {
      assertThat(rows(sql.replace("AGG", "own_mean")))
          .as(sql)
          .isEqualTo(rows(sql.replace("AGG", "avg")));
    }
  }

  @Test
  void orderAndDistinctReachTheFunctionAcrossPartitions() {
    ctx.register(Aggregates.joined("joined"));
    String numbers =
        "(SELECT value, value % 3 AS k, CAST(value % 10 AS VARCHAR) AS s FROM range(0, 5000))";
    String few = " FILTER (WHERE value > 4990)";
    assertThat(row("SELECT joined(s ORDER BY value DESC)" + few + " FROM " + numbers))
        .containsExactly("9,8,7,6,5,4,3,2,1");
    assertThat(
            rows(
                "SELECT k, joined(s ORDER BY value)"
                    + few
                    + " FROM "
                    + numbers
                    + " GROUP BY k ORDER BY k"))
        .containsExactly(List.of("0", "2,5,8"), List.of("1", "3,6,9"), List.of("2", "1,4,7"));
    assertThat(
            row(
                "SELECT joined(DISTINCT s ORDER BY s DESC), joined(DISTINCT s ORDER BY s), count(*)"
                    + " FROM "
                    + numbers))
        .containsExactly("9,8,7,6,5,4,3,2,1,0", "0,1,2,3,4,5,6,7,8,9", "5000");
    assertThat(
            row(
                "SELECT joined(DISTINCT s ORDER BY value DESC), joined(DISTINCT s ORDER BY value),"
                    + " count(*) FROM "
                    + numbers))
        .containsExactly("9,8,7,6,5,4,3,2,1,0", "0,1,2,3,4,5,6,7,8,9", "5000");
  }

  @Test
  void nullsReachTheFunctionOnlyOnRequest() {
    AggregateUdf rows =
        AggregateUdf.of(
            "rows_seen",
            Double.class,
            Long.class,
            new Seen(0),
            (Seen seen, Double x) -> new Seen(seen.rows + 1),
            (a, b) -> new Seen(a.rows + b.rows),
            Seen::rows);
    ctx.register(rows);
    ctx.register(rows.withNullHandling(NullHandling.PASS).withAliases("rows_of_all"));
    String all = "(VALUES (1.0), (NULL), (2.5)) AS t(x)";
    assertThat(row("SELECT rows_of_all(x) AS a, rows_of_all(x) IGNORE NULLS AS b FROM " + all))
        .containsExactly("3", "2");
    ctx.register(rows);
    assertThat(row("SELECT rows_seen(x) FROM " + all)).containsExactly("2");
  }

  /** A count. */
  public record Seen(long rows) {}

  @ParameterizedTest
  @EnumSource
  void windowsThatMoveTakeRowsBack(Way way) {
    ctx.register(way.mean("own_mean"));
    ctx.register(way.withoutRetract("growing"));
    String sliding =
        "(x) OVER (PARTITION BY k ORDER BY value ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS m";
    String data = "(SELECT * FROM " + DATA + " WHERE value < 300)";
    String query = "SELECT value, round(AGG, 6) FROM " + data + " ORDER BY value";
    assertThat(
            rows(
                "SELECT value, round(m, 6) FROM (SELECT value, own_mean"
                    + sliding
                    + " FROM "
                    + data
                    + ") ORDER BY value"))
        .isEqualTo(
            rows(
                "SELECT value, round(m, 6) FROM (SELECT value, avg"
                    + sliding
                    + " FROM "
                    + data
                    + ") ORDER BY value"))
        .hasSize(300);
    String unbounded = "(x) OVER (PARTITION BY k ORDER BY value)";
    assertThat(rows(query.replace("AGG", "growing" + unbounded)))
        .isEqualTo(rows(query.replace("AGG", "avg" + unbounded)));
    assertThatThrownBy(() -> rows("SELECT growing" + sliding + " FROM " + data))
        .isInstanceOf(NotImplementedException.class)
        .hasMessageContaining("'growing'")
        .hasMessageContaining("retract");
    assertThat(row("SELECT 1")).containsExactly("1");
  }

  @ParameterizedTest
  @EnumSource
  void callsAreExpressions(Way way) {
    AggregateUdf mean = way.mean("own_mean");
    DataFrame data = ctx.sql("SELECT * FROM " + DATA);
    Expr call = mean.call(col("x"));
    DataFrame frame =
        data.aggregate(
                List.of(col("k")),
                List.of(
                    call.alias("a"),
                    call.filter(col("value").lt(lit(500L))).alias("b"),
                    mean.call(col("value")).distinct().alias("c")))
            .sort(col("k").asc());
    String expected =
        "SELECT k, avg(x) AS a, avg(x) FILTER (WHERE value < 500) AS b, avg(DISTINCT value) AS c"
            + " FROM ";
    assertThat(Aggregates.rows(frame.toText(1_000_000)))
        .isEqualTo(rows(expected + DATA + " GROUP BY k ORDER BY k"));
    DataFrame windowed =
        data.filter(col("value").lt(lit(50L)))
            .select(col("value"), call.over(Window.of().withOrderBy(col("value").asc())).alias("m"))
            .sort(col("value").asc());
    assertThat(Aggregates.rows(windowed.toText(1_000_000)))
        .isEqualTo(
            rows(
                "SELECT value, avg(x) OVER (ORDER BY value) AS m FROM "
                    + DATA
                    + " WHERE value < 50 ORDER BY value"));
  }

  @ParameterizedTest
  @EnumSource
  void bytesHoldTheFunctionAndStayAsTheyAre(Way way) {
    String file = folder.resolve("data.parquet").toString();
    ctx.sql("SELECT k, x FROM " + DATA).write(ParquetSink.of(file));
    DataFrame frame =
        ctx.read(Parquet.of(file))
            .aggregate(List.of(col("k")), List.of(way.mean("own_mean").call(col("x")).alias("m")))
            .sort(col("k").asc());
    List<List<String>> expected = Aggregates.rows(frame.toText(1_000_000));
    byte[] logical = frame.logicalPlan().toBytes(ctx);
    byte[] physical = frame.executionPlan().toBytes(ctx);
    byte[] expression = way.mean("own_mean").call(col("x")).alias("m").toBytes(ctx);
    try (SessionContext other = SessionContext.create()) {
      LogicalPlan plan = LogicalPlan.fromBytes(other, logical);
      assertThat(plan.toBytes(other)).isEqualTo(logical);
      assertThat(Aggregates.rows(other.dataFrame(plan).toText(1_000_000))).isEqualTo(expected);
      ExecutionPlan execution = ExecutionPlan.fromBytes(other, physical);
      assertThat(execution.toBytes(other)).isEqualTo(physical);
      assertThat(other.execute(execution).schema()).isEqualTo(frame.schema());
      Expr call = Expr.fromBytes(other, expression);
      assertThat(call.toBytes(other)).isEqualTo(expression);
      DataFrame again = other.read(Parquet.of(file)).aggregate(List.of(col("k")), List.of(call));
      assertThat(Aggregates.rows(again.sort(col("k").asc()).toText(1_000_000))).isEqualTo(expected);
    }
  }

  @Test
  void upcallsAreAsManyAsBatches() {
    ctx.register(Way.GROUPS.mean("own_mean"));
    String query =
        "SELECT sum(m) FROM (SELECT value, own_mean(CAST(value AS DOUBLE)) AS m FROM range(0,"
            + " 1000000) GROUP BY value)";
    long before = Aggregates.UPDATES.get();
    assertThat(row(query)).containsExactly("499999500000.0");
    assertThat(Aggregates.UPDATES.get() - before).isEqualTo(1000);
  }

  @Test
  void emptyCorrelatedSubqueriesAnswerTheStateOfNoRows() {
    ctx.register(
        AggregateUdf.of(
            "rows_seen",
            Long.class,
            Long.class,
            new Seen(0),
            (Seen seen, Long x) -> new Seen(seen.rows + 1),
            (a, b) -> new Seen(a.rows + b.rows),
            Seen::rows));
    String query =
        "SELECT o.column1, (SELECT %s(i.column1) FROM (VALUES (1), (1)) AS i WHERE i.column1 ="
            + " o.column1) FROM (VALUES (1), (2)) AS o ORDER BY 1";
    assertThat(rows(query.formatted("rows_seen")))
        .isEqualTo(rows(query.formatted("count")))
        .containsExactly(List.of("1", "2"), List.of("2", "0"));
  }

  @Test
  void definitionsAreChecked() {
    assertThatThrownBy(
            () ->
                AggregateUdf.of(
                    "f",
                    Double.class,
                    Double.class,
                    new Unfit(BigDecimal.ONE),
                    (Unfit s, Double x) -> s,
                    (a, b) -> a,
                    s -> 1.0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("component 'total'")
        .hasMessageContaining("BigDecimal");
    assertThatThrownBy(
            () ->
                AggregateUdf.of(
                    "f",
                    Double.class,
                    Double.class,
                    new Nested(new Seen(1)),
                    (Nested s, Double x) -> s,
                    (a, b) -> a,
                    s -> 1.0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("component 'inner'");
    assertThatThrownBy(() -> Way.RECORD.mean("f").withRetract())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("record");
    assertThatThrownBy(() -> Way.OBJECT.mean("f").withNullHandling(NullHandling.PASS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                AggregateUdf.grouped(
                    "f",
                    List.of(),
                    Aggregates.DOUBLE,
                    List.of(Aggregates.DOUBLE),
                    Aggregates.MeanOfAll::new))
        .isInstanceOf(IllegalArgumentException.class);
    AggregateUdf again = Way.RECORD.mean("f");
    assertThat(Way.RECORD.mean("f")).isEqualTo(again);
    assertThat(Way.RECORD.mean("f").stateFields()).hasSize(2);
  }

  /** A state that is refused. */
  public record Unfit(BigDecimal total) {}

  /** A state that is refused. */
  public record Nested(Seen inner) {}

  @Test
  void typesWithoutVectorsAreRefusedWhereTheyAreDeclared() {
    Field none = Field.nullable("empty", new ArrowType.FixedSizeBinary(0));
    assertThatThrownBy(
            () ->
                AggregateUdf.accumulating(
                    "of_nothing",
                    List.of(none),
                    Aggregates.LONG,
                    List.of(Aggregates.LONG),
                    () -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'of_nothing'", "'empty'", "no vector");
    assertThatThrownBy(
            () ->
                AggregateUdf.grouped(
                    "g", List.of(Aggregates.LONG), Aggregates.LONG, List.of(none), () -> null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'g'", "'empty'", "no vector");
  }
}

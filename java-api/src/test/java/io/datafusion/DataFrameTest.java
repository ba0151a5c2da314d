package io.datafusion;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.Join.Kind;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every verb gives what the same SQL gives. */
class DataFrameTest {
  private static SessionContext ctx;
  private static DataFrame a;
  private static DataFrame b;

  @BeforeAll
  static void open() {
    ctx = SessionContext.create();
    ctx.sql(
        "CREATE TABLE a AS SELECT * FROM (VALUES (1, 'x'), (2, 'y'), (2, 'y'), (3, 'z')) AS v(k,"
            + " s)");
    ctx.sql("CREATE TABLE b AS SELECT * FROM (VALUES (2, 'y'), (3, 'q'), (4, 'w')) AS v(k, s)");
    a = ctx.table("a");
    b = ctx.table("b");
    ctx.register("b2", b.select(col("k").alias("k2"), col("s").alias("s2")));
  }

  @AfterAll
  static void close() {
    ctx.close();
  }

  private static void same(DataFrame frame, String sql) {
    assertThat(Results.of(frame)).containsExactlyInAnyOrderElementsOf(Results.of(ctx.sql(sql)));
  }

  @Test
  void selectAndFilter() {
    same(
        a.filter(col("k").gt(lit(1L))).select(col("k").times(lit(2L)).alias("d"), col("s")),
        "SELECT k * 2 AS d, s FROM a WHERE k > 1");
    same(a.select("s"), "SELECT s FROM a");
  }

  @Test
  void aggregateWithAndWithoutKeys() {
    same(
        a.aggregate(List.of(col("s")), List.of(Functions.count(col("k")), Functions.max(col("k")))),
        "SELECT s, count(k), max(k) FROM a GROUP BY s");
    same(a.aggregate(List.of(), List.of(Functions.sum(col("k")))), "SELECT sum(k) FROM a");
  }

  @ParameterizedTest
  @CsvSource({
    "INNER,INNER JOIN",
    "LEFT,LEFT JOIN",
    "RIGHT,RIGHT JOIN",
    "FULL,FULL JOIN",
    "LEFT_SEMI,LEFT SEMI JOIN",
    "RIGHT_SEMI,RIGHT SEMI JOIN",
    "LEFT_ANTI,LEFT ANTI JOIN",
    "RIGHT_ANTI,RIGHT ANTI JOIN"
  })
  void joinsOnColumnsAndConditions(Kind kind, String sql) {
    DataFrame right = ctx.table("b2");
    String text = "SELECT * FROM a " + sql + " b2 ON a.k = b2.k2";
    same(a.join(right, Join.on(List.of("k"), List.of("k2")).withKind(kind)), text);
    same(a.join(right, Join.on(col("k").eq(col("k2"))).withKind(kind)), text);
    same(
        a.join(
            right,
            Join.on(List.of("k"), List.of("k2"))
                .withCondition(col("s").eq(col("s2")))
                .withKind(kind)),
        text + " AND a.s = b2.s2");
  }

  @Test
  void markJoinsSayWhetherThereIsAMatch() {
    DataFrame right = b.select(col("k").alias("k2"));
    assertThat(
            Results.of(
                a.join(right, Join.on(List.of("k"), List.of("k2")).withKind(Kind.LEFT_MARK))))
        .hasSize(4)
        .allMatch(row -> row.size() == 3);
  }

  @Test
  void sortLimitAndSkip() {
    assertThat(Results.of(a.sort(col("k").desc(), col("s").asc()).limit(1, 2)))
        .containsExactly(List.of(2L, "y"), List.of(2L, "y"));
    assertThat(a.limit(3).count()).isEqualTo(3);
    assertThat(a.skip(3).count()).isEqualTo(1);
    assertThatThrownBy(() -> a.limit(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void distinctAndDistinctOn() {
    same(a.distinct(), "SELECT DISTINCT * FROM a");
    same(
        a.distinctOn(
            List.of(col("k")),
            List.of(col("k"), col("s")),
            List.of(col("k").asc(), col("s").asc())),
        "SELECT DISTINCT ON (k) k, s FROM a ORDER BY k, s");
  }

  @Test
  void setsOfRows() {
    same(a.union(b), "SELECT * FROM a UNION ALL SELECT * FROM b");
    same(a.unionDistinct(b), "SELECT * FROM a UNION SELECT * FROM b");
    same(a.intersect(b), "SELECT * FROM a INTERSECT SELECT * FROM b");
    same(a.intersectAll(b), "SELECT * FROM a INTERSECT ALL SELECT * FROM b");
    same(a.except(b), "SELECT * FROM a EXCEPT SELECT * FROM b");
    same(a.exceptAll(b), "SELECT * FROM a EXCEPT ALL SELECT * FROM b");
    DataFrame swapped = b.select(col("s"), col("k"));
    same(a.unionByName(swapped), "SELECT * FROM a UNION ALL SELECT * FROM b");
    same(a.unionByNameDistinct(swapped), "SELECT * FROM a UNION SELECT * FROM b");
  }

  @Test
  void columnsComeChangeAndGo() {
    same(
        a.withColumn("d", col("k").plus(lit(1L))).renameColumn("s", "t").dropColumns("k"),
        "SELECT s AS t, k + 1 AS d FROM a");
  }

  @Test
  void listsAreUnnested() {
    DataFrame lists = ctx.sql("SELECT 1 AS id, make_array(10, 20) AS l UNION ALL SELECT 2, NULL");
    assertThat(Results.of(lists.unnest("l").sort(col("id").asc(), col("l").asc())))
        .containsExactly(List.of(1L, 10L), List.of(1L, 20L), List.of(2L, "null"));
    assertThat(lists.unnestNonNull("l").count()).isEqualTo(2);
  }

  @Test
  void aliasQualifiesColumns() {
    same(
        a.alias("l")
            .join(b.alias("r"), Join.on(col("l", "k").eq(col("r", "k"))))
            .select(col("l", "s"), col("r", "s").alias("rs")),
        "SELECT l.s, r.s AS rs FROM a l JOIN b r ON l.k = r.k");
  }

  @Test
  void repartitionByHashAndInTurn() {
    assertThat(a.repartition(3).count()).isEqualTo(4);
    DataFrame hashed = a.repartition(3, col("k"));
    assertThat(hashed.logicalPlan().display()).contains("Hash(k) partition_count=3");
    assertThat(hashed.count()).isEqualTo(4);
    assertThatThrownBy(() -> a.repartition(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void windowAddsColumns() {
    DataFrame numbered =
        a.window(Functions.rowNumber().over(Window.of().withOrderBy(col("k").asc())).alias("n"));
    assertThat(numbered.schema().getFields()).hasSize(3);
    assertThat(numbered.count()).isEqualTo(4);
  }

  @Test
  void describeAndExplainAreFrames() {
    assertThat(a.describe().schema().getFields()).hasSize(3);
    assertThat(Results.of(a.explain()).toString()).contains("TableScan");
    assertThat(Results.of(a.explain(false, true)).toString()).contains("metrics");
  }

  @Test
  void cachedRowsStay() {
    ctx.sql("CREATE TABLE c AS VALUES (1)");
    DataFrame cached = ctx.table("c").cache();
    ctx.sql("INSERT INTO c VALUES (2)").count();
    assertThat(cached.count()).isEqualTo(1);
    assertThat(ctx.table("c").count()).isEqualTo(2);
  }

  @Test
  void textIsATable() {
    assertThat(a.sort(col("k").asc()).toText(1)).contains("| k | s |", "| 1 | x |");
    assertThat(a.toString()).startsWith("DataFrame: ").doesNotContain("\n");
  }

  @Test
  void plansShowThemselves() {
    DataFrame frame = a.filter(col("k").gt(lit(1L))).select(col("s"));
    assertThat(frame.logicalPlan().toString()).startsWith("Projection").doesNotContain("\n");
    assertThat(frame.logicalPlan().display()).contains("Projection", "Filter", "TableScan");
    assertThat(frame.logicalPlan().children()).hasSize(1);
    assertThat(frame.logicalPlan().schema()).isEqualTo(frame.schema());
    assertThat(frame.optimizedPlan().display()).contains("TableScan");
    assertThat(frame.logicalPlan().optimized(ctx).display())
        .isEqualTo(frame.optimizedPlan().display());
    ExecutionPlan plan = frame.executionPlan();
    assertThat(plan.display()).contains("DataSourceExec");
    assertThat(plan.schema().getFields()).hasSize(1);
    assertThat(plan.partitionCount()).isPositive();
    assertThat(plan.children()).isNotEmpty();
    plan.resolveFunctions();
    frame.logicalPlan().resolveFunctions();
  }

  @Test
  void logicalPlansGoThroughBytes() {
    DataFrame frame =
        ctx.sql("SELECT k, s FROM (VALUES (1, 'x'), (2, 'y')) AS v(k, s) WHERE k > 1");
    byte[] bytes = frame.logicalPlan().toBytes();
    LogicalPlan back = LogicalPlan.fromBytes(ctx, bytes);
    assertThat(Results.of(ctx.dataFrame(back))).containsExactly(List.of(2L, "y"));
    assertThat(back.toBytes(ctx)).isEqualTo(bytes);
    byte[] physical = frame.executionPlan().toBytes(ctx);
    assertThat(Results.of(ctx.execute(ExecutionPlan.fromBytes(ctx, physical))))
        .containsExactly(List.of(2L, "y"));
  }

  @Test
  void usingAFrameSpoilsNoOther() {
    DataFrame base = a.filter(col("k").gt(lit(1L)));
    DataFrame left = base.select(col("k"));
    DataFrame right = base.select(col("s"));
    assertThat(left.count()).isEqualTo(3);
    assertThat(right.count()).isEqualTo(3);
    assertThat(Results.of(base)).hasSize(3);
  }

  @Test
  void wrongNamesFailWhereTheyStand() {
    assertThatThrownBy(() -> a.select(col("nope"))).isInstanceOf(SchemaException.class);
    assertThatThrownBy(() -> a.select(Functions.call("no_such_function", col("k"))))
        .isInstanceOf(UnresolvedFunctionException.class)
        .hasMessageContaining("no_such_function");
    assertThatThrownBy(() -> a.filter(col("k").plus(lit(1L)))).isInstanceOf(PlanException.class);
  }

  /** Names are names: no dots or quotes are read in them, and no case is folded. */
  @Test
  void verbsTakeNamesAsTheyAre() {
    try (SessionContext ctx = SessionContext.create()) {
      DataFrame a = ctx.sql("SELECT 1 AS \"Id\", 10 AS \"x.y\", [1, 2] AS \"L\"");
      DataFrame b = ctx.sql("SELECT 1 AS \"Key\", 'v' AS v");
      assertThat(names(a.renameColumn("Id", "z"))).containsExactly("z", "x.y", "L");
      assertThat(names(a.renameColumn("x.y", "q"))).containsExactly("Id", "q", "L");
      assertThat(a.join(b, Join.on(List.of("Id"), List.of("Key"))).count()).isEqualTo(1);
      assertThat(a.unnest("L").count()).isEqualTo(2);
      assertThat(Results.one(b.alias("T").select(Expr.col("T", "v")))).isEqualTo("v");
      assertThat(Results.one(b.alias("a.b").select(Expr.col("a.b", "v")))).isEqualTo("v");
      assertThat(Results.one(b.alias("q\"t").select(Expr.col("q\"t", "v")))).isEqualTo("v");
    }
  }

  private static List<String> names(DataFrame frame) {
    return frame.schema().getFields().stream().map(field -> field.getName()).toList();
  }

  @Test
  void explanationsAreShown() {
    try (SessionContext ctx = SessionContext.create()) {
      DataFrame explained = ctx.sql("SELECT 1 AS a").explain();
      assertThat(explained.toText(100)).contains("logical_plan", "physical_plan");
      assertThat(explained.toText(1)).contains("logical_plan").doesNotContain("physical_plan");
      assertThat(explained.count()).isEqualTo(2);
      assertThat(ctx.sql("EXPLAIN ANALYZE SELECT 1").count()).isEqualTo(1);
      explained.show();
    }
  }

  @Test
  void verbsOfNothingAreRefused() {
    DataFrame frame = ctx.sql("SELECT [1] AS l");
    assertThatThrownBy(() -> frame.sort()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frame.unnest()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> frame.unnestNonNull()).isInstanceOf(IllegalArgumentException.class);
  }

  /** Narrow decimals come widened, so that is what everybody says of them. */
  @Test
  void columnsAreThoseOfTheBatches() throws IOException {
    DataFrame frame =
        ctx.sql(
            """
            SELECT d, [d] AS l, named_struct('m', [e]) AS s, d AS k FROM (SELECT
              arrow_cast(1.5, 'Decimal32(9, 2)') AS d, arrow_cast(1.5, 'Decimal64(12, 2)') AS e)
            """);
    try (var allocator = new RootAllocator();
        BatchStream stream = frame.execute();
        ArrowReader reader = stream.reader(allocator)) {
      Schema read = reader.getVectorSchemaRoot().getSchema();
      assertThat(read.getFields().getFirst().getType()).isEqualTo(new ArrowType.Decimal(9, 2, 128));
      assertThat(frame.schema()).isEqualTo(read);
      assertThat(stream.schema()).isEqualTo(read);
      assertThat(frame.logicalPlan().schema()).isEqualTo(read);
      assertThat(frame.executionPlan().schema()).isEqualTo(read);
      assertThat(reader.loadNextBatch()).isTrue();
      assertThat(reader.getVectorSchemaRoot().getVector("d").getObject(0)).hasToString("1.50");
    }
  }
}

package io.datafusion;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.datafusion.Operator.Like;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator gives what the same SQL gives, and survives its bytes. */
class ExprTest {
  private static SessionContext ctx;
  private static DataFrame data;

  @BeforeAll
  static void open() {
    ctx = SessionContext.create();
    ctx.sql(
        "CREATE TABLE t AS SELECT * FROM (VALUES"
            + " (1, 10, 1.5, 'apple', true), (2, 3, -2.5, 'Banana', false),"
            + " (3, NULL, NULL, NULL, NULL), (4, 7, 0.0, 'a%c', true)) AS v(id, n, x, s, b)");
    data = ctx.table("t");
  }

  @AfterAll
  static void close() {
    ctx.close();
  }

  static Stream<Arguments> operators() {
    Expr n = col("n");
    Expr x = col("x");
    Expr s = col("s");
    Expr b = col("b");
    var named =
        Expr.when(n.gt(lit(5L)), lit("many")).when(n.isNull(), lit("none")).otherwise(lit("few"));
    return Stream.of(
        arguments("n + 2", n.plus(lit(2L))),
        arguments("n - 2", n.minus(lit(2L))),
        arguments("n * 2", n.times(lit(2L))),
        arguments("n / 2", n.divide(lit(2L))),
        arguments("n % 2", n.modulo(lit(2L))),
        arguments("-n", n.negate()),
        arguments("n & 3", n.bitAnd(lit(3L))),
        arguments("n | 4", n.bitOr(lit(4L))),
        arguments("n ^ 4", n.bitXor(lit(4L))),
        arguments("n << 2", n.shiftLeft(lit(2L))),
        arguments("n >> 1", n.shiftRight(lit(1L))),
        arguments("n = 3", n.eq(lit(3L))),
        arguments("n <> 3", n.neq(lit(3L))),
        arguments("n < 7", n.lt(lit(7L))),
        arguments("n <= 7", n.lteq(lit(7L))),
        arguments("n > 7", n.gt(lit(7L))),
        arguments("n >= 7", n.gteq(lit(7L))),
        arguments("n IS DISTINCT FROM 3", n.isDistinctFrom(lit(3L))),
        arguments("n IS NOT DISTINCT FROM 3", n.isNotDistinctFrom(lit(3L))),
        arguments("b AND n > 5", b.and(n.gt(lit(5L)))),
        arguments("b OR n > 5", b.or(n.gt(lit(5L)))),
        arguments("NOT b", b.not()),
        arguments("n IS NULL", n.isNull()),
        arguments("n IS NOT NULL", n.isNotNull()),
        arguments("b IS TRUE", b.isTrue()),
        arguments("b IS FALSE", b.isFalse()),
        arguments("b IS UNKNOWN", b.isUnknown()),
        arguments("b IS NOT TRUE", b.isNotTrue()),
        arguments("b IS NOT FALSE", b.isNotFalse()),
        arguments("b IS NOT UNKNOWN", b.isNotUnknown()),
        arguments("n BETWEEN 3 AND 7", n.between(lit(3L), lit(7L))),
        arguments("n NOT BETWEEN 3 AND 7", n.notBetween(lit(3L), lit(7L))),
        arguments("n IN (3, 7)", n.in(lit(3L), lit(7L))),
        arguments("n NOT IN (3, 7)", n.notIn(List.of(lit(3L), lit(7L)))),
        arguments("s LIKE 'a%'", s.like(lit("a%"))),
        arguments("s NOT LIKE 'a%'", s.notLike(lit("a%"))),
        arguments("s ILIKE 'b%'", s.ilike(lit("b%"))),
        arguments("s NOT ILIKE 'b%'", s.notIlike(lit("b%"))),
        arguments("s SIMILAR TO '(apple|banana)'", s.similarTo(lit("(apple|banana)"))),
        arguments("s ~ '^[a-z]+$'", s.regexMatch(lit("^[a-z]+$"))),
        arguments("s ~* '^[a-z]+$'", s.regexIMatch(lit("^[a-z]+$"))),
        arguments("s !~ '^[a-z]+$'", s.regexNotMatch(lit("^[a-z]+$"))),
        arguments("s || '!'", s.concat(lit("!"))),
        arguments("CAST(n AS DOUBLE)", n.cast(Double.class)),
        arguments("CAST(n AS VARCHAR)", n.cast(ArrowType.Utf8.INSTANCE)),
        arguments("TRY_CAST(s AS BIGINT)", s.tryCast(Long.class)),
        arguments("CASE WHEN n > 5 THEN 'many' WHEN n IS NULL THEN 'none' ELSE 'few' END", named),
        arguments(
            "CASE id WHEN 1 THEN 'one' WHEN 2 THEN 'two' END",
            Expr.caseOf(col("id")).when(lit(1L), lit("one")).when(lit(2L), lit("two")).end()),
        arguments("abs(x)", Functions.abs(x)),
        arguments("coalesce(n, id)", Functions.coalesce(n, col("id"))),
        arguments("upper(s)", Functions.upper(s)),
        arguments("substr(s, 2, 3)", Functions.substr(s, lit(2L), lit(3L))),
        arguments(
            "date_part('year', now()) > 2000",
            Functions.datePart(lit("year"), Functions.now()).gt(lit(2000L))),
        arguments("named_struct('k', n)['k']", Functions.namedStruct(lit("k"), n).field("k")),
        arguments("make_array(n, id)[2]", Functions.makeArray(n, col("id")).element(lit(2L))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operators")
  void operatorsGiveWhatSqlGives(String sql, Expr expr) {
    var expected = Results.of(ctx.sql("SELECT id, " + sql + " AS r FROM t ORDER BY id"));
    assertThat(rows(expr)).isEqualTo(expected);
    Expr back = Expr.fromBytes(ctx, expr.toBytes(ctx));
    assertThat(rows(back)).isEqualTo(expected);
    assertThat(back.toBytes(ctx)).isEqualTo(expr.toBytes(ctx));
  }

  private static List<List<Object>> rows(Expr expr) {
    return Results.of(data.select(col("id"), expr.alias("r")).sort(col("id").asc()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("operators")
  void parsedSqlIsTheSameTree(String sql, Expr expr) {
    Expr parsed = ctx.parseExpr(sql, data.schema());
    assertThat(rows(parsed)).isEqualTo(rows(expr));
  }

  @Test
  void escapesAreCharactersOfThePattern() {
    Expr expr = col("s").like(new Like(false, false, false, Optional.of('\\')), lit("a\\%%"));
    assertThat(Results.of(data.filter(expr).select(col("id")))).containsExactly(List.of(4L));
  }

  @Test
  void aggregatesTakeTheirModifiers() {
    Expr n = col("n");
    assertThat(
            Results.of(
                data.aggregate(
                    List.of(),
                    List.of(
                        Functions.sum(n),
                        Functions.count(n.modulo(lit(2L))).distinct(),
                        Functions.sum(n).filter(col("id").lt(lit(3L))),
                        Functions.arrayAgg(n)
                            .orderBy(n.desc().nullsLast())
                            .nulls(Operator.NullTreatment.IGNORE),
                        Functions.countAll()))))
        .isEqualTo(
            Results.of(
                ctx.sql(
                    "SELECT sum(n), count(DISTINCT n % 2), sum(n) FILTER (WHERE id < 3),"
                        + " array_agg(n ORDER BY n DESC NULLS LAST) FILTER (WHERE n IS NOT NULL),"
                        + " count(*) FROM t")));
  }

  @Test
  void windowsTakePartitionOrderAndFrame() {
    Expr running =
        Functions.sum(col("id"))
            .over(
                Window.of()
                    .withPartitionBy(col("b"))
                    .withOrderBy(col("id").asc())
                    .withFrame(WindowFrame.rows(1, 0)));
    Expr number = Functions.rowNumber().over(Window.of().withOrderBy(col("id").desc()));
    var expected =
        Results.of(
            ctx.sql(
                "SELECT id, sum(id) OVER (PARTITION BY b ORDER BY id ROWS BETWEEN 1 PRECEDING AND"
                    + " CURRENT ROW), row_number() OVER (ORDER BY id DESC) FROM t ORDER BY id"));
    assertThat(Results.of(data.select(col("id"), running, number).sort(col("id").asc())))
        .isEqualTo(expected);
    assertThat(Expr.fromBytes(ctx, running.toBytes(ctx)).toBytes(ctx))
        .isEqualTo(running.toBytes(ctx));
  }

  @Test
  void modifiersAreForCalls() {
    assertThatThrownBy(() -> col("n").distinct())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("distinct()");
    assertThatThrownBy(() -> col("n").over(Window.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void equalTreesAreEqual() {
    Expr a = col("a").plus(lit(1L)).gt(col("t", "b")).alias("c");
    Expr b = col("a").plus(lit(1L)).gt(col("t", "b")).alias("c");
    assertThat(a).isEqualTo(b).hasSameHashCodeAs(b);
    assertThat(a).isNotEqualTo(col("a").plus(lit(2L)).gt(col("t", "b")).alias("c"));
    assertThat(lit(new byte[] {1, 2})).isEqualTo(lit(new byte[] {1, 2}));
    assertThat(lit(1L)).isNotEqualTo(lit(1));
  }

  @Test
  void methodReferencesToOperatorsWork() {
    java.util.function.BinaryOperator<Expr> and = Expr::and;
    assertThat(and.apply(col("a"), col("b"))).isEqualTo(col("a").and(col("b")));
  }

  @Test
  void canonicalNamesAreTheEnginesColumnNames() {
    Expr expr = col("n").plus(lit(1L));
    assertThat(expr.canonicalName())
        .isEqualTo(data.select(expr).schema().getFields().get(0).getName().replace("t.", ""));
    assertThat(lit(1L).alias("one").canonicalName()).isEqualTo("one");
  }

  @Test
  void unknownVariantsStayWhole() {
    Schemas.assertOpaqueSurvives(ctx, data);
  }

  @Test
  void placeholdersAreFilledBySql() {
    assertThat(Results.of(ctx.sql("SELECT id FROM t WHERE n = $1", List.of(3L))))
        .containsExactly(List.of(2L));
    assertThat(Expr.placeholder("$1").toBytes(ctx)).isNotEmpty();
  }

  @Test
  void wildcardsSelectAllColumns() {
    assertThat(data.select(Expr.wildcard()).schema()).isEqualTo(data.schema());
  }

  /** Grouping sets have no shape in Expr; they come and go as they are. */
  private static final class Schemas {
    static void assertOpaqueSurvives(SessionContext ctx, DataFrame data) {
      var list = new ArrayList<Expr>();
      var rollup =
          org.apache.datafusion.protobuf.LogicalExprNode.newBuilder()
              .setRollup(
                  org.apache.datafusion.protobuf.RollupNode.newBuilder()
                      .addExpr(
                          org.apache.datafusion.protobuf.LogicalExprNode.newBuilder()
                              .setColumn(
                                  datafusion_common.DatafusionCommon.Column.newBuilder()
                                      .setName("b"))))
              .build()
              .toByteArray();
      Expr opaque = Expr.fromBytes(ctx, rollup);
      assertThat(opaque).isInstanceOf(Expr.Opaque.class);
      assertThat(opaque.toBytes(ctx)).isEqualTo(rollup);
      list.add(opaque);
      assertThat(Results.of(data.aggregate(list, List.of(Functions.countAll())))).hasSize(4);
    }
  }
}

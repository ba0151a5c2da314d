package user;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.ExecutionException;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.NullHandling;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records as states: components of every type, functions of every number of arguments. */
class AggregateStateTest {
  private static final String ROWS = "(SELECT value AS v, value % 5 AS k FROM range(0, 20000))";

  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(4).withBatchSize(1000));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  /** The largest value so far, as everything that a component may be. */
  @SuppressWarnings("ArrayRecordComponent") // a component may be bytes
  record Everything(
      long number,
      int small,
      short smaller,
      byte smallest,
      double real,
      float single,
      boolean seen,
      Long boxed,
      Integer boxedInt,
      Short boxedShort,
      Byte boxedByte,
      Double boxedDouble,
      Float boxedFloat,
      Boolean boxedBoolean,
      String text,
      byte[] bytes,
      LocalDate date,
      LocalTime time,
      Instant instant,
      LocalDateTime local,
      Duration duration) {
    static final Everything NOTHING =
        new Everything(
            -1, 0, (short) 0, (byte) 0, 0, 0, false, null, null, null, null, null, null, null, null,
            null, null, null, null, null, null);

    static Everything of(long n) {
      Instant instant = Instant.ofEpochSecond(n);
      return new Everything(
          n,
          (int) n,
          (short) n,
          (byte) n,
          n / 4.0,
          n / 2f,
          true,
          n,
          (int) -n,
          (short) n,
          (byte) n,
          -n / 4.0,
          n / 2f,
          n % 2 == 0,
          "text " + n,
          Long.toString(n).getBytes(java.nio.charset.StandardCharsets.UTF_8),
          LocalDate.ofEpochDay(n),
          LocalTime.ofSecondOfDay(n),
          instant,
          LocalDateTime.ofInstant(instant, ZoneOffset.UTC),
          Duration.ofMinutes(-n));
    }

    Everything max(Everything other) {
      return other.seen && other.number > number ? other : this;
    }

    String shown() {
      return seen ? toString().replaceAll("\\[B@[0-9a-f]+", Arrays.toString(bytes)) : null;
    }
  }

  @Test
  void componentsOfEveryTypeGoThroughStages() {
    ctx.register(
        AggregateUdf.of(
            "everything",
            Long.class,
            String.class,
            Everything.NOTHING,
            (Everything state, Long n) -> state.max(Everything.of(n)),
            Everything::max,
            Everything::shown));
    String query = "SELECT k, everything(v) AS e FROM " + ROWS + " GROUP BY k ORDER BY k";
    assertThat(ctx.sql(query).executionPlan().display()).contains("mode=FinalPartitioned");
    List<List<String>> rows = Aggregates.rows(ctx.sql(query).toText(10));
    assertThat(rows).hasSize(5);
    for (int k = 0; k < 5; k++) {
      assertThat(rows.get(k).get(1)).isEqualTo(Everything.of(19_995 + k).shown());
    }
    String none = "SELECT everything(v) IS NULL FROM " + ROWS + " WHERE v < 0";
    assertThat(Aggregates.rows(ctx.sql(none).toText(10))).containsExactly(List.of("true"));
  }

  /** Times at the ends of their ranges, and finer than the engine's microseconds. */
  record Times(
      LocalDate date, LocalTime time, Instant instant, LocalDateTime local, Duration duration) {
    private static final List<Times> ALL =
        List.of(
            new Times(null, null, null, null, null),
            new Times(
                LocalDate.MAX,
                LocalTime.MAX,
                Instant.MAX,
                LocalDateTime.MAX,
                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)),
            new Times(
                LocalDate.MIN,
                LocalTime.MIN,
                Instant.MIN,
                LocalDateTime.MIN,
                Duration.ofSeconds(Long.MIN_VALUE)),
            new Times(
                LocalDate.EPOCH,
                LocalTime.ofNanoOfDay(1),
                Instant.ofEpochSecond(-1, 1),
                LocalDateTime.ofEpochSecond(0, 999_999_999, ZoneOffset.UTC),
                Duration.ofNanos(-1)));

    Times or(Times other) {
      return other.equals(ALL.getFirst()) ? this : other;
    }
  }

  /** Issue 4: a state is the same value on every way that it goes. */
  @Test
  void timesLoseNothingWhereStatesTravel() {
    ctx.register(
        AggregateUdf.of(
            "times",
            Long.class,
            String.class,
            Times.ALL.getFirst(),
            (Times state, Long k) -> state.or(Times.ALL.get(k.intValue())),
            Times::or,
            Times::toString));
    String query =
        "SELECT k, times(k) FROM (SELECT value % 4 AS k FROM range(0, 20000)) GROUP BY k";
    assertThat(ctx.sql(query).executionPlan().display()).contains("mode=FinalPartitioned");
    List<List<String>> rows = Aggregates.rows(ctx.sql(query + " ORDER BY k").toText(10));
    assertThat(rows.stream().map(List::getLast))
        .containsExactlyElementsOf(Times.ALL.stream().map(Times::toString).toList());
  }

  /** A weighted sum. */
  record Weighted(double sum, double weight) {
    Weighted plus(Weighted other) {
      return new Weighted(sum + other.sum, weight + other.weight);
    }

    Double mean() {
      return weight == 0 ? null : sum / weight;
    }
  }

  @Test
  void functionsTakeTwoAndThreeArguments() {
    ctx.register(
        AggregateUdf.of(
                "weighted",
                Double.class,
                Double.class,
                Double.class,
                new Weighted(0, 0),
                (Weighted s, Double x, Double w) -> s.plus(new Weighted(x * w, w)),
                Weighted::plus,
                Weighted::mean)
            .withRetract((Weighted s, Double x, Double w) -> s.plus(new Weighted(-x * w, -w))));
    ctx.register(
        AggregateUdf.of(
                "scaled",
                Double.class,
                Double.class,
                Integer.class,
                Double.class,
                new Weighted(0, 0),
                (Weighted s, Double x, Double w, Integer scale) ->
                    s.plus(new Weighted(x * w * scale, w)),
                Weighted::plus,
                Weighted::mean)
            .withRetract(
                (Weighted s, Double x, Double w, Integer scale) ->
                    s.plus(new Weighted(-x * w * scale, -w))));
    String table = " FROM (VALUES (1, 2.0, 1.0), (2, 4.0, 3.0), (3, NULL, 5.0)) AS t(id, x, w)";
    assertThat(
            Aggregates.rows(ctx.sql("SELECT weighted(x, w), scaled(x, w, 10)" + table).toText(1)))
        .containsExactly(List.of("3.5", "35.0"));
    String frame = " OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)";
    assertThat(
            Aggregates.rows(
                ctx.sql(
                        "SELECT id, weighted(x, w)"
                            + frame
                            + ", scaled(x, w, 2)"
                            + frame
                            + table
                            + " ORDER BY id")
                    .toText(9)))
        .containsExactly(
            List.of("1", "2.0", "4.0"), List.of("2", "3.5", "7.0"), List.of("3", "4.0", "8.0"));
    Assertions.assertThatThrownBy(
            () ->
                Aggregates.Way.RECORD.mean("f").withRetract((Weighted s, Double x, Double w) -> s))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 arguments");
  }

  @Test
  void decimalsAreArgumentsAndResults() {
    Field money = Field.nullable("money", new ArrowType.Decimal(20, 2, 128));
    ctx.register(
        AggregateUdf.of(
            "cents",
            money,
            money,
            new Aggregates.Mean(0, 0),
            (Aggregates.Mean s, BigDecimal x) ->
                new Aggregates.Mean(0, s.count() + x.unscaledValue().longValueExact()),
            (a, b) -> new Aggregates.Mean(0, a.count() + b.count()),
            s -> BigDecimal.valueOf(s.count(), 2)));
    assertThat(
            Aggregates.rows(
                ctx.sql("SELECT cents(x) FROM (VALUES (1.25), (2.5)) AS t(x)").toText(1)))
        .containsExactly(List.of("3.75"));
  }

  @Test
  void resultsThatDoNotFitAreErrors() {
    ctx.register(
        AggregateUdf.of(
            "far",
            Long.class,
            Instant.class,
            new Aggregates.Mean(0, 0),
            (Aggregates.Mean s, Long x) -> s,
            (a, b) -> a,
            s -> Instant.MAX));
    Assertions.assertThatThrownBy(
            () -> ctx.sql("SELECT far(v) FROM " + ROWS + " GROUP BY k").toText(9))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("far")
        .hasCauseInstanceOf(ArithmeticException.class);
  }

  /** Whether every argument was there. */
  record Nulls(long nulls, String last) {}

  @Test
  void nullsReachFunctionsOfSeveralArguments() {
    AggregateUdf nulls =
        AggregateUdf.of(
            "nulls",
            Long.class,
            String.class,
            Long.class,
            new Nulls(0, null),
            (Nulls s, Long n, String t) ->
                new Nulls(s.nulls + (n == null ? 1 : 0) + (t == null ? 1 : 0), t),
            (a, b) -> new Nulls(a.nulls + b.nulls, b.last),
            Nulls::nulls);
    String query =
        "SELECT nulls(n, t) FROM (VALUES (1, 'a'), (NULL, 'b'), (NULL, NULL)) AS x(n, t)";
    ctx.register(nulls);
    assertThat(Aggregates.rows(ctx.sql(query).toText(1))).containsExactly(List.of("0"));
    ctx.register(nulls.withNullHandling(NullHandling.PASS));
    assertThat(Aggregates.rows(ctx.sql(query).toText(1))).containsExactly(List.of("3"));
  }
}

package io.datafusion;

import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.internal.JavaTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LiteralTest {
  private static SessionContext ctx;

  @BeforeAll
  static void open() {
    ctx = SessionContext.create();
  }

  @AfterAll
  static void close() {
    ctx.close();
  }

  private static Expr.Literal of(Object value, ArrowType type) {
    return lit(value, Field.nullable("", type));
  }

  static Stream<Expr.Literal> literals() {
    var instant = Instant.parse("2025-03-01T10:20:30.123456Z");
    var local = LocalDateTime.parse("1931-03-01T10:20:30.123456");
    return Stream.of(
        lit(Long.MIN_VALUE),
        lit(7),
        lit((short) -3),
        lit((byte) 9),
        lit(2.5),
        lit(-1.5f),
        lit(true),
        lit("naïve \u0000 😀"),
        lit(new byte[] {0, -1, 5}),
        lit(LocalDate.of(1931, 2, 3)),
        lit(LocalTime.parse("23:59:59.999999")),
        lit(instant),
        lit(local),
        lit(Duration.ofMillis(-1500)),
        lit(new BigDecimal("-123.45"), 10, 2),
        lit(new BigDecimal("12345678901234567890123456789012345678901.5"), 50, 1),
        of(200, new ArrowType.Int(8, false)),
        of(60_000, new ArrowType.Int(16, false)),
        of(4_000_000_000L, new ArrowType.Int(32, false)),
        of(new BigInteger("18446744073709551615"), new ArrowType.Int(64, false)),
        of(1.5f, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
        of("large", ArrowType.LargeUtf8.INSTANCE),
        of("view", ArrowType.Utf8View.INSTANCE),
        of(new byte[] {1}, ArrowType.LargeBinary.INSTANCE),
        of(new byte[] {2}, ArrowType.BinaryView.INSTANCE),
        of(new byte[] {1, 2, 3}, new ArrowType.FixedSizeBinary(3)),
        of(LocalDate.of(2025, 1, 1), new ArrowType.Date(DateUnit.MILLISECOND)),
        of(LocalTime.of(1, 2, 3), new ArrowType.Time(TimeUnit.SECOND, 32)),
        of(LocalTime.of(1, 2, 3), new ArrowType.Time(TimeUnit.MILLISECOND, 32)),
        of(LocalTime.ofNanoOfDay(7), new ArrowType.Time(TimeUnit.NANOSECOND, 64)),
        of(instant, new ArrowType.Timestamp(TimeUnit.NANOSECOND, "Europe/Berlin")),
        of(Instant.EPOCH, new ArrowType.Timestamp(TimeUnit.SECOND, "UTC")),
        of(local, new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
        of(Duration.ofNanos(3), new ArrowType.Duration(TimeUnit.NANOSECOND)),
        of(Duration.ofSeconds(3), new ArrowType.Duration(TimeUnit.SECOND)),
        of(Period.of(1, 2, 0), new ArrowType.Interval(IntervalUnit.YEAR_MONTH)),
        of(
            new PeriodDuration(Period.of(0, 14, 3), Duration.ofNanos(5)),
            new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO)));
  }

  /** The engine reads the constant as that type, and gives the same constant back. */
  @ParameterizedTest
  @MethodSource("literals")
  void constantsGoThroughTheEngine(Expr.Literal literal) {
    assertThat(Expr.fromBytes(ctx, literal.toBytes(ctx))).isEqualTo(literal);
    Field made = ctx.sql("SELECT 1").select(literal.alias("v")).schema().findField("v");
    assertThat(made.getType()).isEqualTo(literal.type().getType());
    Expr.Literal none = Expr.nullLit(literal.type());
    assertThat(Expr.fromBytes(ctx, none.toBytes(ctx))).isEqualTo(none);
  }

  @Test
  void everyClassOfTheTableHasConstants() {
    for (Class<?> type : JavaTypes.classes()) {
      Expr.Literal none = Expr.nullLit(type);
      assertThat(Results.one(ctx.sql("SELECT 1").select(none.isNull()))).isEqualTo(true);
    }
  }

  @Test
  void nestedNullsAreTyped() {
    var item = Field.nullable("item", new ArrowType.Int(64, true));
    var list =
        new Field(
            "",
            org.apache.arrow.vector.types.pojo.FieldType.nullable(ArrowType.List.INSTANCE),
            List.of(item));
    DataFrame frame = ctx.sql("SELECT 1").select(Expr.nullLit(list).alias("v"));
    assertThat(frame.schema().findField("v").getChildren()).hasSize(1);
    assertThat(Results.one(frame)).isEqualTo("null");
  }

  @Test
  void whatDoesNotFitExactlyIsRefused() {
    refused(() -> lit(Instant.ofEpochSecond(0, 1)));
    refused(() -> of(300, new ArrowType.Int(8, true)));
    refused(() -> of(-1, new ArrowType.Int(8, false)));
    refused(() -> of("1", new ArrowType.Int(8, false)));
    refused(() -> lit(new BigDecimal("1.234"), 10, 2));
    refused(() -> lit(new BigDecimal("12345"), 4, 0));
    refused(() -> of(new byte[2], new ArrowType.FixedSizeBinary(3)));
    refused(() -> lit(new BigDecimal("1")));
    refused(() -> lit(new Object()));
    refused(() -> of(List.of(), ArrowType.List.INSTANCE));
  }

  /**
   * What the engine's types cannot hold is refused when the constant is made, not when it is used.
   */
  @Test
  void whatIsOutOfRangeIsRefusedAtOnce() {
    var yearMonth = new ArrowType.Interval(IntervalUnit.YEAR_MONTH);
    var dayTime = new ArrowType.Interval(IntervalUnit.DAY_TIME);
    var monthDayNano = new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
    refused(() -> lit(LocalDate.MAX));
    refused(() -> of(LocalDate.MAX, new ArrowType.Date(DateUnit.MILLISECOND)));
    refused(() -> lit(Instant.MAX));
    refused(() -> lit(Duration.ofSeconds(Long.MAX_VALUE)));
    refused(() -> of(Period.ofYears(Integer.MAX_VALUE), yearMonth));
    refused(() -> of(Duration.ofDays(Integer.MAX_VALUE * 2L), dayTime));
    refused(() -> of(Duration.ofNanos(1), dayTime));
    refused(
        () ->
            of(new PeriodDuration(Period.ofYears(Integer.MAX_VALUE), Duration.ZERO), monthDayNano));
    refused(
        () ->
            of(new PeriodDuration(Period.ZERO, Duration.ofSeconds(Long.MAX_VALUE)), monthDayNano));
  }

  @Test
  void decimalsHaveTheDigitsOfTheirType() {
    refused(() -> lit(new BigDecimal("9".repeat(77)), 77, 0));
    refused(() -> lit(BigDecimal.ZERO, 0, 0));
    refused(() -> lit(new BigDecimal("0.0012"), 3, 4));
    refused(() -> of(BigDecimal.ONE, new ArrowType.Decimal(39, 0, 128)));
    refused(() -> of(BigDecimal.ONE, new ArrowType.Decimal(10, 0, 32)));
    refused(() -> lit(new BigDecimal("1E+1000000000"), 38, 0));
    refused(() -> lit(new BigDecimal("1E-1000000000"), 38, 2));
    assertThat(lit(new BigDecimal("0E-1000000000"), 5, 2).value())
        .isEqualTo(new BigDecimal("0.00"));
    assertThat(lit(new BigDecimal("0E+1000000000"), 5, 2).value())
        .isEqualTo(new BigDecimal("0.00"));
    assertThat(lit(new BigDecimal("1200"), 5, -2).value()).isEqualTo(new BigDecimal("12E+2"));
    Expr.Literal widest = lit(new BigDecimal("9".repeat(76)), 76, 0);
    assertThat(Expr.fromBytes(ctx, widest.toBytes(ctx))).isEqualTo(widest);
  }

  /** As in results: Arrow Java has no vectors of the narrow ones. */
  @Test
  void narrowDecimalsAreWidened() {
    var narrow = Field.nullable("", new ArrowType.Decimal(5, 1, 32));
    var wide = new ArrowType.Decimal(5, 1, 128);
    assertThat(lit(new BigDecimal("1.5"), narrow).type().getType()).isEqualTo(wide);
    assertThat(Expr.nullLit(narrow).type().getType()).isEqualTo(wide);
    var list = nested(ArrowType.List.INSTANCE, narrow);
    DataFrame frame =
        ctx.sql("SELECT 1").select(Expr.nullLit(narrow).alias("v"), Expr.nullLit(list).alias("l"));
    assertThat(frame.schema().findField("v").getType()).isEqualTo(wide);
    assertThat(frame.schema().findField("l").getChildren().get(0).getType()).isEqualTo(wide);
  }

  private static Field nested(ArrowType type, Field... children) {
    return new Field(
        "", org.apache.arrow.vector.types.pojo.FieldType.nullable(type), List.of(children));
  }

  @Test
  void nullOfATypeThatIsNoneIsRefusedAtOnce() {
    var map = new ArrowType.Map(false);
    var item = Field.nullable("item", new ArrowType.Int(64, true));
    refused(() -> Expr.nullLit(nested(ArrowType.List.INSTANCE)));
    refused(() -> Expr.nullLit(nested(new ArrowType.FixedSizeList(2))));
    refused(() -> Expr.nullLit(nested(ArrowType.List.INSTANCE, item, item)));
    refused(() -> Expr.nullLit(nested(map)));
    refused(() -> Expr.nullLit(nested(map, item)));
    refused(() -> Expr.nullLit(nested(map, nested(ArrowType.Struct.INSTANCE, item))));
    refused(() -> Expr.nullLit(nested(ArrowType.Struct.INSTANCE, nested(map))));
    refused(
        () ->
            Expr.nullLit(
                nested(
                    new ArrowType.Union(
                        org.apache.arrow.vector.types.UnionMode.Dense, new int[] {0}))));
    refused(() -> Expr.nullLit(nested(new ArrowType.Decimal(99, 0, 128))));
    refused(() -> Expr.nullLit(nested(new ArrowType.FixedSizeBinary(-1))));
    refused(() -> Expr.nullLit(nested(new ArrowType.Int(7, true))));
    refused(() -> Expr.nullLit(nested(new ArrowType.Time(TimeUnit.SECOND, 64))));
    refused(() -> of(Instant.EPOCH, new ArrowType.Timestamp(TimeUnit.SECOND, "")));
    Field deep = item;
    for (int i = 0; i < 10_000; i++) {
      deep = nested(ArrowType.List.INSTANCE, deep);
    }
    Field tooDeep = deep;
    refused(() -> Expr.nullLit(tooDeep));
  }

  @Test
  void smallestCountsOfTimeComeBack() {
    Expr.Literal span =
        of(Duration.ofNanos(Long.MIN_VALUE), new ArrowType.Duration(TimeUnit.NANOSECOND));
    assertThat(Expr.fromBytes(ctx, span.toBytes(ctx))).isEqualTo(span);
  }

  private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void arraysAreCopiedInAndOut() {
    byte[] bytes = {1, 2};
    Expr.Literal literal = lit(bytes);
    bytes[0] = 9;
    assertThat((byte[]) literal.value()).containsExactly(1, 2);
    ((byte[]) literal.value())[0] = 9;
    assertThat((byte[]) literal.value()).containsExactly(1, 2);
  }
}

package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.DataFrame;
import io.datafusion.ExecutionException;
import io.datafusion.Expr;
import io.datafusion.PanicException;
import io.datafusion.PlanException;
import io.datafusion.SessionContext;
import io.datafusion.UnserializableFunctionException;
import io.datafusion.internal.boundary.Faults;
import io.datafusion.udf.NullHandling;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Volatility;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions as a user writes them, outside this library's packages. */
class ScalarUdfTest {
  private SessionContext ctx;
  private DataFrame numbers;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    numbers =
        ctx.sql(
            "SELECT value AS n, CAST(value AS DOUBLE) AS x, 's' || value AS s"
                + " FROM generate_series(1, 20000)");
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private String table(Expr expr) {
    return numbers.limit(2).select(expr.alias("r")).toText(10);
  }

  @Test
  void oneToFourArguments() {
    var one = ScalarUdf.of("f1", Long.class, Long.class, a -> a + 1);
    var two = ScalarUdf.of("f2", Long.class, Double.class, Double.class, (a, b) -> a * b);
    var three =
        ScalarUdf.of(
            "f3", String.class, Long.class, Long.class, String.class, (s, a, b) -> s + (a + b));
    var four =
        ScalarUdf.of(
            "f4",
            Long.class,
            Long.class,
            Long.class,
            Long.class,
            Boolean.class,
            (a, b, c, d) -> a + b == c + d);
    assertThat(table(one.call(col("n")))).contains("| 2 ", "| 3 ");
    assertThat(table(two.call(col("n"), col("x")))).contains("| 1.0 ", "| 4.0 ");
    assertThat(table(three.call(col("s"), col("n"), lit(10L)))).contains("s111", "s212");
    assertThat(table(four.call(col("n"), col("n"), col("n"), lit(1L)))).contains("true", "false");
  }

  @Test
  void nullsPropagateUnlessTheyPass() {
    DataFrame nulls = ctx.sql("SELECT CAST(NULL AS BIGINT) AS n");
    var plain = ScalarUdf.of("f", Long.class, String.class, a -> "saw " + a);
    var seeing = plain.withNullHandling(NullHandling.PASS);
    assertThat(nulls.select(plain.call(col("n")).isNull()).toText(1)).contains("true");
    assertThat(nulls.select(seeing.call(col("n"))).toText(1)).contains("saw null");
    assertThat(plain).isNotEqualTo(seeing);
  }

  @Test
  void decimalsComeByField() {
    var money = Field.nullable("money", new ArrowType.Decimal(12, 2, 128));
    var taxed =
        ScalarUdf.of(
            "taxed", money, money, (BigDecimal m) -> m.multiply(new BigDecimal("1.5")).setScale(2));
    assertThat(numbers.limit(1).select(taxed.call(lit(new BigDecimal("2.40"), 12, 2))).toText(1))
        .contains("3.60");
    assertThatThrownBy(() -> ScalarUdf.of("f", BigDecimal.class, Long.class, m -> m.longValue()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("precision");
  }

  @Test
  void wrongNumberOfArgumentsIsRefused() {
    var f = ScalarUdf.of("f", Long.class, Long.class, a -> a);
    assertThatThrownBy(() -> f.call(lit(1L), lit(2L))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ScalarUdf.of("", Long.class, Long.class, a -> a))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Its cause is the thrown object, however little the object says about itself. */
  @Test
  void throwableWithoutWordsKeepsItsIdentity() {
    var thrown = new Wordless();
    THROWN.set(thrown);
    var failing =
        ScalarUdf.of(
            "wordless",
            Long.class,
            Long.class,
            n -> {
              throw THROWN.get();
            });
    assertThatThrownBy(() -> numbers.select(failing.call(col("n"))).toText(1))
        .isInstanceOf(ExecutionException.class)
        .hasCause(thrown)
        .hasMessageContaining("Wordless");
  }

  private static final AtomicReference<Wordless> THROWN = new AtomicReference<>();

  private static final class Wordless extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      return null;
    }

    @Override
    public String toString() {
      return null;
    }
  }

  /** contract 10: equal digest, equal function. */
  @Test
  void equalCodeAndCapturesAreEqual() {
    assertThat(adder(1)).isEqualTo(adder(1)).hasSameHashCodeAs(adder(1));
    assertThat(adder(1)).isNotEqualTo(adder(2));
    assertThat(adder(1)).isNotEqualTo(adder(1).withVolatility(Volatility.VOLATILE));
    Expr call = adder(1).call(col("n"));
    assertThat(Expr.fromBytes(ctx, call.toBytes(ctx))).isEqualTo(call);
  }

  private static ScalarUdf adder(long n) {
    return ScalarUdf.of("add", Long.class, Long.class, a -> a + n);
  }

  /** contract 14: what cannot travel works here and says why it cannot. */
  @Test
  void whatCannotTravelWorksHere() {
    var lock = new Object();
    var f = ScalarUdf.of("f", Long.class, Long.class, a -> a + lock.hashCode() * 0);
    assertThat(table(f.call(col("n")))).contains("| 1 ");
    assertThat(f).isNotEqualTo(ScalarUdf.of("f", Long.class, Long.class, a -> a));
    assertThatThrownBy(() -> f.call(col("n")).toBytes(ctx))
        .isInstanceOf(UnserializableFunctionException.class)
        .hasMessageContaining("f")
        .hasMessageContaining("java.lang.Object");
  }

  /** contract 14: nor does it matter how it cannot travel. */
  @Test
  void whatCannotBeWrittenWorksHere() {
    byte[] large = new byte[70_000_000];
    var big = ScalarUdf.of("big", Long.class, Long.class, a -> a + large[5]);
    assertThat(table(big.call(col("n")))).contains("| 1 ");
    assertThatThrownBy(() -> big.call(col("n")).toBytes(ctx))
        .isInstanceOf(UnserializableFunctionException.class)
        .hasMessageContaining("70000000 bytes");
    Map<Object, Object> map = Map.of(new Unspoken(), new Object());
    var keyed = ScalarUdf.of("keyed", Long.class, Long.class, a -> a + map.size());
    assertThat(table(keyed.call(col("n")))).contains("| 2 ");
    assertThatThrownBy(() -> keyed.call(col("n")).toBytes(ctx))
        .isInstanceOf(UnserializableFunctionException.class)
        .hasMessageContaining("the value of a user.ScalarUdfTest$Unspoken");
  }

  private static final class Unspoken implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  static Stream<Throwable> throwables() {
    return Stream.of(
        new IllegalStateException("no"),
        new java.io.IOException("checked"),
        new AssertionError("assert"),
        new StackOverflowError(),
        new OutOfMemoryError("not really"),
        new Hostile());
  }

  /** A throwable that throws when it is asked what it is. */
  private static final class Hostile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new UnsupportedOperationException("hostile");
    }
  }

  @ParameterizedTest
  @MethodSource("throwables")
  void whatAFunctionThrowsIsTheCause(Throwable thrown) {
    var f =
        ScalarUdf.of(
            "f",
            Long.class,
            Long.class,
            a -> {
              if (a == 15_000) {
                sneak(thrown);
              }
              return a;
            });
    DataFrame frame = numbers.select(f.call(col("n")).alias("r"));
    for (int i = 0; i < 3; i++) {
      Throwable caught = catchThrowable(() -> frame.filter(col("r").gt(lit(0L))).count());
      assertThat(caught).isInstanceOf(ExecutionException.class);
      assertThat(caught.getCause() == thrown).as("the very object").isTrue();
      assertThat(ctx.sql("SELECT 1 + 1").toText(1)).contains("2");
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void deepRecursionInAFunctionIsCaught() {
    var f = ScalarUdf.of("f", Long.class, Long.class, a -> endless(a));
    Throwable caught = catchThrowable(() -> table(f.call(col("n"))));
    assertThat(caught).isInstanceOf(ExecutionException.class);
    assertThat(caught.getCause()).isInstanceOf(StackOverflowError.class);
    assertThat(table(col("n"))).contains("| 1 ");
  }

  @SuppressWarnings("InfiniteRecursion") // the stack overflow is what the test is about
  private static long endless(long a) {
    return endless(a + 1) + 1;
  }

  @Test
  void panicsInTheEngineAroundAFunctionAreErrors() {
    var f = ScalarUdf.of("f", Long.class, Long.class, a -> a);
    Faults.inject("ScalarUDF::invoke");
    Throwable caught = catchThrowable(() -> table(f.call(col("n"))));
    assertThat(caught).isInstanceOf(PanicException.class);
    assertThat(table(f.call(col("n")))).contains("| 1 ");
  }

  /** A function may run a query of its own. */
  @Test
  void functionsMayQuery() {
    ctx.register(
        ScalarUdf.of("inner_count", Long.class, Long.class, a -> ctx.sql("SELECT 1").count() + a)
            .withVolatility(Volatility.VOLATILE));
    assertThat(ctx.sql("SELECT inner_count(41)").toText(1)).contains("42");
  }

  @Test
  void errorsOfInnerQueriesAreTheCause() {
    ctx.register(
        ScalarUdf.of("bad", Long.class, Long.class, a -> ctx.sql("SELECT nope").count() + a)
            .withVolatility(Volatility.VOLATILE));
    Throwable caught = catchThrowable(() -> ctx.sql("SELECT bad(41)").toText(1));
    assertThat(caught).isInstanceOf(ExecutionException.class);
    assertThat(caught.getCause()).isInstanceOf(io.datafusion.DataFusionException.class);
  }

  /** A function that calls itself through a query ends with an error, not with a dead process. */
  @Test
  void endlessReentryIsAnError() {
    ctx.register(
        ScalarUdf.of(
                "again",
                Long.class,
                Long.class,
                a -> ctx.sql("SELECT again(1)").toText(1).length() + a)
            .withVolatility(Volatility.VOLATILE));
    assertThat(catchThrowable(() -> ctx.sql("SELECT again(1)").toText(1)))
        .isInstanceOf(io.datafusion.DataFusionException.class);
    assertThat(ctx.sql("SELECT 1 + 1").toText(1)).contains("2");
  }

  @Test
  void theContextLoaderIsTheOneOfTheDefinition() {
    var loader = new ClassLoader(getClass().getClassLoader()) {};
    var seen = new AtomicReference<ClassLoader>();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    ScalarUdf f;
    try {
      f =
          ScalarUdf.of(
              "f",
              Long.class,
              Long.class,
              a -> {
                seen.set(Thread.currentThread().getContextClassLoader());
                return a;
              });
    } finally {
      thread.setContextClassLoader(before);
    }
    table(f.call(col("n")));
    assertThat(seen.get()).isSameAs(loader);
  }

  @Test
  void functionsRunBesideEachOther() {
    var f = ScalarUdf.of("f", Long.class, Long.class, a -> a % 10);
    DataFrame frame =
        numbers
            .repartition(4)
            .aggregate(
                List.of(f.call(col("n")).alias("k")),
                List.of(io.datafusion.Functions.countAll().alias("c")));
    assertThat(frame.filter(col("c").eq(lit(2000L))).count()).isEqualTo(10);
  }

  /** Issue 3, Shows 6. */
  @Test
  void aChainOfThreeThousandOperatorsOverAFunctionGivesAnAnswer() {
    var f = ScalarUdf.of("f", Long.class, Long.class, a -> a);
    Expr chain = f.call(col("n"));
    for (int i = 0; i < 3_000; i++) {
      chain = chain.plus(lit(1L));
    }
    assertThat(table(chain)).contains("3001", "3002");
  }

  @Test
  void tooDeepCallsAreRefusedWithBothNumbers() {
    var f = ScalarUdf.of("f", Long.class, Long.class, a -> a);
    Expr nested = col("n");
    for (int i = 0; i < 5_000; i++) {
      nested = f.call(nested);
    }
    Expr deep = nested;
    assertThatThrownBy(() -> table(deep))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("5001")
        .hasMessageContaining("500");
  }
}

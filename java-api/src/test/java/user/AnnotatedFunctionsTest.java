package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.ExecutionException;
import io.datafusion.Expr;
import io.datafusion.SessionContext;
import io.datafusion.internal.callable.CallableEncoder;
import io.datafusion.internal.callable.Encoded;
import io.datafusion.udf.Decimal;
import io.datafusion.udf.NullHandling;
import io.datafusion.udf.ScalarFunction2;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Udf;
import io.datafusion.udf.Volatility;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Issue 4: definition by annotation for plain Java. */
class AnnotatedFunctionsTest {
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private String answer(String sql) {
    return ctx.sql("SELECT " + sql + " AS r").toText(5);
  }

  private static ScalarUdf function(Class<?> type, String name) {
    return ScalarUdf.allOf(type).stream()
        .filter(function -> function.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String refusal(Class<?> type) {
    Throwable thrown = catchThrowable(() -> ScalarUdf.allOf(type));
    assertThat(thrown).isInstanceOf(IllegalArgumentException.class);
    assertThat(thrown).hasMessageStartingWith(type.getTypeName() + " does not define functions:");
    return thrown.getMessage();
  }

  @Test
  void annotatedMethodsAreCalledByTheirNamesInSnakeCase() {
    List<ScalarUdf> registered = ctx.register(Prices.class);
    assertThat(registered)
        .extracting(ScalarUdf::name)
        .containsExactly("count_nulls", "gross_price", "half_of", "standard", "to_json_text");
    assertThat(answer("gross_price(10.0, 0.1)")).contains("| 11.0 ");
    assertThat(answer("to_json_text('a')")).contains("| \"a\" ");
    assertThat(answer("standard(4.0) + usual(4.0) + plain(4.0)")).contains("| 3.0 ");
    assertThat(answer("half_of(2.471)")).contains("| 1.24 ");
    assertThatThrownBy(() -> answer("rounded(1.0)")).hasMessageContaining("rounded");
  }

  @Test
  void namesOfParametersAreNamesOfArguments() {
    ctx.register(Prices.class);
    assertThat(answer("gross_price(taxRate => 0.5, price => 10.0)")).contains("| 15.0 ");
    assertThat(function(Prices.class, "gross_price").arguments())
        .extracting(Field::getName)
        .containsExactly("price", "taxRate");
  }

  @Test
  void nullInIsNullOutUnlessNullsArePassed() {
    ctx.register(Prices.class);
    assertThat(answer("gross_price(10.0, NULL) IS NULL")).contains("true");
    assertThat(answer("standard(13.0) IS NULL AND standard(NULL) IS NULL")).contains("true");
    assertThat(answer("count_nulls(1, NULL, true, NULL)")).contains("| 2 ");
  }

  @Test
  void theResultIsNeverNullWhereAPrimitiveAnswersNullsToo() {
    var neverNull = function(Prices.class, "count_nulls").result().orElseThrow();
    assertThat(neverNull.isNullable()).isFalse();
    assertThat(function(Prices.class, "gross_price").result().orElseThrow().isNullable()).isTrue();
  }

  @Test
  void membersOfTheAnnotationAreThoseOfTheFunction() {
    ScalarUdf standard = function(Prices.class, "standard");
    assertThat(standard.volatility()).isEqualTo(Volatility.STABLE);
    assertThat(standard.aliases()).containsExactly("usual", "plain");
    assertThat(function(Prices.class, "half_of").volatility()).isEqualTo(Volatility.IMMUTABLE);
    assertThat(function(Prices.class, "half_of").result().orElseThrow().getType())
        .isEqualTo(new ArrowType.Decimal(12, 2, 128));
    assertThat(function(Prices.class, "half_of").arguments().get(0).getType())
        .isEqualTo(new ArrowType.Decimal(10, 3, 128));
  }

  @Test
  void whatAMethodThrowsIsTheCause() {
    ctx.register(Prices.class);
    assertThatThrownBy(() -> answer("to_json_text('')"))
        .isInstanceOf(ExecutionException.class)
        .hasCauseExactlyInstanceOf(IOException.class)
        .hasMessageContaining("empty");
  }

  /** Each class that a type belongs to, primitive where there is one. */
  public static final class Types {
    @Udf
    public static long a1(long a, int b, short c, byte d) {
      return a + b + c + d;
    }

    @Udf
    public static Short a2(Long a, Integer b, Short c, Byte d) {
      return (short) (a + b + c + d);
    }

    @Udf
    public static float a3(double a, float b, boolean c) {
      return c ? (float) (a + b) : 0;
    }

    @Udf
    public static byte[] a4(String a, byte[] b) {
      return (a + b.length).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Udf
    public static boolean a5(LocalDate a, LocalTime b, LocalDateTime c) {
      return c.equals(a.atTime(b));
    }

    @Udf
    public static Instant a6(Instant a, Duration b) {
      return a.plus(b);
    }
  }

  @Test
  void everyTypeOfRowFunctionsMayStandInTheSignature() {
    ctx.register(Types.class);
    assertThat(answer("a1(1, 2, 3, 4)")).contains("| 10 ");
    assertThat(answer("a2(1, 2, 3, 5)")).contains("| 11 ");
    assertThat(answer("a3(1.5, 2.5, true)")).contains("| 4.0 ");
    assertThat(answer("CAST(a4('n', CAST('ab' AS BYTEA)) AS VARCHAR)")).contains("| n2 ");
    assertThat(answer("a5(DATE '2020-01-02', TIME '03:04:05', TIMESTAMP '2020-01-02T03:04:05')"))
        .contains("true");
    assertThat(function(Types.class, "a6").result().orElseThrow().getType())
        .isEqualTo(
            ScalarUdf.of("f", Instant.class, Instant.class, i -> i)
                .result()
                .orElseThrow()
                .getType());
  }

  /** An interface may have functions too. */
  public interface Sums {
    @Udf
    static long plusOne(long a) {
      return a + 1;
    }
  }

  @Test
  void anInterfaceMayDefineFunctions() {
    ctx.register(Sums.class);
    assertThat(answer("plus_one(1)")).contains("| 2 ");
    Expr call = function(Sums.class, "plus_one").call(col("a"));
    assertThat(Expr.fromBytes(ctx, call.toBytes(ctx))).isEqualTo(call);
  }

  @Test
  void aFunctionIsEqualToTheSameOneReadAnew() {
    assertThat(ScalarUdf.allOf(Prices.class)).isEqualTo(ScalarUdf.allOf(Prices.class));
    Expr call = function(Prices.class, "half_of").call(col("a"));
    assertThat(Expr.fromBytes(ctx, call.toBytes(ctx))).isEqualTo(call);
  }

  /** contract 12: by value, with what the method calls. */
  @Test
  void aMethodIsWrittenAsAReferenceToIt() throws Exception {
    ScalarFunction2<Double, Double, Double> reference = Prices::grossPrice;
    Encoded expected = CallableEncoder.encode(reference, Set.of());
    Expr call = function(Prices.class, "gross_price").call(col("a"), col("b"));
    var callable = new InlinedCall(call.toBytes(ctx)).body().getCallable();
    assertThat(callable.getPayload().substring(1)).isEqualTo(expected.payload());
    assertThat(callable.getCarriedList()).hasSize(1).isEqualTo(expected.carried());
  }

  /** A plugin's classes: the library's own loader does not know them. */
  @Test
  void classesOfAnotherLoaderMayDefineFunctions() throws Exception {
    URL classes = Prices.class.getProtectionDomain().getCodeSource().getLocation();
    try (var plugin = new OnlyThese(classes)) {
      Class<?> type = plugin.loadClass("user.Prices");
      assertThat(type).isNotSameAs(Prices.class);
      ctx.register(type);
      assertThat(answer("gross_price(10.0, 0.1)")).contains("| 11.0 ");
      assertThat(ScalarUdf.allOf(type)).isEqualTo(ScalarUdf.allOf(Prices.class));
    }
  }

  private static final class OnlyThese extends URLClassLoader {
    OnlyThese(URL classes) {
      super(new URL[] {classes}, SessionContext.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null && name.startsWith("user.")) {
        loaded = findClass(name);
      }
      return loaded == null ? super.loadClass(name, resolve) : loaded;
    }
  }

  /** Nothing here can be a function but one. */
  public static final class Wrong {
    @Udf
    static long hidden(long a) {
      return a;
    }

    @Udf
    public long ofAnObject(long a) {
      return a;
    }

    @Udf
    public static <T> long generic(T a) {
      return a.hashCode();
    }

    @Udf
    public static long many(Long... a) {
      return a.length;
    }

    @Udf
    public static void silent(long a) {}

    @Udf
    public static long nothing() {
      return 1;
    }

    @Udf
    public static long five(long a, long b, long c, long d, long e) {
      return a + b + c + d + e;
    }

    @Udf
    public static long listed(long a, List<String> names) {
      return a + names.size();
    }

    @Udf
    public static char letter(long a) {
      return (char) a;
    }

    @Udf
    public static BigDecimal exact(BigDecimal amount) {
      return amount;
    }

    @Udf
    public static long digits(@Decimal(precision = 3) long a) {
      return a;
    }

    @Udf
    @Decimal(precision = 39)
    public static BigDecimal wide(long a) {
      return BigDecimal.valueOf(a);
    }

    @Udf(nullHandling = NullHandling.PASS)
    public static long unboxed(Long a, int count) {
      return a + count;
    }

    @Udf(aliases = "")
    public static long unnamed(long a) {
      return a;
    }

    @Udf
    public static long sound(long a) {
      return a;
    }
  }

  @Test
  void everyReasonIsNamedAtOnceWithItsMethod() {
    assertThat(refusal(Wrong.class).lines().skip(1).map(String::strip))
        .allMatch(line -> !line.startsWith("sound("))
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).isEqualTo("hidden(long) is not public"),
            line -> assertThat(line).isEqualTo("ofAnObject(long) is not static"),
            line -> assertThat(line).startsWith("generic(Object) is generic"),
            line -> assertThat(line).contains("generic(Object), parameter 1 'a': no Arrow type"),
            line -> assertThat(line).startsWith("many(Long[]) takes any number of arguments"),
            line -> assertThat(line).contains("many(Long[]), parameter 1 'a': no Arrow type"),
            line -> assertThat(line).isEqualTo("silent(long) gives no result"),
            line -> assertThat(line).startsWith("nothing() takes 0 arguments").contains("1 to 4"),
            line -> assertThat(line).contains("takes 5 arguments").contains("1 to 4"),
            line ->
                assertThat(line)
                    .startsWith(
                        "listed(long, List), parameter 2 'names': no Arrow type belongs to"
                            + " java.util.List")
                    .contains("LocalDate"),
            line -> assertThat(line).startsWith("letter(long), the result: no Arrow type"),
            line ->
                assertThat(line).startsWith("exact(BigDecimal), parameter 1").contains("@Decimal"),
            line ->
                assertThat(line).startsWith("exact(BigDecimal), the result").contains("@Decimal"),
            line -> assertThat(line).startsWith("digits(long), parameter 1").contains("not long"),
            line -> assertThat(line).startsWith("wide(long), the result").contains("precision 39"),
            line -> assertThat(line).contains("unboxed(Long, int) is passed nulls", "Integer"),
            line -> assertThat(line).isEqualTo("unnamed(long) has an empty alias"));
  }

  @Test
  void nothingIsRegisteredWhereOneCannotBe() {
    assertThatThrownBy(() -> ctx.register(Wrong.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> answer("sound(1)")).hasMessageContaining("sound");
  }

  /** Names that are there twice, once by overloading and once by an alias. */
  public static final class Twice {
    @Udf
    public static long same(long a) {
      return a;
    }

    @Udf
    public static double same(double a) {
      return a;
    }

    @Udf(aliases = "other")
    public static long first(long a) {
      return a;
    }

    @Udf
    public static long other(long a) {
      return a;
    }
  }

  @Test
  void aNameStandsForOneMethod() {
    assertThat(refusal(Twice.class))
        .contains("'same' would be both same(double) and same(long)")
        .contains("'other' would be both first(long) and other(long)");
  }

  /** Not for others to call. */
  static final class Hidden {
    @Udf
    public static long f(long a) {
      return a;
    }
  }

  @Test
  void aClassMustBePublicAndHaveFunctions() {
    assertThat(refusal(Hidden.class)).contains("it is not public");
    assertThat(refusal(String.class)).contains("no method of it has @Udf");
  }
}

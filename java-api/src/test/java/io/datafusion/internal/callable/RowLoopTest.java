package io.datafusion.internal.callable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarFunction2;
import io.datafusion.udf.ScalarFunction3;
import io.datafusion.udf.ScalarFunction4;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Row functions over Arrow memory: every type, every null layout, errors, and classes that go away.
 */
class RowLoopTest {
  private static final List<Integer> SIZES =
      List.of(0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 1000);
  private static final RowType LONG = RowType.of(Long.class);
  private static final RowType STRING = RowType.of(String.class);

  private final RowBuffers buffers = new RowBuffers();

  @AfterEach
  void nothingIsWrittenOutsideTheBuffers() {
    assertThat(buffers.guardsAreWhole()).isTrue();
    buffers.close();
  }

  static Stream<Arguments> types() {
    IntFunction<Object> text = i -> "zeile ❄ ".repeat(i % 4) + i;
    return Stream.of(
        type(LONG, i -> Long.MIN_VALUE + i * 17L),
        type(RowType.of(Integer.class), i -> Integer.MAX_VALUE - i),
        type(RowType.of(Short.class), i -> (short) (i - 99)),
        type(RowType.of(Byte.class), i -> (byte) i),
        type(RowType.of(Double.class), i -> i / 3.0),
        type(RowType.of(Float.class), i -> -i / 7f),
        type(RowType.of(Boolean.class), i -> i % 3 == 1),
        type(STRING, text),
        type(RowType.of(byte[].class), i -> new byte[i % 5]),
        type(RowType.of(LocalDate.class), i -> LocalDate.of(1969, 12, 1).plusDays(i)),
        type(RowType.of(LocalTime.class), i -> LocalTime.of(23, 59, 59, 999_999_000).minusHours(i)),
        type(RowType.of(Instant.class), i -> Instant.ofEpochSecond(i - 500L, 1000L * i)),
        type(
            RowType.of(LocalDateTime.class),
            i -> LocalDateTime.of(1969, 12, 31, 23, 0).plusMinutes(i)),
        type(RowType.of(Duration.class), i -> Duration.ofNanos(1000L * (i - 300))),
        type(RowType.decimal(9, 2), i -> BigDecimal.valueOf(i * 1001L - 5000, 2)),
        type(
            RowType.decimal(38, 10),
            i ->
                new BigDecimal("-1234567890123456789012345678.0123456789")
                    .add(BigDecimal.valueOf(i))));
  }

  private static Arguments type(RowType type, IntFunction<Object> value) {
    return Arguments.of(type, value);
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyTypeGoesInAndOut(RowType type, IntFunction<Object> value) throws Exception {
    for (int rows : SIZES) {
      for (int every : new int[] {0, 1, 2, 5, 70}) {
        List<@Nullable Object> column = column(rows, every, value);
        ScalarFunction1<Object, Object> same = x -> x;
        assertThat(run(type, false, same, column)).usingRecursiveComparison().isEqualTo(column);
        assertThat(run(type, true, same, column)).usingRecursiveComparison().isEqualTo(column);
      }
    }
  }

  /** Row {@code i} is null where {@code every} divides {@code i}; 0 is no nulls, 1 only nulls. */
  private static List<@Nullable Object> column(int rows, int every, IntFunction<Object> value) {
    var column = new ArrayList<@Nullable Object>();
    for (int i = 0; i < rows; i++) {
      column.add(every != 0 && i % every == 0 ? null : value.apply(i));
    }
    return column;
  }

  @Test
  void aRowWithANullArgumentIsNullWithoutACall() throws Exception {
    var calls = new ArrayList<Long>();
    ScalarFunction2<Long, Long, Long> sum =
        (a, b) -> {
          calls.add(a);
          return a + b;
        };
    var left = column(200, 3, i -> (long) i);
    var right = column(200, 5, i -> (long) i);
    var expected = column(200, 1, i -> 0L);
    for (int i = 0; i < 200; i++) {
      expected.set(i, i % 3 == 0 || i % 5 == 0 ? null : Long.valueOf(2L * i));
    }
    assertThat(run(LONG, false, sum, left, right)).isEqualTo(expected);
    assertThat(calls)
        .doesNotContainNull()
        .hasSize((int) expected.stream().filter(x -> x != null).count());
  }

  @Test
  void nullsReachTheFunctionWhenAskedFor() throws Exception {
    ScalarFunction1<@Nullable Long, Long> orMinusOne = x -> x == null ? -1L : x;
    List<@Nullable Object> column = column(130, 2, i -> (long) i);
    assertThat(run(LONG, true, orMinusOne, column))
        .isEqualTo(column.stream().map(x -> x == null ? (Object) (-1L) : x).toList());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNullResultIsANull(boolean nullsReach) throws Exception {
    ScalarFunction1<@Nullable Long, @Nullable Long> odd = x -> x == null || x % 2 == 0 ? null : x;
    assertThat(run(LONG, nullsReach, odd, column(150, 0, i -> (long) i)))
        .isEqualTo(column(150, 2, i -> (long) i));
    ScalarFunction1<@Nullable Object, @Nullable Object> none = x -> null;
    assertThat(run(STRING, nullsReach, none, column(70, 3, i -> "x")))
        .containsOnlyNulls()
        .hasSize(70);
  }

  @Test
  void threeAndFourArgumentsArriveInOrder() throws Exception {
    List<@Nullable Object> a = column(3, 0, i -> "a" + i);
    List<@Nullable Object> b = column(3, 0, i -> "b" + i);
    List<@Nullable Object> c = column(3, 0, i -> "c" + i);
    List<@Nullable Object> d = column(3, 2, i -> "d" + i);
    ScalarFunction3<String, String, String, String> three = (x, y, z) -> x + y + z;
    assertThat(run(STRING, false, three, a, b, c)).containsExactly("a0b0c0", "a1b1c1", "a2b2c2");
    ScalarFunction4<String, String, String, @Nullable String, String> four =
        (x, y, z, w) -> x + y + z + w;
    assertThat(run(STRING, true, four, a, b, c, d))
        .containsExactly("a0b0c0null", "a1b1c1d1", "a2b2c2null");
  }

  @Test
  void argumentsAndResultMayDifferInType() throws Exception {
    ScalarFunction2<String, Boolean, LocalDate> parse =
        (text, next) -> LocalDate.parse(text).plusDays(next ? 1 : 0);
    var types = List.of(STRING, RowType.of(Boolean.class));
    RowType result = RowType.of(LocalDate.class);
    var signature = new RowSignature("parse", types, result, false);
    var arrays =
        buffers.arrays(types, List.of(List.of("2024-02-28", "2024-02-28"), List.of(true, false)));
    MemorySegment out = buffers.output(result, 2, 0);
    RowLoop.of(signature, parse, buffers.memory).run(arrays, 2, out);
    assertThat(buffers.read(result, out, 2))
        .containsExactly(LocalDate.of(2024, 2, 29), LocalDate.of(2024, 2, 28));
  }

  @Test
  void longStringsGrowTheOutput() throws Exception {
    ScalarFunction1<String, String> repeat = x -> x.repeat(500);
    List<@Nullable Object> column = column(100, 7, i -> "s" + i);
    assertThat(run(STRING, false, repeat, column))
        .isEqualTo(column.stream().map(x -> x == null ? null : ((String) x).repeat(500)).toList());
    assertThat(buffers.growths).isBetween(1, 20);
  }

  @Test
  void whatTheFunctionThrowsComesOutAsItIs() {
    for (Throwable thrown :
        List.of(new IOException("io"), new AssertionError(), new StackOverflowError())) {
      ScalarFunction1<Long, Long> fails =
          x -> {
            if (x == 70) {
              throw sneaky(thrown);
            }
            return x;
          };
      assertThatThrownBy(() -> run(LONG, false, fails, column(100, 0, i -> (long) i)))
          .isSameAs(thrown);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  static Stream<Arguments> misfits() {
    RowType instant = RowType.of(Instant.class);
    return Stream.of(
        Arguments.of(RowType.decimal(5, 2), new BigDecimal("1000"), "Decimal128(5, 2)"),
        Arguments.of(RowType.decimal(5, 2), new BigDecimal("-1E+3"), "Decimal128(5, 2)"),
        Arguments.of(RowType.decimal(5, 2), new BigDecimal("0.125"), "after the point"),
        Arguments.of(RowType.decimal(5, 2), new BigDecimal("1E+1000000000"), "before the point"),
        Arguments.of(instant, Instant.MAX, "64 bits"),
        Arguments.of(instant, Instant.MIN, "64 bits"),
        Arguments.of(instant, micros(Long.MAX_VALUE).plusNanos(1000), "64 bits"),
        Arguments.of(instant, micros(Long.MIN_VALUE).minusNanos(1), "64 bits"),
        Arguments.of(RowType.of(LocalDateTime.class), LocalDateTime.MAX, "64 bits"),
        Arguments.of(RowType.of(Duration.class), Duration.ofSeconds(Long.MIN_VALUE), "64 bits"),
        Arguments.of(RowType.of(LocalDate.class), LocalDate.MAX, "32 bits"),
        Arguments.of(STRING, "lone \ud800 surrogate", "UTF-8"));
  }

  private static Instant micros(long micros) {
    return Instant.EPOCH.plus(micros, java.time.temporal.ChronoUnit.MICROS);
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void aValueThatDoesNotFitIsAnErrorWithFunctionAndValue(
      RowType type, Object value, String reason) {
    ScalarFunction1<Long, Object> constant = x -> value;
    assertThatThrownBy(() -> constant(type, constant))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining(" of f ")
        .hasMessageContaining(value.toString())
        .hasMessageContaining(reason);
  }

  static Stream<Arguments> edges() {
    RowType instant = RowType.of(Instant.class);
    RowType decimal = RowType.decimal(5, 2);
    BigDecimal largest = new BigDecimal("9".repeat(38));
    return Stream.of(
        Arguments.of(instant, micros(Long.MAX_VALUE), micros(Long.MAX_VALUE)),
        Arguments.of(instant, micros(Long.MIN_VALUE), micros(Long.MIN_VALUE)),
        Arguments.of(instant, Instant.EPOCH.minusNanos(1), Instant.EPOCH.minusNanos(1000)),
        Arguments.of(instant, Instant.EPOCH.plusNanos(1999), Instant.EPOCH.plusNanos(1000)),
        Arguments.of(decimal, new BigDecimal("999.99"), new BigDecimal("999.99")),
        Arguments.of(decimal, new BigDecimal("1.500000"), new BigDecimal("1.50")),
        Arguments.of(decimal, new BigDecimal("1E+2"), new BigDecimal("100.00")),
        Arguments.of(decimal, new BigDecimal("0E+99"), new BigDecimal("0.00")),
        Arguments.of(RowType.decimal(38, 0), largest.negate(), largest.negate()),
        Arguments.of(STRING, "why? \ud83d\ude00", "why? \ud83d\ude00"));
  }

  @ParameterizedTest
  @MethodSource("edges")
  void valuesAtTheEdgesFit(RowType type, Object value, Object expected) throws Exception {
    ScalarFunction1<Long, Object> constant = x -> value;
    assertThat(constant(type, constant)).isEqualTo(expected);
  }

  private @Nullable Object constant(RowType type, Object function) throws Exception {
    MemorySegment out = buffers.output(type, 1, 8);
    var signature = new RowSignature("f", List.of(LONG), type, false);
    var arrays = buffers.arrays(List.of(LONG), List.of(List.of(1L)));
    RowLoop.of(signature, function, buffers.memory).run(arrays, 1, out);
    return buffers.read(type, out, 1).getFirst();
  }

  @Test
  void aFunctionOfAnotherArityIsRejected() {
    ScalarFunction1<Long, Long> one = x -> x;
    var signature = new RowSignature("f", List.of(LONG, LONG), LONG, false);
    assertThatThrownBy(() -> RowLoop.of(signature, one, buffers.memory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ScalarFunction2");
  }

  /** The loop class of a function is unloaded with the loop. */
  @Test
  void loopClassesAreCollected() {
    var signature = new RowSignature("f", List.of(LONG), LONG, false);
    make(signature, 2_000);
    System.gc();
    long before = metaspace();
    long unloaded = ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount();
    make(signature, 20_000);
    System.gc();
    assertThat(ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount() - unloaded)
        .isGreaterThan(19_000);
    assertThat(metaspace() - before).isLessThan(8L << 20);
  }

  private void make(RowSignature signature, int loops) {
    for (int i = 0; i < loops; i++) {
      long added = i;
      ScalarFunction1<Long, Long> add = x -> x + added;
      RowLoop.of(signature, add, buffers.memory);
    }
  }

  private static long metaspace() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals("Metaspace"))
        .mapToLong((MemoryPoolMXBean pool) -> pool.getUsage().getUsed())
        .sum();
  }

  @SafeVarargs
  private List<@Nullable Object> run(
      RowType type, boolean nullsReach, Object function, List<@Nullable Object>... columns)
      throws Exception {
    List<RowType> types = Collections.nCopies(columns.length, type);
    int rows = columns[0].size();
    MemorySegment out = buffers.output(type, rows, 16);
    var signature = new RowSignature("f", types, type, nullsReach);
    RowLoop.of(signature, function, buffers.memory)
        .run(buffers.arrays(types, List.of(columns)), rows, out);
    return buffers.read(type, out, rows);
  }
}

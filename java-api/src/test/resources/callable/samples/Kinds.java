package samples;

import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarFunction2;
import io.datafusion.udf.ScalarFunction3;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** Callables of every kind, each with arguments to call it with. Only the driver has this class. */
public final class Kinds {
  private static final Map<String, Object[]> CASES = new LinkedHashMap<>();
  private static final double[] TABLE = {1.5, 2.5};
  private static int calls;
  private final double rate = 0.5;

  public static Map<String, Object[]> cases() {
    lambdas();
    references();
    classes();
    code();
    values();
    return CASES;
  }

  private static <A, R> void add(String name, ScalarFunction1<A, R> function, Object... arguments) {
    put(name, function, arguments);
  }

  private static <A, B, R> void two(String name, ScalarFunction2<A, B, R> f, Object... arguments) {
    put(name, f, arguments);
  }

  private static void put(String name, Object function, Object[] arguments) {
    Object[] entry = new Object[arguments.length + 1];
    entry[0] = function;
    System.arraycopy(arguments, 0, entry, 1, arguments.length);
    CASES.put(name, entry);
  }

  private static void lambdas() {
    double rate = 0.25;
    String prefix = "Hej";
    add("plain", (Double x) -> x * 2, 21.0);
    add("capturing", (Double x) -> x * rate, 10.0);
    two("two captured", (String a, Long b) -> prefix + a + b * rate, "x", 4L);
    ScalarFunction3<Long, Long, Long, Long> three = (a, b, c) -> a * b + c;
    put("three arguments", three, new Object[] {2L, 3L, 4L});
    add("null result", (Long x) -> x > 1 ? null : x, 5L);
    ScalarFunction1<Double, Double> inner = x -> x + rate;
    add("nested lambda", (Double x) -> inner.apply(x) * 2, 1.0);
    add("lambda in lambda", (Long x) -> ((Function<Long, Long>) y -> y + x).apply(1L), 4L);
    Function<String, String> plain = (Function<String, String> & Serializable) s -> s + prefix;
    add("nested intersection lambda", (String s) -> plain.apply(s), "a");
    Shout shout = s -> s.toUpperCase(Locale.ROOT) + "!";
    add("nested lambda of an own interface", (String s) -> shout.twice(s), "b");
    add("generic", Kinds.<Long>constant(7L), 1L);
  }

  private static <T> ScalarFunction1<Object, T> constant(T value) {
    return any -> value;
  }

  private static void references() {
    add("static reference", Kinds::half, 3.0);
    add("static reference to the JDK", (ScalarFunction1<Double, Double>) Math::abs, -3.0);
    add("unbound reference", (ScalarFunction1<String, String>) String::trim, "  x ");
    add("bound reference", (ScalarFunction1<String, Boolean>) "abc"::contains, "b");
    add("bound reference to an own object", new Scale(3)::apply, 4L);
    add("unbound reference to an own record", (ScalarFunction1<Long, Point>) Point::onAxis, 4L);
    add("constructor reference", (ScalarFunction1<String, BigDecimal>) BigDecimal::new, "1.50");
    two("own constructor reference", (ScalarFunction2<Long, Long, Point>) Point::new, 1L, 2L);
    two("generic reference", (ScalarFunction2<Long, Long, Long>) Kinds::larger, 1L, 2L);
    two(
        "interface reference",
        (ScalarFunction2<String, String, Integer>) Comparable::compareTo,
        "a",
        "b");
    add("array constructor", (ScalarFunction1<Integer, long[]>) long[]::new, 3);
  }

  private static Double half(Double x) {
    return x / 2;
  }

  private static <T extends Comparable<T>> T larger(T a, T b) {
    return a.compareTo(b) > 0 ? a : b;
  }

  private static void classes() {
    add("named class", new Scale(5), 2L);
    add("class with a base class", new Derived(2, 3), 10L);
    add("record", new Affine(2, 1), 20L);
    add("enum constant", Unit.KILO, 3L);
    add("enum constant with a body", Unit.DOZEN, 3L);
    long local = 6;
    add(
        "anonymous class",
        new ScalarFunction1<Long, Long>() {
          @Override
          public Long apply(Long x) {
            return x + local;
          }
        },
        1L);
    class Local implements ScalarFunction1<Long, Long> {
      @Override
      public Long apply(Long x) {
        return x * local;
      }
    }
    add("local class", new Local(), 7L);
    add("inner class that leaves its outer object alone", new Kinds().new Inner(), 7L);
  }

  private static void code() {
    add("private static helper", (Double x) -> half(half(x)), 8.0);
    add("static array", (Integer i) -> TABLE[i], 1);
    add("static state starts anew", (Long x) -> ++calls + x, 10L);
    add("switch on an enum", (String s) -> switched(Unit.valueOf(s)), "DOZEN");
    add(
        "switch on a string",
        (String s) ->
            switch (s) {
              case "a" -> 1L;
              case "b" -> 2L;
              default -> 0L;
            },
        "b");
    add("pattern switch", (Object o) -> kind(o), new Object[] {12});
    add("string concatenation", (Long x) -> "<" + x + "|" + x * 2 + ">", 3L);
    add("try and catch", (String s) -> number(s), "x1");
    add(
        "own exception",
        (String s) -> {
          try {
            throw new OwnException(s);
          } catch (OwnException e) {
            return e.getMessage() + e.getClass().getSimpleName();
          }
        },
        "why");
    add(
        "assertion",
        (Long x) -> {
          assert x > 100 : "small";
          return x;
        },
        3L);
    add(
        "streams",
        (String s) -> Arrays.stream(s.split(",")).map(Kinds::twice).sorted().toList().toString(),
        "b,a");
    add(
        "record methods",
        (Long x) -> new Point(x, 1L) + "" + new Point(x, 1L).equals(new Point(x, 1L)),
        4L);
    add("nested static class", (Long x) -> new Outer.Middle.Core(x).value(), 4L);
    add("interface default method", (Long x) -> new Square(x).describe(), 4L);
    add("sealed hierarchy", (Long x) -> area(x > 2 ? new Square(x) : new Disc(x)), 4L);
    add("generic class", (Long x) -> new Box<>(x).map(y -> y + 1).content, 4L);
    add("synchronized and loops", (Long x) -> sum(x), 10L);
  }

  private static String twice(String s) {
    return s + s;
  }

  private static long switched(Unit unit) {
    return switch (unit) {
      case KILO -> 1;
      case DOZEN -> 2;
    };
  }

  private static String kind(Object o) {
    return switch (o) {
      case Integer i when i > 10 -> "large " + i;
      case Point(Long x, Long y) -> "point " + x + y;
      case Unit u -> u.name();
      default -> "other";
    };
  }

  private static Long number(String s) {
    try {
      return Long.parseLong(s);
    } catch (NumberFormatException e) {
      return -1L;
    } finally {
      synchronized (TABLE) {
        TABLE[0] = 0;
      }
    }
  }

  private static long sum(long to) {
    long sum = 0;
    for (long i = 0; i <= to; i++) {
      sum += i;
    }
    return sum;
  }

  private static double area(Shape shape) {
    return switch (shape) {
      case Square s -> s.side() * s.side();
      case Disc d -> d.radius() * 3;
    };
  }

  private static void values() {
    Point point = new Point(1L, 2L);
    add("captured record", (Long x) -> point.x() + point.y() + x, 1L);
    Unit unit = Unit.DOZEN;
    add("captured enum", (Long x) -> unit.apply(x) + unit.name(), 2L);
    Scale scale = new Scale(9);
    add("captured user object", (Long x) -> scale.apply(x), 2L);
    Map<String, List<Point>> nested =
        new HashMap<>(Map.of("a", List.of(point), "b", new ArrayList<>()));
    add("captured collections", (String k) -> nested.get(k).toString() + nested.size(), "a");
    Map<Point, Unit> keyed = Map.of(point, Unit.KILO);
    add("captured map with user keys", (Long x) -> keyed.get(new Point(1L, 2L)) + "" + x, 1L);
    TreeMap<String, Integer> sorted = new TreeMap<>(new Reversed());
    sorted.putAll(Map.of("a", 1, "b", 2));
    add("captured sorted map with a comparator", (Long x) -> sorted.firstKey() + x, 1L);
    TreeMap<String, Integer> natural = new TreeMap<>(Comparator.naturalOrder());
    natural.put("z", 1);
    add("captured natural order", (Long x) -> natural.firstKey() + x, 1L);
    EnumMap<Unit, String> units = new EnumMap<>(Map.of(Unit.KILO, "k"));
    EnumSet<Unit> set = EnumSet.of(Unit.DOZEN);
    add("captured enum collections", (Long x) -> units.toString() + set + x, 1L);
    LocalDate date = LocalDate.of(2024, 2, 29);
    Duration duration = Duration.ofMillis(1500);
    BigDecimal big = new BigDecimal("12.3400");
    add(
        "captured JDK values",
        (Long x) -> date.plusDays(x) + "" + duration + big.setScale(1, RoundingMode.UP),
        1L);
    double[][] matrix = {{1, 2}, {3}};
    Point[] points = {point, null};
    add(
        "captured arrays",
        (Long x) -> Arrays.deepToString(matrix) + Arrays.toString(points) + x,
        1L);
    Optional<Point> some = Optional.of(point);
    add("captured optional", (Long x) -> some.map(Point::x).orElse(0L) + x, 1L);
    char letter = '\u00e9';
    byte small = -3;
    float f = Float.NaN;
    String odd = "\ud800 half";
    add(
        "captured primitives",
        (Long x) -> letter + "" + small + f + odd.length() + odd.charAt(0) + x,
        1L);
    List<Object> shared = new ArrayList<>(List.of("s"));
    List<List<Object>> twice = List.of(shared, shared);
    add("shared references stay shared", (Long x) -> twice.get(0) == twice.get(1), 1L);
    Class<?> type = Point.class;
    add(
        "captured class",
        (Long x) ->
            type.getSimpleName() + Objects.requireNonNull(type.getRecordComponents()).length,
        1L);
    Node list = new Node("a", new Node("b", null));
    add("captured linked objects", (Long x) -> list.join() + x, 1L);
    ArrayDeque<Set<Long>> deque = new ArrayDeque<>(List.of(Set.of(1L)));
    add("captured deque", (Long x) -> deque.peek().contains(x), 1L);
    long[] longs = {1, -2};
    int[] ints = {3};
    short[] shorts = {4};
    byte[] bytes = {5};
    char[] chars = {'6'};
    float[] floats = {7.5f};
    boolean[] flags = {true, false};
    add(
        "captured primitive arrays",
        (Long x) ->
            x
                + Arrays.toString(longs)
                + Arrays.toString(ints)
                + Arrays.toString(shorts)
                + Arrays.toString(bytes)
                + Arrays.toString(chars)
                + Arrays.toString(floats)
                + Arrays.toString(flags),
        1L);
    Secret secret = new Secret();
    add("transient fields stay behind", (Long x) -> secret.cached + secret.plain + x, 1L);
  }

  public interface Shout extends Serializable {
    String shout(String s);

    default String twice(String s) {
      return shout(shout(s));
    }
  }

  static class Scale implements ScalarFunction1<Long, Long> {
    private final long factor;

    Scale(long factor) {
      this.factor = factor;
    }

    @Override
    public Long apply(Long x) {
      return x * factor;
    }
  }

  static final class Derived extends Scale {
    private final long offset;

    Derived(long factor, long offset) {
      super(factor);
      this.offset = offset;
    }

    @Override
    public Long apply(Long x) {
      return super.apply(x) + offset;
    }
  }

  record Affine(long a, long b) implements ScalarFunction1<Long, Long> {
    @Override
    public Long apply(Long x) {
      return a * x + b;
    }
  }

  record Point(Long x, Long y) {
    static Point onAxis(long x) {
      return new Point(x, 0L);
    }
  }

  enum Unit implements ScalarFunction1<Long, Long> {
    KILO {
      @Override
      public Long apply(Long x) {
        return x * 1000;
      }
    },
    DOZEN {
      @Override
      public Long apply(Long x) {
        return x * 12;
      }
    }
  }

  final class Inner implements ScalarFunction1<Long, Long> {
    @Override
    public Long apply(Long x) {
      return -x;
    }
  }

  static final class OwnException extends Exception {
    OwnException(String message) {
      super(message);
    }
  }

  static final class Outer {
    static final class Middle {
      record Core(long value) {}
    }
  }

  sealed interface Shape permits Square, Disc {
    default String describe() {
      return getClass().getSimpleName() + this;
    }
  }

  record Square(double side) implements Shape {}

  record Disc(double radius) implements Shape {}

  static final class Box<T> {
    final T content;

    Box(T content) {
      this.content = content;
    }

    <R> Box<R> map(Function<T, R> f) {
      return new Box<>(f.apply(content));
    }
  }

  static final class Reversed implements Comparator<String>, Serializable {
    @Override
    public int compare(String a, String b) {
      return b.compareTo(a);
    }
  }

  static final class Node implements Serializable {
    final String name;
    final Node next;

    Node(String name, Node next) {
      this.name = name;
      this.next = next;
    }

    String join() {
      return name + (next == null ? "" : next.join());
    }
  }

  static final class Secret implements Serializable {
    transient String cached = "cache";
    final String plain = "plain".concat("!");
  }

  /** Never called: drags in code that nobody has, if whole classes were looked at. */
  Object unreachable(Object x) {
    Unreachable missing = new Unreachable(rate);
    Shape shape = new Square(1);
    return missing.equals(shape) ? x : missing;
  }
}

package user;

import io.datafusion.internal.callable.CallableEncoder;
import io.datafusion.internal.callable.NotShippable;
import io.datafusion.internal.message.Callable;
import io.datafusion.udf.ScalarFunction1;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/** Functions with captured values of each kind, for fuzzers to begin with. */
final class FuzzSamples {
  private FuzzSamples() {}

  record Range(double low, Double high, String name) {}

  enum Mode {
    UP,
    DOWN
  }

  /** An object that travels field by field. */
  static final class Scale implements Serializable {
    private static final long serialVersionUID = 1L;

    private final double factor;
    private final int[] steps;
    private final List<Range> ranges;

    Scale(double factor, int[] steps, List<Range> ranges) {
      this.factor = factor;
      this.steps = steps;
      this.ranges = ranges;
    }

    double of(double x) {
      return x * factor + steps.length + ranges.size();
    }
  }

  /** The interface of a lambda within a lambda. */
  interface Step extends Function<Double, Double>, Serializable {}

  static List<ScalarFunction1<Double, Double>> functions() {
    var functions = new ArrayList<ScalarFunction1<Double, Double>>(List.of(Math::abs));
    scalars(functions);
    collections(functions);
    objects(functions);
    return functions;
  }

  private static void scalars(List<ScalarFunction1<Double, Double>> functions) {
    boolean flag = true;
    byte small = 1;
    short low = 2;
    int middle = 3;
    long high = 4;
    float single = 5;
    double rate = 0.5;
    char sign = 'x';
    functions.add(x -> flag ? x * rate + small + low + middle + high + single + sign : x);
    String text = "text";
    String half = "\ud800";
    functions.add(x -> x + text.length() + half.length());
    var date = LocalDate.of(2024, 2, 29);
    var amount = new BigDecimal("12.50");
    UUID id = new UUID(1, 2);
    ZoneId zone = ZoneId.of("Europe/Berlin");
    functions.add(x -> x + date.getYear() + amount.scale() + id.version() + zone.getId().length());
  }

  private static void collections(List<ScalarFunction1<Double, Double>> functions) {
    List<Long> list = List.of(1L, 2L);
    Set<String> set = Set.of("a");
    Map<String, Integer> map = Map.of("k", 1);
    Map<String, Integer> sorted =
        new TreeMap<>((Comparator<String> & Serializable) (a, b) -> b.compareTo(a));
    sorted.putAll(Map.of("k", 1, "l", 2));
    List<Object> view = Collections.unmodifiableList(new ArrayList<>(List.of(1, "b", 2.0)));
    functions.add(x -> x + list.size() + set.size() + map.size() + sorted.size() + view.size());
    long[] longs = {1, 2, 3};
    String[][] texts = {{"a"}, {}};
    Optional<String> maybe = Optional.of("o");
    var modes = EnumSet.of(Mode.UP);
    functions.add(x -> x + longs.length + texts.length + maybe.orElse("").length() + modes.size());
  }

  private static void objects(List<ScalarFunction1<Double, Double>> functions) {
    var range = new Range(0, 1.0, "unit");
    Mode mode = Mode.DOWN;
    functions.add(x -> mode == Mode.UP ? range.low() : range.high());
    var scale = new Scale(2, new int[] {1}, List.of(range));
    functions.add(scale::of);
    Step step = x -> x + range.low();
    Class<?> type = Range.class;
    functions.add(x -> step.apply(x) + type.getName().length());
  }

  /** The same as they travel, each with its classes. */
  static List<Callable> callables() throws NotShippable {
    var callables = new ArrayList<Callable>();
    for (var function : functions()) {
      callables.add(CallableEncoder.encode(function, Set.of()).toMessage());
    }
    return callables;
  }
}

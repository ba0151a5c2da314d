package samples;

import io.datafusion.udf.ScalarFunction1;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Functions with state, whose names begin so, and functions without. */
public final class States {
  private static final Map<String, Object[]> CASES = new LinkedHashMap<>();
  private static int unused = 3;

  public static Map<String, Object[]> cases() {
    constants();
    objects();
    collections();
    statics();
    return CASES;
  }

  private static void add(String name, ScalarFunction1<String, String> function) {
    CASES.put(name, new Object[] {function, "x"});
  }

  private static void holding(String name, Object held) {
    add(name, x -> x + held);
  }

  private static void constants() {
    holding("null", null);
    for (Object held :
        new Object[] {
          true,
          (byte) 1,
          (short) 1,
          1,
          1L,
          1f,
          1d,
          'c',
          "s",
          String.class,
          BigDecimal.ONE,
          BigInteger.ONE,
          URI.create("a:b"),
          UUID.randomUUID(),
          Duration.ZERO,
          LocalDate.EPOCH,
          ZoneId.of("UTC"),
          ZonedDateTime.now(),
          Optional.of(1)
        }) {
      holding(held.getClass().getName(), held);
    }
    holding("state: optional of an array", Optional.of(new int[1]));
    holding("enum", Colour.RED);
    holding("enum with bodies", Shade.DARK);
    holding("state: enum that counts", Counting.ONE);
    holding("state: enum with an array", Arrays.asList(Tabled.ONE).getFirst());
    holding("record", new Pair("a", Colour.RED));
    holding("state: record of an array", new Pair("a", new int[1]));
    Function<String, String> inner = (Function<String, String> & Serializable) y -> y + 1;
    add("lambda", x -> inner.apply(x));
    int[] array = {1};
    Function<String, String> dirty =
        (Function<String, String> & Serializable) y -> y + array.length;
    add("state: lambda that captures an array", x -> dirty.apply(x));
  }

  private static void objects() {
    holding("object of final fields", new Fixed("a"));
    holding("state: object that holds a list", new Fixed(new ArrayList<>()));
    holding("state: object with a transient field", new Cached());
    holding("state: object with a field", new Open());
    holding("state: field above", new Below());
    CASES.put("function object", new Object[] {new Adding("b"), "x"});
    CASES.put("state: function object that counts", new Object[] {new CountingUp(), "x"});
    String local = "l";
    CASES.put(
        "anonymous",
        new Object[] {
          new ScalarFunction1<String, String>() {
            @Override
            public String apply(String x) {
              return x + local;
            }
          },
          "x"
        });
  }

  private static void collections() {
    holding("List.of", List.of(1, 2, 3));
    holding("List.copyOf", List.copyOf(new ArrayList<>(List.of(1, 2))));
    holding("Set.of", Set.of("a"));
    holding("Map.of", Map.of("a", List.of(1)));
    holding("toList", Stream.of(1, 2).toList());
    holding("emptyList", Collections.emptyList());
    holding("singleton", Collections.singleton(1));
    holding("nCopies", Collections.nCopies(2, "n"));
    holding("state: List.of arrays", List.of(new int[1]));
    holding("state: ArrayList", new ArrayList<>());
    holding("state: HashMap", new HashMap<>());
    holding("state: TreeSet", new TreeSet<>());
    holding("state: EnumSet", EnumSet.of(Colour.RED));
    holding("state: Arrays.asList", Arrays.asList(1, 2));
    holding("state: array", new String[0]);
    holding("state: primitive array", new long[1]);
    holding("state: unmodifiableList", Collections.unmodifiableList(new ArrayList<>()));
    holding("unmodifiableList of List.of", Collections.unmodifiableList(List.of(1)));
  }

  private static void statics() {
    add("static that nothing asks for", x -> x);
    add("constants", x -> x + Constants.TEXT + Constants.PATTERN + Constants.PAIR.left());
    add("state: static field", x -> x + Changing.count);
    add("state: static field below", x -> x + new Changing().text());
    add("state: static array", x -> x + Constants.TABLE[0]);
    add("state: static map", x -> x + Constants.MAP);
    add("state: class literal", x -> x + Changing.class.getDeclaredFields().length);
    add("switch on an enum", x -> switched(Colour.valueOf("RED")));
    add("state: enum of static code", x -> x + Counting.ONE.count);
    add(
        "assertion",
        x -> {
          assert x != null;
          return x;
        });
  }

  private static String switched(Colour colour) {
    return switch (colour) {
      case RED -> "r";
      case GREEN -> "g";
    };
  }

  enum Colour {
    RED,
    GREEN
  }

  enum Shade {
    DARK("d") {
      @Override
      String text() {
        return text + 1;
      }
    };

    final String text;

    Shade(String text) {
      this.text = text;
    }

    abstract String text();
  }

  enum Counting {
    ONE;
    int count;
  }

  enum Tabled {
    ONE;
    final int[] table = {1};
  }

  record Pair(String left, Object right) {}

  record Constant(String left, Colour right) {}

  static final class Constants {
    static final String TEXT = "t".concat("u");
    static final Pattern PATTERN = Pattern.compile("a");
    static final Constant PAIR = new Constant("a", Colour.RED);
    static final int[] TABLE = {1};
    static final Map<String, String> MAP = Map.of();
  }

  static final class Changing {
    static int count = 1;

    String text() {
      return "n" + count++;
    }
  }

  static final class Fixed implements Serializable {
    private final Object held;

    Fixed(Object held) {
      this.held = held;
    }
  }

  static final class Cached implements Serializable {
    private final transient Object cache = null;
  }

  static class Open implements Serializable {
    int field;
  }

  static final class Below extends Open {}

  static final class Adding implements ScalarFunction1<String, String> {
    private final String added;

    Adding(String added) {
      this.added = added;
    }

    @Override
    public String apply(String x) {
      return x + added;
    }
  }

  static final class CountingUp implements ScalarFunction1<String, String> {
    private int count;

    @Override
    public String apply(String x) {
      return x + ++count;
    }
  }
}

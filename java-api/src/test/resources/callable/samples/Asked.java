package samples;

import io.datafusion.udf.ScalarFunction1;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.Serializable;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Members that only the JDK calls. Each enum is in one case alone, so that no other one helps. */
public final class Asked {
  private static final Map<String, Object[]> CASES = new LinkedHashMap<>();

  public static Map<String, Object[]> cases() {
    switches();
    enums();
    objects();
    serialization();
    return CASES;
  }

  private static void add(String name, ScalarFunction1<Long, String> function) {
    CASES.put(name, new Object[] {function, 1L});
  }

  enum E1 {
    P,
    Q
  }

  enum E2 {
    P,
    Q
  }

  enum E3 {
    P,
    Q
  }

  enum E4 {
    P,
    Q
  }

  enum E5 {
    P,
    Q
  }

  enum E6 {
    P,
    Q
  }

  enum E7 {
    P,
    Q
  }

  enum E8 {
    P,
    Q
  }

  enum E9 {
    P,
    Q
  }

  enum E10 {
    P,
    Q
  }

  enum E11 {
    P,
    Q
  }

  enum E12 {
    P,
    Q
  }

  sealed interface Choice permits Some, None {}

  record Some(long x) implements Choice {}

  enum None implements Choice {
    EMPTY,
    UNKNOWN
  }

  private static Choice choice(long x) {
    return x > 5 ? new Some(x) : None.UNKNOWN;
  }

  private static void switches() {
    add(
        "switch with a case of null",
        x ->
            switch (x > 5 ? E1.P : E1.Q) {
              case null -> "null";
              case P -> "p";
              case Q -> "q";
            });
    add(
        "switch with a guard",
        x ->
            switch (x > 5 ? E2.P : E2.Q) {
              case E2 e when x < 0 -> "negative";
              case P -> "p";
              case Q -> "q";
            });
    add(
        "switch of an object with constants",
        x -> {
          Object o = x > 5 ? E3.P : E3.Q;
          return switch (o) {
            case E3.P -> "p";
            case E3.Q -> "q";
            default -> "?";
          };
        });
    add(
        "switch with constants that nothing else names",
        x -> {
          Object o = x > 5 ? "text" : List.of();
          return switch (o) {
            case E4.P -> "p";
            case E4.Q -> "q";
            default -> "?";
          };
        });
    add(
        "switch of a sealed type with an enum",
        x ->
            switch (choice(x)) {
              case Some s -> "some";
              case None.EMPTY -> "empty";
              case None.UNKNOWN -> "unknown";
            });
  }

  private static <T extends Enum<T>> String others(T constant) {
    return EnumSet.complementOf(EnumSet.of(constant)).toString();
  }

  record Keyed(E9 key) {}

  private static void enums() {
    add("set of an enum", x -> "" + EnumSet.of(E5.P).contains(E5.Q));
    add("range of an enum", x -> EnumSet.range(E6.P, E6.Q).toString());
    add("map of an enum, copied", x -> new EnumMap<>(Map.of(E7.Q, x)).toString());
    add("set of an enum that is not named", x -> others(E8.P));
    add(
        "grouping by an enum",
        x ->
            Stream.of(new Keyed(E9.P), new Keyed(E9.Q))
                .collect(
                    Collectors.groupingBy(
                        Keyed::key, () -> new EnumMap<>(E9.class), Collectors.counting()))
                .toString());
    add("constants of a class that is asked for", x -> sizeOf(E10.P));
    add("constant by its name", x -> Enum.valueOf(E11.P.getDeclaringClass(), "Q").toString());
    add("constant by its description", x -> described(E12.P));
  }

  private static String sizeOf(Enum<?> constant) {
    return "" + constant.getDeclaringClass().getEnumConstants().length;
  }

  private static String described(E12 constant) {
    return constant.describeConstable().orElseThrow().constantName();
  }

  private static void objects() {
    add(
        "sorted by an own order",
        x -> {
          var sorted = new TreeMap<Version, String>();
          sorted.put(new Version(2), "b");
          sorted.put(new Version(1), "a");
          return sorted.toString();
        });
    add("found by equality", x -> new HashMap<>(Map.of(new Version(1), "a")).get(new Version(1)));
    add(
        "components of a record that is asked for",
        x ->
            Arrays.stream(((Object) new Pair(x, "b")).getClass().getRecordComponents())
                .map(component -> component.getName() + component.getType().getSimpleName())
                .toList()
                .toString());
    add("collection of an own class", x -> new ArrayList<>(new Three()) + "" + new Three());
    add(
        "order by a default method",
        x -> {
          ByKey order = y -> -y;
          var list = new ArrayList<>(List.of(1L, 3L, 2L));
          list.sort(order);
          return list + "" + list.stream().sorted(order.reversed()).toList();
        });
  }

  record Pair(Long a, String b) {}

  static final class Version implements Comparable<Version> {
    private final int number;

    Version(int number) {
      this.number = number;
    }

    @Override
    public int compareTo(Version other) {
      return Integer.compare(number, other.number);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Version version && version.number == number;
    }

    @Override
    public int hashCode() {
      return number;
    }

    @Override
    public String toString() {
      return "v" + number;
    }
  }

  static final class Three extends AbstractCollection<Integer> {
    @Override
    public Iterator<Integer> iterator() {
      return List.of(1, 2, 3).iterator();
    }

    @Override
    public int size() {
      return 3;
    }
  }

  interface ByKey extends Comparator<Long> {
    long key(Long x);

    @Override
    default int compare(Long a, Long b) {
      return Long.compare(key(a), key(b));
    }
  }

  private static void serialization() {
    add("own serialization", x -> Asked.<Restored>copy(new Restored()).note);
    add("replaced by another object", x -> "" + (copy(Only.ONE) == Only.ONE));
    add("written as another object", x -> copy(new Written()).toString());
    add("serial version", x -> "" + version(new Only().getClass()));
  }

  private static long version(Class<?> type) {
    return ObjectStreamClass.lookup(type).getSerialVersionUID();
  }

  @SuppressWarnings("unchecked")
  private static <T> T copy(Object object) {
    var bytes = new ByteArrayOutputStream();
    try {
      new ObjectOutputStream(bytes).writeObject(object);
      return (T) new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  static final class Restored implements Serializable {
    private transient String note = "made";

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      note = "restored";
    }
  }

  static final class Only implements Serializable {
    private static final long serialVersionUID = 42;
    static final Only ONE = new Only();

    private Object readResolve() {
      return ONE;
    }
  }

  static final class Written implements Serializable {
    private Object writeReplace() {
      return "replacement";
    }
  }
}

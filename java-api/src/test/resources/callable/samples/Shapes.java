package samples;

import io.datafusion.udf.ScalarFunction1;
import java.io.Serializable;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.RandomAccess;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/** Lambdas of narrowed and marked interfaces, values in variables of other types, views. */
public final class Shapes {
  private static final Map<String, Object[]> CASES = new LinkedHashMap<>();

  public static Map<String, Object[]> cases() {
    lambdas();
    variables();
    views();
    wrapped();
    return CASES;
  }

  private static void add(String name, ScalarFunction1<String, String> function) {
    CASES.put(name, new Object[] {function, "x"});
  }

  private static void lambdas() {
    Narrowed narrowed = x -> x + "n";
    CASES.put("narrowed function", new Object[] {narrowed, "x"});
    TextFunction text = x -> x + "t";
    add("narrowed interface called by the wide one", x -> wide(text, x) + text.apply(x));
    Twice twice = x -> x + "2";
    add("interface narrowed twice", x -> wide(twice, x) + ((TextFunction) twice).apply(x));
    Sized sized = () -> "sized";
    add("narrowed result", x -> x + ((Supplier<? extends Object>) sized).get());
    var marked = (Function<String, String> & Serializable & Marked) x -> x + "m";
    add("marker with a default method", x -> marked.apply(x) + marked.mark());
    Function<String, String> hidden =
        (Function<String, String> & Serializable & Empty) x -> x + "h";
    add("marker that is asked for", x -> hidden.apply(x) + (hidden instanceof Empty));
    Empty empty = (Empty) hidden;
    add("variable of the marker's type", x -> x + (empty == hidden));
    add("lambda of a bounded type", bounded((Function<String, String> & Serializable) x -> x + 1));
    Function<String, String> plain = (Function<String, String> & Serializable) x -> x + "p";
    Serializable serializable = (Serializable) plain;
    add("lambda in a serializable variable", x -> wide((Function<?, ?>) serializable, x));
  }

  private static <F extends Serializable & Function<String, String>>
      ScalarFunction1<String, String> bounded(F function) {
    return x -> function.apply(x);
  }

  @SuppressWarnings("unchecked")
  private static String wide(Function<?, ?> function, String x) {
    return String.valueOf(((Function<Object, Object>) function).apply(x));
  }

  private static void variables() {
    ZoneOffset offset = ZoneOffset.ofHours(2);
    add("zone offset", x -> x + offset.getTotalSeconds());
    ZoneId zone = ZoneId.of("Europe/Stockholm");
    add("zone", x -> x + zone);
    SequencedSet<String> set = new LinkedHashSet<>(List.of("b", "a"));
    SequencedSet<String> fixed = Collections.unmodifiableSequencedSet(set);
    add("sequenced set", x -> x + fixed.reversed());
    SequencedMap<String, String> map = new LinkedHashMap<>();
    map.put("b", "a");
    SequencedMap<String, String> fixedMap = Collections.unmodifiableSequencedMap(map);
    add("sequenced map", x -> x + fixedMap.firstEntry());
    SequencedCollection<String> sequenced = Collections.unmodifiableSequencedCollection(set);
    add("sequenced collection", x -> x + sequenced.getLast());
    Held held = new Held();
    add("serializable fields", x -> x + held.list + held.set + held.map + held.zone);
    Box<Serializable> box = new Box<>((Serializable) List.of("b"));
    add("serializable component", x -> x + box.value());
    add("serializable variable", boxed((Serializable) Set.of(1)));
    RandomAccess random = (RandomAccess) List.of("r");
    add("random access", x -> x + random);
    AbstractCollection<String> collection = (AbstractCollection<String>) List.of("c");
    add("abstract collection", x -> x + collection);
  }

  private static <T extends Serializable> ScalarFunction1<String, String> boxed(T value) {
    return x -> x + value;
  }

  private static void views() {
    Comparator<String> ignoring = (Comparator<String> & Serializable) String::compareToIgnoreCase;
    Set<String> sorted = new TreeSet<>(ignoring);
    sorted.add("KEY");
    Set<String> set = Collections.unmodifiableSet(sorted);
    add("view of a set with an order", x -> x + set.contains("key"));
    Map<String, String> orderly = new TreeMap<>(ignoring);
    orderly.put("KEY", "hit");
    Map<String, String> map = Collections.unmodifiableMap(orderly);
    add("view of a map with an order", x -> x + map.get("key"));
    NavigableMap<String, String> navigable =
        Collections.unmodifiableNavigableMap(new TreeMap<>(Map.of("a", "1", "b", "2")));
    add("navigable view", x -> x + navigable.lastKey() + navigable.headMap("b"));
    SortedSet<String> sortedView = Collections.unmodifiableSortedSet(new TreeSet<>(Set.of("s")));
    add("sorted view", x -> x + sortedView.first());
    Collection<String> twice =
        Collections.unmodifiableCollection(Collections.unmodifiableList(new ArrayList<>(set)));
    add("view of a view", x -> x + twice);
    List<String> immutable = Collections.unmodifiableList(List.of("i"));
    add("view of an immutable list", x -> x + immutable);
    Set<Unit> enums = Collections.unmodifiableSet(EnumSet.of(Unit.B, Unit.A));
    add("view of an enum set", x -> x + enums + enums.contains(Unit.A));
    Map<String, String> hash = Collections.unmodifiableMap(new HashMap<>(Map.of("a", "b")));
    add("view of a hash map", x -> x + hash + refuses(() -> hash.put("c", "d")));
    ArrayList<String> list = new ArrayList<>(List.of("l"));
    List<String> view = Collections.unmodifiableList(list);
    add("view of a captured list", x -> x + list.add("m") + view);
    add("immutable list", x -> x + refuses(() -> List.of(x).add("y")) + immutable.size());
  }

  private static native void unused();

  private static void wrapped() {
    List<String> fixed = Arrays.asList("a", "b");
    add("list of a fixed size", x -> fixed.set(0, x) + refuses(() -> fixed.add("c")) + fixed);
    LinkedHashMap<String, String> accessed = new LinkedHashMap<>(16, 0.75f, true);
    accessed.put("a", "1");
    accessed.put("b", "2");
    add("map in the order of access", x -> x + accessed.get("a") + accessed.firstEntry());
    LinkedHashMap<String, String> inserted = new LinkedHashMap<>(accessed);
    add("map in the order of insertion", x -> x + inserted.get("b") + inserted);
  }

  private static String refuses(Runnable change) {
    try {
      change.run();
      return "changed";
    } catch (UnsupportedOperationException e) {
      return "fixed";
    }
  }

  interface Narrowed extends ScalarFunction1<String, String> {
    @Override
    String apply(String x);
  }

  interface TextFunction extends Function<String, String>, Serializable {
    @Override
    String apply(String x);
  }

  interface Wide<T extends CharSequence> extends Function<T, T> {
    @Override
    T apply(T x);
  }

  interface Twice extends Wide<String>, TextFunction {
    @Override
    String apply(String x);
  }

  interface Sized extends Supplier<CharSequence>, Serializable {
    @Override
    String get();
  }

  interface Marked {
    default String mark() {
      return "marked";
    }
  }

  interface Empty {}

  enum Unit {
    A,
    B
  }

  record Box<T extends Serializable>(T value) {}

  static final class Held implements Serializable {
    private final Serializable list = (Serializable) List.of("a");
    private final Serializable set = (Serializable) Set.of("a");
    private final Serializable map = (Serializable) Map.of("a", 1);
    private final ZoneOffset zone = ZoneOffset.ofHours(3);
  }
}

package io.datafusion.internal.callable;

import io.datafusion.internal.message.CollectionKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The collections of the JDK that travel.
 *
 * @param kind which of them
 * @param order the comparator of a sorted one, the class of an enum one, else null
 * @param inside what a view shows, else null
 */
record CollectionForm(CollectionKind kind, @Nullable Object order, @Nullable Object inside) {
  private static final Map<Class<?>, CollectionKind> PLAIN =
      Map.ofEntries(
          Map.entry(ArrayList.class, CollectionKind.COLLECTION_KIND_ARRAY_LIST),
          Map.entry(LinkedList.class, CollectionKind.COLLECTION_KIND_LINKED_LIST),
          Map.entry(CopyOnWriteArrayList.class, CollectionKind.COLLECTION_KIND_COPY_ON_WRITE_LIST),
          Map.entry(ArrayDeque.class, CollectionKind.COLLECTION_KIND_ARRAY_DEQUE),
          Map.entry(HashSet.class, CollectionKind.COLLECTION_KIND_HASH_SET),
          Map.entry(LinkedHashSet.class, CollectionKind.COLLECTION_KIND_LINKED_HASH_SET),
          Map.entry(HashMap.class, CollectionKind.COLLECTION_KIND_HASH_MAP),
          Map.entry(ConcurrentHashMap.class, CollectionKind.COLLECTION_KIND_CONCURRENT_MAP));

  private static final List<String> IMMUTABLE =
      List.of(
          "java.util.ImmutableCollections$",
          "java.util.Collections$Empty",
          "java.util.Collections$Singleton",
          "java.util.Collections$CopiesList");

  private static final Class<?> IMMUTABLE_LIST = Stream.of().toList().getClass();
  private static final Class<?> FIXED_SIZE_LIST = Arrays.asList().getClass();
  private static final Class<?> IMMUTABLE_SET =
      Collections.unmodifiableSequencedSet(new LinkedHashSet<>()).getClass();
  private static final Class<?> IMMUTABLE_MAP =
      Collections.unmodifiableSequencedMap(new LinkedHashMap<>()).getClass();

  /** What the immutable collections of the JDK, and enum sets, write in their place. */
  private static final String SERIAL_IMMUTABLE = "java.util.CollSer";

  private static final String SERIAL_ENUM_SET = "java.util.EnumSet$SerializationProxy";

  private CollectionForm(CollectionKind kind, @Nullable Object order) {
    this(kind, order, null);
  }

  /** {@return the form of a value, or null if it is no collection that travels} */
  static @Nullable CollectionForm of(Object value) {
    CollectionKind plain = PLAIN.get(value.getClass());
    if (plain != null) {
      return new CollectionForm(plain, null);
    }
    return switch (value) {
      case TreeSet<?> set when set.getClass() == TreeSet.class ->
          new CollectionForm(CollectionKind.COLLECTION_KIND_TREE_SET, set.comparator());
      case TreeMap<?, ?> map when map.getClass() == TreeMap.class ->
          new CollectionForm(CollectionKind.COLLECTION_KIND_TREE_MAP, map.comparator());
      case LinkedHashMap<?, ?> map when map.getClass() == LinkedHashMap.class ->
          new CollectionForm(linkedKind(map), null);
      case EnumSet<?> set -> enumSet(set);
      case EnumMap<?, ?> map when !map.isEmpty() ->
          new CollectionForm(CollectionKind.COLLECTION_KIND_ENUM_MAP, enumOf(map.keySet()));
      default -> immutable(value);
    };
  }

  /** An enum set that is empty tells its class by its complement. */
  private static @Nullable CollectionForm enumSet(EnumSet<?> set) {
    EnumSet<?> some = set.isEmpty() ? EnumSet.complementOf(set) : set;
    return some.isEmpty()
        ? null
        : new CollectionForm(CollectionKind.COLLECTION_KIND_ENUM_SET, enumOf(some));
  }

  private static Class<?> enumOf(Set<?> elements) {
    return ((Enum<?>) elements.iterator().next()).getDeclaringClass();
  }

  /** The order of a map shows in what reading one entry of a copy does. */
  private static CollectionKind linkedKind(LinkedHashMap<?, ?> map) {
    @SuppressWarnings("unchecked")
    var copy = (LinkedHashMap<Object, Object>) map.clone();
    copy.clear();
    copy.put(1, 1);
    copy.put(2, 2);
    copy.get(1);
    return copy.firstEntry().getKey().equals(2)
        ? CollectionKind.COLLECTION_KIND_ACCESS_ORDERED_MAP
        : CollectionKind.COLLECTION_KIND_LINKED_HASH_MAP;
  }

  private static @Nullable CollectionForm immutable(Object value) {
    UnmodifiableView view = UnmodifiableView.of(value);
    if (view != null) {
      return view(value, view);
    }
    String name = value.getClass().getName();
    if (name.equals("java.util.Arrays$ArrayList")) {
      return new CollectionForm(CollectionKind.COLLECTION_KIND_FIXED_SIZE_LIST, null);
    }
    return IMMUTABLE.stream().anyMatch(name::startsWith) ? elements(value) : null;
  }

  private static @Nullable CollectionForm view(Object value, UnmodifiableView view) {
    Object inside = WrappedCollection.inside(value);
    String type = inside == null ? "" : inside.getClass().getName();
    return switch (type) {
      case "" -> null;
      case SERIAL_IMMUTABLE -> elements(value);
      case SERIAL_ENUM_SET ->
          new CollectionForm(view.kind(), null, new LinkedHashSet<>((Collection<?>) value));
      default -> new CollectionForm(view.kind(), null, inside);
    };
  }

  /** A collection of which nothing but the elements matters. */
  private static @Nullable CollectionForm elements(Object value) {
    return switch (value) {
      case List<?> _ -> new CollectionForm(CollectionKind.COLLECTION_KIND_LIST, null);
      case Set<?> _ -> new CollectionForm(CollectionKind.COLLECTION_KIND_SET, null);
      case Map<?, ?> _ -> new CollectionForm(CollectionKind.COLLECTION_KIND_MAP, null);
      default -> null;
    };
  }

  /** {@return whether collections of the kind can be changed, or what they show can} */
  boolean changes() {
    return switch (kind) {
      case COLLECTION_KIND_LIST, COLLECTION_KIND_SET, COLLECTION_KIND_MAP -> false;
      default -> true;
    };
  }

  /** What orders a collection. */
  enum Order {
    NONE,
    COMPARATOR,
    ENUM
  }

  static Order orderOf(CollectionKind kind) {
    return switch (kind) {
      case COLLECTION_KIND_TREE_SET, COLLECTION_KIND_TREE_MAP -> Order.COMPARATOR;
      case COLLECTION_KIND_ENUM_SET, COLLECTION_KIND_ENUM_MAP -> Order.ENUM;
      default -> Order.NONE;
    };
  }

  static boolean allowsNull(CollectionKind kind) {
    return kind != CollectionKind.COLLECTION_KIND_ARRAY_DEQUE
        && kind != CollectionKind.COLLECTION_KIND_CONCURRENT_MAP;
  }

  /** {@return the class of the collections that {@link #make} makes; views have others} */
  static Class<?> classOf(CollectionKind kind) throws MalformedCallable {
    return switch (kind) {
      case COLLECTION_KIND_LIST -> IMMUTABLE_LIST;
      case COLLECTION_KIND_FIXED_SIZE_LIST -> FIXED_SIZE_LIST;
      case COLLECTION_KIND_ARRAY_LIST -> ArrayList.class;
      case COLLECTION_KIND_LINKED_LIST -> LinkedList.class;
      case COLLECTION_KIND_COPY_ON_WRITE_LIST -> CopyOnWriteArrayList.class;
      case COLLECTION_KIND_ARRAY_DEQUE -> ArrayDeque.class;
      case COLLECTION_KIND_SET -> IMMUTABLE_SET;
      case COLLECTION_KIND_HASH_SET -> HashSet.class;
      case COLLECTION_KIND_LINKED_HASH_SET -> LinkedHashSet.class;
      case COLLECTION_KIND_TREE_SET -> TreeSet.class;
      case COLLECTION_KIND_ENUM_SET -> EnumSet.class;
      case COLLECTION_KIND_MAP -> IMMUTABLE_MAP;
      case COLLECTION_KIND_HASH_MAP -> HashMap.class;
      case COLLECTION_KIND_LINKED_HASH_MAP, COLLECTION_KIND_ACCESS_ORDERED_MAP ->
          LinkedHashMap.class;
      case COLLECTION_KIND_TREE_MAP -> TreeMap.class;
      case COLLECTION_KIND_CONCURRENT_MAP -> ConcurrentHashMap.class;
      case COLLECTION_KIND_ENUM_MAP -> EnumMap.class;
      default -> throw new MalformedCallable("A collection of no known kind");
    };
  }

  /** {@return whether elements come in pairs} */
  static boolean isMap(CollectionKind kind) {
    return switch (kind) {
      case COLLECTION_KIND_MAP,
          COLLECTION_KIND_HASH_MAP,
          COLLECTION_KIND_LINKED_HASH_MAP,
          COLLECTION_KIND_ACCESS_ORDERED_MAP,
          COLLECTION_KIND_TREE_MAP,
          COLLECTION_KIND_CONCURRENT_MAP,
          COLLECTION_KIND_ENUM_MAP ->
          true;
      default -> false;
    };
  }

  /** {@return a collection of the kind; order and elements as they were written} */
  @SuppressWarnings({"unchecked", "rawtypes", "JdkObsolete"}) // a LinkedList stays one
  static Object make(CollectionKind kind, @Nullable Object order, List<@Nullable Object> elements)
      throws MalformedCallable {
    Comparator comparator = order instanceof Comparator c ? c : null;
    return switch (kind) {
      case COLLECTION_KIND_ARRAY_LIST -> new ArrayList<>(elements);
      case COLLECTION_KIND_LINKED_LIST -> new LinkedList<>(elements);
      case COLLECTION_KIND_COPY_ON_WRITE_LIST -> new CopyOnWriteArrayList<>(elements);
      case COLLECTION_KIND_ARRAY_DEQUE -> new ArrayDeque<>(elements);
      case COLLECTION_KIND_HASH_SET -> new HashSet<>(elements);
      case COLLECTION_KIND_LINKED_HASH_SET -> new LinkedHashSet<>(elements);
      case COLLECTION_KIND_TREE_SET -> {
        TreeSet set = new TreeSet(comparator);
        set.addAll(elements);
        yield set;
      }
      case COLLECTION_KIND_ENUM_SET -> {
        Set set = EnumSet.noneOf((Class) order);
        set.addAll(elements);
        yield set;
      }
      case COLLECTION_KIND_HASH_MAP -> fill(new HashMap<>(), elements);
      case COLLECTION_KIND_LINKED_HASH_MAP -> fill(new LinkedHashMap<>(), elements);
      case COLLECTION_KIND_ACCESS_ORDERED_MAP ->
          fill(new LinkedHashMap<>(elements.size(), 0.75f, true), elements);
      case COLLECTION_KIND_TREE_MAP -> fill(new TreeMap(comparator), elements);
      case COLLECTION_KIND_CONCURRENT_MAP -> fill(new ConcurrentHashMap(), elements);
      case COLLECTION_KIND_ENUM_MAP -> fill(new EnumMap((Class) order), elements);
      default -> fixed(kind, elements);
    };
  }

  /** Those that cannot grow. */
  private static Object fixed(CollectionKind kind, List<@Nullable Object> elements)
      throws MalformedCallable {
    UnmodifiableView view = UnmodifiableView.of(kind);
    return switch (kind) {
      case COLLECTION_KIND_LIST -> elements.stream().toList();
      case COLLECTION_KIND_FIXED_SIZE_LIST -> Arrays.asList(elements.toArray());
      case COLLECTION_KIND_SET ->
          Collections.unmodifiableSequencedSet(new LinkedHashSet<>(elements));
      case COLLECTION_KIND_MAP -> {
        var map = new LinkedHashMap<@Nullable Object, @Nullable Object>();
        fill(map, elements);
        yield Collections.unmodifiableSequencedMap(map);
      }
      default -> {
        if (view == null || elements.size() != 1) {
          throw new MalformedCallable("A collection of no known kind");
        }
        yield view.wrap(elements.getFirst());
      }
    };
  }

  private static Map<@Nullable Object, @Nullable Object> fill(
      Map<@Nullable Object, @Nullable Object> map, List<@Nullable Object> elements) {
    for (int i = 0; i < elements.size(); i += 2) {
      map.put(elements.get(i), elements.get(i + 1));
    }
    return map;
  }
}

package io.datafusion.internal.callable;

import io.datafusion.internal.message.CollectionKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The collections of the JDK that travel.
 *
 * @param kind which of them
 * @param order the comparator of a sorted one, the class of an enum one, else null
 */
record CollectionForm(CollectionKind kind, @Nullable Object order) {
  private static final Map<Class<?>, CollectionKind> PLAIN =
      Map.ofEntries(
          Map.entry(ArrayList.class, CollectionKind.COLLECTION_KIND_ARRAY_LIST),
          Map.entry(LinkedList.class, CollectionKind.COLLECTION_KIND_LINKED_LIST),
          Map.entry(CopyOnWriteArrayList.class, CollectionKind.COLLECTION_KIND_COPY_ON_WRITE_LIST),
          Map.entry(ArrayDeque.class, CollectionKind.COLLECTION_KIND_ARRAY_DEQUE),
          Map.entry(HashSet.class, CollectionKind.COLLECTION_KIND_HASH_SET),
          Map.entry(LinkedHashSet.class, CollectionKind.COLLECTION_KIND_LINKED_HASH_SET),
          Map.entry(HashMap.class, CollectionKind.COLLECTION_KIND_HASH_MAP),
          Map.entry(LinkedHashMap.class, CollectionKind.COLLECTION_KIND_LINKED_HASH_MAP),
          Map.entry(ConcurrentHashMap.class, CollectionKind.COLLECTION_KIND_CONCURRENT_MAP));

  private static final List<String> UNMODIFIABLE =
      List.of(
          "java.util.ImmutableCollections$",
          "java.util.Collections$Unmodifiable",
          "java.util.Collections$Empty",
          "java.util.Collections$Singleton",
          "java.util.Collections$CopiesList");

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

  /** The unmodifiable collections of {@code List.of}, {@code Collections} and {@code Arrays}. */
  private static @Nullable CollectionForm immutable(Object value) {
    String name = value.getClass().getName();
    if (name.equals("java.util.Arrays$ArrayList")) {
      return new CollectionForm(CollectionKind.COLLECTION_KIND_ARRAY_LIST, null);
    }
    if (UNMODIFIABLE.stream().noneMatch(name::startsWith)
        || value instanceof SortedSet
        || value instanceof SortedMap) {
      return null;
    }
    return switch (value) {
      case List<?> _ -> new CollectionForm(CollectionKind.COLLECTION_KIND_LIST, null);
      case Set<?> _ -> new CollectionForm(CollectionKind.COLLECTION_KIND_SET, null);
      case Map<?, ?> _ -> new CollectionForm(CollectionKind.COLLECTION_KIND_MAP, null);
      default -> null;
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

  /** {@return the class of the collections that {@link #make} makes, or what it says of them} */
  static Class<?> classOf(CollectionKind kind) throws MalformedCallable {
    return switch (kind) {
      case COLLECTION_KIND_LIST -> List.class;
      case COLLECTION_KIND_ARRAY_LIST -> ArrayList.class;
      case COLLECTION_KIND_LINKED_LIST -> LinkedList.class;
      case COLLECTION_KIND_COPY_ON_WRITE_LIST -> CopyOnWriteArrayList.class;
      case COLLECTION_KIND_ARRAY_DEQUE -> ArrayDeque.class;
      case COLLECTION_KIND_SET -> Set.class;
      case COLLECTION_KIND_HASH_SET -> HashSet.class;
      case COLLECTION_KIND_LINKED_HASH_SET -> LinkedHashSet.class;
      case COLLECTION_KIND_TREE_SET -> TreeSet.class;
      case COLLECTION_KIND_ENUM_SET -> EnumSet.class;
      case COLLECTION_KIND_MAP -> Map.class;
      case COLLECTION_KIND_HASH_MAP -> HashMap.class;
      case COLLECTION_KIND_LINKED_HASH_MAP -> LinkedHashMap.class;
      case COLLECTION_KIND_TREE_MAP -> TreeMap.class;
      case COLLECTION_KIND_CONCURRENT_MAP -> ConcurrentHashMap.class;
      case COLLECTION_KIND_ENUM_MAP -> EnumMap.class;
      case COLLECTION_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new MalformedCallable("A collection of no known kind");
    };
  }

  /** {@return whether elements come in pairs} */
  static boolean isMap(CollectionKind kind) {
    return switch (kind) {
      case COLLECTION_KIND_MAP,
          COLLECTION_KIND_HASH_MAP,
          COLLECTION_KIND_LINKED_HASH_MAP,
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
      case COLLECTION_KIND_LIST -> Collections.unmodifiableList(new ArrayList<>(elements));
      case COLLECTION_KIND_ARRAY_LIST -> new ArrayList<>(elements);
      case COLLECTION_KIND_LINKED_LIST -> new LinkedList<>(elements);
      case COLLECTION_KIND_COPY_ON_WRITE_LIST -> new CopyOnWriteArrayList<>(elements);
      case COLLECTION_KIND_ARRAY_DEQUE -> new ArrayDeque<>(elements);
      case COLLECTION_KIND_SET -> Collections.unmodifiableSet(new LinkedHashSet<>(elements));
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
      case COLLECTION_KIND_MAP ->
          Collections.unmodifiableMap(fill(new LinkedHashMap<>(), elements));
      case COLLECTION_KIND_HASH_MAP -> fill(new HashMap<>(), elements);
      case COLLECTION_KIND_LINKED_HASH_MAP -> fill(new LinkedHashMap<>(), elements);
      case COLLECTION_KIND_TREE_MAP -> fill(new TreeMap(comparator), elements);
      case COLLECTION_KIND_CONCURRENT_MAP -> fill(new ConcurrentHashMap(), elements);
      case COLLECTION_KIND_ENUM_MAP -> fill(new EnumMap((Class) order), elements);
      case COLLECTION_KIND_UNSPECIFIED, UNRECOGNIZED ->
          throw new MalformedCallable("A collection of no known kind");
    };
  }

  private static Map<Object, Object> fill(
      Map<Object, Object> map, List<@Nullable Object> elements) {
    for (int i = 0; i < elements.size(); i += 2) {
      map.put(elements.get(i), elements.get(i + 1));
    }
    return map;
  }
}

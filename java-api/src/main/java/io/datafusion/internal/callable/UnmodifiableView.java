package io.datafusion.internal.callable;

import io.datafusion.internal.message.CollectionKind;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.RandomAccess;
import java.util.SequencedCollection;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The unmodifiable wrappers of {@code Collections}, which travel with what they wrap. */
enum UnmodifiableView {
  COLLECTION(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_COLLECTION,
      Collection.class,
      c -> Collections.unmodifiableCollection((Collection<?>) c)),
  SEQUENCED_COLLECTION(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_SEQUENCED_COLLECTION,
      SequencedCollection.class,
      c -> Collections.unmodifiableSequencedCollection((SequencedCollection<?>) c)),
  LIST(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_LIST,
      List.class,
      c -> Collections.unmodifiableList((List<?>) c)),
  SET(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_SET,
      Set.class,
      c -> Collections.unmodifiableSet((Set<?>) c)),
  SEQUENCED_SET(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_SEQUENCED_SET,
      SequencedSet.class,
      c -> Collections.unmodifiableSequencedSet((SequencedSet<?>) c)),
  SORTED_SET(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_SORTED_SET,
      SortedSet.class,
      c -> Collections.unmodifiableSortedSet((SortedSet<?>) c)),
  NAVIGABLE_SET(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_NAVIGABLE_SET,
      NavigableSet.class,
      c -> Collections.unmodifiableNavigableSet((NavigableSet<?>) c)),
  MAP(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_MAP,
      Map.class,
      c -> Collections.unmodifiableMap((Map<?, ?>) c)),
  SEQUENCED_MAP(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_SEQUENCED_MAP,
      SequencedMap.class,
      c -> Collections.unmodifiableSequencedMap((SequencedMap<?, ?>) c)),
  SORTED_MAP(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_SORTED_MAP,
      SortedMap.class,
      c -> Collections.unmodifiableSortedMap((SortedMap<?, ?>) c)),
  NAVIGABLE_MAP(
      CollectionKind.COLLECTION_KIND_UNMODIFIABLE_NAVIGABLE_MAP,
      NavigableMap.class,
      c -> Collections.unmodifiableNavigableMap((NavigableMap<?, ?>) c));

  private static final String PREFIX = "java.util.Collections$Unmodifiable";

  /** The class of wrapped lists that are {@link RandomAccess}. */
  private static final String RANDOM_ACCESS_LIST = PREFIX + "RandomAccessList";

  private final CollectionKind kind;
  private final Class<?> wrapped;
  private final UnaryOperator<Object> wrap;

  UnmodifiableView(CollectionKind kind, Class<?> wrapped, UnaryOperator<Object> wrap) {
    this.kind = kind;
    this.wrapped = wrapped;
    this.wrap = wrap;
  }

  CollectionKind kind() {
    return kind;
  }

  /** {@return the view of a kind, or null if it is none of a view} */
  static @Nullable UnmodifiableView of(CollectionKind kind) {
    return find(view -> view.kind == kind);
  }

  /** {@return the view that an object is, or null if it is none} */
  static @Nullable UnmodifiableView of(Object value) {
    String name = value.getClass().getName();
    return name.equals(RANDOM_ACCESS_LIST) ? LIST : find(view -> view.className().equals(name));
  }

  private static @Nullable UnmodifiableView find(Predicate<UnmodifiableView> wanted) {
    return Arrays.stream(values()).filter(wanted).findFirst().orElse(null);
  }

  private String className() {
    return PREFIX + wrapped.getSimpleName();
  }

  /**
   * {@return the internal name of the class of the view of a value, or null if it cannot be one}
   *
   * @param inside the internal name of the class of what it wraps, null for null
   */
  @Nullable String typeOf(@Nullable String inside, TypeCheck check) {
    if (inside == null || !check.isA(inside, InternalName.of(wrapped))) {
      return null;
    }
    boolean random = this == LIST && check.isA(inside, InternalName.of(RandomAccess.class));
    return InternalName.ofBinary(random ? RANDOM_ACCESS_LIST : className());
  }

  /** {@return the view of a value, which {@link #typeOf} allowed} */
  Object wrap(@Nullable Object inside) throws MalformedCallable {
    if (!wrapped.isInstance(inside)) {
      throw new MalformedCallable("A " + kind + " of another class");
    }
    return wrap.apply(inside);
  }
}

package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was made under a digest and a class loader, for as long as somebody else uses it. */
final class WeakCache<V> {
  /** The loader by identity, and not held. */
  static final class Key {
    private final ByteString digest;
    private final WeakReference<ClassLoader> loader;
    private final int hash;

    Key(ByteString digest, ClassLoader loader) {
      this.digest = digest;
      this.loader = new WeakReference<>(loader);
      this.hash = 31 * digest.hashCode() + System.identityHashCode(loader);
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // the very same loader
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          && digest.equals(key.digest)
          && loader.get() != null
          && loader.get() == key.loader.get();
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private static final class Entry<V> extends WeakReference<V> {

    Entry(V value, ReferenceQueue<V> queue) {
      super(value, queue);
    }
  }

  private final Map<Key, Entry<V>> entries = new HashMap<>();
  private final ReferenceQueue<V> queue = new ReferenceQueue<>();

  synchronized @Nullable V get(Key key) {
    Entry<V> entry = entries.get(key);
    return entry == null ? null : entry.get();
  }

  /** {@return the value that is there, or the one that is put now} */
  synchronized V getOrPut(Key key, V value) {
    expunge();
    V known = get(key);
    if (known != null) {
      return known;
    }
    entries.put(key, new Entry<>(value, queue));
    return value;
  }

  synchronized int size() {
    expunge();
    return entries.size();
  }

  /** By the map's own view: a key whose loader is gone equals nothing any more. */
  private void expunge() {
    boolean stale = false;
    while (queue.poll() != null) {
      stale = true;
    }
    if (stale) {
      entries.values().removeIf(entry -> entry.get() == null);
    }
  }
}

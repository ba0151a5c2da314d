package io.datafusion.internal;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Objects by number, for as long as somebody else uses them. */
final class WeakValues<V> {
  private final ConcurrentHashMap<Long, Entry<V>> entries = new ConcurrentHashMap<>();
  private final ReferenceQueue<V> queue = new ReferenceQueue<>();

  private static final class Entry<V> extends WeakReference<V> {
    private final long number;

    Entry(long number, V value, ReferenceQueue<V> queue) {
      super(value, queue);
      this.number = number;
    }
  }

  void put(long number, V value) {
    while (queue.poll() instanceof Entry<?> gone) {
      entries.remove(gone.number);
    }
    entries.put(number, new Entry<>(number, value, queue));
  }

  Optional<V> get(long number) {
    return Optional.ofNullable(entries.get(number)).map(Entry::get);
  }
}

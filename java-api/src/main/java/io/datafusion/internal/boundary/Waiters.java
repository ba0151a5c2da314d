package io.datafusion.internal.boundary;

import org.jspecify.annotations.Nullable;

/**
 * The callers that wait for tasks, by handle. A wake-up must not fail, even with no memory left: so
 * this table allocates nothing, not even the box of a handle.
 */
final class Waiters {
  private static final int BUCKETS = 256;
  private static final Bucket[] TABLE = new Bucket[BUCKETS];

  static {
    for (int i = 0; i < BUCKETS; i++) {
      TABLE[i] = new Bucket();
    }
  }

  /** A chain of waiters, guarded by itself. */
  private static final class Bucket {
    private Task.@Nullable Waiter first;
    private int size;
  }

  private Waiters() {}

  private static Bucket bucket(long handle) {
    return TABLE[(int) handle & BUCKETS - 1];
  }

  static void add(Task.Waiter waiter) {
    Bucket bucket = bucket(waiter.handle);
    synchronized (bucket) {
      waiter.next = bucket.first;
      bucket.first = waiter;
      bucket.size++;
    }
  }

  /** Wakes the waiter of a handle; one that was released needs no wake-up. */
  static void complete(long handle) {
    Bucket bucket = bucket(handle);
    synchronized (bucket) {
      for (var waiter = bucket.first; waiter != null; waiter = waiter.next) {
        if (waiter.handle == handle) {
          waiter.complete();
          return;
        }
      }
    }
  }

  /** {@return whether there was a waiter of that handle; there is none any more} */
  static boolean remove(long handle) {
    Bucket bucket = bucket(handle);
    synchronized (bucket) {
      Task.Waiter before = null;
      for (var waiter = bucket.first; waiter != null; waiter = waiter.next) {
        if (waiter.handle == handle) {
          if (before == null) {
            bucket.first = waiter.next;
          } else {
            before.next = waiter.next;
          }
          bucket.size--;
          return true;
        }
        before = waiter;
      }
      return false;
    }
  }

  static int size() {
    int size = 0;
    for (Bucket bucket : TABLE) {
      synchronized (bucket) {
        size += bucket.size;
      }
    }
    return size;
  }
}

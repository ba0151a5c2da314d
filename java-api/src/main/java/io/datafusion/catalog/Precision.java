package io.datafusion.catalog;

import java.util.Objects;

/**
 * A number or a value that is known exactly, about, or not at all. An exact one is believed: the
 * engine may answer {@code count(*)}, {@code min} and {@code max} by it without a scan.
 */
public sealed interface Precision<T> {
  /** Known. */
  record Exact<T>(T value) implements Precision<T> {
    /** Checks for null. */
    public Exact {
      Objects.requireNonNull(value, "value");
    }
  }

  /** Estimated. */
  record Inexact<T>(T value) implements Precision<T> {
    /** Checks for null. */
    public Inexact {
      Objects.requireNonNull(value, "value");
    }
  }

  /** Not known. */
  record Absent<T>() implements Precision<T> {}

  /** {@return a value that is known} */
  static <T> Precision<T> exact(T value) {
    return new Exact<>(value);
  }

  /** {@return a value that is estimated} */
  static <T> Precision<T> inexact(T value) {
    return new Inexact<>(value);
  }

  /** {@return nothing} */
  static <T> Precision<T> absent() {
    return new Absent<>();
  }
}

package io.datafusion.internal.callable;

import io.datafusion.catalog.TableProvider;
import org.jspecify.annotations.Nullable;

/**
 * How messages name a value; put into words only where one is refused.
 *
 * @param outer the value around, or null
 * @param label of the value within that
 * @param detail what follows the label: an index or a key, or null
 */
record Part(@Nullable Part outer, String label, @Nullable Object detail) {
  private static final Part ROOT = new Part(null, "the function", null);

  private static final Part TABLE = new Part(null, "the table", null);

  private static final int LENGTH_SHOWN = 60;

  /** {@return how messages name what travels} */
  static Part root(Object travelling) {
    return travelling instanceof TableProvider ? TABLE : ROOT;
  }

  /** {@return a part of this one} */
  Part then(String inner) {
    return new Part(this, inner, null);
  }

  /** {@return a part of this one, which an index or a key tells from others} */
  Part then(String inner, @Nullable Object key) {
    return new Part(this, inner, key);
  }

  /**
   * {@return a variable that a lambda captured; the lambda goes unsaid where it is the function}
   */
  Part captured(String inner) {
    boolean ofRoot = outer == null && label.equals(ROOT.label);
    return new Part(ofRoot ? null : this, inner, null);
  }

  @Override
  public String toString() {
    String own = detail == null ? label : label + " " + shown(detail);
    return outer == null ? own : outer + ", " + own;
  }

  /** The user's code is not asked for text. */
  private static String shown(Object detail) {
    return switch (detail) {
      case Boolean v -> v.toString();
      case Character v -> v.toString();
      case Byte v -> v.toString();
      case Short v -> v.toString();
      case Integer v -> v.toString();
      case Long v -> v.toString();
      case Float v -> v.toString();
      case Double v -> v.toString();
      case String v -> v.length() > LENGTH_SHOWN ? v.substring(0, LENGTH_SHOWN) + "..." : v;
      case Enum<?> v -> v.name();
      default -> "a " + detail.getClass().getName();
    };
  }
}

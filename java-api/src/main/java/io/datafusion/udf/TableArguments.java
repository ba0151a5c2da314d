package io.datafusion.udf;

import io.datafusion.Expr;
import io.datafusion.internal.lowering.Nested;
import io.datafusion.internal.lowering.Scalars;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call of a table function.
 *
 * @param function the name of the function
 * @param constants the arguments, constants all of them
 */
public record TableArguments(String function, List<Expr> constants) {
  /** Copies the list. */
  public TableArguments {
    Objects.requireNonNull(function, "function");
    constants = List.copyOf(constants);
  }

  /** {@return how many there are} */
  public int size() {
    return constants.size();
  }

  /**
   * {@return the value of an argument, null for a NULL}
   *
   * @param argument counted from 0
   * @param type a class of {@link Expr#lit(Object)}; whole numbers in SQL are {@code Long}, and
   *     come as every class of numbers that holds them. A list is a {@code List}, a struct a {@code
   *     Map} by the names of its fields, a map a {@code Map}
   * @throws IllegalArgumentException if there is no such argument, or it is no value of the class
   */
  public <T> @Nullable T value(int argument, Class<T> type) {
    Objects.requireNonNull(type, "type");
    if (argument < 0 || argument >= size()) {
      throw new IllegalArgumentException(
          "%s has %d arguments, and argument %d is asked for"
              .formatted(function, size(), argument + 1));
    }
    Object value = value(constants.get(argument));
    Object converted = value instanceof Number number ? number(number, type) : value;
    if (converted == null || (type.isInstance(converted) && !(converted instanceof Expr))) {
      return type.cast(converted);
    }
    throw new IllegalArgumentException(
        "argument %d of %s is %s, and a %s is asked for"
            .formatted(argument + 1, function, constants.get(argument), type.getSimpleName()));
  }

  /** {@return the value, or the expression where Java has none} */
  private static @Nullable Object value(Expr constant) {
    if (constant instanceof Expr.Literal literal) {
      return literal.value();
    }
    Optional<Nested> nested =
        constant instanceof Expr.Opaque opaque ? Scalars.nested(opaque) : Optional.empty();
    return nested.isPresent() ? nested.get().value() : constant;
  }

  private static Object number(Number value, Class<?> type) {
    boolean whole =
        value instanceof Long
            || value instanceof Integer
            || value instanceof Short
            || value instanceof Byte;
    long number = value.longValue();
    if (type == Double.class && (whole || value instanceof Float)) {
      return value.doubleValue();
    }
    if (whole && type == Long.class) {
      return number;
    }
    if (whole && type == Integer.class && number == (int) number) {
      return (int) number;
    }
    if (whole && type == Short.class && number == (short) number) {
      return (short) number;
    }
    if (whole && type == Byte.class && number == (byte) number) {
      return (byte) number;
    }
    return value;
  }
}

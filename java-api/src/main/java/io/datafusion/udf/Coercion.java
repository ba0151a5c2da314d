package io.datafusion.udf;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What one argument of {@link Signature#coercible} may be: the engine's {@code Coercion}.
 *
 * @param desired what it is to be
 * @param sources what else it may be, and is then cast
 * @param cast the type that the other sources are cast to; there where there are any
 * @param keepsDictionary whether a dictionary-encoded argument stays one
 */
public record Coercion(
    TypeClass desired, List<TypeClass> sources, Optional<Field> cast, boolean keepsDictionary) {
  /** Types that are alike: one type in all its layouts, or a class of types. */
  public sealed interface TypeClass {
    /** {@return one type; text and bytes in every layout} */
    static TypeClass of(ArrowType type) {
      return new Type(Field.nullable("", type));
    }
  }

  /**
   * One type.
   *
   * @param field the type, with its children
   */
  public record Type(Field field) implements TypeClass {
    /** Checks that there is one. */
    public Type {
      Objects.requireNonNull(field, "field");
    }
  }

  /** Classes of types. */
  public enum Family implements TypeClass {
    /** Every type. */
    ANY,
    /** Timestamps of all units and zones. */
    TIMESTAMP,
    /** Times of day of all units. */
    TIME,
    /** Intervals of all units. */
    INTERVAL,
    /** Durations of all units. */
    DURATION,
    /** Whole numbers, signed or not. */
    INTEGER,
    /** Floating-point numbers. */
    FLOAT,
    /** Decimals of all precisions. */
    DECIMAL,
    /** All numbers. */
    NUMERIC,
    /** Bytes in every layout. */
    BINARY
  }

  /** Copies the sources, and checks that they can be cast. */
  public Coercion {
    Objects.requireNonNull(desired, "desired");
    sources = List.copyOf(sources);
    if (cast.isPresent() == sources.isEmpty()) {
      throw new IllegalArgumentException("other sources come with the type that they are cast to");
    }
  }

  /** {@return an argument that must be this already} */
  public static Coercion of(TypeClass desired) {
    return new Coercion(desired, List.of(), Optional.empty(), false);
  }

  /** {@return an argument that may also be of these sources, which are cast to a type} */
  public Coercion withSources(ArrowType cast, TypeClass... sources) {
    var field = Optional.of(Field.nullable("", cast));
    return new Coercion(desired, List.of(sources), field, keepsDictionary);
  }

  /** {@return an argument that stays dictionary-encoded where it is} */
  public Coercion withDictionaryKept() {
    return new Coercion(desired, sources, cast, true);
  }
}

package io.datafusion;

import io.datafusion.internal.Texts;
import io.datafusion.udf.UserDefinedFunction;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * What an {@link Expr.Operation} does with its operands. The order of the operands is said at each
 * kind; they are plain values, so a pattern switch sees everything there is.
 */
public sealed interface Operator {

  /**
   * Two operands.
   *
   * @param symbol the engine's spelling: {@code +}, {@code AND}, {@code =}, {@code IS DISTINCT
   *     FROM}
   */
  record Binary(String symbol) implements Operator {
    /** Checks the text. */
    public Binary {
      Texts.check(symbol, "an operator");
    }
  }

  /** One operand. */
  enum Unary implements Operator {
    /** Logical negation. */
    NOT,
    /** Arithmetic negation. */
    NEGATIVE,
    /** True for null. */
    IS_NULL,
    /** True for everything but null. */
    IS_NOT_NULL,
    /** True for true alone. */
    IS_TRUE,
    /** True for false alone. */
    IS_FALSE,
    /** True for a null truth value. */
    IS_UNKNOWN,
    /** True for false and null. */
    IS_NOT_TRUE,
    /** True for true and null. */
    IS_NOT_FALSE,
    /** True for a truth value that is not null. */
    IS_NOT_UNKNOWN
  }

  /**
   * One operand under another name.
   *
   * @param relation the qualifier's parts, none for no qualifier
   * @param name the name
   */
  record Alias(List<String> relation, String name) implements Operator {
    /** Copies the parts. */
    public Alias {
      relation = Texts.check(List.copyOf(relation), "the name of a table");
      Texts.check(name, "an alias");
    }
  }

  /**
   * One operand as another type.
   *
   * @param field the type, nullability and metadata
   * @param fallible null instead of an error where a value does not fit
   */
  record Cast(Field field, boolean fallible) implements Operator {
    /** Checks for null. */
    public Cast {
      Objects.requireNonNull(field, "field");
    }
  }

  /** Three operands: value, low, high; both ends belong to the range. */
  record Between(boolean negated) implements Operator {}

  /**
   * Two operands: value, pattern.
   *
   * @param negated NOT LIKE
   * @param caseInsensitive ILIKE
   * @param similar SIMILAR TO
   * @param escape the character that takes the meaning of a wildcard away
   */
  record Like(boolean negated, boolean caseInsensitive, boolean similar, Optional<Character> escape)
      implements Operator {
    /** Checks the character. */
    public Like {
      escape.ifPresent(c -> Texts.check(String.valueOf(c), "an escape character"));
    }
  }

  /** The value, then the items. */
  record InList(boolean negated) implements Operator {}

  /**
   * The base if there is one, then pairs of condition and result, then the result otherwise.
   *
   * @param base whether conditions are compared with a base
   * @param branches the number of pairs
   * @param otherwise whether there is a result when nothing matched; else null
   */
  record Case(boolean base, int branches, boolean otherwise) implements Operator {}

  /**
   * The arguments of a function found by name in the session: scalar, aggregate or window.
   *
   * @param name its name
   */
  record Call(String name) implements Operator {
    /** Checks the text. */
    public Call {
      Texts.check(name, "the name of a function");
    }
  }

  /**
   * The arguments of a function that is at hand.
   *
   * @param udf the function
   */
  record Apply(UserDefinedFunction udf) implements Operator {
    /** Checks for null. */
    public Apply {
      Objects.requireNonNull(udf, "udf");
    }
  }

  /**
   * An aggregate call, then its sort keys, then its filter.
   *
   * @param distinct whether equal inputs count once
   * @param orderBy the directions of the sort keys
   * @param filtered whether the last operand is a filter
   * @param nulls what becomes of null inputs
   */
  record Aggregate(boolean distinct, List<SortOrder> orderBy, boolean filtered, NullTreatment nulls)
      implements Operator {
    /** Copies the directions. */
    public Aggregate {
      orderBy = List.copyOf(orderBy);
      Objects.requireNonNull(nulls, "nulls");
    }
  }

  /**
   * An aggregate or window call, then the partition keys, then the sort keys.
   *
   * @param partitionBy the number of partition keys
   * @param orderBy the directions of the sort keys
   * @param frame the rows that the call sees; none is the engine's default
   * @param nulls what becomes of null inputs
   */
  record Windowed(
      int partitionBy, List<SortOrder> orderBy, Optional<WindowFrame> frame, NullTreatment nulls)
      implements Operator {
    /** Copies the directions. */
    public Windowed {
      orderBy = List.copyOf(orderBy);
      Objects.requireNonNull(frame, "frame");
      Objects.requireNonNull(nulls, "nulls");
    }
  }

  /**
   * The direction of a sort key.
   *
   * @param descending largest first
   * @param nullsFirst nulls before everything else
   */
  record SortOrder(boolean descending, boolean nullsFirst) {}

  /** What a function does with null inputs. */
  enum NullTreatment {
    /** What the function does by itself. */
    DEFAULT,
    /** Nulls are left out. */
    IGNORE,
    /** Nulls are values. */
    RESPECT
  }
}

package io.datafusion;

import io.datafusion.internal.Texts;
import java.util.List;
import java.util.Objects;

/**
 * How two frames are put together.
 *
 * @param kind which rows the result has
 * @param left columns of the left frame
 * @param right columns of the right frame, each equal to the left one at its place
 * @param condition what else must hold; every one of it
 */
public record Join(Kind kind, List<String> left, List<String> right, List<Expr> condition) {
  /** Copies the lists. */
  public Join {
    Objects.requireNonNull(kind, "kind");
    left = Texts.check(List.copyOf(left), "the name of a column");
    right = Texts.check(List.copyOf(right), "the name of a column");
    condition = List.copyOf(condition);
    if (left.size() != right.size()) {
      throw new IllegalArgumentException(
          left.size() + " columns on the left, " + right.size() + " on the right");
    }
    if (left.isEmpty() && condition.isEmpty()) {
      throw new IllegalArgumentException("a join without columns and condition");
    }
  }

  /** Which rows the result of a join has. */
  public enum Kind {
    /** Pairs that match. */
    INNER,
    /** Pairs that match, and left rows without a match. */
    LEFT,
    /** Pairs that match, and right rows without a match. */
    RIGHT,
    /** Pairs that match, and the rows of both sides without a match. */
    FULL,
    /** Left rows with a match. */
    LEFT_SEMI,
    /** Right rows with a match. */
    RIGHT_SEMI,
    /** Left rows without a match. */
    LEFT_ANTI,
    /** Right rows without a match. */
    RIGHT_ANTI,
    /** Left rows, and whether they have a match. */
    LEFT_MARK,
    /** Right rows, and whether they have a match. */
    RIGHT_MARK
  }

  /** {@return the join of rows whose columns of these names are equal} */
  public static Join on(String... columns) {
    return new Join(Kind.INNER, List.of(columns), List.of(columns), List.of());
  }

  /** {@return the join of rows for which all conditions hold} */
  public static Join on(Expr... conditions) {
    return new Join(Kind.INNER, List.of(), List.of(), List.of(conditions));
  }

  /** {@return the join of rows whose columns are equal, by names of either side} */
  public static Join on(List<String> left, List<String> right) {
    return new Join(Kind.INNER, left, right, List.of());
  }

  /** {@return the join with other rows in its result} It is an inner join unless this is called. */
  public Join withKind(Kind rows) {
    return new Join(rows, left, right, condition);
  }

  /** {@return the join with conditions that must hold as well} */
  public Join withCondition(Expr... conditions) {
    return new Join(kind, left, right, List.of(conditions));
  }
}

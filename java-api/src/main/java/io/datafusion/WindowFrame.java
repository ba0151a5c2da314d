package io.datafusion;

import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * The rows around the current one that a window call sees.
 *
 * @param units what offsets count
 * @param start the first row
 * @param end the last row
 */
public record WindowFrame(Units units, Bound start, Bound end) {
  /** Checks for null. */
  public WindowFrame {
    Objects.requireNonNull(units, "units");
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(end, "end");
  }

  /** What the offsets of a frame count. */
  public enum Units {
    /** Rows. */
    ROWS,
    /** Differences of the sort key. */
    RANGE,
    /** Groups of rows with equal sort keys. */
    GROUPS
  }

  /** An end of a frame. */
  public sealed interface Bound {
    /** Before the current row; no offset is the first row of the partition. */
    record Preceding(Optional<Expr.Literal> offset) implements Bound {
      /** Checks for null. */
      public Preceding {
        Objects.requireNonNull(offset, "offset");
      }
    }

    /** The current row, or its group. */
    record CurrentRow() implements Bound {}

    /** After the current row; no offset is the last row of the partition. */
    record Following(Optional<Expr.Literal> offset) implements Bound {
      /** Checks for null. */
      public Following {
        Objects.requireNonNull(offset, "offset");
      }
    }
  }

  /** {@return the frame from a number of rows before to a number of rows after the current one} */
  public static WindowFrame rows(long before, long after) {
    return new WindowFrame(Units.ROWS, preceding(rowCount(before)), following(rowCount(after)));
  }

  /** {@return the frame from the first row of the partition to the current one} */
  public static WindowFrame running() {
    return new WindowFrame(
        Units.ROWS, new Bound.Preceding(Optional.empty()), new Bound.CurrentRow());
  }

  /** {@return the whole partition} */
  public static WindowFrame all() {
    return new WindowFrame(
        Units.ROWS, new Bound.Preceding(Optional.empty()), new Bound.Following(Optional.empty()));
  }

  /** {@return an end at an offset before the current row} */
  public static Bound preceding(Expr.Literal offset) {
    return new Bound.Preceding(Optional.of(offset));
  }

  /** {@return an end at an offset after the current row} */
  public static Bound following(Expr.Literal offset) {
    return new Bound.Following(Optional.of(offset));
  }

  private static Expr.Literal rowCount(long rows) {
    if (rows < 0) {
      throw new IllegalArgumentException("a frame of " + rows + " rows");
    }
    return Expr.lit(rows, Field.nullable("rows", new ArrowType.Int(64, false)));
  }
}

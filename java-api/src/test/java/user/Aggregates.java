package user;

import io.datafusion.udf.Accumulator;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.GroupsAccumulator;
import io.datafusion.udf.VectorArguments;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** A mean, defined in each of the three ways. */
public final class Aggregates {
  public static final Field DOUBLE =
      Field.nullable("x", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
  public static final Field LONG = Field.nullable("n", new ArrowType.Int(64, true));
  public static final Field TEXT = Field.nullable("s", new ArrowType.Utf8());

  /** Calls of {@code update} of the third way. */
  public static final AtomicLong UPDATES = new AtomicLong();

  private Aggregates() {}

  /** How a function is defined. */
  public enum Way {
    RECORD,
    OBJECT,
    GROUPS;

    /** {@return a mean of doubles, null for no rows, that takes rows back} */
    public AggregateUdf mean(String name) {
      return switch (this) {
        case RECORD -> record(name).withRetract(Mean::minus);
        case OBJECT, GROUPS -> withoutRetract(name).withRetract();
      };
    }

    /** {@return the same, that does not take rows back} */
    public AggregateUdf withoutRetract(String name) {
      List<Field> state = List.of(DOUBLE, LONG);
      return switch (this) {
        case RECORD -> record(name);
        case OBJECT ->
            AggregateUdf.accumulating(name, List.of(DOUBLE), DOUBLE, state, MeanOfOne::new);
        case GROUPS -> AggregateUdf.grouped(name, List.of(DOUBLE), DOUBLE, state, MeanOfAll::new);
      };
    }
  }

  private static AggregateUdf record(String name) {
    return AggregateUdf.of(
        name,
        Double.class,
        Double.class,
        new Mean(0, 0),
        (Mean mean, Double x) -> mean.plus(x),
        (a, b) -> new Mean(a.sum + b.sum, a.count + b.count),
        mean -> mean.count == 0 ? null : mean.sum / mean.count);
  }

  /** Joins texts with commas, so that order and rows can be seen. */
  public static AggregateUdf joined(String name) {
    return AggregateUdf.of(
        name,
        String.class,
        String.class,
        new Joined(null),
        (Joined joined, String text) -> joined.with(text),
        (a, b) -> b.text == null ? a : a.with(b.text),
        joined -> joined.text);
  }

  /** Texts. */
  public record Joined(String text) {
    Joined with(String more) {
      return new Joined(text == null ? more : text + "," + more);
    }
  }

  /** A sum and a count. */
  public record Mean(double sum, long count) {
    Mean plus(double x) {
      return new Mean(sum + x, count + 1);
    }

    Mean minus(Double x) {
      return new Mean(sum - x, count - 1);
    }
  }

  /** The mean of one group. */
  public static final class MeanOfOne implements Accumulator {
    private double sum;
    private long count;

    @Override
    public void update(VectorArguments rows) {
      add(rows, 1);
    }

    @Override
    public void retract(VectorArguments rows) {
      add(rows, -1);
    }

    private void add(VectorArguments rows, int sign) {
      Float8Vector values = rows.vector(0, Float8Vector.class);
      for (int row = 0; row < rows.rowCount(); row++) {
        if (!values.isNull(row)) {
          sum += sign * values.get(row);
          count += sign;
        }
      }
    }

    @Override
    public void merge(VectorArguments states) {
      for (int row = 0; row < states.rowCount(); row++) {
        sum += states.vector(0, Float8Vector.class).get(row);
        count += states.vector(1, BigIntVector.class).get(row);
      }
    }

    @Override
    public void state(List<FieldVector> states, int row) {
      ((Float8Vector) states.get(0)).setSafe(row, sum);
      ((BigIntVector) states.get(1)).setSafe(row, count);
    }

    @Override
    public void evaluate(FieldVector result, int row) {
      if (count > 0) {
        ((Float8Vector) result).setSafe(row, sum / count);
      }
    }
  }

  /** The means of all groups. */
  public static final class MeanOfAll implements GroupsAccumulator {
    private double[] sums = new double[0];
    private long[] counts = new long[0];

    private void reserve(int total) {
      if (total > sums.length) {
        sums = Arrays.copyOf(sums, Math.max(total, 2 * sums.length));
        counts = Arrays.copyOf(counts, sums.length);
      }
    }

    @Override
    public void update(VectorArguments rows, int[] groups, int total) {
      UPDATES.incrementAndGet();
      add(rows, groups, total, 1);
    }

    @Override
    public void retract(VectorArguments rows, int[] groups, int total) {
      add(rows, groups, total, -1);
    }

    private void add(VectorArguments rows, int[] groups, int total, int sign) {
      reserve(total);
      Float8Vector values = rows.vector(0, Float8Vector.class);
      for (int row = 0; row < groups.length; row++) {
        if (!values.isNull(row)) {
          sums[groups[row]] += sign * values.get(row);
          counts[groups[row]] += sign;
        }
      }
    }

    @Override
    public void merge(VectorArguments states, int[] groups, int total) {
      reserve(total);
      for (int row = 0; row < groups.length; row++) {
        sums[groups[row]] += states.vector(0, Float8Vector.class).get(row);
        counts[groups[row]] += states.vector(1, BigIntVector.class).get(row);
      }
    }

    @Override
    public void state(int groups, List<FieldVector> states) {
      reserve(groups);
      for (int group = 0; group < groups; group++) {
        ((Float8Vector) states.get(0)).setSafe(group, sums[group]);
        ((BigIntVector) states.get(1)).setSafe(group, counts[group]);
      }
    }

    @Override
    public void evaluate(int groups, FieldVector result) {
      reserve(groups);
      for (int group = 0; group < groups; group++) {
        if (counts[group] > 0) {
          ((Float8Vector) result).setSafe(group, sums[group] / counts[group]);
        }
      }
    }

    @Override
    public void remove(int groups) {
      int from = Math.min(groups, sums.length);
      sums = Arrays.copyOfRange(sums, from, sums.length);
      counts = Arrays.copyOfRange(counts, from, counts.length);
    }

    @Override
    public long size() {
      return 16L * sums.length;
    }
  }

  /** {@return the rows of a query, cells as text} */
  static List<List<String>> rows(String table) {
    var rows = new ArrayList<List<String>>();
    table
        .lines()
        .filter(line -> line.startsWith("|"))
        .skip(1)
        .forEach(line -> rows.add(cells(line)));
    return rows;
  }

  private static List<String> cells(String line) {
    return Arrays.stream(line.substring(1, line.length() - 1).split("\\|"))
        .map(String::strip)
        .toList();
  }
}

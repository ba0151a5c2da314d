package user;

import io.datafusion.udf.Accumulator;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.GroupsAccumulator;
import io.datafusion.udf.VectorArguments;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** A sum in each of the three ways, one part of which does something else. */
final class FaultyAggregates {
  static final List<Field> LONGS = List.of(Aggregates.LONG);

  /** What the part does instead, unless it is null. */
  static volatile Deed deed;

  private FaultyAggregates() {}

  /** The parts of a function that the engine calls. */
  enum Part {
    MAKE,
    UPDATE,
    MERGE,
    RETRACT,
    STATE,
    EVALUATE,
    REMOVE,
    SIZE
  }

  /** What a part does instead of its work. */
  @FunctionalInterface
  interface Deed {
    void run() throws Throwable;
  }

  static void act(Part part, Part now) {
    Deed todo = deed;
    if (part == now && todo != null) {
      try {
        todo.run();
      } catch (Throwable e) {
        throw FaultyAggregates.<RuntimeException>sneaky(e);
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> E sneaky(Throwable e) throws E {
    throw (E) e;
  }

  /** A sum over one group that does something else in one part. */
  static final class One implements Accumulator {
    private final Part part;
    private long sum;

    One(Part part) {
      this.part = part;
      act(part, Part.MAKE);
    }

    @Override
    public void update(VectorArguments rows) {
      act(part, Part.UPDATE);
      sum += sum(rows);
    }

    private static long sum(VectorArguments rows) {
      BigIntVector values = rows.vector(0, BigIntVector.class);
      long sum = 0;
      for (int row = 0; row < rows.rowCount(); row++) {
        sum += values.get(row);
      }
      return sum;
    }

    @Override
    public void merge(VectorArguments states) {
      act(part, Part.MERGE);
      sum += sum(states);
    }

    @Override
    public void retract(VectorArguments rows) {
      act(part, Part.RETRACT);
      sum -= sum(rows);
    }

    @Override
    public void state(List<FieldVector> states, int row) {
      act(part, Part.STATE);
      ((BigIntVector) states.get(0)).setSafe(row, sum);
    }

    @Override
    public void evaluate(FieldVector result, int row) {
      act(part, Part.EVALUATE);
      ((BigIntVector) result).setSafe(row, sum);
    }

    @Override
    public long size() {
      act(part, Part.SIZE);
      return 16;
    }
  }

  /** The same over all groups. */
  static final class All implements GroupsAccumulator {
    private final Part part;
    private final java.util.ArrayList<Long> sums = new java.util.ArrayList<>();

    All(Part part) {
      this.part = part;
      act(part, Part.MAKE);
    }

    private void add(VectorArguments rows, int[] groups, int total, int sign) {
      reserve(total);
      for (int row = 0; row < groups.length; row++) {
        long value = rows.vector(0, BigIntVector.class).get(row);
        sums.set(groups[row], sums.get(groups[row]) + sign * value);
      }
    }

    private void reserve(int total) {
      while (sums.size() < total) {
        sums.add(0L);
      }
    }

    @Override
    public void update(VectorArguments rows, int[] groups, int total) {
      act(part, Part.UPDATE);
      add(rows, groups, total, 1);
    }

    @Override
    public void merge(VectorArguments states, int[] groups, int total) {
      act(part, Part.MERGE);
      add(states, groups, total, 1);
    }

    @Override
    public void retract(VectorArguments rows, int[] groups, int total) {
      act(part, Part.RETRACT);
      add(rows, groups, total, -1);
    }

    @Override
    public void state(int groups, List<FieldVector> states) {
      act(part, Part.STATE);
      evaluate(groups, states.get(0));
    }

    @Override
    public void evaluate(int groups, FieldVector result) {
      act(part, Part.EVALUATE);
      reserve(groups);
      for (int group = 0; group < groups; group++) {
        ((BigIntVector) result).setSafe(group, sums.get(group));
      }
    }

    @Override
    public void remove(int groups) {
      act(part, Part.REMOVE);
      sums.subList(0, Math.min(groups, sums.size())).clear();
    }

    @Override
    public long size() {
      act(part, Part.SIZE);
      return 8L * sums.size();
    }
  }

  /** A sum. */
  record Sum(long value) {}

  enum Way {
    RECORD,
    OBJECT,
    GROUPS;

    AggregateUdf total(Part part) {
      return switch (this) {
        case RECORD ->
            AggregateUdf.of(
                    "total",
                    Long.class,
                    Long.class,
                    new Sum(0),
                    (Sum sum, Long n) -> {
                      act(part, Part.UPDATE);
                      return new Sum(sum.value + n);
                    },
                    (a, b) -> {
                      act(part, Part.MERGE);
                      return new Sum(a.value + b.value);
                    },
                    sum -> {
                      act(part, Part.EVALUATE);
                      return sum.value;
                    })
                .withRetract(
                    (Sum sum, Long n) -> {
                      act(part, Part.RETRACT);
                      return new Sum(sum.value - n);
                    });
        case OBJECT ->
            AggregateUdf.accumulating("total", LONGS, Aggregates.LONG, LONGS, () -> new One(part))
                .withRetract();
        case GROUPS ->
            AggregateUdf.grouped("total", LONGS, Aggregates.LONG, LONGS, () -> new All(part))
                .withRetract();
      };
    }

    boolean has(Part part) {
      return switch (part) {
        case UPDATE, MERGE, RETRACT, EVALUATE -> true;
        case MAKE, STATE, SIZE -> this != RECORD;
        case REMOVE -> this == GROUPS;
      };
    }
  }
}

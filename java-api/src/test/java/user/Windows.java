package user;

import io.datafusion.udf.PartitionEvaluator;
import io.datafusion.udf.RowRange;
import io.datafusion.udf.RowRanges;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.WindowContext;
import io.datafusion.udf.WindowFunction;
import io.datafusion.udf.WindowUdf;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Window functions that do what functions of the engine do. */
public final class Windows {
  public static final Field LONG = Field.nullable("x", new ArrowType.Int(64, true));

  private Windows() {}

  /** Whole partitions: {@code row_number}. */
  public static WindowUdf rowNumber() {
    return WindowUdf.overPartition(
        "my_row_number",
        List.of(LONG),
        LONG,
        rows -> longs(rows.allocator(), rows.rowCount(), row -> row + 1L));
  }

  /** Frames: {@code sum}. */
  public static WindowUdf sum() {
    return WindowUdf.overFrame("my_sum", List.of(LONG), LONG, Windows::sums);
  }

  /** Ranks: {@code dense_rank}. */
  public static WindowUdf denseRank() {
    return WindowUdf.of("my_dense_rank", List.of(), LONG, _ -> new DenseRank()).withRank();
  }

  /** Ranks, batch by batch: {@code rank}. */
  public static WindowUdf rank() {
    return WindowUdf.of("my_rank", List.of(), LONG, _ -> new Rank())
        .withRank()
        .withBoundedExecution()
        .withCausality();
  }

  /** Batch by batch, by earlier rows: {@code lag}. */
  public static WindowUdf lag() {
    return WindowUdf.of("my_lag", List.of(LONG), LONG, _ -> new Lag())
        .withBoundedExecution()
        .withCausality();
  }

  /** Batch by batch, by later rows: {@code lead}. */
  public static WindowUdf lead() {
    return WindowUdf.of("my_lead", List.of(LONG), LONG, _ -> new Lead()).withBoundedExecution();
  }

  /** Batch by batch, by frames, of which little is kept: {@code first_value}. */
  public static WindowUdf firstValue() {
    return WindowUdf.of("my_first_value", List.of(LONG), LONG, FirstValue::new)
        .withFrame()
        .withBoundedExecution();
  }

  /** Rows in either direction, by a literal: {@code lag(x, n)}. */
  public static WindowUdf shift() {
    return WindowUdf.of(
            "my_shift", List.of(LONG, Field.nullable("n", LONG.getType())), LONG, Shift::new)
        .withReversal(io.datafusion.udf.Reversal.AWARE);
  }

  private static FieldVector sums(VectorArguments rows, RowRanges frames) {
    BigIntVector x = rows.vector(0, BigIntVector.class);
    return longs(
        rows.allocator(),
        frames.count(),
        index -> {
          Long sum = null;
          for (int row = frames.start(index); row < frames.end(index); row++) {
            if (!x.isNull(row)) {
              sum = (sum == null ? 0 : sum) + x.get(row);
            }
          }
          return sum;
        });
  }

  /** {@return a vector of values} */
  static FieldVector longs(
      BufferAllocator allocator, int count, IntFunction<@Nullable Long> value) {
    var result = new BigIntVector("r", allocator);
    result.allocateNew(count);
    for (int i = 0; i < count; i++) {
      Long given = value.apply(i);
      if (given == null) {
        result.setNull(i);
      } else {
        result.set(i, given);
      }
    }
    result.setValueCount(count);
    return result;
  }

  private static @Nullable Long at(VectorArguments rows, int row) {
    BigIntVector x = rows.vector(0, BigIntVector.class);
    return row < 0 || row >= rows.rowCount() || x.isNull(row) ? null : x.get(row);
  }

  private static final class DenseRank implements PartitionEvaluator {
    @Override
    public FieldVector evaluateAllWithRank(VectorArguments partition, RowRanges groups) {
      var ranks = new long[partition.rowCount()];
      for (int group = 0; group < groups.count(); group++) {
        for (int row = groups.start(group); row < groups.end(group); row++) {
          ranks[row] = group + 1;
        }
      }
      return longs(partition.allocator(), ranks.length, row -> ranks[row]);
    }
  }

  private static final class Rank implements PartitionEvaluator {
    private long rank;
    private long seen;
    private @Nullable Object last;

    @Override
    public FieldVector evaluateAllWithRank(VectorArguments partition, RowRanges groups) {
      var ranks = new long[partition.rowCount()];
      for (int group = 0; group < groups.count(); group++) {
        for (int row = groups.start(group); row < groups.end(group); row++) {
          ranks[row] = groups.start(group) + 1;
        }
      }
      return longs(partition.allocator(), ranks.length, row -> ranks[row]);
    }

    @Override
    public FieldVector evaluate(VectorArguments rows, RowRanges ranges) {
      return longs(
          rows.allocator(),
          ranges.count(),
          index -> {
            Object key = rows.vector(0).getObject(ranges.start(index));
            seen++;
            if (rank == 0 || !java.util.Objects.equals(key, last)) {
              rank = seen;
            }
            last = key;
            return rank;
          });
    }
  }

  private static final class Lag implements PartitionEvaluator {
    @Override
    public RowRange range(int row, int rowCount) {
      return new RowRange(Math.max(0, row - 1), row + 1);
    }

    @Override
    public FieldVector evaluate(VectorArguments rows, RowRanges ranges) {
      return longs(
          rows.allocator(),
          ranges.count(),
          i -> ranges.end(i) - ranges.start(i) == 1 ? null : at(rows, ranges.start(i)));
    }
  }

  private static final class Lead implements PartitionEvaluator {
    @Override
    public RowRange range(int row, int rowCount) {
      return new RowRange(row, Math.min(row + 2, rowCount));
    }

    @Override
    public FieldVector evaluate(VectorArguments rows, RowRanges ranges) {
      return longs(
          rows.allocator(),
          ranges.count(),
          i -> ranges.end(i) - ranges.start(i) == 1 ? null : at(rows, ranges.start(i) + 1));
    }
  }

  private static final class FirstValue implements PartitionEvaluator {
    private final boolean ignoresNulls;
    private boolean found;
    private @Nullable Long value;

    FirstValue(WindowContext context) {
      ignoresNulls = context.ignoresNulls();
    }

    @Override
    public FieldVector evaluate(VectorArguments rows, RowRanges frames) {
      return longs(
          rows.allocator(),
          frames.count(),
          index -> {
            for (int row = frames.start(index); !found && row < frames.end(index); row++) {
              value = at(rows, row);
              found = value != null || !ignoresNulls;
            }
            return value;
          });
    }

    @Override
    public int memoize(RowRange last) {
      return found && last.end() > last.start() ? last.end() - 1 : last.start();
    }
  }

  private static final class Shift implements PartitionEvaluator {
    private final int by;

    Shift(WindowContext context) {
      int literal = ((Long) context.literals().get(1).orElseThrow()).intValue();
      by = context.isReversed() ? -literal : literal;
    }

    @Override
    public FieldVector evaluateAll(VectorArguments partition) {
      return longs(partition.allocator(), partition.rowCount(), row -> at(partition, row - by));
    }
  }

  /** Counts what is asked of evaluators, in this process. */
  public static final class Counted implements WindowFunction {
    public static int opened;
    public static int closed;
    public static int calls;
    private final WindowFunction function;

    public Counted(WindowFunction function) {
      this.function = function;
    }

    @Override
    public PartitionEvaluator evaluator(WindowContext context) throws Exception {
      PartitionEvaluator evaluator = function.evaluator(context);
      synchronized (Counted.class) {
        opened++;
      }
      return new PartitionEvaluator() {
        @Override
        public FieldVector evaluateAll(VectorArguments partition) throws Exception {
          count();
          return evaluator.evaluateAll(partition);
        }

        @Override
        public FieldVector evaluate(VectorArguments rows, RowRanges ranges) throws Exception {
          count();
          return evaluator.evaluate(rows, ranges);
        }

        @Override
        public RowRange range(int row, int rowCount) throws Exception {
          return evaluator.range(row, rowCount);
        }

        @Override
        public int memoize(RowRange last) throws Exception {
          return evaluator.memoize(last);
        }

        @Override
        public void close() throws Exception {
          synchronized (Counted.class) {
            closed++;
          }
          evaluator.close();
        }
      };
    }

    private static synchronized void count() {
      calls++;
    }

    public static synchronized void reset() {
      opened = 0;
      closed = 0;
      calls = 0;
    }
  }
}

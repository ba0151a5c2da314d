package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.ExecutionException;
import io.datafusion.SessionContext;
import io.datafusion.internal.FunctionMemory;
import io.datafusion.udf.Accumulator;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.PartitionEvaluator;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.VectorFunction;
import io.datafusion.udf.WindowUdf;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Functions that close what they are lent: an error that says so, or nothing at all. */
class LentMemoryTest {
  private static final List<org.apache.arrow.vector.types.pojo.Field> LONGS =
      List.of(Aggregates.LONG);

  private SessionContext ctx;
  private long allocated;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    allocated = FunctionMemory.settled();
    ctx.register(ScalarUdf.vectorized("right", LONGS, Aggregates.LONG, LentMemoryTest::copy));
  }

  @AfterEach
  void close() {
    assertThat(sum("right(value)")).as("the next query").isEqualTo("499500");
    ctx.close();
    FunctionMemory.awaitReleased(allocated);
  }

  private String sum(String expression) {
    String sql = "SELECT sum(r) FROM (SELECT " + expression + " AS r FROM range(0, 1000))";
    return Aggregates.rows(ctx.sql(sql).toText(1)).getFirst().getFirst();
  }

  private static BigIntVector copy(VectorArguments batch) {
    var result = new BigIntVector("r", batch.allocator());
    BigIntVector values = batch.vector(0, BigIntVector.class);
    result.allocateNew(batch.rowCount());
    for (int row = 0; row < batch.rowCount(); row++) {
      result.set(row, values.get(row));
    }
    result.setValueCount(batch.rowCount());
    return result;
  }

  private void fails(VectorFunction function, String... said) {
    ctx.register(ScalarUdf.vectorized("wrong", LONGS, Aggregates.LONG, function));
    assertThatThrownBy(() -> sum("wrong(value)"))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContainingAll(said);
  }

  @Test
  void theAllocatorStaysOpen() {
    fails(
        batch -> {
          batch.allocator().close();
          return copy(batch);
        },
        "allocator",
        "stays open");
    fails(
        batch -> {
          batch.allocator().setLimit(0);
          return copy(batch);
        },
        "allocator",
        "setLimit");
    ctx.register(
        AggregateUdf.accumulating("closing", LONGS, Aggregates.LONG, LONGS, () -> new Sum(true)));
    assertThatThrownBy(() -> ctx.sql("SELECT closing(value) FROM range(0, 10)").toText(1))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("stays open");
  }

  @Test
  void argumentsMayBeClosedEarly() {
    ctx.register(
        ScalarUdf.vectorized(
            "early",
            LONGS,
            Aggregates.LONG,
            batch -> {
              BigIntVector result = copy(batch);
              batch.vector(0).close();
              batch.vector(0).close();
              return result;
            }));
    assertThat(sum("early(value)")).isEqualTo("499500");
    ctx.register(WindowUdf.of("early_window", LONGS, Aggregates.LONG, _ -> new ClosingEvaluator()));
    assertThat(sum("early_window(value) OVER ()")).isEqualTo("499500");
  }

  private static final class ClosingEvaluator implements PartitionEvaluator {
    @Override
    public FieldVector evaluateAll(VectorArguments partition) {
      BigIntVector result = copy(partition);
      partition.vector(0).close();
      return result;
    }
  }

  @Test
  void whatIsReleasedIsNoAnswer() {
    fails(
        batch -> {
          batch.vector(0).close();
          return batch.vector(0);
        },
        "'wrong' answered 0 rows");
    fails(
        batch -> {
          batch.vector(0).getDataBuffer().close();
          return batch.vector(0);
        },
        "was released");
    fails(
        batch -> {
          BigIntVector result = copy(batch);
          batch.vector(0).getDataBuffer().close();
          return result;
        },
        "released by the function");
  }

  /** A sum that closes what it is lent. */
  private static final class Sum implements Accumulator {
    private final boolean closesAllocator;
    private long sum;

    Sum(boolean closesAllocator) {
      this.closesAllocator = closesAllocator;
    }

    @Override
    public void update(VectorArguments rows) {
      BigIntVector values = rows.vector(0, BigIntVector.class);
      for (int row = 0; row < rows.rowCount(); row++) {
        sum += values.get(row);
      }
      values.close();
      if (closesAllocator) {
        rows.allocator().close();
      }
    }

    @Override
    public void merge(VectorArguments states) {
      update(states);
    }

    @Override
    public void state(List<FieldVector> states, int row) {
      ((BigIntVector) states.getFirst()).setSafe(row, sum);
    }

    @Override
    public void evaluate(FieldVector result, int row) {
      try (result) {
        ((BigIntVector) result).setSafe(row, sum);
      }
    }

    @Override
    public long size() {
      return 16;
    }
  }

  /** A closed vector has no values: they would be nulls. */
  @Test
  void resultsAreNotClosed() {
    ctx.register(
        AggregateUdf.accumulating("closing", LONGS, Aggregates.LONG, LONGS, () -> new Sum(false)));
    assertThatThrownBy(
            () -> ctx.sql("SELECT closing(value) FROM range(0, 90) GROUP BY value % 9").toText(9))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContainingAll("'closing'", "closed a vector that it was to fill");
  }
}

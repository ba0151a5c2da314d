package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.CancelledException;
import io.datafusion.DataFusionException;
import io.datafusion.ExecutionException;
import io.datafusion.ResourcesExhaustedException;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.internal.FunctionMemory;
import io.datafusion.udf.Accumulator;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.GroupsAccumulator;
import io.datafusion.udf.VectorArguments;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Aggregate functions that fail, in every part of them: the right error, and nothing else. */
class AggregateFaultsTest {
  private static final List<org.apache.arrow.vector.types.pojo.Field> LONGS =
      List.of(Aggregates.LONG);

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

  private static volatile Deed deed;
  private SessionContext ctx;
  private long allocated;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(4).withBatchSize(100));
    allocated = FunctionMemory.allocated();
  }

  @AfterEach
  void close() {
    deed = null;
    ctx.close();
    // other partitions of a query that failed may still be at their batch
    for (int i = 0; i < 1_000 && FunctionMemory.allocated() != allocated; i++) {
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(FunctionMemory.allocated()).as("memory of functions").isEqualTo(allocated);
  }

  private static void act(Part part, Part now) {
    Deed todo = deed;
    if (part == now && todo != null) {
      try {
        todo.run();
      } catch (Throwable e) {
        throw AggregateFaultsTest.<RuntimeException>sneaky(e);
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

  static Stream<Arguments> partsOfEachWay() {
    return Stream.of(Way.values())
        .flatMap(
            way -> Stream.of(Part.values()).filter(way::has).map(part -> Arguments.of(way, part)));
  }

  private static String query(Part part) {
    return part == Part.RETRACT
        ? "SELECT sum(t) FROM (SELECT total(value) OVER (ORDER BY value ROWS 1 PRECEDING) AS t FROM"
              + " range(0, 5000))"
        : "SELECT sum(t) FROM (SELECT value % 9, total(value) AS t FROM range(0, 5000) GROUP BY"
              + " value % 9)";
  }

  private String run(Part part) {
    return Aggregates.rows(ctx.sql(query(part)).toText(10)).getFirst().getFirst();
  }

  private String right(Part part) {
    return part == Part.RETRACT ? "24990001" : "12497500";
  }

  @ParameterizedTest
  @MethodSource("partsOfEachWay")
  void whatIsThrownIsTheCauseAndTheNextQueryIsRight(Way way, Part part) {
    ctx.register(way.total(part));
    assertThat(run(part)).isEqualTo(right(part));
    for (Throwable thrown :
        List.of(
            new IOException("checked"),
            new IllegalStateException("unchecked"),
            new AssertionError("assertion"),
            new StackOverflowError(),
            new OutOfMemoryError("none left"))) {
      deed =
          () -> {
            throw thrown;
          };
      Throwable caught = catchThrowable(() -> run(part));
      assertThat(caught).as("%s", thrown).isInstanceOf(ExecutionException.class);
      assertThat(caught.getCause()).isSameAs(thrown);
      deed = null;
      assertThat(run(part)).isEqualTo(right(part));
    }
    deed = () -> overflow(0);
    assertThatThrownBy(() -> run(part)).hasCauseInstanceOf(StackOverflowError.class);
    deed = null;
    assertThat(run(part)).isEqualTo(right(part));
  }

  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }

  @ParameterizedTest
  @MethodSource("partsOfEachWay")
  void partsMayRunQueries(Way way, Part part) {
    ctx.register(way.total(part));
    deed =
        () -> {
          try (SessionContext own = SessionContext.create()) {
            assertThat(own.sql("SELECT 1").count()).isEqualTo(1);
          }
        };
    assertThat(run(part)).isEqualTo(right(part));
  }

  @ParameterizedTest
  @MethodSource("partsOfEachWay")
  void closingTheSessionInsideIsNoCrash(Way way, Part part) {
    SessionContext doomed =
        SessionContext.create(SessionConfig.of().withTargetPartitions(4).withBatchSize(100));
    doomed.register(way.total(part));
    deed = doomed::close;
    try {
      assertThat(Aggregates.rows(doomed.sql(query(part)).toText(10)))
          .containsExactly(List.of(right(part)));
    } catch (DataFusionException | IllegalStateException e) {
      assertThat(e).isInstanceOfAny(CancelledException.class, IllegalStateException.class);
    }
    deed = null;
    ctx.register(way.total(part));
    assertThat(run(part)).isEqualTo(right(part));
  }

  @ParameterizedTest
  @MethodSource("partsOfEachWay")
  void interruptingTheCallerCancels(Way way, Part part) throws Exception {
    ctx.register(way.total(part));
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    deed =
        () -> {
          inside.countDown();
          go.await(1, TimeUnit.MINUTES);
        };
    var seen = new CompletableFuture<Throwable>();
    Thread caller = Thread.ofPlatform().start(() -> seen.complete(catchThrowable(() -> run(part))));
    assertThat(inside.await(1, TimeUnit.MINUTES)).isTrue();
    caller.interrupt();
    assertThat(seen.get(1, TimeUnit.MINUTES)).isInstanceOf(CancelledException.class);
    go.countDown();
    deed = null;
    assertThat(run(part)).isEqualTo(right(part));
  }

  @Test
  void nullsAndOtherClassesAreNoStatesAndNoResults() {
    ctx.register(
        AggregateUdf.of(
            "null_state",
            Long.class,
            Long.class,
            new Sum(0),
            (Sum s, Long n) -> null,
            (a, b) -> a,
            s -> 1L));
    ctx.register(
        AggregateUdf.of(
            "other_result",
            Aggregates.LONG,
            Aggregates.LONG,
            new Sum(0),
            (Sum s, Long n) -> s,
            (a, b) -> a,
            s -> (Object) "text"));
    ctx.register(AggregateUdf.grouped("no_object", LONGS, Aggregates.LONG, LONGS, () -> null));
    ctx.register(
        AggregateUdf.accumulating("no_objects", LONGS, Aggregates.LONG, LONGS, () -> null));
    ctx.register(
        AggregateUdf.grouped(
            "not_null",
            LONGS,
            new org.apache.arrow.vector.types.pojo.Field(
                "r",
                org.apache.arrow.vector.types.pojo.FieldType.notNullable(Aggregates.LONG.getType()),
                List.of()),
            LONGS,
            Silent::new));
    for (var said :
        List.of(
            List.of("null_state", "made null of a state"),
            List.of("other_result", "ClassCastException"),
            List.of("no_object", "no GroupsAccumulator"),
            List.of("no_objects", "no Accumulator"),
            List.of("not_null", "declared not nullable"))) {
      assertThatThrownBy(
              () -> ctx.sql("SELECT " + said.get(0) + "(value) FROM range(0, 10)").toText(10))
          .as(said.get(0))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining(said.get(1));
      assertThat(ctx.sql("SELECT 1").count()).isEqualTo(1);
    }
  }

  /** Writes nothing, which is null. */
  static final class Silent implements GroupsAccumulator {
    @Override
    public void update(VectorArguments rows, int[] groups, int total) {}

    @Override
    public void merge(VectorArguments states, int[] groups, int total) {}

    @Override
    public void state(int groups, List<FieldVector> states) {}

    @Override
    public void evaluate(int groups, FieldVector result) {}

    @Override
    public void remove(int groups) {}

    @Override
    public long size() {
      return 0;
    }
  }

  /** What the states say that they take counts in the memory that a query may use. */
  @ParameterizedTest
  @EnumSource(Aggregates.Way.class)
  void statesCountInTheMemoryOfQueries(Aggregates.Way way) {
    String query =
        "SELECT count(*), sum(m) FROM (SELECT value, own_mean(CAST(value AS DOUBLE)) AS m FROM"
            + " range(0, 300000) GROUP BY value)";
    var small = SessionConfig.of().withTargetPartitions(1).withMemoryLimit(4 << 20);
    try (SessionContext limited =
        SessionContext.create(
            small.with(
                "datafusion.execution.skip_partial_aggregation_probe_rows_threshold",
                "10000000"))) {
      limited.register(way.mean("own_mean"));
      try {
        assertThat(Aggregates.rows(limited.sql(query).toText(10)))
            .containsExactly(List.of("300000", "44999850000.0"));
      } catch (ResourcesExhaustedException e) {
        assertThat(e).hasMessageContaining("memory");
      }
      limited.register(AggregateUdf.grouped("huge", LONGS, Aggregates.LONG, LONGS, Huge::new));
      assertThatThrownBy(
              () ->
                  limited.sql("SELECT huge(value) FROM range(0, 10) GROUP BY value % 2").toText(10))
          .isInstanceOf(ResourcesExhaustedException.class);
      assertThat(limited.sql("SELECT 1").count()).isEqualTo(1);
    }
    ctx.register(AggregateUdf.grouped("huge", LONGS, Aggregates.LONG, LONGS, Huge::new));
    assertThat(ctx.sql("SELECT huge(value) FROM range(0, 10) GROUP BY value % 2").count())
        .isEqualTo(2);
  }

  /** Says that it takes a gigabyte. */
  static final class Huge implements GroupsAccumulator {
    private int groups;

    @Override
    public void update(VectorArguments rows, int[] groups, int total) {
      this.groups = total;
    }

    @Override
    public void merge(VectorArguments states, int[] groups, int total) {
      this.groups = total;
    }

    @Override
    public void state(int groups, List<FieldVector> states) {}

    @Override
    public void evaluate(int groups, FieldVector result) {}

    @Override
    public void remove(int groups) {
      this.groups = 0;
    }

    @Override
    public long size() {
      return groups == 0 ? 0 : 1L << 30;
    }
  }
}

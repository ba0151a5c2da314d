package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static user.FaultyAggregates.LONGS;

import io.datafusion.CancelledException;
import io.datafusion.DataFusionException;
import io.datafusion.ExecutionException;
import io.datafusion.ResourcesExhaustedException;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.internal.FunctionMemory;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.GroupsAccumulator;
import io.datafusion.udf.VectorArguments;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import user.FaultyAggregates.Part;
import user.FaultyAggregates.Sum;
import user.FaultyAggregates.Way;

/** Aggregate functions that fail, in every part of them: the right error, and nothing else. */
class AggregateFaultsTest {
  private SessionContext ctx;
  private long allocated;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(4).withBatchSize(100));
    allocated = FunctionMemory.settled();
  }

  @AfterEach
  void close() {
    FaultyAggregates.deed = null;
    ctx.close();
    FunctionMemory.awaitReleased(allocated);
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
      FaultyAggregates.deed =
          () -> {
            throw thrown;
          };
      Throwable caught = catchThrowable(() -> run(part));
      assertThat(caught).as("%s", thrown).isInstanceOf(ExecutionException.class);
      assertThat(caught.getCause()).isSameAs(thrown);
      FaultyAggregates.deed = null;
      assertThat(run(part)).isEqualTo(right(part));
    }
    FaultyAggregates.deed = () -> overflow(0);
    assertThatThrownBy(() -> run(part)).hasCauseInstanceOf(StackOverflowError.class);
    FaultyAggregates.deed = null;
    assertThat(run(part)).isEqualTo(right(part));
  }

  @SuppressWarnings("InfiniteRecursion") // the stack overflow is what the test is about
  private static int overflow(int depth) {
    return overflow(depth + 1) + 1;
  }

  @ParameterizedTest
  @MethodSource("partsOfEachWay")
  void partsMayRunQueries(Way way, Part part) {
    ctx.register(way.total(part));
    FaultyAggregates.deed =
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
    FaultyAggregates.deed = doomed::close;
    try {
      assertThat(Aggregates.rows(doomed.sql(query(part)).toText(10)))
          .containsExactly(List.of(right(part)));
    } catch (DataFusionException | IllegalStateException e) {
      assertThat(e).isInstanceOfAny(CancelledException.class, IllegalStateException.class);
    }
    FaultyAggregates.deed = null;
    ctx.register(way.total(part));
    assertThat(run(part)).isEqualTo(right(part));
  }

  @ParameterizedTest
  @MethodSource("partsOfEachWay")
  void interruptingTheCallerCancels(Way way, Part part) throws Exception {
    ctx.register(way.total(part));
    var inside = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    FaultyAggregates.deed =
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
    FaultyAggregates.deed = null;
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
    ctx.register(
        AggregateUdf.<Long, Record, Long>of(
            "other_state",
            Long.class,
            Long.class,
            new Sum(0),
            (state, n) -> new Other(n),
            (a, b) -> a,
            s -> 1L));
    ctx.register(
        AggregateUdf.<Long, Record, Long>of(
            "other_sum",
            Long.class,
            Long.class,
            new Sum(0),
            (state, n) -> state,
            (a, b) -> new Other(0),
            s -> 1L));
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
            List.of("other_result", "'other_result' made a java.lang.String of a result: finish"),
            List.of(
                "other_state",
                "'other_state' made a user.AggregateFaultsTest$Other of a state: accumulate is to"
                    + " answer a user.FaultyAggregates$Sum"),
            List.of(
                "other_sum",
                "'other_sum' made a user.AggregateFaultsTest$Other of a state: combine"),
            List.of("no_object", "no GroupsAccumulator"),
            List.of("no_objects", "no Accumulator"),
            List.of("not_null", "declared not nullable"))) {
      assertThatThrownBy(
              () -> ctx.sql("SELECT " + said.get(0) + "(value) FROM range(0, 1000)").toText(10))
          .as(said.get(0))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining(said.get(1));
      assertThat(ctx.sql("SELECT 1").count()).isEqualTo(1);
    }
  }

  /** No state of a sum. */
  record Other(long n) {}

  @Test
  void aFunctionHasAnInitialState() {
    assertThatThrownBy(
            () ->
                AggregateUdf.of(
                    "stateless",
                    Long.class,
                    Long.class,
                    (Sum) null,
                    (s, n) -> s,
                    (a, b) -> a,
                    s -> 1L))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContainingAll("'stateless'", "initial state", "a record");
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

package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.CancelledException;
import io.datafusion.DataFrame;
import io.datafusion.ExecutionException;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.MalformedPayloadException;
import io.datafusion.PlanException;
import io.datafusion.SessionContext;
import io.datafusion.codec.PlanInspector;
import io.datafusion.internal.FunctionMemory;
import io.datafusion.udf.AsyncFunction;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.VectorArguments;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Asynchronous functions, as a user writes them. */
class AsyncFunctionTest {
  private static final Field LONG = Field.nullable("n", new ArrowType.Int(64, true));

  private SessionContext ctx;
  private long allocated;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    allocated = FunctionMemory.settled();
  }

  @AfterEach
  void close() {
    ctx.close();
    FunctionMemory.awaitReleased(allocated);
  }

  private String one(String sql) {
    return one(ctx.sql(sql));
  }

  private static String one(DataFrame frame) {
    return frame.toText(1).lines().skip(3).findFirst().orElseThrow().strip();
  }

  private static FieldVector doubled(VectorArguments batch) {
    var n = batch.vector(0, BigIntVector.class);
    var result = new BigIntVector("r", batch.allocator());
    result.allocateNew(batch.rowCount());
    for (int row = 0; row < batch.rowCount(); row++) {
      int at = batch.index(0, row);
      if (n.isNull(at)) {
        result.setNull(row);
      } else {
        result.set(row, 2 * n.get(at));
      }
    }
    result.setValueCount(batch.rowCount());
    return result;
  }

  private static CompletionStage<FieldVector> later(VectorArguments batch) {
    return CompletableFuture.supplyAsync(() -> doubled(batch));
  }

  private static ScalarUdf twice() {
    return ScalarUdf.async("twice", List.of(LONG), LONG, AsyncFunctionTest::later);
  }

  private void register(String name, AsyncFunction function) {
    ctx.register(ScalarUdf.async(name, List.of(LONG), LONG, function));
  }

  @Test
  void stagesThatCompleteLaterAnswerTheirBatches() {
    ctx.register(twice());
    assertThat(one("SELECT sum(t) AS s FROM (SELECT twice(value) AS t FROM range(0, 100000))"))
        .isEqualTo("| 9999900000 |");
    assertThat(one("SELECT count(*) AS c FROM range(0, 1000) WHERE twice(value) < 10"))
        .isEqualTo("| 5 |");
    assertThat(one("SELECT twice(CAST(NULL AS BIGINT)) IS NULL AS n")).isEqualTo("| true |");
    assertThat(one("SELECT twice(21) AS n")).isEqualTo("| 42 |");
    assertThat(one(ctx.sql("SELECT 4 AS n").select(twice().call(col("n")).alias("m"))))
        .isEqualTo("| 8 |");
  }

  @Test
  void batchesHaveTheSizeThatIsAskedFor() {
    List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
    ctx.register(
        ScalarUdf.async(
                "sized",
                List.of(LONG),
                LONG,
                batch -> {
                  sizes.add(batch.rowCount());
                  return CompletableFuture.completedStage(doubled(batch));
                })
            .withBatchSize(100));
    ctx.sql("SELECT sized(value) FROM range(0, 1000)").count();
    assertThat(one("SELECT sum(t) AS s FROM (SELECT sized(value) AS t FROM range(0, 250))"))
        .isEqualTo("| 62250 |");
    assertThat(sizes).isNotEmpty().allMatch(size -> size <= 100);
  }

  /** contract 10, 12. */
  @Test
  void itTravelsInAllThreeForms() {
    ctx.register(twice());
    DataFrame frame =
        ctx.sql(
            "SELECT sum(t) AS s FROM (SELECT twice(n) AS t FROM (VALUES (CAST(40 AS BIGINT)), (5))"
                + " AS v(n))");
    try (SessionContext receiver = SessionContext.create()) {
      byte[] logical = frame.logicalPlan().toBytes(ctx);
      LogicalPlan decoded = LogicalPlan.fromBytes(receiver, logical);
      assertThat(decoded.toBytes(receiver)).isEqualTo(logical);
      assertThat(one(receiver.dataFrame(decoded))).isEqualTo("| 90 |");
      assertThat(PlanInspector.logicalPlan(logical).functions())
          .anyMatch(function -> function.name().equals("twice") && function.inlined());
      Expr expr = Expr.fromBytes(receiver, twice().call(col("n")).toBytes(ctx));
      assertThat(expr).isEqualTo(twice().call(col("n")));
      assertThat(one(receiver.sql("SELECT 4 AS n").select(expr.alias("m")))).isEqualTo("| 8 |");
      DataFrame plain =
          ctx.sql("SELECT twice(n) AS t FROM (VALUES (1), (CAST(5 AS BIGINT))) AS v(n)");
      byte[] physical = plain.executionPlan().toBytes(ctx);
      ExecutionPlan plan = ExecutionPlan.fromBytes(receiver, physical);
      assertThat(plan.toBytes(receiver)).isEqualTo(physical);
      try (var stream = receiver.execute(plan);
          var allocator = new org.apache.arrow.memory.RootAllocator();
          var reader = stream.reader(allocator)) {
        assertThat(reader.loadNextBatch()).isTrue();
        assertThat(reader.getVectorSchemaRoot().getVector(0).getObject(1)).isEqualTo(10L);
      } catch (java.io.IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** The engine waits in projections, filters and arguments of aggregates alone. */
  @Test
  void callsThatNothingWaitsForAreErrorsThatNameTheFunction() {
    ctx.register(twice());
    for (String query :
        List.of(
            "SELECT twice(twice(value)) AS n FROM range(0, 3)",
            "SELECT value FROM range(0, 3) ORDER BY twice(value)",
            "SELECT count(*) AS n FROM range(0, 3) GROUP BY twice(value)",
            "SELECT * FROM range(0, 3) AS a JOIN range(0, 3) AS b ON twice(a.value) > b.value",
            "SELECT sum(value) OVER (ORDER BY twice(value)) AS n FROM range(0, 3)",
            "VALUES (twice(1)), (twice(2))")) {
      assertThat(catchThrowable(() -> ctx.sql(query).toText(9)))
          .as(query)
          .isInstanceOf(PlanException.class)
          .hasMessageContaining("asynchronous function 'twice'")
          .hasMessageContaining("projection");
      assertThat(one("SELECT 1 AS one")).isEqualTo("| 1   |");
    }
    DataFrame cached = ctx.sql("SELECT twice(value) AS t FROM range(5, 6)").cache();
    assertThat(one(cached.select(twice().call(col("t")).alias("n")))).isEqualTo("| 20 |");
    assertThat(one("SELECT sum(twice(value)) AS n FROM range(0, 3)")).isEqualTo("| 6 |");
  }

  /** contract 11. */
  @Test
  void aForgedHintIsMalformed() throws Exception {
    ScalarUdf plain =
        ScalarUdf.vectorized("plain", List.of(LONG), LONG, AsyncFunctionTest::doubled);
    byte[] forged =
        new InlinedCall(plain.call(col("n")).toBytes(ctx))
            .withBody(body -> body.getHintsBuilder().setAsynchronous(true));
    byte[] sync =
        new InlinedCall(twice().call(col("n")).toBytes(ctx))
            .withBody(body -> body.getHintsBuilder().setAsynchronous(false));
    for (byte[] bytes : List.of(forged, sync)) {
      Expr decoded = Expr.fromBytes(ctx, bytes);
      DataFrame frame = ctx.sql("SELECT CAST(4 AS BIGINT) AS n").select(decoded.alias("m"));
      assertThatThrownBy(() -> frame.toText(1)).isInstanceOf(MalformedPayloadException.class);
    }
  }

  @Test
  void whatTheStageFailsWithIsTheCause() {
    for (Throwable thrown :
        List.of(
            new java.io.IOException("no answer"),
            new StackOverflowError(),
            new OutOfMemoryError("made up"),
            new AssertionError("wrong"))) {
      register("fails", batch -> CompletableFuture.failedStage(thrown));
      assertThat(catchThrowable(() -> ctx.sql("SELECT fails(value) FROM range(0, 3)").toText(1)))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isSameAs(thrown);
      register(
          "throws",
          batch -> {
            throw sneaky(thrown);
          });
      assertThat(catchThrowable(() -> ctx.sql("SELECT throws(value) FROM range(0, 3)").toText(1)))
          .cause()
          .isSameAs(thrown);
      register(
          "later",
          batch ->
              CompletableFuture.supplyAsync(
                  () -> {
                    throw AsyncFunctionTest.<RuntimeException>sneaky(thrown);
                  }));
      assertThat(catchThrowable(() -> ctx.sql("SELECT later(value) FROM range(0, 3)").toText(1)))
          .cause()
          .isSameAs(thrown);
      assertThat(one("SELECT 1 AS one")).isEqualTo("| 1   |");
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void wrongAnswersAreErrorsOfTheQuery() {
    register("nothing", batch -> null);
    register("null_vector", batch -> CompletableFuture.completedStage(null));
    register(
        "narrow",
        batch -> {
          var result = new IntVector("r", batch.allocator());
          result.allocateNew(batch.rowCount());
          result.setValueCount(batch.rowCount());
          return CompletableFuture.completedStage(result);
        });
    register(
        "shorter",
        batch -> {
          FieldVector result = doubled(batch);
          result.setValueCount(batch.rowCount() - 1);
          return CompletableFuture.completedStage(result);
        });
    for (String name : List.of("nothing", "null_vector", "narrow", "shorter")) {
      assertThatThrownBy(() -> ctx.sql("SELECT " + name + "(value) FROM range(0, 3)").toText(1))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining(name);
      assertThat(one("SELECT 1 AS one")).isEqualTo("| 1   |");
    }
  }

  @Test
  void aStageThatNeverCompletesEndsWithItsQuery() throws Exception {
    var inside = new CountDownLatch(1);
    var open = new AtomicReference<CompletableFuture<FieldVector>>();
    register(
        "never",
        batch -> {
          var stage = new CompletableFuture<FieldVector>();
          open.set(stage);
          inside.countDown();
          return stage;
        });
    var failure = new AtomicReference<Throwable>();
    Thread caller =
        Thread.ofPlatform()
            .start(
                () ->
                    failure.set(
                        catchThrowable(
                            () -> ctx.sql("SELECT never(value) FROM range(0, 3)").toText(1))));
    inside.await();
    caller.interrupt();
    caller.join();
    assertThat(failure.get()).isInstanceOf(CancelledException.class);
    open.get().completeExceptionally(new IllegalStateException("too late"));
    assertThat(one("SELECT 1 AS one")).isEqualTo("| 1   |");
  }

  @Test
  void whatTheEngineCannotDoIsSaid() {
    assertThatThrownBy(() -> twice().withAliases("double"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("asynchronous");
    assertThatThrownBy(() -> ScalarUdf.async("f", List.of(), LONG, AsyncFunctionTest::later))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> twice().withBatchSize(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ScalarUdf.of("f", Long.class, Long.class, n -> n).withBatchSize(1))
        .hasMessageContaining("not asynchronous");
  }
}

package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.CancelledException;
import io.datafusion.DataFrame;
import io.datafusion.ExecutionException;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.PlanException;
import io.datafusion.SessionContext;
import io.datafusion.SqlOptions;
import io.datafusion.UnserializableFunctionException;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.TableArguments;
import io.datafusion.udf.TableFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Table functions, as a user writes them. */
class TableFunctionTest {
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private String one(String sql) {
    return ctx.sql(sql).toText(1).lines().skip(3).findFirst().orElseThrow().strip();
  }

  private static DataFrame numbers(SessionContext session, TableArguments arguments) {
    Long count = arguments.value(0, Long.class);
    return session.sql("SELECT value AS n FROM range(0, " + count + ")");
  }

  private static TableFunction numbers() {
    return TableFunction.of("numbers", TableFunctionTest::numbers);
  }

  @Test
  void sqlCallsItInTheFromClause() {
    ctx.register(numbers());
    assertThat(one("SELECT sum(n) AS s FROM numbers(2 * 5) WHERE n > 7")).isEqualTo("| 17 |");
    assertThat(one("SELECT count(*) AS c FROM numbers(3) AS a JOIN numbers(2) AS b ON a.n = b.n"))
        .isEqualTo("| 2 |");
    assertThat(one("SELECT n FROM numbers(9) ORDER BY n DESC LIMIT 1")).isEqualTo("| 8 |");
  }

  @Test
  void aFrameIsMadeWithoutRegistering() {
    assertThat(ctx.table(numbers(), 4).filter(col("n").gt(lit(1))).count()).isEqualTo(2);
    assertThatThrownBy(() -> ctx.sql("SELECT * FROM numbers(4)")).isInstanceOf(PlanException.class);
  }

  @Test
  void argumentsThatAreNoConstantsAreRefusedByPlace() {
    ctx.register(numbers());
    assertThatThrownBy(() -> ctx.sql("SELECT * FROM numbers(1, random())"))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("argument 2 of table function 'numbers'");
  }

  @Test
  void batchesThatJavaMakesAreATable() {
    ctx.register(
        TableFunction.of(
            "squares",
            (session, arguments) -> {
              try (var allocator = new RootAllocator();
                  var vector = new BigIntVector("square", allocator)) {
                int count = arguments.value(0, Integer.class);
                vector.allocateNew(count);
                for (int i = 0; i < count; i++) {
                  vector.set(i, (long) i * i);
                }
                vector.setValueCount(count);
                return session.read(VectorSchemaRoot.of(vector));
              }
            }));
    assertThat(one("SELECT sum(square) AS s FROM squares(4)")).isEqualTo("| 14 |");
    assertThat(one("SELECT count(*) AS c FROM squares(0)")).isEqualTo("| 0 |");
  }

  @Test
  void aFunctionCallsItselfUntilQueriesNestTooDeep() {
    ctx.register(
        TableFunction.of(
            "down",
            (session, arguments) -> {
              long n = arguments.value(0, Long.class);
              return n == 0
                  ? session.sql("SELECT 0 AS n")
                  : session.sql(
                      "SELECT n + 1 AS n FROM down(" + (n - 1) + ") UNION ALL SELECT 0 AS n");
            }));
    assertThat(one("SELECT max(n) AS m FROM down(5)")).isEqualTo("| 5 |");
    assertThat(catchThrowable(() -> ctx.sql("SELECT * FROM down(1000)")))
        .hasMessageContaining("16");
    assertThat(one("SELECT max(n) AS m FROM down(5)")).isEqualTo("| 5 |");
  }

  /** contract 1. */
  @Test
  void theSessionIsTheCallersWithItsPolicy() {
    var sizes = new ArrayList<Integer>();
    Expr call = ScalarUdf.of("twice", Long.class, Long.class, n -> 2 * n).call(col("n"));
    ctx.register(
        TableFunction.of(
            "look",
            (session, arguments) -> {
              sizes.add(call.toBytes(session).length);
              return session.table("shared");
            }));
    ctx.register("shared", ctx.sql("SELECT 1 AS n"));
    try (SessionContext strict = ctx.withUdfInlining(UdfInlining.disabled())) {
      ctx.sql("SELECT * FROM look()");
      strict.sql("SELECT * FROM look()");
      assertThat(sizes)
          .containsExactly(call.toBytes(ctx).length, call.toBytes(strict).length)
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void theSessionKeepsTheCallersSqlOptionsAndIsClosedAfterwards() {
    var kept = new AtomicReference<SessionContext>();
    ctx.register(
        TableFunction.of(
            "make",
            (session, arguments) -> {
              kept.set(session);
              session.sql("CREATE TABLE made AS SELECT 1 AS n");
              return session.table("made");
            }));
    try (SessionContext reading = ctx.withSqlOptions(SqlOptions.all().withDdl(false))) {
      assertThatThrownBy(() -> reading.sql("SELECT * FROM make()")).hasMessageContaining("DDL");
    }
    assertThat(one("SELECT n FROM make()")).isEqualTo("| 1 |");
    assertThatThrownBy(() -> kept.get().sql("SELECT 1")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatTheCodeThrowsIsTheCause() {
    for (Throwable thrown :
        List.of(
            new java.io.IOException("no file"),
            new StackOverflowError(),
            new OutOfMemoryError("made up"),
            new AssertionError("wrong"))) {
      ctx.register(
          TableFunction.of(
              "fails",
              (session, arguments) -> {
                throw sneaky(thrown);
              }));
      assertThat(catchThrowable(() -> ctx.sql("SELECT * FROM fails()")))
          .isInstanceOf(ExecutionException.class)
          .hasCause(thrown)
          .extracting(Throwable::getCause)
          .isSameAs(thrown);
      assertThat(one("SELECT 1 AS one")).isEqualTo("| 1   |");
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException sneaky(Throwable thrown) throws T {
    throw (T) thrown;
  }

  @Test
  void noTableIsAnError() {
    ctx.register(TableFunction.of("none", (session, arguments) -> null));
    assertThatThrownBy(() -> ctx.sql("SELECT * FROM none()")).hasMessageContaining("no table");
  }

  @Test
  void theCodeMayCloseItsSessionAndTheCallers() {
    ctx.register(
        TableFunction.of(
            "closes",
            (session, arguments) -> {
              DataFrame table = session.sql("SELECT 1 AS n");
              session.close();
              return table;
            }));
    assertThat(one("SELECT n FROM closes()")).isEqualTo("| 1 |");
    SessionContext other = SessionContext.create();
    other.register(
        TableFunction.of(
            "ends",
            (session, arguments) -> {
              other.close();
              return session.sql("SELECT 1 AS n");
            }));
    assertThat(catchThrowable(() -> other.sql("SELECT * FROM ends()")))
        .isInstanceOf(CancelledException.class);
    assertThat(one("SELECT n FROM closes()")).isEqualTo("| 1 |");
  }

  @Test
  void theCodeRunsQueries() {
    ctx.register(
        TableFunction.of(
            "counted",
            (session, arguments) -> {
              long rows = session.sql("SELECT * FROM range(0, 1000)").count();
              return session.sql("SELECT $1 AS n", List.of(rows));
            }));
    assertThat(one("SELECT n FROM counted()")).isEqualTo("| 1000 |");
  }

  @Test
  void anInterruptFreesTheCallerWhileTheCodeRuns() throws Exception {
    var inside = new CountDownLatch(1);
    var free = new CountDownLatch(1);
    ctx.register(
        TableFunction.of(
            "waits",
            (session, arguments) -> {
              inside.countDown();
              free.await();
              return session.sql("SELECT 1 AS n");
            }));
    var failure = new AtomicReference<Throwable>();
    Thread caller =
        Thread.ofPlatform()
            .start(() -> failure.set(catchThrowable(() -> ctx.sql("SELECT * FROM waits()"))));
    inside.await();
    caller.interrupt();
    caller.join();
    assertThat(failure.get()).isInstanceOf(CancelledException.class);
    free.countDown();
    assertThat(one("SELECT 1 AS one")).isEqualTo("| 1   |");
  }

  /** More of them than processors wait for a query of another thread, and the query goes on. */
  @Test
  void theCodeMayWaitForTheQueryOfAnotherThread() throws Exception {
    int callers = 2 * Runtime.getRuntime().availableProcessors() + 2;
    var waiting = new CountDownLatch(callers);
    var answer = new CompletableFuture<Long>();
    ctx.register(
        TableFunction.of(
            "waits",
            (session, arguments) -> {
              waiting.countDown();
              return session.sql("SELECT $1 AS n", List.of(answer.get()));
            }));
    var frames = new ArrayList<CompletableFuture<DataFrame>>();
    try (var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      for (int i = 0; i < callers; i++) {
        frames.add(CompletableFuture.supplyAsync(() -> ctx.sql("SELECT n FROM waits()"), threads));
      }
      waiting.await();
      answer.complete(ctx.sql("SELECT * FROM range(0, 1000)").count());
      for (var frame : frames) {
        assertThat(frame.get().toText(1)).contains("1000");
      }
    }
  }

  @Test
  void oneThatHasTheNameIsReplaced() {
    ctx.register(TableFunction.of("f", (session, arguments) -> session.sql("SELECT 1 AS n")));
    ctx.register(TableFunction.of("f", (session, arguments) -> session.sql("SELECT 2 AS n")));
    assertThat(one("SELECT n FROM f()")).isEqualTo("| 2 |");
  }

  @Test
  void viewsAndPreparedQueriesHoldTheCall() {
    ctx.register(numbers());
    ctx.sql("CREATE VIEW v AS SELECT n FROM numbers(3)");
    assertThat(one("SELECT sum(n) AS s FROM v")).isEqualTo("| 3 |");
    ctx.sql("PREPARE p AS SELECT n FROM numbers(3) WHERE n > $1");
    assertThat(one("EXECUTE p(1)")).isEqualTo("| 2 |");
    ctx.register("frame", ctx.sql("SELECT * FROM numbers(2)"));
    assertThat(one("SELECT count(*) AS c FROM frame")).isEqualTo("| 2 |");
  }

  @Test
  void callsBelowCallsCountAsNestedViewsDo() {
    ctx.register("v0", ctx.sql("SELECT 1 AS n"));
    assertThatThrownBy(
            () -> {
              for (int i = 1; i <= 600; i++) {
                String below = "v" + (i - 1);
                ctx.register(TableFunction.of("f" + i, (session, none) -> session.table(below)));
                ctx.register("v" + i, ctx.sql("SELECT * FROM f" + i + "()"));
              }
            })
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("limit is 500");
    assertThat(one("SELECT n FROM v9")).isEqualTo("| 1 |");
  }

  /** contract 16. */
  @Test
  void aDecodedCallIsMadeWhenItIsRunOrResolved() {
    byte[] bytes = plan("SELECT sum(n) AS s FROM numbers(4)").toBytes(ctx);
    LogicalPlan decoded = LogicalPlan.fromBytes(ctx, bytes);
    assertThat(decoded.toBytes(ctx)).isEqualTo(bytes);
    assertThat(decoded.optimized(ctx).display()).contains("numbers");
    DataFrame frame = ctx.dataFrame(decoded);
    assertThatThrownBy(frame::executionPlan).hasMessageContaining("resolve the plan's functions");
    assertThatThrownBy(decoded::resolveFunctions).isInstanceOf(PlanException.class);
    decoded.resolveFunctions(ctx);
    assertThat(frame.executionPlan().display()).contains("range: start=0, end=4");
    assertThat(ctx.dataFrame(LogicalPlan.fromBytes(ctx, bytes)).count()).isEqualTo(1);
  }

  private LogicalPlan plan(String sql) {
    ctx.register(numbers());
    return ctx.sql(sql).logicalPlan();
  }

  /** contract 8. */
  @Test
  void aCallThatCannotTravelSaysWhy() {
    var lock = new Object();
    ctx.register(
        TableFunction.of(
            "locked",
            (session, arguments) -> {
              synchronized (lock) {
                return session.sql("SELECT 1 AS n");
              }
            }));
    LogicalPlan plan = ctx.sql("SELECT n FROM locked()").logicalPlan();
    assertThatThrownBy(() -> plan.toBytes(ctx))
        .isInstanceOf(UnserializableFunctionException.class)
        .hasMessageContaining("locked")
        .hasMessageContaining("lock");
    try (SessionContext strict = ctx.withUdfInlining(UdfInlining.disabled())) {
      assertThatThrownBy(() -> plan("SELECT * FROM numbers(1)").toBytes(strict))
          .isInstanceOf(UnserializableFunctionException.class)
          .hasMessageContaining("numbers")
          .hasMessageContaining("disabled");
    }
  }

  @Test
  void equalCodeIsAnEqualFunction() {
    assertThat(numbers()).isEqualTo(numbers()).hasSameHashCodeAs(numbers());
    assertThat(numbers().withShared("user")).isNotEqualTo(numbers());
    assertThat(numbers()).hasToString("numbers(...)");
    assertThat(numbers().name()).isEqualTo("numbers");
    assertThatThrownBy(() -> TableFunction.of("", TableFunctionTest::numbers))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

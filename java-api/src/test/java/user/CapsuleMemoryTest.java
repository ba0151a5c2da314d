package user;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.PhysicalExpr;
import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import io.datafusion.internal.boundary.Upcalls;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.TableFunction;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** contract 25: in and out 100,000 times and more, and nothing stays. */
class CapsuleMemoryTest {
  private static final Extension LIBRARY = Extension.FIRST;
  private static final int WARM = 500;

  /** The virtual machine compiles what runs often, in memory of the same heap, and then no more. */
  private static final int ATTEMPTS = 8;

  private static final int ROUNDS = 3_400;

  /** Much less than a struct a round. */
  private static final long GROWTH = 80L * ROUNDS;

  private static SessionContext ctx;
  private static Map<String, Supplier<Capsule>> exports;

  @BeforeAll
  static void open() {
    ctx = SessionContext.create();
    ctx.sql("CREATE TABLE t AS SELECT 1 AS n");
    ExecutionPlan plan = ctx.sql("SELECT n + 1 AS m FROM t").executionPlan();
    PhysicalExpr expr = PhysicalExpr.of(ctx, Expr.lit(1L), new Schema(List.of()));
    ScalarUdf function = ScalarUdf.of("f", Long.class, Long.class, n -> n);
    TableFunction table =
        TableFunction.of("tf", (session, arguments) -> session.sql("SELECT 1 AS n"));
    exports = new TreeMap<>();
    exports.put("logical codec", () -> ctx.logicalExtensionCodec());
    exports.put("physical codec", () -> ctx.physicalExtensionCodec());
    exports.put("planner", () -> ctx.queryPlanner());
    exports.put("task context", () -> ctx.taskContextProvider());
    exports.put("table", () -> ctx.export("t"));
    exports.put("schema", () -> ctx.exportSchema("public"));
    exports.put("catalog", () -> ctx.exportCatalog("datafusion"));
    exports.put("plan", () -> ctx.export(plan));
    exports.put("expression", () -> ctx.export(expr));
    exports.put("function", () -> ctx.export(function));
    exports.put("table function", () -> ctx.export(table));
  }

  @AfterAll
  static void close() {
    ctx.close();
  }

  static Set<String> exports() {
    return exports.keySet();
  }

  @ParameterizedTest
  @EnumSource(
      value = Extension.Fixture.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"OLD_LOGICAL", "OLD_PLANNER"})
  void whatComesInLeavesNothing(Extension.Fixture fixture) throws InterruptedException {
    long live = LIBRARY.live();
    long address = LIBRARY.open(fixture, ctx);
    check(() -> Capsule.copyOf(fixture.name, address).close());
    LIBRARY.close(fixture, address, false);
    LIBRARY.awaitReleased(live);
  }

  @ParameterizedTest
  @MethodSource("exports")
  void whatGoesOutLeavesNothing(String kind) throws InterruptedException {
    Supplier<Capsule> export = exports.get(kind);
    Runnable round =
        () -> {
          try (Capsule capsule = export.get()) {
            Capsule.copyOf(capsule.name(), capsule.address()).close();
          }
        };
    run(round, 1); // a function's native object is made by its first use, and stays
    int held = Upcalls.live();
    check(round);
    ReleasedFixtures.awaitCapsules(0);
    // what was garbage before may be gone too
    Extension.await(() -> Upcalls.live() <= held);
    assertThat(Upcalls.live()).as("objects of Java's in native hands").isLessThanOrEqualTo(held);
  }

  private static void check(Runnable round) throws InterruptedException {
    run(round, WARM);
    long least = Long.MAX_VALUE;
    for (int attempt = 0; attempt < ATTEMPTS && least >= GROWTH; attempt++) {
      long before = settled();
      run(round, ROUNDS);
      least = Math.min(least, settled() - before);
    }
    assertThat(least).as("native bytes").isLessThan(GROWTH);
  }

  private static void run(Runnable round, int times) {
    for (int i = 0; i < times; i++) {
      round.run();
    }
  }

  /** {@return what malloc has given out, once what was freed is dropped} */
  private static long settled() throws InterruptedException {
    System.gc();
    Thread.sleep(20);
    return Malloc.bytesInUse();
  }
}

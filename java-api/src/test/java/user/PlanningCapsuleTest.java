package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static user.Extension.Fixture.CITIES;
import static user.Extension.Fixture.COUNTING_LOGICAL;
import static user.Extension.Fixture.COUNTING_PHYSICAL;
import static user.Extension.Fixture.OLD_PLANNER;
import static user.Extension.Fixture.PLANNER;
import static user.Extension.Fixture.RULE;
import static user.Extension.Fixture.SCAN;
import static user.Extension.Fixture.TASK_CONTEXT;

import io.datafusion.BatchStream;
import io.datafusion.Csv;
import io.datafusion.DataFusionException;
import io.datafusion.ExecutionPlan;
import io.datafusion.IllegalCapsuleException;
import io.datafusion.NotImplementedException;
import io.datafusion.SessionContext;
import io.datafusion.SqlOptions;
import io.datafusion.capsule.Capsule;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** contract 24: planners, optimizer rules and execution plans, out of a session and into it. */
@ExtendWith(ReleasedFixtures.class)
class PlanningCapsuleTest {
  private static final Extension LIBRARY = Extension.FIRST;
  private static final ScalarUdf PLUS =
      ScalarUdf.of("plus_one", Long.class, Long.class, n -> n + 1);

  @TempDir Path folder;
  private SessionContext ctx;

  @BeforeEach
  void open() throws IOException {
    ctx = SessionContext.create();
    ctx.register(PLUS);
    Path numbers = Files.writeString(folder.resolve("numbers.csv"), "n\n1\n2\n3\n4\n5\n");
    ctx.register("numbers", Csv.of(numbers.toString()));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private static String one(SessionContext session, String sql) {
    return session.sql(sql).toText(1).lines().skip(3).findFirst().orElseThrow().strip();
  }

  private SessionContext withPlanner(SessionContext session) {
    try (Capsule planner = LIBRARY.capsule(PLANNER, session)) {
      return session.withQueryPlanner(planner);
    }
  }

  private SessionContext withRule(SessionContext session) {
    try (Capsule rule = LIBRARY.capsule(RULE, session)) {
      return session.withPhysicalOptimizerRule(rule);
    }
  }

  private static long rows(SessionContext session, ExecutionPlan plan) throws IOException {
    long rows = 0;
    try (BufferAllocator allocator = new RootAllocator();
        BatchStream stream = session.execute(plan);
        ArrowReader reader = stream.reader(allocator)) {
      while (reader.loadNextBatch()) {
        rows += reader.getVectorSchemaRoot().getRowCount();
      }
    }
    return rows;
  }

  @Test
  void aPlannerOfAnotherLibraryPlansQueriesWithJavaFunctions() {
    SessionContext foreign = withPlanner(ctx);
    long before = LIBRARY.planned();
    assertThat(one(foreign, "SELECT sum(plus_one(n)) AS s FROM numbers")).isEqualTo("| 20 |");
    assertThat(one(foreign, "SELECT n FROM numbers WHERE plus_one(n) = 4")).isEqualTo("| 3 |");
    assertThat(foreign.sql("SELECT n FROM numbers").count()).isEqualTo(5);
    assertThat(LIBRARY.planned()).isGreaterThanOrEqualTo(before + 3);
    long after = LIBRARY.planned();
    assertThat(one(ctx, "SELECT sum(n) AS s FROM numbers")).isEqualTo("| 15 |");
    assertThat(LIBRARY.planned()).as("the value it was made of plans as before").isEqualTo(after);
  }

  /** A function that is in no registry: only its frame tells the planner of it. */
  @Test
  void aFunctionWithoutANameTravelsToThePlannerAndBack() {
    try (SessionContext bare = SessionContext.create()) {
      bare.register("numbers", Csv.of(folder.resolve("numbers.csv").toString()));
      var frame =
          withPlanner(bare)
              .table("numbers")
              .select(PLUS.call(io.datafusion.Expr.col("n")).alias("m"));
      assertThat(frame.toText(9)).contains("| 2 |", "| 6 |");
      SessionContext strict = withPlanner(bare).withUdfInlining(UdfInlining.disabled());
      var refused =
          strict.table("numbers").select(PLUS.call(io.datafusion.Expr.col("n")).alias("m"));
      assertThatThrownBy(() -> refused.toText(9))
          .isInstanceOf(DataFusionException.class)
          .hasMessageContaining("plus_one");
    }
  }

  @Test
  void plannersAndRulesSurviveEveryOtherWith() {
    SessionContext planning = changed(withPlanner(ctx));
    long planned = LIBRARY.planned();
    assertThat(planning.sql("SELECT n FROM numbers").count()).isEqualTo(5);
    assertThat(LIBRARY.planned()).isGreaterThan(planned);
    SessionContext limiting = changed(withRule(ctx));
    long optimized = LIBRARY.optimized();
    assertThat(limiting.sql("SELECT n FROM numbers").toText(9).lines()).hasSize(6);
    assertThat(LIBRARY.optimized()).isGreaterThan(optimized);
    assertThat(limiting.sessionId()).isEqualTo(ctx.sessionId());
  }

  /** A planner of another library's asks the one that was there before it; a second, the first. */
  @Test
  void aPlannerLeavesQueriesToTheOneBefore() {
    try (Capsule own = ctx.queryPlanner();
        Capsule first = LIBRARY.plannerOver(own, ctx);
        SessionContext once = ctx.withQueryPlanner(first);
        Capsule before = once.queryPlanner();
        Capsule second = Extension.SECOND.plannerOver(before, once);
        SessionContext twice = once.withQueryPlanner(second)) {
      long planned = LIBRARY.planned();
      long over = Extension.SECOND.planned();
      assertThat(one(once, "SELECT sum(plus_one(n)) AS s FROM numbers")).isEqualTo("| 20 |");
      assertThat(LIBRARY.planned()).isEqualTo(planned + 1);
      assertThat(Extension.SECOND.planned()).isEqualTo(over);
      assertThat(one(twice, "SELECT sum(plus_one(n)) AS s FROM numbers")).isEqualTo("| 20 |");
      assertThat(LIBRARY.planned()).isEqualTo(planned + 2);
      assertThat(Extension.SECOND.planned()).isEqualTo(over + 1);
    }
  }

  @Test
  void tablesOfALibraryArePlannedByThePlannerOfAnother() {
    SessionContext planning;
    try (Capsule cities = LIBRARY.capsule(CITIES, ctx);
        Capsule logical = LIBRARY.capsule(COUNTING_LOGICAL, ctx);
        Capsule physical = LIBRARY.capsule(COUNTING_PHYSICAL, ctx)) {
      ctx.register("cities", cities);
      planning =
          ctx.withLogicalExtensionCodec(logical, "cities")
              .withPhysicalExtensionCodec(physical, "cities");
    }
    try (Capsule own = planning.queryPlanner();
        Capsule over = Extension.SECOND.plannerOver(own, planning)) {
      planning = planning.withQueryPlanner(over);
    }
    long planned = Extension.SECOND.planned();
    assertThat(one(planning, "SELECT count(*) AS c FROM cities")).isEqualTo("| 3 |");
    assertThat(Extension.SECOND.planned()).isEqualTo(planned + 1);
    assertThat(planning.sessionId()).isEqualTo(ctx.sessionId());
  }

  /** The peer's planner takes on the policy of a handle that nobody kept. */
  @Test
  void aDiscardedValueChangesNoPlanner() {
    SessionContext planning = withPlanner(ctx);
    planning.withUdfInlining(UdfInlining.disabled()).sql("SELECT n FROM numbers").count();
    var frame = planning.table("numbers").select(PLUS.call(io.datafusion.Expr.col("n")).alias("m"));
    assertThat(frame.toText(9)).contains("| 2 |", "| 6 |");
    long planned = LIBRARY.planned();
    assertThat(one(ctx, "SELECT sum(n) AS s FROM numbers")).isEqualTo("| 15 |");
    assertThat(LIBRARY.planned()).isEqualTo(planned);
  }

  private static SessionContext changed(SessionContext session) {
    try (Capsule codec = LIBRARY.capsule(COUNTING_PHYSICAL, session)) {
      return session
          .withUdfInlining(UdfInlining.enabled())
          .withPhysicalExtensionCodec(codec, "cities")
          .withSqlOptions(SqlOptions.all());
    }
  }

  @Test
  void aRuleOfAnotherLibraryChangesPlans() {
    SessionContext two = withRule(ctx);
    long before = LIBRARY.optimized();
    assertThat(two.sql("SELECT plus_one(n) AS m FROM numbers ORDER BY n").toText(9))
        .contains("| 2 |", "| 3 |")
        .doesNotContain("| 4 |");
    assertThat(LIBRARY.optimized()).isGreaterThan(before);
    assertThat(two.sql("SELECT n FROM numbers").executionPlan().display()).contains("GlobalLimit");
    assertThat(ctx.sql("SELECT n FROM numbers").count()).isEqualTo(5);
  }

  /** Operators of the other library run those of this one on threads of their own. */
  @Test
  void operatorsThatSpawnRunBelowThoseOfAnotherLibrary() {
    ctx.sql("SET datafusion.execution.target_partitions = 4");
    var grouped = withRule(ctx).sql("SELECT n, count(*) AS c FROM numbers GROUP BY n");
    assertThat(grouped.executionPlan().display()).contains("RepartitionExec");
    assertThat(grouped.toText(9).lines()).hasSize(6);
    try (Capsule out = ctx.export(grouped.executionPlan())) {
      assertThat(LIBRARY.query(out, "").lines()).hasSize(6);
    }
  }

  @Test
  void anotherLibraryPlansThroughThePlannerOfASession() {
    String table =
        "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '"
            + folder.resolve("numbers.csv")
            + "' OPTIONS ('format.has_header' 'true'); ";
    long before = LIBRARY.planned();
    try (Capsule planner = ctx.queryPlanner();
        Capsule counting = withPlanner(ctx).queryPlanner()) {
      assertThat(planner.name()).isEqualTo(Capsule.QUERY_PLANNER);
      assertThat(LIBRARY.query(planner, table + "SELECT sum(n) AS s FROM t")).contains("| 15 |");
      assertThat(LIBRARY.planned()).isEqualTo(before);
      assertThat(LIBRARY.query(counting, table + "SELECT max(n) AS m FROM t")).contains("| 5 |");
      assertThat(LIBRARY.planned()).as("by the planner of that value").isGreaterThan(before);
    }
  }

  @Test
  void aPlannerOfThisLibraryIsInstalledAsItIs() {
    ctx.sql("CREATE TABLE memory AS SELECT 8 AS n");
    try (Capsule planner = withRule(ctx).queryPlanner();
        SessionContext both = ctx.withQueryPlanner(planner)) {
      assertThat(both.sql("SELECT n FROM numbers").toText(9).lines()).hasSize(6);
      assertThat(one(both, "SELECT n FROM memory")).isEqualTo("| 8 |");
    }
  }

  @Test
  void anotherLibraryRunsAPlan() {
    ExecutionPlan plan =
        ctx.sql("SELECT sum(plus_one(n)) AS s FROM numbers WHERE n > 1").executionPlan();
    try (Capsule capsule = ctx.export(plan)) {
      assertThat(capsule.name()).isEqualTo(Capsule.EXECUTION_PLAN);
      assertThat(LIBRARY.query(capsule, "")).contains("| 18 |");
      assertThat(LIBRARY.query(capsule, "")).as("a second time").contains("| 18 |");
      ExecutionPlan back = ctx.executionPlan(capsule);
      assertThat(back.display()).isEqualTo(plan.display());
      assertThat(back.toBytes(ctx)).isEqualTo(plan.toBytes(ctx));
    }
  }

  /** Two runs whose partitions were mixed would answer too much or too little. */
  @Test
  void runsOfOneExportAtTheSameTimeAreRight() throws Exception {
    ctx.sql("SET datafusion.execution.target_partitions = 4");
    ctx.register("few", new Numbers(10, 1));
    ctx.register("many", new Numbers(20_000, 4));
    String sql =
        "SELECT a.n FROM few a WHERE NOT EXISTS (SELECT 1 FROM many b WHERE b.n = a.n + 19995)";
    ExecutionPlan plan = ctx.sql(sql).executionPlan();
    assertThat(plan.partitionCount()).isGreaterThan(1);
    try (Capsule capsule = ctx.export(plan);
        var threads = Executors.newFixedThreadPool(4)) {
      Callable<String> run = () -> LIBRARY.query(capsule, "");
      for (int round = 0; round < 20; round++) {
        for (var answer : threads.invokeAll(Collections.nCopies(4, run))) {
          assertThat(answer.get()).contains("| 5 ", "| 9 ").hasLineCount(9);
        }
      }
    }
  }

  @Test
  void aPlanOfAnotherLibraryIsRun() throws IOException {
    ExecutionPlan plan;
    try (Capsule scan = LIBRARY.capsule(SCAN, ctx)) {
      plan = ctx.executionPlan(scan);
    }
    assertThat(plan.partitionCount()).isEqualTo(1);
    assertThat(plan.schema().getFields()).hasSize(2);
    assertThat(plan.display()).contains("CitiesExec");
    assertThat(rows(ctx, plan)).isEqualTo(3);
    assertThat(rows(ctx, plan)).as("a second time").isEqualTo(3);
    assertThatThrownBy(() -> plan.toBytes(ctx)).isInstanceOf(NotImplementedException.class);
    try (Capsule codec = LIBRARY.capsule(COUNTING_PHYSICAL, ctx);
        SessionContext knowing = ctx.withPhysicalExtensionCodec(codec, "cities")) {
      ExecutionPlan read = ExecutionPlan.fromBytes(knowing, plan.toBytes(knowing));
      assertThat(rows(knowing, read)).isEqualTo(3);
    }
    try (Capsule out = ctx.export(plan)) {
      assertThat(LIBRARY.query(out, "")).contains("Riga");
    }
  }

  @Test
  void aPlanOutlivesItsSessionAndItsCapsuleDoesNot() throws IOException {
    Capsule capsule;
    try (SessionContext other = SessionContext.create()) {
      other.sql("CREATE TABLE t AS SELECT value AS n FROM range(0, 4)");
      capsule = other.export(other.sql("SELECT n FROM t").executionPlan());
    }
    assertThat(LIBRARY.query(capsule, "")).contains("| 3 |");
    ExecutionPlan plan = ctx.executionPlan(capsule);
    capsule.close();
    assertThat(rows(ctx, plan)).isEqualTo(4);
    assertThatThrownBy(() -> ctx.executionPlan(capsule)).isInstanceOf(IllegalStateException.class);
    SessionContext closed = SessionContext.create();
    closed.close();
    assertThatThrownBy(() -> closed.export(plan)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> closed.queryPlanner()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theTaskContextIsAnsweredWhileTheSessionLives() {
    try (Capsule provider = ctx.taskContextProvider();
        Capsule copy = Capsule.copyOf(provider.name(), provider.address());
        Capsule other = LIBRARY.capsule(TASK_CONTEXT, ctx)) {
      assertThat(provider.name()).isEqualTo(Capsule.TASK_CONTEXT_PROVIDER);
      assertThat(LIBRARY.query(provider, "")).isEqualTo(ctx.sessionId());
      assertThat(LIBRARY.query(copy, "")).isEqualTo(ctx.sessionId());
      assertThat(LIBRARY.query(other, "")).isNotEqualTo(ctx.sessionId()).doesNotContain("error");
    }
  }

  @Test
  void planningCapsulesAreCheckedByNameAndVersion() {
    assertThatThrownBy(() -> LIBRARY.capsule(OLD_PLANNER, ctx))
        .isInstanceOf(IllegalCapsuleException.class)
        .hasMessageContaining("DataFusion 54");
    try (Capsule table = LIBRARY.capsule(CITIES, ctx)) {
      for (var call :
          List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
              () -> ctx.withQueryPlanner(table),
              () -> ctx.withPhysicalOptimizerRule(table),
              () -> ctx.executionPlan(table))) {
        assertThatThrownBy(call)
            .isInstanceOf(IllegalCapsuleException.class)
            .hasMessageContaining(Capsule.TABLE_PROVIDER);
      }
    }
  }
}

package io.datafusion;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.datafusion.internal.lowering.DepthLimits;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Issue 3, Shows 6: an answer, or an exception with both numbers, and the JVM lives. */
class ExprDepthTest {
  private static SessionContext ctx;
  private static DataFrame data;

  @BeforeAll
  static void open() {
    ctx = SessionContext.create();
    data = ctx.sql("SELECT 1 AS a, true AS b");
  }

  @AfterAll
  static void close() {
    ctx.close();
  }

  private static Expr chain(int operators) {
    Expr expr = col("a");
    for (int i = 0; i < operators; i++) {
      expr = expr.plus(lit(1L));
    }
    return expr;
  }

  private static Expr nested(int calls) {
    Expr expr = col("a");
    for (int i = 0; i < calls; i++) {
      expr = Functions.abs(expr);
    }
    return expr;
  }

  /** Building, comparing, hashing and printing need no deep stack. */
  @Test
  void deepTreesAreOrdinaryValues() throws Exception {
    var task =
        new FutureTask<>(
            () -> {
              Expr a = chain(10_000);
              Expr b = chain(10_000);
              assertThat(a.equals(b)).isTrue();
              assertThat(a.hashCode()).isEqualTo(b.hashCode());
              assertThat(a.equals(chain(9_999))).isFalse();
              assertThat(a.toString()).hasSizeLessThan(2_000);
              assertThat(a.measure().operatorDepth()).isEqualTo(10_000);
              assertThat(nested(10_000).measure().nestingDepth()).isEqualTo(10_000);
              assertThat(nested(10_000).equals(nested(10_000))).isTrue();
              return true;
            });
    new Thread(null, task, "small stack", 160 * 1024).start();
    assertThat(task.get()).isTrue();
  }

  @Test
  void aThousandOperatorsGiveAnAnswer() {
    assertThat(Results.one(data.select(chain(1_000)))).isEqualTo(1_001L);
  }

  @Test
  void tenThousandOperatorsAreRefusedWithBothNumbers() {
    assertThatThrownBy(() -> data.select(chain(10_000)))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("10000")
        .hasMessageContaining("5000");
  }

  @Test
  void fiveThousandNestedCallsAreRefusedWithBothNumbers() {
    assertThatThrownBy(() -> data.select(nested(5_000)))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("5000")
        .hasMessageContaining("500");
  }

  @Test
  void manyNestedCallsGiveAnAnswer() {
    assertThat(Results.one(data.select(nested(200)))).isEqualTo(1L);
  }

  @Test
  void limitsAreTheSessions() {
    var config = SessionConfig.of().withDepthLimits(10, 5);
    try (SessionContext small = SessionContext.create(config)) {
      DataFrame one = small.sql("SELECT 1 AS a");
      assertThat(Results.one(one.select(chain(9)))).isEqualTo(10L);
      assertThatThrownBy(() -> one.select(chain(11)))
          .isInstanceOf(PlanException.class)
          .hasMessageContaining("11")
          .hasMessageContaining("10");
      assertThatThrownBy(() -> one.select(nested(6))).isInstanceOf(PlanException.class);
    }
  }

  @Test
  void twoThousandFiltersAreAnAnswerOrARefusal() {
    Throwable thrown =
        catchThrowable(
            () -> {
              DataFrame frame = data;
              for (int i = 0; i < 2_000; i++) {
                frame = frame.filter(col("a").gt(lit((long) -i)));
              }
              assertThat(frame.count()).isEqualTo(1);
            });
    assertThat(thrown)
        .satisfiesAnyOf(
            t -> assertThat(t).isNull(),
            t -> assertThat(t).isInstanceOf(PlanException.class).hasMessageContaining("500"));
    assertThat(data.count()).isEqualTo(1);
  }

  @Test
  void deeplyNestedSqlIsAnAnswerOrARefusal() {
    String sql = "SELECT " + "(".repeat(5_000) + "1" + ")".repeat(5_000);
    String calls = "SELECT " + "abs(".repeat(5_000) + "1" + ")".repeat(5_000);
    String operators = "SELECT 1" + " + 1".repeat(10_000);
    for (String text : new String[] {sql, calls, operators}) {
      Throwable thrown = catchThrowable(() -> Results.of(ctx.sql(text)));
      assertThat(thrown).isInstanceOf(DataFusionException.class);
    }
    assertThat(data.count()).isEqualTo(1);
  }

  /** The engine puts views in the place of their names, so a chain of them is as deep as long. */
  @Test
  void aLongChainOfViewsIsRefusedAndTheFirstOnesWork() {
    try (SessionContext views = SessionContext.create()) {
      views.sql("CREATE VIEW v0 AS SELECT 1 AS a");
      Throwable thrown =
          catchThrowable(
              () -> {
                for (int i = 1; i < 600; i++) {
                  views.sql("CREATE VIEW v" + i + " AS SELECT a + 1 AS a FROM v" + (i - 1));
                }
              });
      assertThat(thrown).isInstanceOf(PlanException.class).hasMessageContaining("500");
      assertThat(Results.one(views.sql("SELECT a FROM v100"))).isEqualTo(101L);
    }
  }

  /** The optimizer's time doubles with each of these in another, so that 60 would never end. */
  @Test
  void whatTheOptimizerCopiesIsAnAnswerOrARefusal() {
    for (String form :
        new String[] {
          "(SELECT (%s) AS a)",
          "(SELECT 1 AS a WHERE 1 IN (%s))",
          "coalesce(%s, 1)",
          "nvl(%s, 1)",
          "CASE WHEN %s = 1 THEN 1 ELSE 2 END",
          "CASE WHEN (%s BETWEEN 0 AND 2) THEN 1 END"
        }) {
      assertThat(ctx.sql("SELECT " + repeated(form, 8)).count()).as(form).isEqualTo(1);
      assertThatThrownBy(() -> ctx.sql("SELECT " + repeated(form, 60)))
          .as(form)
          .isInstanceOf(PlanException.class)
          .hasMessageContaining("limit is 16");
    }
    assertThat(ctx.sql("SELECT " + repeated("CASE WHEN true THEN %s ELSE 2 END", 60)).count())
        .isEqualTo(1);
  }

  private static String repeated(String form, int times) {
    String text = "1";
    for (int i = 0; i < times; i++) {
      text = form.formatted(text);
    }
    return text;
  }

  /** A query that uses itself twice, again and again, is small in memory and huge to optimize. */
  @Test
  void partsUsedAgainAndAgainAreRefused() {
    assertThatThrownBy(
            () -> {
              DataFrame frame = data;
              for (int i = 0; i < 40; i++) {
                frame = frame.union(frame);
              }
            })
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("operators");
  }

  /** Schemas are read on the caller's stack, whatever it is. */
  @Test
  void deepTypesAreRefused() throws Exception {
    for (int levels : new int[] {200, 3_000, 150_000}) {
      String type = "List(".repeat(levels) + "Int64" + ")".repeat(levels);
      assertThatThrownBy(() -> ctx.sql("SELECT arrow_cast(NULL, '" + type + "')"))
          .isInstanceOf(PlanException.class)
          .hasMessageContaining("" + levels)
          .hasMessageContaining("128");
      assertThatThrownBy(
              () -> ctx.sql("SELECT CAST(NULL AS INT" + "[]".repeat(levels) + ")").schema())
          .isInstanceOf(DataFusionException.class);
    }
    var task =
        new FutureTask<>(
            () -> ctx.sql("SELECT CAST(NULL AS INT" + "[]".repeat(100) + ") AS a").schema());
    new Thread(null, task, "small stack", 512 * 1024).start();
    assertThat(task.get().getFields()).hasSize(1);
  }

  /** An input is a clone of a node and its expressions: made where the stack is large. */
  @Test
  void inputsOfDeepPlansAreReadOnASmallStack() throws Exception {
    LogicalPlan plan =
        data.select(chain(3_000).alias("c")).filter(col("c").gt(lit(0L))).logicalPlan();
    var task = new FutureTask<>(() -> plan.children().get(0).children().get(0).schema());
    new Thread(null, task, "small stack", 160 * 1024).start();
    assertThat(task.get().getFields()).hasSize(2);
  }

  /** A small tree in memory can be a huge one when its shared parts are written out. */
  @Test
  void sharedPartsThatExplodeAreRefused() {
    Expr shared = col("a");
    for (int i = 0; i < 62; i++) {
      shared = shared.plus(shared);
    }
    Expr huge = shared;
    assertThat(huge.measure().nodes()).isGreaterThan(1L << 60);
    assertThatThrownBy(() -> data.select(huge))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("nodes");
    Expr twin = col("a");
    for (int i = 0; i < 62; i++) {
      twin = twin.plus(twin);
    }
    assertThat(twin.equals(huge)).isTrue();
  }

  @Test
  void theDoorIsCheckedInJava() {
    assertThatThrownBy(() -> DepthLimits.DEFAULT.check(chain(5_001)))
        .isInstanceOf(PlanException.class)
        .hasMessage("an expression 5001 operators deep, and the limit is 5000");
  }
}

package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.CancelledException;
import io.datafusion.Csv;
import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads that are interrupted: the caller's, and the engine's out of a function. */
class InterruptionTest {
  private static final Set<Thread> SEEN_INTERRUPTED = ConcurrentHashMap.newKeySet();
  private static final Schema COLUMNS =
      new Schema(List.of(Field.nullable("a", new ArrowType.Int(64, true))));

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  @Test
  void functionThatInterruptsItsThreadDisturbsNobodyElse() {
    var careless =
        ScalarUdf.of(
            "careless",
            Long.class,
            Long.class,
            n -> {
              Thread.currentThread().interrupt();
              return n;
            });
    var failing =
        ScalarUdf.of(
            "failing",
            Long.class,
            Long.class,
            n -> {
              Thread.currentThread().interrupt();
              throw new IllegalStateException("no");
            });
    var watchful =
        ScalarUdf.of(
            "watchful",
            Long.class,
            Boolean.class,
            n -> {
              if (Thread.currentThread().isInterrupted()) {
                SEEN_INTERRUPTED.add(Thread.currentThread());
              }
              return true;
            });
    try (var ctx = SessionContext.create(SessionConfig.of().withBatchSize(64))) {
      DataFrame numbers = ctx.sql("SELECT value AS n FROM generate_series(1, 20000)");
      for (int i = 0; i < 10; i++) {
        assertThat(numbers.filter(careless.call(col("n")).gt(lit(0L))).count()).isEqualTo(20_000);
        assertThatThrownBy(() -> numbers.filter(failing.call(col("n")).gt(lit(0L))).count())
            .hasRootCauseMessage("no");
        assertThat(numbers.filter(watchful.call(col("n"))).count()).isEqualTo(20_000);
      }
    }
    assertThat(SEEN_INTERRUPTED).isEmpty();
  }

  @Test
  void interruptedCallerMakesFunctionsAndExpressions() {
    var type = new ArrowType.Int(64, true);
    Thread.currentThread().interrupt();
    var add = ScalarUdf.of("add", Long.class, Long.class, n -> n + 1);
    assertThat(add.arguments()).hasSize(1);
    assertThat(add.result().orElseThrow().getType()).isEqualTo(type);
    Expr call = add.call(col("a"));
    assertThat(call).isEqualTo(add.call(col("a")));
    assertThat(Csv.of("x.csv").withSchema(COLUMNS).settings().schema()).contains(COLUMNS);
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  /** What runs in the engine ends as the Javadoc says, and with nothing else. */
  @Test
  void interruptedCallerIsCancelledWhereTheEngineWorks() {
    try (var ctx = SessionContext.create()) {
      Thread.currentThread().interrupt();
      for (int i = 0; i < 50; i++) {
        cancelledOrDone(() -> ctx.parseExpr("a + 1", COLUMNS));
        cancelledOrDone(() -> ctx.read(Csv.of("/nowhere/").withSchema(COLUMNS)));
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
      }
    }
  }

  private static void cancelledOrDone(Runnable call) {
    try {
      call.run();
    } catch (CancelledException _) {
      // the engine was not faster
    }
  }
}

package user;

import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.ExecutionException;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.udf.TableArguments;
import io.datafusion.udf.TableFunction;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What table functions are called with. */
class TableArgumentsTest {
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  /** A function whose calls can be looked at. */
  private static TableFunction seeing(AtomicReference<TableArguments> seen) {
    return TableFunction.of(
        "see",
        (session, arguments) -> {
          seen.set(arguments);
          return session.sql("SELECT 1 AS one");
        });
  }

  @Test
  void listsStructsAndMapsAreJavaValues() {
    var seen = new AtomicReference<TableArguments>();
    ctx.register(seeing(seen));
    ctx.sql(
        "SELECT * FROM see([1, NULL, 3], ['it''s', 'b'], {'a': 1, 'b': [DATE '2026-01-02']}, MAP"
            + " {'k': 2.5}, arrow_cast([now()], 'LargeList(Timestamp(Nanosecond, Some(\"UTC\")))'),"
            + " arrow_cast([1, 2], 'FixedSizeList(2, UInt64)'), [], arrow_cast(NULL,"
            + " 'List(Int64)'))");
    TableArguments arguments = seen.get();
    assertThat(arguments.value(0, List.class)).isEqualTo(Arrays.asList(1L, null, 3L));
    assertThat(arguments.constants().get(0)).hasToString("[1, null, 3]");
    assertThat(arguments.value(1, List.class)).isEqualTo(List.of("it's", "b"));
    assertThat(arguments.constants().get(1)).hasToString("['it''s', 'b']");
    assertThat(arguments.value(2, Map.class))
        .isEqualTo(Map.of("a", 1L, "b", List.of(LocalDate.of(2026, 1, 2))));
    assertThat(arguments.constants().get(2)).hasToString("{'a': 1, 'b': [2026-01-02]}");
    assertThat(arguments.value(3, Map.class)).isEqualTo(Map.of("k", 2.5));
    assertThat(arguments.value(4, List.class)).hasOnlyElementsOfType(Instant.class).hasSize(1);
    assertThat(arguments.value(5, List.class)).isEqualTo(List.of(BigInteger.ONE, BigInteger.TWO));
    assertThat(arguments.value(6, List.class)).isEqualTo(List.of());
    assertThat(arguments.value(7, List.class)).isNull();
    assertThatThrownBy(() -> arguments.value(0, Long.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("argument 1 of see is [1, null, 3], and a Long is asked for");
    assertThatThrownBy(() -> arguments.value(0, Expr.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(ctx.sql("SELECT 1").select(arguments.constants().get(0).alias("l")).toText(1))
        .contains("[1, , 3]");
  }

  @Test
  void nullIsWhatItIsInSql() {
    var seen = new AtomicReference<TableArguments>();
    ctx.register(seeing(seen));
    ctx.sql("SELECT * FROM see(NULL, 1)");
    TableArguments inSql = seen.get();
    ctx.table(seeing(seen), null, 1L);
    assertThat(seen.get()).isEqualTo(inSql);
    ctx.table(seeing(seen), (Object) null);
    assertThat(seen.get().value(0, String.class)).isNull();
    assertThatThrownBy(() -> ctx.table(seeing(seen), (Object[]) null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("arguments");
  }

  /** contract 11: what no receiver reads is refused where it is called. */
  @Test
  void argumentsAreCounted() {
    TableFunction counting =
        TableFunction.of(
            "counting",
            (session, arguments) -> session.sql("SELECT " + arguments.size() + " AS n"));
    ctx.register(counting);
    Object[] most = Collections.nCopies(1_000, 7).toArray();
    byte[] bytes = ctx.table(counting, most).logicalPlan().toBytes(ctx);
    assertThat(ctx.dataFrame(LogicalPlan.fromBytes(ctx, bytes)).toText(1)).contains("| 1000 |");
    Object[] more = Collections.nCopies(1_001, 7).toArray();
    assertThatThrownBy(() -> ctx.table(counting, more))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'counting'", "1001", "1000");
    String list = "7" + ", 7".repeat(1_000);
    assertThatThrownBy(() -> ctx.sql("SELECT * FROM counting(" + list + ")"))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContainingAll("'counting'", "1001", "1000")
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void argumentsAreConstantsOfTheirClasses() {
    var seen = new AtomicReference<TableArguments>();
    ctx.register(seeing(seen));
    ctx.sql("SELECT * FROM see(7, 'x', 1.5, DATE '2026-01-02', NULL, -3, true, now())");
    TableArguments arguments = seen.get();
    assertThat(arguments.size()).isEqualTo(8);
    assertThat(arguments.value(0, Integer.class)).isEqualTo(7);
    assertThat(arguments.value(0, Long.class)).isEqualTo(7L);
    assertThat(arguments.value(0, Double.class)).isEqualTo(7.0);
    assertThat(arguments.value(1, String.class)).isEqualTo("x");
    assertThat(arguments.value(2, Double.class)).isEqualTo(1.5);
    assertThat(arguments.value(3, LocalDate.class)).isEqualTo(LocalDate.of(2026, 1, 2));
    assertThat(arguments.value(4, String.class)).isNull();
    assertThat(arguments.value(5, Long.class)).isEqualTo(-3L);
    assertThat(arguments.value(6, Boolean.class)).isTrue();
    assertThatThrownBy(() -> arguments.value(1, Long.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("argument 2 of see")
        .hasMessageContaining("Long");
    assertThatThrownBy(() -> arguments.value(8, Long.class)).hasMessageContaining("8 arguments");
    assertThatThrownBy(() -> new TableArguments("f", List.of(lit(300L))).value(0, Byte.class))
        .hasMessageContaining("Byte");
    ctx.sql("SELECT * FROM see(CAST(2.50 AS DECIMAL(10, 2)))");
    assertThat(seen.get().value(0, BigDecimal.class)).isEqualTo("2.50");
  }
}

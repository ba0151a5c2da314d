package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.Operator.NullTreatment;
import io.datafusion.PlanException;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.Window;
import io.datafusion.WindowFrame;
import io.datafusion.internal.FunctionMemory;
import io.datafusion.udf.PartitionEvaluator;
import io.datafusion.udf.Reversal;
import io.datafusion.udf.RowRange;
import io.datafusion.udf.RowRanges;
import io.datafusion.udf.Signature;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.WindowContext;
import io.datafusion.udf.WindowFunction;
import io.datafusion.udf.WindowUdf;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each evaluation path, held against a function of the engine with the same meaning. */
class WindowUdfTest {
  private static final String SUM = Windows.sum().name();

  private SessionContext ctx;
  private long allocated;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withBatchSize(64).withTargetPartitions(3));
    allocated = FunctionMemory.settled();
    ctx.sql(
            "CREATE TABLE t AS SELECT value AS id, value % 7 AS g, (value * 37) % 11 AS k,"
                + " CASE WHEN value % 5 > 0 THEN (value * 13) % 17 END AS x FROM range(0, 1000)")
        .count();
    for (WindowUdf function :
        List.of(
            Windows.rowNumber(),
            Windows.sum(),
            Windows.denseRank(),
            Windows.rank(),
            Windows.lag(),
            Windows.lead(),
            Windows.firstValue(),
            Windows.shift())) {
      ctx.register(function);
    }
  }

  @AfterEach
  void close() {
    ctx.close();
    FunctionMemory.awaitReleased(allocated);
  }

  private String results(String call, String from) {
    return ctx.sql("SELECT id, " + call + " AS r FROM " + from + " ORDER BY id").toText(10_000);
  }

  private String plan(String call) {
    return ctx.sql("SELECT id, " + call + " AS r FROM t").executionPlan().display();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "my_row_number(x) | row_number()",
        "my_sum(x) | sum(x)",
        "my_dense_rank() | dense_rank()",
        "my_rank() | rank()",
        "my_lag(x) | lag(x)",
        "my_lead(x) | lead(x)",
        "my_first_value(x) | first_value(x)",
        "my_shift(x, 3) | lag(x, 3)",
      })
  void evaluatesAsTheEngineDoes(String mine, String theirs) {
    for (String over :
        List.of(
            "(ORDER BY id)",
            "(PARTITION BY g ORDER BY id)",
            "(PARTITION BY g ORDER BY id DESC)",
            "(PARTITION BY g, k ORDER BY id)",
            "(PARTITION BY g ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING)",
            "(ORDER BY id ROWS BETWEEN 5 PRECEDING AND CURRENT ROW)",
            "(ORDER BY id RANGE BETWEEN 3 PRECEDING AND 4 FOLLOWING)",
            "(ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
            "(PARTITION BY g ORDER BY id ROWS BETWEEN 3 PRECEDING AND 2 PRECEDING)",
            "(PARTITION BY g ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED"
                + " FOLLOWING)")) {
      if (theirs.contains("first_value")
          && !over.contains("UNBOUNDED")
          && over.contains("BETWEEN")) {
        continue; // remembers the first row of the partition, not of the frame
      }
      for (String from :
          List.of("t", "(SELECT * FROM t WHERE id < 0)", "(SELECT * FROM t LIMIT 1)")) {
        assertThat(results(mine + " OVER " + over, from))
            .as(over + " of " + from)
            .isEqualTo(results(theirs + " OVER " + over, from));
      }
    }
  }

  /** contract 12: also where the engine would run the query by itself. */
  @Test
  void distinctIsRefusedWhereverTheQueryRuns() {
    String query = "SELECT %s(DISTINCT x) OVER (PARTITION BY g) AS r FROM t".formatted(SUM);
    for (String statement :
        List.of(query, "CREATE TABLE made AS " + query, "CREATE OR REPLACE TABLE t AS " + query)) {
      assertThatThrownBy(() -> ctx.sql(statement).count())
          .as(statement)
          .isInstanceOf(PlanException.class)
          .hasMessageContaining("DISTINCT")
          .hasMessageContaining(SUM);
    }
    assertThatThrownBy(() -> ctx.sql(query).cache()).isInstanceOf(PlanException.class);
    assertThat(ctx.table("t").count()).isEqualTo(1000);
  }

  @Test
  void ranksHaveTies() {
    for (String name : List.of("rank", "dense_rank")) {
      String over = "() OVER (PARTITION BY g ORDER BY k)";
      assertThat(results("my_" + name + over, "t")).isEqualTo(results(name + over, "t"));
    }
  }

  @Test
  void streamsWhereTheFunctionSaysSo() {
    String frame = " OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)";
    for (String call : List.of("my_rank()", "my_lag(x)", "my_lead(x)", "my_first_value(x)")) {
      assertThat(plan(call + frame)).contains("BoundedWindowAggExec");
    }
    for (String call : List.of("my_row_number(x)", "my_sum(x)", "my_dense_rank()")) {
      assertThat(plan(call + frame)).contains("WindowAggExec").doesNotContain("Bounded");
    }
  }

  /**
   * Calls of evaluators are counted: one a partition, one a batch, and where it must be one a row.
   */
  @Test
  void evaluatorsAreNotAskedRowByRow() {
    String by = " OVER (PARTITION BY g ORDER BY id ROWS BETWEEN 9 PRECEDING AND 9 FOLLOWING)";
    assertThat(
            calls(WindowUdf.of("c", List.of(Windows.LONG), Windows.LONG, COUNTS).withFrame(), by))
        .isEqualTo(7);
    String all = " OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)";
    WindowUdf streaming =
        WindowUdf.of("c", List.of(Windows.LONG), Windows.LONG, COUNTS).withBoundedExecution();
    assertThat(calls(streaming, all)).isBetween(1, 1000 / 64 + 2);
    assertThat(calls(streaming.withCausality(), all)).isBetween(1, 1000 / 64 + 2);
    assertThat(calls(streaming.withFrame(), all)).isEqualTo(1000);
  }

  private static final WindowFunction COUNTS =
      new Windows.Counted(
          _ ->
              new PartitionEvaluator() {
                @Override
                public FieldVector evaluate(VectorArguments rows, RowRanges ranges) {
                  return Windows.longs(rows.allocator(), ranges.count(), row -> 1L);
                }
              });

  private int calls(WindowUdf function, String over) {
    ctx.register(function);
    Windows.Counted.reset();
    assertThat(ctx.sql("SELECT sum(c) FROM (SELECT c(x)" + over + " c FROM t)").toText(1))
        .contains("1000");
    assertThat(Windows.Counted.closed).isEqualTo(Windows.Counted.opened);
    return Windows.Counted.calls;
  }

  @Test
  void ignoredNullsReachTheFunction() {
    String over = " OVER (ORDER BY id ROWS UNBOUNDED PRECEDING)";
    for (String nulls : List.of(" IGNORE NULLS", " RESPECT NULLS", "")) {
      String call = "first_value(x)" + nulls + over;
      assertThat(results("my_" + call, "t")).isEqualTo(results(call, "t"));
    }
    Expr first = Windows.firstValue().call(col("x"));
    Window running = Window.of().withOrderBy(col("id").asc()).withFrame(WindowFrame.running());
    DataFrame ignoring =
        ctx.table("t").select(first.over(running).nulls(NullTreatment.IGNORE).alias("r"));
    assertThat(ignoring.filter(col("r").isNull()).count()).isEqualTo(1);
  }

  /** Rows that are there in reverse are not sorted for a function that knows what to do. */
  @Test
  void reversedRowsReachTheFunction() {
    String sorted = "(SELECT * FROM t ORDER BY id LIMIT 500)";
    String over = "(x, 3) OVER (ORDER BY id DESC)";
    assertThat(ctx.sql("SELECT my_shift" + over + " FROM " + sorted).executionPlan().display())
        .doesNotContain("DESC]");
    assertThat(results("my_shift" + over, sorted)).isEqualTo(results("lag" + over, sorted));
    ctx.register(Windows.shift().withReversal(Reversal.NONE));
    assertThat(ctx.sql("SELECT my_shift" + over + " FROM " + sorted).executionPlan().display())
        .contains("DESC]");
    assertThat(results("my_shift" + over, sorted)).isEqualTo(results("lag" + over, sorted));
    ctx.register(Windows.sum().withReversal(Reversal.IDENTICAL));
    String sum = "sum(x) OVER (ORDER BY id DESC ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)";
    assertThat(ctx.sql("SELECT my_" + sum + " FROM " + sorted).executionPlan().display())
        .doesNotContain("DESC]");
    assertThat(results("my_" + sum, sorted)).isEqualTo(results(sum, sorted));
  }

  /** Echoes its argument, whatever that is, as the type that it chooses. */
  private static final class Echo implements WindowFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public PartitionEvaluator evaluator(WindowContext context) {
      return new PartitionEvaluator() {
        @Override
        public FieldVector evaluateAll(VectorArguments partition) {
          return partition.vector(0);
        }
      };
    }

    @Override
    public Field resultField(List<Field> arguments) {
      return arguments.get(0);
    }

    @Override
    public List<Field> coerce(List<Field> arguments) {
      return List.of(Field.nullable("chosen", ArrowType.Utf8.INSTANCE));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id",
        "id % 2 = 0",
        "arrow_cast('a rather long string ' || id, 'Utf8View')",
        "arrow_cast('s' || id, 'LargeUtf8')",
        "arrow_cast('s' || (id % 3), 'Dictionary(Int32, Utf8)')",
        "arrow_cast(id, 'Decimal128(20, 3)')",
        "arrow_cast(id, 'Timestamp(Nanosecond, Some(\"+01:00\"))')",
        "[id, NULL, id + 1]",
        "named_struct('a', id, 'b', ['s' || id])",
      })
  void everyTypeComesThroughAsItIs(String expression) {
    ctx.register(WindowUdf.of("echo", Signature.any(1), new Echo()));
    String data = "(SELECT id, g, CASE WHEN id % 7 <> 3 THEN " + expression + " END AS v FROM t)";
    assertThat(results("echo(v) OVER (PARTITION BY g ORDER BY id)", data))
        .isEqualTo(results("v", data));
  }

  @Test
  void fieldsAndCastsAreTheFunctions() {
    ctx.register(WindowUdf.of("chosen", Signature.userDefined(), new Echo()));
    assertThat(ctx.sql("SELECT arrow_typeof(chosen(id) OVER ()) FROM t").toText(1))
        .contains("Utf8");
    assertThat(results("chosen(id) OVER ()", "t")).isEqualTo(results("CAST(id AS TEXT)", "t"));
  }

  @Test
  void argumentsAreCastWithinTheirFamily() {
    assertThat(results("my_sum(CAST(x AS SMALLINT)) OVER (ORDER BY id)", "t"))
        .isEqualTo(results("sum(x) OVER (ORDER BY id)", "t"));
    assertThatThrownBy(() -> results("my_sum('a') OVER ()", "t")).hasMessageContaining("my_sum");
    assertThatThrownBy(() -> Windows.sum().call()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void rangesAreRanges() {
    assertThatThrownBy(() -> new RowRange(2, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RowRange(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(RowRange.of(3)).isEqualTo(new RowRange(3, 4));
  }
}

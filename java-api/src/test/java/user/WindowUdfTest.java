package user;

import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.internal.FunctionMemory;
import io.datafusion.udf.WindowUdf;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each evaluation path, held against a function of the engine with the same meaning. */
class WindowUdfTest {
  private SessionContext ctx;
  private long allocated;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withBatchSize(64).withTargetPartitions(3));
    allocated = FunctionMemory.allocated();
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
    assertThat(FunctionMemory.allocated()).as("memory of functions").isEqualTo(allocated);
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
}

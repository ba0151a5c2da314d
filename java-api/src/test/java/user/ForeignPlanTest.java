package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.DataFrame;
import io.datafusion.DataFusionException;
import io.datafusion.ExecutionException;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.callable.DefinedClasses;
import io.datafusion.udf.ScalarUdf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Plans whose makers knew other functions than we do. */
class ForeignPlanTest {
  private SessionContext sender;
  private SessionContext receiver;

  @BeforeEach
  void open() {
    sender = SessionContext.create();
    receiver = SessionContext.create();
  }

  @AfterEach
  void close() {
    sender.close();
    receiver.close();
  }

  /** A plan says what its calls answer; buffers are made for what the function answers. */
  @Test
  void aFunctionOfAnotherResultTypeIsRefusedByNameAndType() {
    sender.register(ScalarUdf.of("half", Double.class, Byte.class, v -> (byte) 1));
    receiver.register(ScalarUdf.of("half", Double.class, Double.class, v -> v / 2));
    try (SessionContext strict = sender.withUdfInlining(UdfInlining.disabled())) {
      byte[] plan =
          sender
              .sql("SELECT half(CAST(value AS DOUBLE)) FROM generate_series(1, 100000)")
              .executionPlan()
              .toBytes(strict);
      ExecutionPlan decoded = ExecutionPlan.fromBytes(receiver, plan);
      assertThatThrownBy(() -> drain(receiver, decoded))
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("half")
          .hasMessageContaining("Int8")
          .hasMessageContaining("Float64");
    }
    assertThat(receiver.sql("SELECT half(4.0)").toText(1)).contains("2.0");
  }

  private static void drain(SessionContext ctx, ExecutionPlan plan) throws Exception {
    try (var allocator = new org.apache.arrow.memory.RootAllocator();
        var reader = ctx.execute(plan).reader(allocator)) {
      while (reader.loadNextBatch()) {
        assertThat(reader.getVectorSchemaRoot().getRowCount()).isPositive();
      }
    }
  }

  /** contract 14, 16: running brings functions to life first, also where they make constants. */
  @Test
  void functionsInPlacesOfConstantsRun() {
    ScalarUdf half = ScalarUdf.of("half", Double.class, Double.class, v -> v / 2);
    ScalarUdf two = ScalarUdf.of("two", Long.class, Long.class, v -> v / 2);
    sender.register(half);
    sender.register(two);
    for (String query :
        new String[] {
          "SELECT * FROM (VALUES (half(4.0))) t(a)",
          "SELECT lag(a, two(2)) OVER (ORDER BY a) AS l FROM (VALUES (1.0), (2.0), (3.0)) t(a)"
        }) {
      String expected = sender.sql(query).toText(10);
      byte[] bytes = sender.sql(query).logicalPlan().toBytes(sender);
      DataFrame frame = receiver.dataFrame(LogicalPlan.fromBytes(receiver, bytes));
      assertThat(frame.toText(10)).as(query).isEqualTo(expected);
      DataFrame again = receiver.dataFrame(LogicalPlan.fromBytes(receiver, bytes));
      assertThat(again.count()).as(query).isPositive();
    }
  }

  /** contract 16: displaying a plan defines no class. */
  @Test
  void displayingDefinesNoClass() {
    ScalarUdf half = ScalarUdf.of("ihalf", Long.class, Long.class, v -> v / 2);
    sender.register(half);
    byte[] bytes =
        sender
            .sql("SELECT count(*) FROM (VALUES (1), (2)) t(v) WHERE v IN (ihalf(4), ihalf(6))")
            .logicalPlan()
            .toBytes(sender);
    long before = DefinedClasses.count();
    LogicalPlan decoded = LogicalPlan.fromBytes(receiver, bytes);
    assertThat(decoded.display()).contains("ihalf");
    ExecutionPlan planned = receiver.dataFrame(decoded).executionPlan();
    assertThat(planned.display()).isNotEmpty();
    assertThat(planned.toBytes(receiver)).isNotEmpty();
    assertThat(DefinedClasses.count()).isEqualTo(before);
  }

  /** A type in a plan as text is measured before it is parsed. */
  @Test
  void deepTypesInPlansAreRefused() {
    String type = "List(".repeat(100) + "Int64" + ")".repeat(100);
    DataFrame frame = sender.sql("SELECT arrow_cast(a, 'Int64') AS r FROM (VALUES (1)) t(a)");
    Expr cast = io.datafusion.Functions.call("arrow_cast", col("a"), Expr.lit(type));
    assertThat(
            sender
                .sql("SELECT CAST(NULL AS BIGINT) AS a")
                .select(cast.isNull())
                .schema()
                .getFields())
        .hasSize(1);
    assertThat(frame.count()).isEqualTo(1);
    String deep = "List(".repeat(150_000) + "Int64" + ")".repeat(150_000);
    Expr hostile = io.datafusion.Functions.call("arrow_cast", col("a"), Expr.lit(deep));
    assertThatThrownBy(() -> sender.sql("SELECT 1 AS a").select(hostile))
        .isInstanceOf(DataFusionException.class)
        .hasMessageContaining("150000");
  }
}

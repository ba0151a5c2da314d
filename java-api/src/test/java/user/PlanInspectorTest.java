package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.DataFrame;
import io.datafusion.DataFusionException;
import io.datafusion.Functions;
import io.datafusion.MalformedPayloadException;
import io.datafusion.SessionContext;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.PlanInspector.Form;
import io.datafusion.codec.PlanInspector.Kind;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Volatility;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PlanInspectorTest {
  private SessionContext ctx;
  private ScalarUdf half;
  private DataFrame query;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    half =
        ScalarUdf.of("half", Double.class, Double.class, x -> x / 2)
            .withVolatility(Volatility.VOLATILE);
    query =
        ctx.sql("SELECT 1.0 AS x UNION ALL SELECT 2.0")
            .filter(half.call(col("x")).gt(lit(0.1)))
            .aggregate(List.of(), List.of(Functions.sum(Functions.abs(col("x"))).alias("s")));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  @Test
  void expressionsShowTheirFunctions() {
    byte[] bytes = Functions.abs(half.call(col("x"))).toBytes(ctx);
    var found = PlanInspector.expression(bytes);
    assertThat(found.message()).isEqualTo(PlanInspector.Message.EXPRESSION);
    assertThat(found.size()).isEqualTo(bytes.length);
    assertThat(found.root().toString())
        .isEqualTo("scalar_udf_expr\n  scalar_udf_expr\n    column\n");
    assertThat(found.codecs()).containsExactly("io.datafusion.inline");
    var outer = found.functions().get(0);
    var inner = found.functions().get(1);
    assertThat(outer.name()).isEqualTo("abs");
    assertThat(outer.form()).isEqualTo(Form.BY_NAME);
    assertThat(outer.frameSize()).isZero();
    assertThat(inner.name()).isEqualTo("half");
    assertThat(inner.kind()).isEqualTo(Kind.SCALAR);
    assertThat(inner.inlined()).isTrue();
    assertThat(inner.codec()).contains("io.datafusion.inline");
    assertThat(inner.frame().orElseThrow().runtime()).isEqualTo("java");
    assertThat(inner.frame().orElseThrow().sha256()).hasSize(64);
    assertThat(inner.carried()).contains(PlanInspectorTest.class.getName());
  }

  @Test
  void plansOfBothKindsShowTheirFunctions() {
    var logical = PlanInspector.logicalPlan(query.logicalPlan().toBytes(ctx));
    var physical = PlanInspector.executionPlan(query.executionPlan().toBytes(ctx));
    assertThat(logical.root().toString()).contains("aggregate", "selection", "scalar_udf_expr");
    assertThat(physical.root().toString()).contains("aggregate");
    for (var found : List.of(logical, physical)) {
      assertThat(found.functions())
          .anyMatch(f -> f.name().equals("sum") && f.kind() == Kind.AGGREGATE)
          .anyMatch(f -> f.name().equals("half") && f.inlined());
    }
  }

  /** contract 9: by name means by name only. */
  @Test
  void strictBytesHoldNamesOnly() {
    try (SessionContext strict = ctx.withUdfInlining(UdfInlining.disabled())) {
      var found = PlanInspector.expression(half.call(col("x")).toBytes(strict));
      assertThat(found.functions()).hasSize(1).allMatch(f -> f.form() == Form.BY_NAME);
      assertThat(found.codecs()).isEmpty();
    }
  }

  @Test
  void windowCallsAreWindows() {
    var bytes = Functions.rowNumber().over(io.datafusion.Window.of()).toBytes(ctx);
    assertThat(PlanInspector.expression(bytes).functions())
        .hasSize(1)
        .allMatch(f -> f.kind() == Kind.WINDOW && f.name().equals("row_number"));
  }

  /** contract 11: hostile bytes are answered by one exception. */
  @Test
  void mutatedBytesAreRefusedOrRead() {
    byte[] bytes = query.logicalPlan().toBytes(ctx);
    var random = new Random(5);
    for (int i = 0; i < 3_000; i++) {
      byte[] mutated = Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length));
      mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
      for (int kind = 0; kind < 3; kind++) {
        try {
          switch (kind) {
            case 0 -> PlanInspector.expression(mutated);
            case 1 -> PlanInspector.logicalPlan(mutated);
            default -> PlanInspector.executionPlan(mutated);
          }
        } catch (DataFusionException expected) {
          assertThat(expected).isInstanceOf(MalformedPayloadException.class);
        }
      }
    }
  }

  @Test
  void nestingAndWidthAreBounded() {
    byte[] groups = new byte[1_000_000];
    Arrays.fill(groups, (byte) 0x0b);
    assertThatThrownBy(() -> PlanInspector.logicalPlan(groups))
        .isInstanceOf(MalformedPayloadException.class);
    var chain = org.apache.datafusion.protobuf.BinaryExprNode.newBuilder().setOp("+");
    var one = org.apache.datafusion.protobuf.LogicalExprNode.getDefaultInstance();
    for (int i = 0; i < 1_100_000; i++) {
      chain.addOperands(one);
    }
    byte[] wide =
        org.apache.datafusion.protobuf.LogicalExprNode.newBuilder()
            .setBinaryExpr(chain)
            .build()
            .toByteArray();
    assertThatThrownBy(() -> PlanInspector.expression(wide))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("1000000");
    assertThatThrownBy(() -> PlanInspector.expression(new byte[0]))
        .isInstanceOf(MalformedPayloadException.class);
  }
}

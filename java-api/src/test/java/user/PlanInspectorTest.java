package user;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.DataFrame;
import io.datafusion.DataFusionException;
import io.datafusion.Functions;
import io.datafusion.MalformedPayloadException;
import io.datafusion.SessionContext;
import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.FunctionFrame;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.PlanInspector.Function;
import io.datafusion.codec.PlanInspector.Kind;
import io.datafusion.codec.PlanInspector.Message;
import io.datafusion.codec.PlanInspector.Node;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.callable.DefinedClasses;
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
    assertThat(found.message()).isEqualTo(Message.EXPRESSION);
    assertThat(found.size()).isEqualTo(bytes.length);
    assertThat(found.root().kind()).isEqualTo("ScalarFunction");
    assertThat(found.root().fact("fun_name")).containsExactly("abs");
    Node argument = found.root().children().get(0);
    assertThat(argument.kind()).isEqualTo("ScalarFunction");
    assertThat(argument.role()).isEqualTo("args");
    assertThat(argument.fact("fun_name")).containsExactly("half");
    assertThat(argument.children()).extracting(Node::kind).containsExactly("Column");
    assertThat(found.codecs()).containsExactly("io.datafusion.inline");
    assertThat(found.functions()).extracting(Function::name).containsExactly("abs", "half");
    var outer = found.functions().get(0);
    assertThat(outer.form()).isEqualTo(new FunctionForm.ByName(false));
    assertThat(outer.frameSize()).isZero();
  }

  @Test
  void inlinedFunctionsShowWhatTheyCarry() {
    Function call = PlanInspector.expression(half.call(col("x")).toBytes(ctx)).functions().get(0);
    assertThat(call.kind()).isEqualTo(Kind.SCALAR);
    assertThat(call.codecs()).containsExactly("io.datafusion.inline");
    assertThat(call.carried()).contains(PlanInspectorTest.class.getName());
    FunctionFrame frame = ((FunctionForm.Inlined) call.form()).frame();
    assertThat(frame.verified()).isTrue();
    assertThat(frame.signed()).isEmpty();
    assertThat(frame.definition().name()).isEqualTo("half");
    assertThat(frame.definition().volatility()).contains(Volatility.VOLATILE);
    assertThat(frame.definition().signature()).contains("Float64");
    assertThat(frame.definition().result()).isPresent();
    assertThat(frame.code().codec()).isEqualTo("java");
    assertThat(frame.code().release()).isEqualTo(25);
    assertThat(frame.code().carried())
        .isNotEmpty()
        .allMatch(unit -> unit.size() > 0 && unit.sha256().length() == 64 && unit.verified());
  }

  @Test
  void plansOfBothKindsShowTheirFunctions() {
    var logical = PlanInspector.logicalPlan(query.logicalPlan().toBytes(ctx));
    var physical = PlanInspector.executionPlan(query.executionPlan().toBytes(ctx));
    assertThat(logical.root().toString()).contains("Aggregate", "Filter", "ScalarFunction");
    assertThat(physical.root().toString())
        .contains("AggregateExec", "mode=PARTIAL", "FilterExec", "ScalarFunctionExpr");
    for (var found : List.of(logical, physical)) {
      assertThat(found.functions())
          .anyMatch(f -> f.name().equals("sum") && f.kind() == Kind.AGGREGATE)
          .anyMatch(f -> f.name().equals("half") && f.inlined());
    }
  }

  @Test
  void bytesOfRealPlansShowWhatTheyAre() {
    assertThat(PlanInspector.readings(half.call(col("x")).toBytes(ctx)))
        .containsExactly(Message.EXPRESSION);
    assertThat(PlanInspector.readings(query.logicalPlan().toBytes(ctx)))
        .containsExactly(Message.LOGICAL_PLAN);
    assertThat(PlanInspector.readings(query.executionPlan().toBytes(ctx)))
        .containsExactly(Message.EXECUTION_PLAN);
  }

  /** contract 16: looking at a function is no reason to load its classes. */
  @Test
  void nothingIsDefined() {
    long before = DefinedClasses.count();
    for (int i = 0; i < 10; i++) {
      var logical = PlanInspector.logicalPlan(query.logicalPlan().toBytes(ctx));
      var physical = PlanInspector.executionPlan(query.executionPlan().toBytes(ctx));
      assertThat(logical.toText() + logical.toJson()).contains(PlanInspectorTest.class.getName());
      assertThat(physical.toText() + physical.toJson()).contains("half");
    }
    assertThat(DefinedClasses.count()).isEqualTo(before);
  }

  /** contract 9: by name means by name only. */
  @Test
  void strictBytesHoldNamesOnly() {
    try (SessionContext strict = ctx.withUdfInlining(UdfInlining.disabled())) {
      var found = PlanInspector.expression(half.call(col("x")).toBytes(strict));
      assertThat(found.functions())
          .hasSize(1)
          .allMatch(f -> f.form() instanceof FunctionForm.ByName);
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
}

package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datafusion.DataFrame;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.MalformedPayloadException;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.FunctionFrame;
import io.datafusion.codec.PlanInspector;
import io.datafusion.internal.callable.DefinedClasses;
import io.datafusion.internal.message.FunctionVolatility;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Signature;
import io.datafusion.udf.VectorArguments;
import io.datafusion.udf.VectorFunction;
import io.datafusion.udf.Volatility;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** contract 10 and 16: what a reader has, and what comes out of it again. */
class RoundTripTest {
  private static final String QUERY =
      "SELECT n, half(n) AS h FROM (SELECT n, half(n) AS g, third(n) AS t FROM numbers)"
          + " WHERE g > 1 AND third(300) = 100 AND t < 50 ORDER BY h";

  private SessionContext sender;
  private SessionContext receiver;

  @BeforeEach
  void open() {
    sender = SessionContext.create();
    receiver = SessionContext.create();
    sender.sql("CREATE VIEW numbers AS SELECT * FROM (VALUES (1), (4), (90), (600)) AS t(n)");
    sender.register(ScalarUdf.of("half", Long.class, Long.class, n -> n / 2));
    sender.register(ScalarUdf.of("third", Long.class, Long.class, n -> n / 3));
  }

  @AfterEach
  void close() {
    receiver.close();
    sender.close();
  }

  private static Field field(String name, boolean nullable, String note) {
    var type = new FieldType(nullable, new ArrowType.Int(64, true), null, Map.of("note", note));
    return new Field(name, type, null);
  }

  @Test
  void definitionsComeBackWhole() throws Exception {
    ScalarUdf sent =
        ScalarUdf.of(
                "both",
                field("a", false, "x"),
                field("b", true, "y"),
                field("r", true, "z"),
                (Long a, Long b) -> a + b)
            .withAliases("plus", "sum2")
            .withVolatility(Volatility.STABLE)
            .withMonotonic(true, true);
    ScalarUdf back = (ScalarUdf) ObjectStreams.read(ObjectStreams.write(sent));
    assertThat(back).isNotSameAs(sent).isEqualTo(sent).hasSameHashCodeAs(sent);
    assertThat(back.name()).isEqualTo("both");
    assertThat(back.aliases()).containsExactly("plus", "sum2");
    assertThat(back.volatility()).isEqualTo(Volatility.STABLE);
    assertThat(back.signature()).isEqualTo(sent.signature());
    assertThat(back.arguments()).containsExactly(field("a", false, "x"), field("b", true, "y"));
    assertThat(back.result()).contains(field("r", true, "z"));
    FunctionFrame here = frame(sent.call(col("a"), col("b")).toBytes(sender));
    FunctionFrame there = frame(back.call(col("a"), col("b")).toBytes(receiver));
    assertThat(there).isEqualTo(here);
  }

  private static FunctionFrame frame(byte[] expression) {
    var form = PlanInspector.expression(expression).functions().getFirst().form();
    return ((FunctionForm.Inlined) form).frame();
  }

  @Test
  void whatWasNotChangedHasTheSameBytes() {
    var frame = sender.sql(QUERY);
    byte[] logical = frame.logicalPlan().toBytes(sender);
    byte[] optimized = frame.optimizedPlan().toBytes(sender);
    byte[] physical = frame.executionPlan().toBytes(sender);
    byte[] expression =
        ScalarUdf.of("f", Long.class, Long.class, n -> n + 1).call(col("n")).toBytes(sender);
    assertThat(LogicalPlan.fromBytes(receiver, logical).toBytes(receiver)).isEqualTo(logical);
    assertThat(LogicalPlan.fromBytes(receiver, optimized).toBytes(receiver)).isEqualTo(optimized);
    assertThat(ExecutionPlan.fromBytes(receiver, physical).toBytes(receiver)).isEqualTo(physical);
    assertThat(Expr.fromBytes(receiver, expression).toBytes(receiver)).isEqualTo(expression);
  }

  @Test
  void theOptimizerKeepsEveryFunctionAndDefinesNoClass() {
    byte[] sent = sender.sql(QUERY).logicalPlan().toBytes(sender);
    long before = DefinedClasses.count();
    LogicalPlan decoded = LogicalPlan.fromBytes(receiver, sent);
    LogicalPlan optimized = decoded.optimized(receiver);
    byte[] again = optimized.toBytes(receiver);
    byte[] planned = receiver.dataFrame(decoded).executionPlan().toBytes(receiver);
    assertThat(DefinedClasses.count()).isEqualTo(before);
    assertThat(optimized.display()).isNotEqualTo(decoded.display());
    Set<String> frames = frames(PlanInspector.logicalPlan(sent));
    assertThat(frames).hasSize(2);
    assertThat(frames(PlanInspector.logicalPlan(again))).isEqualTo(frames);
    assertThat(frames(PlanInspector.executionPlan(planned))).isEqualTo(frames);
    assertThat(receiver.dataFrame(LogicalPlan.fromBytes(receiver, again)).toText(10))
        .isEqualTo(sender.sql(QUERY).toText(10))
        .contains("| 90 | 45 |");
  }

  /** contract 15, 16: the release that the code needs is no matter of reading and handing on. */
  @Test
  void codeForANewerJavaIsPlannedAndHandedOn() throws Exception {
    var call = ScalarUdf.of("f", Long.class, Long.class, n -> n + 1).call(col("n"));
    var sent = new InlinedCall(call.toBytes(sender));
    byte[] bare = sent.withBody(body -> body.getCallableBuilder().setRuntimeRelease(99));
    Expr decoded = Expr.fromBytes(receiver, bare);
    byte[] newer = decoded.toBytes(receiver);
    assertThat(new InlinedCall(newer).body().getCallable().getRuntimeRelease()).isEqualTo(99);
    assertThat(Expr.fromBytes(receiver, newer).toBytes(receiver)).isEqualTo(newer);
    DataFrame rows = receiver.sql("SELECT n FROM (VALUES (1), (2)) AS t(n)").select(decoded);
    assertThat(rows.optimizedPlan().toBytes(receiver)).isNotEmpty();
    assertThat(rows.executionPlan().toBytes(receiver)).isNotEmpty();
    assertThatThrownBy(() -> rows.toText(10))
        .isInstanceOf(UnresolvedFunctionException.class)
        .hasMessageContainingAll("Java 99", "Java " + Runtime.version().feature());
  }

  private static Set<String> frames(PlanInspector.Inspection found) {
    var frames = new TreeSet<String>();
    for (PlanInspector.Function function : found.functions()) {
      if (function.form() instanceof FunctionForm.Inlined(FunctionFrame frame)) {
        assertThat(frame.verified()).isTrue();
        frames.add(function.name() + " " + frame.size() + " " + frame.sha256());
      }
    }
    return frames;
  }

  private static final class Same implements VectorFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public FieldVector apply(VectorArguments arguments) {
      return arguments.vector(0);
    }

    @Override
    public Field resultField(List<Field> arguments, List<Optional<Object>> literals) {
      return arguments.getFirst();
    }
  }

  private static final class Coercing implements VectorFunction {
    private static final long serialVersionUID = 1L;

    @Override
    public FieldVector apply(VectorArguments arguments) {
      return arguments.vector(0);
    }

    @Override
    public List<Field> coerce(List<Field> arguments) {
      return arguments;
    }
  }

  /** Under another volatility, and so another digest: this process has its callable not yet. */
  private byte[] frame(Expr call, FunctionVolatility volatility) throws Exception {
    var sent = new InlinedCall(call.toBytes(sender));
    Expr other = Expr.fromBytes(receiver, sent.withBody(body -> body.setVolatility(volatility)));
    return new InlinedCall(other.toBytes(receiver)).frame();
  }

  /** contract 16: the exception. */
  @Test
  void aComputedResultFieldNeedsTheCodeInLogicalPlansOnly() throws Exception {
    needsTheCodeInLogicalPlansOnly(ScalarUdf.vectorized("same", Signature.any(1), new Same()));
  }

  /** contract 16: the exception. */
  @Test
  void castsOfItsOwnNeedTheCodeInLogicalPlansOnly() throws Exception {
    Field result = field("r", true, "z");
    needsTheCodeInLogicalPlansOnly(
        ScalarUdf.vectorized("same", Signature.userDefined(), result, new Coercing()));
  }

  private void needsTheCodeInLogicalPlansOnly(ScalarUdf function) throws Exception {
    Expr call = function.call(col("n"));
    byte[] stable = frame(call, FunctionVolatility.FUNCTION_VOLATILITY_STABLE);
    byte[] changing = frame(call, FunctionVolatility.FUNCTION_VOLATILITY_VOLATILE);
    String own = latin(new InlinedCall(call.toBytes(sender)).frame());
    String plan = latin(sender.table("numbers").select(call).executionPlan().toBytes(sender));
    byte[] physical = plan.replace(own, latin(changing)).getBytes(StandardCharsets.ISO_8859_1);
    assertThat(latin(physical)).isNotEqualTo(plan);

    long before = DefinedClasses.count();
    ExecutionPlan decoded = ExecutionPlan.fromBytes(receiver, physical);
    assertThat(decoded.display()).contains("same");
    assertThat(decoded.toBytes(receiver)).isEqualTo(physical);
    Expr expr = Expr.fromBytes(receiver, new InlinedCall(call.toBytes(sender)).with(stable));
    assertThat(DefinedClasses.count()).isEqualTo(before);
    receiver.sql("SELECT 1 AS n").select(expr).logicalPlan();
    assertThat(DefinedClasses.count()).isGreaterThan(before);
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static String unreached() {
    return "a text of nobody's";
  }

  /** What the methods that stay name is nobody's business, and makes a frame large. */
  @Test
  void namesAndTextsOfWhatStaysDoNotTravel() {
    assertThat(unreached()).isNotEmpty();
    String near = "a text that goes along";
    Expr call = ScalarUdf.of("f", String.class, String.class, s -> s + near).call(col("s"));
    byte[] bytes = call.toBytes(sender);
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
        .contains(near, RoundTripTest.class.getName())
        .doesNotContain(
            String.join(" text ", "a", "of nobody's"), "unreached", "theOptimizerKeeps");
    assertThat(bytes).hasSizeLessThan(4_000);
  }

  /** contract 11. No bytes are a message, of nothing. */
  @Test
  void noBytesAreNoPlan() {
    byte[] none = {};
    for (ThrowingCallable read :
        List.<ThrowingCallable>of(
            () -> Expr.fromBytes(receiver, none),
            () -> LogicalPlan.fromBytes(receiver, none),
            () -> ExecutionPlan.fromBytes(receiver, none))) {
      assertThatThrownBy(read)
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("no bytes");
    }
  }

  @Test
  void aFunctionBeyondTheLimitIsRefusedWithSizeAndLimit() {
    byte[] large = new byte[5_000];
    Expr call = ScalarUdf.of("heavy", Long.class, Long.class, n -> n + large.length).call(col("n"));
    byte[] bytes = call.toBytes(sender);
    assertThat(Expr.fromBytes(receiver, bytes).toBytes(receiver)).isEqualTo(bytes);
    try (SessionContext small = SessionContext.create(SessionConfig.of().withPayloadLimit(5_000))) {
      assertThatThrownBy(() -> Expr.fromBytes(small, bytes))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("5000");
    }
  }
}

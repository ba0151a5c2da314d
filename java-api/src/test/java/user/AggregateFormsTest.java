package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.datafusion.DataFrame;
import io.datafusion.DataFusionException;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.InliningRefusedException;
import io.datafusion.LogicalPlan;
import io.datafusion.MalformedPayloadException;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.codec.FrameSigner;
import io.datafusion.codec.FrameVerifier;
import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.UdfInlining;
import io.datafusion.internal.callable.CallableDecoder;
import io.datafusion.internal.message.Frame;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.udf.AggregateUdf;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import javax.crypto.spec.SecretKeySpec;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import user.Aggregates.Way;

/** Aggregate functions as bytes: policies, inspection, and bytes that lie. */
class AggregateFormsTest {
  private static final SecretKeySpec SECRET = new SecretKeySpec(new byte[32], "HmacSHA256");

  @TempDir private Path folder;
  private SessionContext ctx;
  private SessionContext knowing;
  private String file;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    knowing = SessionContext.create();
    file = folder.resolve("data.parquet").toString();
    ctx.sql("SELECT value % 3 AS k, CAST(value AS DOUBLE) AS x FROM range(0, 30)")
        .write(ParquetSink.of(file));
  }

  @AfterEach
  void close() {
    ctx.close();
    knowing.close();
  }

  enum Form {
    EXPRESSION,
    LOGICAL_PLAN,
    EXECUTION_PLAN;

    byte[] write(SessionContext session, String file, AggregateUdf function) {
      Expr call = function.call(col("x"));
      DataFrame rows =
          session.read(Parquet.of(file)).aggregate(List.of(col("k")), List.of(call.alias("m")));
      return switch (this) {
        case EXPRESSION -> call.toBytes(session);
        case LOGICAL_PLAN -> rows.logicalPlan().toBytes(session);
        case EXECUTION_PLAN -> rows.executionPlan().toBytes(session);
      };
    }

    Object read(SessionContext session, byte[] bytes) {
      return switch (this) {
        case EXPRESSION -> Expr.fromBytes(session, bytes);
        case LOGICAL_PLAN -> LogicalPlan.fromBytes(session, bytes);
        case EXECUTION_PLAN -> ExecutionPlan.fromBytes(session, bytes);
      };
    }

    byte[] again(SessionContext session, byte[] bytes) {
      return switch (this) {
        case EXPRESSION -> Expr.fromBytes(session, bytes).toBytes(session);
        case LOGICAL_PLAN -> LogicalPlan.fromBytes(session, bytes).toBytes(session);
        case EXECUTION_PLAN -> ExecutionPlan.fromBytes(session, bytes).toBytes(session);
      };
    }
  }

  /** contract 17 to 20: each policy, each form, the name registered and not; nothing is defined. */
  @ParameterizedTest
  @EnumSource
  void policiesHold(Form form) {
    AggregateUdf byValue = Way.RECORD.mean("own_mean");
    knowing.register(byValue);
    byte[] inlined = form.write(ctx, file, byValue);
    byte[] referenced = form.write(ctx, file, byValue.withShared("user"));
    byte[] signed;
    UdfInlining signing =
        UdfInlining.signed(
            FrameSigner.hmacSha256("k", SECRET), FrameVerifier.hmacSha256("k", SECRET));
    try (SessionContext session = ctx.withUdfInlining(signing)) {
      signed = form.write(session, file, byValue);
    }
    long before = CallableDecoder.definedClasses();
    for (SessionContext base : List.of(ctx, knowing)) {
      try (SessionContext disabled = base.withUdfInlining(UdfInlining.disabled());
          SessionContext reference = base.withUdfInlining(UdfInlining.byReference("user"));
          SessionContext trusting =
              base.withUdfInlining(UdfInlining.verified(FrameVerifier.hmacSha256("k", SECRET)))) {
        assertThat(form.again(base, inlined)).isEqualTo(inlined);
        assertThat(form.again(base, signed)).isNotEmpty();
        assertThat(form.again(reference, referenced)).isEqualTo(referenced);
        for (byte[] bytes : List.of(inlined, referenced, signed)) {
          refused(() -> form.again(disabled, bytes));
        }
        refused(() -> form.again(reference, inlined));
        refused(() -> form.again(trusting, inlined));
        assertThat(form.read(trusting, signed)).isNotNull();
      }
    }
    assertThat(CallableDecoder.definedClasses()).isEqualTo(before);
  }

  private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(InliningRefusedException.class)
        .hasMessageContainingAll("aggregate function 'own_mean'", "by name", "registers it");
  }

  /** contract 9, 19. */
  @ParameterizedTest
  @EnumSource
  void whatComesByNameNeedsTheName(Form form) {
    knowing.register(Way.RECORD.mean("own_mean"));
    try (SessionContext strict = ctx.withUdfInlining(UdfInlining.disabled());
        SessionContext known = knowing.withUdfInlining(UdfInlining.disabled())) {
      byte[] named = form.write(strict, file, Way.RECORD.mean("own_mean"));
      assertThat(form.again(known, named)).isEqualTo(named);
      assertThatThrownBy(() -> form.again(strict, named))
          .isInstanceOf(UnresolvedFunctionException.class)
          .hasMessageContaining("aggregate function 'own_mean'");
      assertThat(form.write(ctx, file, Way.RECORD.mean("own_mean")))
          .isEqualTo(form.again(ctx, form.write(ctx, file, Way.RECORD.mean("own_mean"))));
    }
  }

  /** The inspector needs no session and defines no class. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void theInspectorShowsThem(Way way) {
    long before = CallableDecoder.definedClasses();
    byte[] bytes = Form.LOGICAL_PLAN.write(ctx, file, way.mean("own_mean"));
    var functions = PlanInspector.logicalPlan(bytes).functions();
    assertThat(functions).hasSize(1);
    assertThat(functions.getFirst().name()).isEqualTo("own_mean");
    assertThat(functions.getFirst().kind()).isEqualTo(PlanInspector.Kind.AGGREGATE);
    assertThat(functions.getFirst().form()).isInstanceOf(FunctionForm.Inlined.class);
    byte[] physical = Form.EXECUTION_PLAN.write(ctx, file, way.mean("own_mean"));
    assertThat(PlanInspector.executionPlan(physical).functions())
        .isNotEmpty()
        .allMatch(function -> function.kind() == PlanInspector.Kind.AGGREGATE);
    assertThat(CallableDecoder.definedClasses()).isEqualTo(before);
  }

  /** {@return a call whose definition says something else} */
  private static byte[] forged(byte[] call, UnaryOperator<InlinedFunction.Builder> change)
      throws InvalidProtocolBufferException {
    LogicalExprNode node = LogicalExprNode.parseFrom(call);
    ByteString definition = node.getAggregateUdfExpr().getFunDefinition();
    int at = definition.toString(java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("DFJVUDA");
    Frame frame = Frame.parseFrom(definition.substring(at + 8));
    InlinedFunction function =
        change.apply(InlinedFunction.parseFrom(frame.getBody()).toBuilder()).build();
    String family =
        function.getKind() == FunctionKind.FUNCTION_KIND_AGGREGATE ? "DFJVUDA" : "DFJVUDF";
    ByteString forged = Messages.bytes(family, function);
    var call2 = node.getAggregateUdfExpr().toBuilder().setFunDefinition(forged);
    return node.toBuilder().setAggregateUdfExpr(call2).build().toByteArray();
  }

  private static UnaryOperator<InlinedFunction.Builder> firstByte(int form) {
    return function -> {
      ByteString payload = function.getCallable().getPayload().substring(1);
      ByteString first = ByteString.copyFrom(new byte[] {(byte) form});
      function.getCallableBuilder().setPayload(first.concat(payload));
      return function;
    };
  }

  private Throwable running(byte[] call) {
    return catchThrowable(
        () ->
            ctx.read(Parquet.of(file))
                .aggregate(List.of(col("k")), List.of(Expr.fromBytes(ctx, call).alias("m")))
                .toText(10));
  }

  @Test
  void definitionsThatLieAreRefusedBeforeAClassIsDefinedOrAValueRead() throws Exception {
    for (Way way : Way.values()) {
      byte[] call = Form.EXPRESSION.write(ctx, file, way.mean("own_mean"));
      assertThat(running(forged(call, function -> function))).isNull();
      for (int form = -1; form < 9; form++) {
        Throwable thrown = running(forged(call, firstByte(form)));
        if (thrown != null) {
          assertThat(thrown).as("%s as form %d", way, form).isInstanceOf(DataFusionException.class);
        }
      }
      assertThat(running(forged(call, function -> function.clearStateFields())))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("state fields");
      ByteString text = Messages.schema(Messages.field("sum", ArrowType.Utf8.INSTANCE));
      Throwable lying = running(forged(call, function -> function.setStateFields(text)));
      assertThat(lying).as("%s", way).isInstanceOf(DataFusionException.class);
      ByteString other = Messages.schema(Messages.field("r", ArrowType.Utf8.INSTANCE));
      Throwable result = running(forged(call, function -> function.setReturnField(other)));
      assertThat(result).as("%s", way).isInstanceOf(DataFusionException.class);
      assertThat(ctx.sql("SELECT 1").count()).isEqualTo(1);
    }
    byte[] call = Form.EXPRESSION.write(ctx, file, Way.RECORD.mean("own_mean"));
    ByteString text = Messages.schema(Messages.field("sum", ArrowType.Utf8.INSTANCE));
    assertThat(running(forged(call, function -> function.setStateFields(text))))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("own_mean");
  }

  @Test
  void mutatedBytesAreReadOrRefused() throws Exception {
    Random random = new Random(4);
    for (Way way : Way.values()) {
      byte[] call = Form.EXPRESSION.write(ctx, file, way.mean("own_mean"));
      byte[] plan = Form.EXECUTION_PLAN.write(ctx, file, way.mean("own_mean"));
      for (int i = 0; i < 400; i++) {
        byte[] mutated = (i % 2 == 0 ? call : plan).clone();
        mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
        Form form = i % 2 == 0 ? Form.EXPRESSION : Form.EXECUTION_PLAN;
        Throwable thrown = catchThrowable(() -> form.again(ctx, mutated));
        if (thrown != null) {
          assertThat(thrown).isInstanceOf(DataFusionException.class);
        }
      }
      for (int length = 0; length < call.length; length += 7) {
        byte[] cut = java.util.Arrays.copyOf(call, length);
        Throwable thrown = catchThrowable(() -> Form.EXPRESSION.again(ctx, cut));
        if (thrown != null) {
          assertThat(thrown).isInstanceOf(DataFusionException.class);
        }
      }
    }
  }

  @Test
  void functionsThatCannotTravelSayWhyWhenTheyWould() {
    Object lock = new Object();
    AggregateUdf stuck =
        AggregateUdf.of(
            "stuck",
            Double.class,
            Double.class,
            new Aggregates.Mean(0, 0),
            (Aggregates.Mean mean, Double x) -> {
              synchronized (lock) {
                return mean.plus(x);
              }
            },
            (a, b) -> a,
            mean -> mean.sum());
    assertThat(
            ctx.sql("SELECT 1.5 AS x").aggregate(List.of(), List.of(stuck.call(col("x")))).count())
        .isEqualTo(1);
    assertThatThrownBy(() -> stuck.call(col("x")).toBytes(ctx))
        .isInstanceOf(io.datafusion.UnserializableFunctionException.class)
        .hasMessageContaining("aggregate function 'stuck'")
        .hasMessageContaining("lock");
  }
}

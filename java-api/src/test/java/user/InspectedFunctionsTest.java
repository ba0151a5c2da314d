package user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static user.Messages.ascii;
import static user.Messages.bytes;
import static user.Messages.call;
import static user.Messages.envelope;
import static user.Messages.field;
import static user.Messages.frame;
import static user.Messages.function;
import static user.Messages.schema;
import static user.Messages.sha256;

import com.google.protobuf.ByteString;
import io.datafusion.MalformedPayloadException;
import io.datafusion.SessionContext;
import io.datafusion.codec.FunctionForm;
import io.datafusion.codec.FunctionFrame;
import io.datafusion.codec.PlanInspector;
import io.datafusion.codec.PlanInspector.Function;
import io.datafusion.codec.PlanInspector.Kind;
import io.datafusion.internal.message.AnyArguments;
import io.datafusion.internal.message.ArgumentSignature;
import io.datafusion.internal.message.ArrayArguments;
import io.datafusion.internal.message.CodeUnit;
import io.datafusion.internal.message.CoercibleArgument;
import io.datafusion.internal.message.CoercibleArguments;
import io.datafusion.internal.message.ComputedResult;
import io.datafusion.internal.message.FrameSignature;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.internal.message.InlinedFunction;
import io.datafusion.internal.message.OneOfArguments;
import io.datafusion.internal.message.TypeClass;
import io.datafusion.internal.message.UniformArguments;
import io.datafusion.udf.TableFunction;
import io.datafusion.udf.Volatility;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.datafusion.protobuf.AggregateUDFExprNode;
import org.apache.datafusion.protobuf.AliasNode;
import org.apache.datafusion.protobuf.HigherOrderUDFExprNode;
import org.apache.datafusion.protobuf.LogicalExprNode;
import org.apache.datafusion.protobuf.PhysicalExprNode;
import org.apache.datafusion.protobuf.PhysicalPlanNode;
import org.apache.datafusion.protobuf.PhysicalWindowExprNode;
import org.apache.datafusion.protobuf.PlaceholderRowExecNode;
import org.apache.datafusion.protobuf.ScalarUDFExprNode;
import org.apache.datafusion.protobuf.WindowAggExecNode;
import org.apache.datafusion.protobuf.WindowExprNode;
import org.junit.jupiter.api.Test;

/** How functions are written in messages, in every form. */
class InspectedFunctionsTest {
  private static final InlinedFunction SCALAR =
      function("half", FunctionKind.FUNCTION_KIND_SCALAR).build();

  private static Function only(LogicalExprNode message) {
    List<Function> found = PlanInspector.expression(message.toByteArray()).functions();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static Function inlined(ByteString definition) {
    return only(call("half", definition));
  }

  private static FunctionFrame frameOf(InlinedFunction function) {
    return ((FunctionForm.Inlined) inlined(bytes("DFJVUDF", function)).form()).frame();
  }

  private static String signature(ArgumentSignature.Builder signature) {
    return frameOf(SCALAR.toBuilder().setSignature(signature).build()).definition().signature();
  }

  @Test
  void definitionsShowWhatPlanningKnows() {
    FunctionFrame.Definition definition = frameOf(SCALAR).definition();
    ArrowType number = new ArrowType.Int(64, true);
    assertThat(definition.name()).isEqualTo("half");
    assertThat(definition.aliases()).containsExactly("other_half");
    assertThat(definition.volatility()).contains(Volatility.STABLE);
    assertThat(definition.signature()).isEqualTo("any 2 named (left)");
    assertThat(definition.arguments())
        .containsExactly(field("left", number), field("right", ArrowType.Utf8.INSTANCE));
    assertThat(definition.result()).contains(field("half", number));
    assertThat(definition.state()).isEmpty();
  }

  @Test
  void codeShowsClassesWithSizesAndDigests() {
    FunctionFrame frame = frameOf(SCALAR);
    String digest = HexFormat.of().formatHex(sha256(Messages.CLASS_FILE));
    assertThat(frame.code())
        .isEqualTo(
            new FunctionFrame.Code(
                "java",
                7,
                25,
                List.of(new FunctionFrame.Unit("a.Carried", 6, digest, true)),
                List.of(new FunctionFrame.Unit("a.Referenced", 0, "", false))));
    assertThat(frame.family()).isEqualTo("DFJVUDF");
    assertThat(frame.size()).isEqualTo(bytes("DFJVUDF", SCALAR).size());
    assertThat(frame.signed()).isEmpty();
  }

  @Test
  void digestsAreComputedAndCompared() {
    var honest = frame("DFJVUDF", SCALAR);
    var forged = honest.toBuilder().setSha256(ascii("no")).build();
    String digest = HexFormat.of().formatHex(honest.getSha256().toByteArray());
    Map.of(honest, true, forged, false)
        .forEach(
            (frame, verified) -> {
              Function found = inlined(bytes("DFJVUDF", frame));
              var read = ((FunctionForm.Inlined) found.form()).frame();
              assertThat(read.sha256()).isEqualTo(digest);
              assertThat(read.verified()).isEqualTo(verified);
            });
    CodeUnit other = CodeUnit.newBuilder().setName("a.B").setCode(ascii("other code")).build();
    var callable = SCALAR.getCallable().toBuilder().addCarried(other);
    assertThat(frameOf(SCALAR.toBuilder().setCallable(callable).build()).code().carried())
        .extracting(FunctionFrame.Unit::verified)
        .containsExactly(true, false);
  }

  @Test
  void signaturesShowAlgorithmAndKey() {
    var signature =
        FrameSignature.newBuilder()
            .setAlgorithm("Ed25519")
            .setKeyId(ascii("k1"))
            .setValue(ascii("0123456789"));
    var frame = frame("DFJVUDF", SCALAR).toBuilder().setSignature(signature).build();
    var inspection = PlanInspector.expression(call("half", bytes("DFJVUDF", frame)).toByteArray());
    var form = (FunctionForm.Inlined) inspection.functions().get(0).form();
    assertThat(form.frame().signed()).contains(new FunctionFrame.Signature("Ed25519", "6b31", 10));
    assertThat(inspection.toText()).contains("signed by Ed25519 key 6b31, 10 bytes, not checked");
    assertThat(inspection.toJson())
        .contains("\"algorithm\" : \"Ed25519\"", "\"key\" : \"6b31\"", "\"size\" : 10");
  }

  @Test
  void signaturesOfTypesHaveAText() {
    ByteString types =
        schema(
            field("0", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
            field("1", new ArrowType.Decimal(10, 2, 128)));
    String both = "(Timestamp(Microsecond, 'UTC'), Decimal128(10, 2))";
    var uniform = UniformArguments.newBuilder().setCount(2).setTypes(types);
    assertThat(signature(form().setExact(types))).isEqualTo("exact" + both);
    assertThat(signature(form().setVariadic(types))).isEqualTo("variadic" + both);
    assertThat(signature(form().setUniform(uniform))).isEqualTo("uniform 2" + both);
    var coercible =
        CoercibleArgument.newBuilder()
            .setDesired(TypeClass.newBuilder().setNative(schema(field("", new ArrowType.Bool()))))
            .addAllowedSources(TypeClass.newBuilder().setName("Integer"))
            .setDefaultCast(schema(field("", ArrowType.Utf8View.INSTANCE)))
            .setPreserveDictionary(true);
    var arguments = CoercibleArguments.newBuilder().addArguments(coercible);
    assertThat(signature(form().setCoercible(arguments)))
        .isEqualTo("coercible(Boolean from (Integer) as (Utf8View) keeping dictionaries)");
  }

  @Test
  void signaturesWithoutTypesHaveAText() {
    var any = AnyArguments.newBuilder().setCount(3);
    assertThat(signature(form().setVariadicAny(any))).isEqualTo("variadic any");
    assertThat(signature(form().setAny(any))).isEqualTo("any 3");
    assertThat(signature(form().setUserDefined(any))).isEqualTo("user-defined");
    assertThat(signature(form().setComparable(any))).isEqualTo("comparable 3");
    assertThat(signature(form().setNumeric(any))).isEqualTo("numeric 3");
    assertThat(signature(form().setString(any))).isEqualTo("string 3");
    assertThat(signature(form().setNullary(any))).isEqualTo("nullary");
    assertThat(signature(form())).isEqualTo("?");
    var oneOf =
        OneOfArguments.newBuilder().addForms(form().setAny(any)).addForms(form().setNullary(any));
    assertThat(signature(form().setOneOf(oneOf))).isEqualTo("one of (any 3, nullary)");
  }

  @Test
  void signaturesOfArraysHaveAText() {
    var array =
        ArrayArguments.newBuilder()
            .addAllArguments(List.of("Array", "Index"))
            .setCoercion("FixedSizedListToList");
    assertThat(signature(form().setArray(array)))
        .isEqualTo("array(Array, Index) FixedSizedListToList");
    assertThat(signature(form().setArray(array.clone().setRecursive(true))))
        .isEqualTo("recursive array");
    assertThat(signature(form().setArray(array.clone().setMap(true)))).isEqualTo("map");
  }

  private static ArgumentSignature.Builder form() {
    return ArgumentSignature.newBuilder();
  }

  @Test
  void aggregatesShowTheirState() {
    InlinedFunction function =
        function("mean", FunctionKind.FUNCTION_KIND_AGGREGATE)
            .setComputed(ComputedResult.getDefaultInstance())
            .setStateFields(schema(field("sum", new ArrowType.Int(64, true))))
            .build();
    Function found =
        only(
            LogicalExprNode.newBuilder()
                .setAggregateUdfExpr(
                    AggregateUDFExprNode.newBuilder()
                        .setFunName("mean")
                        .setFunDefinition(bytes("DFJVUDA", function)))
                .build());
    assertThat(found.kind()).isEqualTo(Kind.AGGREGATE);
    var frame = ((FunctionForm.Inlined) found.form()).frame();
    assertThat(frame.family()).isEqualTo("DFJVUDA");
    assertThat(frame.verified()).isTrue();
    assertThat(frame.definition().result()).isEmpty();
    assertThat(frame.definition().state()).extracting("name").containsExactly("sum");
  }

  @Test
  void windowCallsAreNamedByTheirFunction() {
    InlinedFunction function = function("rank2", FunctionKind.FUNCTION_KIND_WINDOW).build();
    ByteString definition = bytes("DFJVUDW", function);
    Function logical =
        only(
            LogicalExprNode.newBuilder()
                .setWindowExpr(
                    WindowExprNode.newBuilder().setUdwf("rank2").setFunDefinition(definition))
                .build());
    PhysicalWindowExprNode.Builder window =
        PhysicalWindowExprNode.newBuilder()
            .setName("rank2() OVER ()")
            .setUserDefinedWindowFunction("rank2")
            .setFunDefinition(definition);
    byte[] plan =
        PhysicalPlanNode.newBuilder()
            .setWindow(
                WindowAggExecNode.newBuilder()
                    .setInput(
                        PhysicalPlanNode.newBuilder()
                            .setPlaceholderRow(PlaceholderRowExecNode.getDefaultInstance()))
                    .addWindowExpr(window)
                    .addPartitionKeys(PhysicalExprNode.newBuilder().setWindowExpr(window.clone())))
            .build()
            .toByteArray();
    List<Function> physical = PlanInspector.executionPlan(plan).functions();
    assertThat(physical).hasSize(2);
    for (Function found : List.of(logical, physical.get(0), physical.get(1))) {
      assertThat(found.name()).isEqualTo("rank2");
      assertThat(found.kind()).isEqualTo(Kind.WINDOW);
      assertThat(((FunctionForm.Inlined) found.form()).frame().family()).isEqualTo("DFJVUDW");
    }
  }

  @Test
  void callsOfTableFunctionsAreFoundWhereTablesStand() {
    try (SessionContext ctx = SessionContext.create()) {
      ctx.register(TableFunction.of("one", (session, arguments) -> session.sql("SELECT 1 AS n")));
      byte[] plan = ctx.sql("SELECT n FROM one(7)").logicalPlan().toBytes(ctx);
      Function found = PlanInspector.logicalPlan(plan).functions().get(0);
      assertThat(found.name()).isEqualTo("one");
      assertThat(found.kind()).isEqualTo(PlanInspector.Kind.TABLE);
      assertThat(found.codecs()).containsExactly("io.datafusion.inline");
      FunctionFrame frame = ((FunctionForm.Inlined) found.form()).frame();
      assertThat(frame.family()).isEqualTo("DFJVUDT");
      assertThat(frame.verified()).isTrue();
    }
  }

  @Test
  void namesAloneAreByNameAndEmptyDefinitionsAskTheCodecs() {
    LogicalExprNode absent =
        LogicalExprNode.newBuilder()
            .setHigherOrderUdfExpr(HigherOrderUDFExprNode.newBuilder().setFunName("map_all"))
            .build();
    assertThat(only(absent))
        .isEqualTo(
            new Function("map_all", Kind.HIGHER_ORDER, List.of(), new FunctionForm.ByName(false)));
    assertThat(only(call("abs", ByteString.EMPTY)).form()).isEqualTo(new FunctionForm.ByName(true));
  }

  @Test
  void envelopesShowEachCodecFromTheOutsideIn() {
    ByteString twice =
        envelope("outer", envelope("io.datafusion.inline", bytes("DFJVUDF", SCALAR)));
    var inspection = PlanInspector.expression(call("half", twice).toByteArray());
    Function found = inspection.functions().get(0);
    assertThat(found.codecs()).containsExactly("outer", "io.datafusion.inline");
    assertThat(found.inlined()).isTrue();
    assertThat(found.frameSize()).isEqualTo(bytes("DFJVUDF", SCALAR).size());
    assertThat(found.carried()).containsExactly("a.Carried");
    assertThat(inspection.codecs()).containsExactly("outer", "io.datafusion.inline");
    assertThat(inspection.toText()).contains("in io.datafusion.inline in outer");
  }

  @Test
  void pythonFramesShowTheirRelease() {
    for (String family : List.of("DFPYUDF", "DFPYUDA", "DFPYUDW")) {
      ByteString frame = ascii(family + "\u0001\u0003\u000ccloudpickle");
      Function found = inlined(envelope("python", frame));
      assertThat(found.form()).isEqualTo(new FunctionForm.Python(family, "3.12", 21));
      assertThat(found.inlined()).isTrue();
      assertThat(found.carried()).isEmpty();
    }
  }

  @Test
  void otherBytesShowHowTheyBegin() {
    Function bare = inlined(ascii("0123456789abcdefgh"));
    assertThat(bare.form())
        .isEqualTo(new FunctionForm.Opaque(18, "30313233343536373839616263646566"));
    assertThat(bare.codecs()).isEmpty();
    assertThat(bare.inlined()).isFalse();
    Function wrapped = inlined(envelope("their.codec", ascii("x")));
    assertThat(wrapped.form()).isEqualTo(new FunctionForm.Opaque(1, "78"));
    assertThat(wrapped.codecs()).containsExactly("their.codec");
    assertThat(inlined(ascii("DFJVUDX\u0001")).form()).isInstanceOf(FunctionForm.Opaque.class);
  }

  @Test
  void aNameThatIsNotTheCallsIsShown() {
    var inspection =
        PlanInspector.expression(call("third", bytes("DFJVUDF", SCALAR)).toByteArray());
    assertThat(inspection.functions().get(0).name()).isEqualTo("third");
    assertThat(inspection.toText()).contains("named half, NOT as in the call");
  }

  @Test
  void equalCallsAreCounted() {
    LogicalExprNode call = call("half", bytes("DFJVUDF", SCALAR));
    LogicalExprNode nested =
        call.toBuilder()
            .setScalarUdfExpr(
                ScalarUDFExprNode.newBuilder(call.getScalarUdfExpr()).clearArgs().addArgs(call))
            .build();
    var inspection = PlanInspector.expression(nested.toByteArray());
    assertThat(inspection.functions()).hasSize(2);
    assertThat(inspection.toText()).containsOnlyOnce("half (scalar, 2 calls)");
    assertThat(inspection.toJson()).containsOnlyOnce("\"calls\" : 2");
  }

  @Test
  void brokenFramesAndEnvelopesAreRefusedByName() {
    ByteString good = bytes("DFJVUDF", SCALAR);
    Map<ByteString, String> broken =
        Map.of(
            ascii("DFJVUDF"), "cut off after its family",
            ascii("DFJVUDF\u0002"), "version 2",
            good.substring(0, good.size() - 1), "frame: ",
            ascii("DFPYUDF\u0001\u0003"), "cut off after 9 bytes",
            ascii("DFPYUDF\u0007\u0003\u000c"), "version 7",
            ascii("DFPYCHN\u0001"), "codec envelope: cut off",
            ascii("DFPYCHN\u0002\0\0\0\0"), "codec envelope: version 2",
            ascii("DFPYCHN\u0001\u0005\0\0\0A"), "a codec id of 5 bytes where 1 are left",
            ascii("DFPYCHN\u0001\u0001\0\0\0\u00ff"), "not UTF-8");
    broken.forEach(
        (bytes, reason) ->
            assertThatThrownBy(() -> inlined(bytes))
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessageContaining("function half")
                .hasMessageContaining(reason));
  }

  @Test
  void brokenSchemasAreRefusedByPart() {
    InlinedFunction function = SCALAR.toBuilder().setStateFields(ascii("no schema")).build();
    assertThatThrownBy(() -> frameOf(function))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("function half: state");
    InlinedFunction huge =
        SCALAR.toBuilder().setArgumentFields(ByteString.copyFrom(new byte[300_000])).build();
    assertThatThrownBy(() -> frameOf(huge))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("function half: arguments: a schema of 300000 bytes");
  }

  @Test
  void callsInsideOtherNodesAreFound() {
    LogicalExprNode alias =
        LogicalExprNode.newBuilder()
            .setAlias(AliasNode.newBuilder().setAlias("x").setExpr(call("half", ByteString.EMPTY)))
            .build();
    assertThat(only(alias).name()).isEqualTo("half");
  }
}

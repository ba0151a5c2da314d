package user;

import static io.datafusion.Expr.col;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static user.Extension.Fixture.CITIES;
import static user.Extension.Fixture.COUNTING_LOGICAL;
import static user.Extension.Fixture.COUNTING_PHYSICAL;
import static user.Extension.Fixture.SILENT_LOGICAL;
import static user.Extension.Fixture.TRIPLE;

import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.InliningRefusedException;
import io.datafusion.LogicalPlan;
import io.datafusion.MissingCodecException;
import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import io.datafusion.codec.UdfInlining;
import io.datafusion.exchange.SenderContext;
import io.datafusion.exchange.WorkerContext;
import io.datafusion.udf.ScalarUdf;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Cases of the Python package's tests of codecs and foreign functions; see docs/peer-tests.md. */
@ExtendWith(ReleasedFixtures.class)
class PeerCodecCasesTest {
  private static final Extension LIBRARY = Extension.FIRST;
  private static final Schema ID =
      new Schema(List.of(Field.nullable("id", new ArrowType.Int(64, true))));
  private static final String QUERY = "SELECT triple(id) AS t FROM cities ORDER BY id";

  private SessionContext ctx;
  private SessionContext receiver;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
    receiver = SessionContext.create();
    register(ctx);
  }

  @AfterEach
  void close() {
    SenderContext.clear();
    WorkerContext.clear();
    receiver.close();
    ctx.close();
  }

  private static void register(SessionContext session) {
    try (Capsule triple = LIBRARY.capsule(TRIPLE, session);
        Capsule cities = LIBRARY.capsule(CITIES, session)) {
      session.register(triple);
      session.register("cities", cities);
    }
  }

  private static SessionContext logical(SessionContext session, Extension library, String id) {
    try (Capsule codec = library.capsule(COUNTING_LOGICAL, session)) {
      return session.withLogicalExtensionCodec(codec, id);
    }
  }

  private static SessionContext physical(SessionContext session, Extension library, String id) {
    try (Capsule codec = library.capsule(COUNTING_PHYSICAL, session)) {
      return session.withPhysicalExtensionCodec(codec, id);
    }
  }

  private static Expr call(SessionContext session) {
    return session.parseExpr("triple(id)", ID);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  private static String evaluated(SessionContext session, Expr expr) {
    return session.sql("SELECT 5 AS id").select(expr.alias("r")).toText(1).lines().toList().get(3);
  }

  private static List<String> rows(String table) {
    return table.lines().skip(3).filter(line -> line.startsWith("|")).toList();
  }

  /** name_only_codec_round_trips: a codec without an opinion leaves no trace in the bytes. */
  @Test
  void aCodecWithoutOpinionLeavesNamesAsTheyAre() {
    byte[] plain = call(ctx).toBytes(ctx);
    try (Capsule codec = LIBRARY.capsule(SILENT_LOGICAL, ctx);
        SessionContext silent = ctx.withLogicalExtensionCodec(codec, "silent")) {
      byte[] bytes = call(ctx).toBytes(silent);
      assertThat(bytes).isEqualTo(plain);
      assertThat(text(bytes)).contains("triple").doesNotContain("DFPYCHN");
      assertThat(evaluated(silent, Expr.fromBytes(silent, bytes))).isEqualTo("| 15 |");
    }
  }

  /** inlining_survives_codec_install. */
  @Test
  void thePolicySurvivesTheInstallOfACodec() {
    Expr java = ScalarUdf.of("twice", Long.class, Long.class, n -> n * 2).call(col("id"));
    SessionContext strict = ctx.withUdfInlining(UdfInlining.disabled());
    assertThat(text(java.toBytes(logical(ctx, LIBRARY, "cities")))).contains("DFJVUDF");
    assertThat(text(java.toBytes(logical(strict, LIBRARY, "cities")))).doesNotContain("DFJV");
    byte[] inlined = java.toBytes(ctx);
    assertThatThrownBy(() -> Expr.fromBytes(logical(strict, LIBRARY, "cities"), inlined))
        .isInstanceOf(InliningRefusedException.class);
    assertThat(Expr.fromBytes(logical(receiver, LIBRARY, "cities"), inlined)).isEqualTo(java);
  }

  /** bare_capsule_is_session_local: the id is of the install, and another one has another. */
  @Test
  void aCodecWithoutIdIsOfItsOwnContextOnly() {
    try (Capsule codec = LIBRARY.capsule(COUNTING_LOGICAL, ctx);
        SessionContext anonymous = ctx.withLogicalExtensionCodec(codec);
        SessionContext other = receiver.withLogicalExtensionCodec(codec)) {
      String id = anonymous.logicalExtensionCodecIds().getFirst();
      byte[] bytes = ctx.sql(QUERY).logicalPlan().toBytes(anonymous);
      assertThat(text(bytes)).contains(id);
      LogicalPlan back = LogicalPlan.fromBytes(anonymous, bytes);
      assertThat(rows(anonymous.dataFrame(back).toText(9)))
          .containsExactly("| 3 |", "| 6 |", "| 9 |");
      assertThatThrownBy(() -> LogicalPlan.fromBytes(other, bytes))
          .isInstanceOf(MissingCodecException.class)
          .hasMessageContaining(id)
          .hasMessageContaining(other.logicalExtensionCodecIds().getFirst());
    }
  }

  /** plan_decodes_more_than_once, and a payload that decodes twice. */
  @Test
  void plansOfACodecDecodeMoreThanOnce() {
    SessionContext sender = physical(logical(ctx, LIBRARY, "cities"), LIBRARY, "cities");
    SessionContext reader = physical(logical(receiver, LIBRARY, "cities"), LIBRARY, "cities");
    byte[] bytes = ctx.sql(QUERY).logicalPlan().toBytes(sender);
    byte[] planned = ctx.sql(QUERY).executionPlan().toBytes(sender);
    for (int time = 0; time < 3; time++) {
      LogicalPlan plan = LogicalPlan.fromBytes(reader, bytes);
      assertThat(rows(reader.dataFrame(plan).toText(9))).containsExactly("| 3 |", "| 6 |", "| 9 |");
      assertThat(plan.toBytes(reader)).isEqualTo(bytes);
      assertThat(ExecutionPlan.fromBytes(reader, planned).toBytes(reader)).isEqualTo(planned);
    }
  }

  /** composes (physical), decode_dispatches_..., survives_different_install_order. */
  @Test
  void physicalCodecsComposeInEveryOrder() {
    SessionContext both = physical(physical(ctx, LIBRARY, "first"), Extension.SECOND, "second");
    assertThat(both.physicalExtensionCodecIds()).containsExactly("first", "second");
    byte[] bytes = ctx.sql(QUERY).executionPlan().toBytes(both);
    assertThat(text(bytes)).contains("first").doesNotContain("second");
    SessionContext second = physical(receiver, Extension.SECOND, "second");
    SessionContext reversed = physical(second, LIBRARY, "first");
    long[] untouched = Extension.SECOND.calls();
    assertThat(ExecutionPlan.fromBytes(reversed, bytes).toBytes(both)).isEqualTo(bytes);
    assertThat(Extension.SECOND.calls()).as("not asked").isEqualTo(untouched);
    assertThatThrownBy(() -> ExecutionPlan.fromBytes(second, bytes))
        .isInstanceOf(MissingCodecException.class)
        .hasMessageContaining("'first'")
        .hasMessageContaining("second");
  }

  /** strict_ffi_udf_expr_roundtrip_via_to_bytes. */
  @Test
  void aForeignFunctionGoesByNameBetweenStrictSessions() {
    SessionContext strict = ctx.withUdfInlining(UdfInlining.disabled());
    SessionContext reader = receiver.withUdfInlining(UdfInlining.disabled());
    byte[] bytes = call(ctx).toBytes(strict);
    assertThat(text(bytes)).doesNotContain("DFPYCHN", "DFJV");
    assertThatThrownBy(() -> Expr.fromBytes(reader, bytes)).hasMessageContaining("triple");
    register(receiver);
    assertThat(evaluated(reader, Expr.fromBytes(reader, bytes))).isEqualTo("| 15 |");
  }

  /** strict_ffi_udf_pickle_roundtrip_via_thread_locals. */
  @Test
  void aForeignFunctionGoesByNameThroughObjectStreams() throws Exception {
    register(receiver);
    SenderContext.set(ctx.withUdfInlining(UdfInlining.disabled()));
    WorkerContext.set(receiver.withUdfInlining(UdfInlining.disabled()));
    Expr back = ObjectStreams.copy(call(ctx));
    assertThat(evaluated(receiver, back)).isEqualTo("| 15 |");
  }

  /** A function of the host is visible where a filter is decoded, be it registered later. */
  @Test
  void aForeignTableFindsTheHostsFunctionByName() {
    SessionContext strict = receiver.withUdfInlining(UdfInlining.disabled());
    try (Capsule cities = LIBRARY.capsule(CITIES, strict)) {
      strict.register("cities", cities);
    }
    strict.register(
        ScalarUdf.of("is_north", String.class, Boolean.class, name -> name.equals("Oslo")));
    String query = "SELECT id FROM cities WHERE is_north(name)";
    assertThat(strict.sql("EXPLAIN " + query).toText(9)).contains("full_filters=[is_north");
    assertThat(rows(strict.sql(query).toText(9))).containsExactly("| 2  |");
  }
}

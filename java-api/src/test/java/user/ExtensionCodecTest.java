package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static user.Extension.Fixture.CITIES;
import static user.Extension.Fixture.COUNTING_LOGICAL;
import static user.Extension.Fixture.COUNTING_PHYSICAL;
import static user.Extension.Fixture.POSITION;
import static user.Extension.Fixture.REFUSING_LOGICAL;
import static user.Extension.Fixture.REFUSING_PHYSICAL;
import static user.Extension.Fixture.SILENT_LOGICAL;
import static user.Extension.Fixture.SILENT_PHYSICAL;
import static user.Extension.Fixture.TOTAL;
import static user.Extension.Fixture.TRIPLE;

import io.datafusion.DataFusionException;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.InliningRefusedException;
import io.datafusion.InvalidArgumentException;
import io.datafusion.LogicalPlan;
import io.datafusion.MissingCodecException;
import io.datafusion.SessionContext;
import io.datafusion.capsule.Capsule;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** contract 1 to 6 and 24: codecs of other libraries on the session. */
@ExtendWith(ReleasedFixtures.class)
class ExtensionCodecTest {
  private static final String ALL =
      "SELECT total(triple(id)) AS t, max(p) AS p FROM (SELECT id, row_position() OVER (ORDER BY"
          + " id) AS p FROM cities)";

  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create();
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private static SessionContext with(
      SessionContext session, Extension library, Extension.Fixture codec, String id) {
    try (Capsule capsule = library.capsule(codec, session)) {
      return codec.name.equals(Capsule.LOGICAL_EXTENSION_CODEC)
          ? session.withLogicalExtensionCodec(capsule, id)
          : session.withPhysicalExtensionCodec(capsule, id);
    }
  }

  private static void registerAll(SessionContext session, Extension library) {
    for (Extension.Fixture function : List.of(TRIPLE, TOTAL, POSITION)) {
      try (Capsule capsule = library.capsule(function, session)) {
        session.register(capsule);
      }
    }
    try (Capsule cities = library.capsule(CITIES, session)) {
      session.register("cities", cities);
    }
  }

  private static long[] since(Extension library, long[] before) {
    long[] now = library.calls();
    for (int i = 0; i < now.length; i++) {
      now[i] -= before[i];
    }
    return now;
  }

  /** Shows 2: the 8 logical methods that a capsule carries, at encode and at decode. */
  @Test
  void aLogicalCodecCarriesTablesAndFunctions() {
    Extension library = Extension.FIRST;
    registerAll(ctx, library);
    SessionContext sender = with(ctx, library, COUNTING_LOGICAL, "cities");
    long[] before = library.calls();
    byte[] bytes = ctx.sql(ALL).logicalPlan().toBytes(sender);
    assertThat(since(library, before))
        .as("max is offered, too")
        .containsExactly(1, 0, 1, 0, 2, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    try (SessionContext receiver = SessionContext.create();
        SessionContext knowing = with(receiver, library, COUNTING_LOGICAL, "cities")) {
      before = library.calls();
      LogicalPlan plan = LogicalPlan.fromBytes(knowing, bytes);
      assertThat(since(library, before))
          .containsExactly(0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
      assertThat(knowing.dataFrame(plan).toText(1)).contains("| 18 | 3 |");
      assertThat(plan.toBytes(knowing)).isEqualTo(bytes);
      assertThatThrownBy(() -> LogicalPlan.fromBytes(receiver, bytes))
          .isInstanceOf(MissingCodecException.class)
          .hasMessageContaining("'cities'");
    }
  }

  /** Shows 2: the 8 physical ones. */
  @Test
  void aPhysicalCodecCarriesPlansAndFunctions() {
    Extension library = Extension.FIRST;
    registerAll(ctx, library);
    SessionContext sender = with(ctx, library, COUNTING_PHYSICAL, "cities");
    ExecutionPlan made = ctx.sql(ALL).executionPlan();
    long[] before = library.calls();
    byte[] bytes = made.toBytes(sender);
    long[] encoded = since(library, before);
    assertThat(new long[] {encoded[8], encoded[14]}).containsExactly(1, 1);
    try (SessionContext receiver = SessionContext.create();
        SessionContext knowing = with(receiver, library, COUNTING_PHYSICAL, "cities")) {
      before = library.calls();
      ExecutionPlan plan = ExecutionPlan.fromBytes(knowing, bytes);
      long[] decoded = since(library, before);
      assertThat(new long[] {decoded[9], decoded[15]}).containsExactly(1, 1);
      assertThat(decoded[11]).isPositive().isEqualTo(encoded[10]);
      assertThat(decoded[13]).isPositive().as("max is offered, too").isLessThan(encoded[12]);
      assertThat(plan.toBytes(knowing)).isEqualTo(bytes);
      assertThat(rows(knowing, plan)).containsExactly(18L, 3L);
      assertThatThrownBy(() -> ExecutionPlan.fromBytes(receiver, bytes))
          .isInstanceOf(MissingCodecException.class)
          .hasMessageContaining("'cities'");
    }
  }

  private static List<Long> rows(SessionContext session, ExecutionPlan plan) {
    try (var stream = session.execute(plan);
        var allocator = new org.apache.arrow.memory.RootAllocator();
        var reader = stream.reader(allocator)) {
      assertThat(reader.loadNextBatch()).isTrue();
      return reader.getVectorSchemaRoot().getFieldVectors().stream()
          .map(vector -> ((Number) vector.getObject(0)).longValue())
          .toList();
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Shows 3: the id decides, not the order. */
  @Test
  void twoLibrariesKeepTheirBytesApart() {
    registerAll(ctx, Extension.FIRST);
    SessionContext first = with(ctx, Extension.FIRST, COUNTING_LOGICAL, "first");
    SessionContext both = with(first, Extension.SECOND, COUNTING_LOGICAL, "second");
    assertThat(both.logicalExtensionCodecIds()).containsExactly("first", "second");
    assertThat(both.physicalExtensionCodecIds()).isEmpty();
    byte[] bytes = ctx.sql("SELECT triple(id) AS t FROM cities").logicalPlan().toBytes(both);
    assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).contains("first", "CITIES");
    try (SessionContext receiver = SessionContext.create();
        SessionContext second = with(receiver, Extension.SECOND, COUNTING_LOGICAL, "second");
        SessionContext reversed = with(second, Extension.FIRST, COUNTING_LOGICAL, "first")) {
      long[] untouched = Extension.SECOND.calls();
      LogicalPlan plan = LogicalPlan.fromBytes(reversed, bytes);
      assertThat(reversed.dataFrame(plan).count()).isEqualTo(3);
      assertThat(Extension.SECOND.calls()).as("not asked").isEqualTo(untouched);
      assertThatThrownBy(() -> LogicalPlan.fromBytes(second, bytes))
          .isInstanceOf(MissingCodecException.class)
          .hasMessageContaining("'first'")
          .hasMessageContaining("second");
    }
  }

  /** contract 2: an error declines, no bytes are no opinion, the first with bytes wins. */
  @Test
  void codecsAreAskedInOrder() {
    registerAll(ctx, Extension.FIRST);
    SessionContext refusing = with(ctx, Extension.FIRST, REFUSING_LOGICAL, "refusing");
    SessionContext silent = with(refusing, Extension.FIRST, SILENT_LOGICAL, "silent");
    SessionContext all = with(silent, Extension.FIRST, COUNTING_LOGICAL, "counting");
    LogicalPlan plan = ctx.sql("SELECT triple(id) AS t FROM cities").logicalPlan();
    SessionContext alone = with(ctx, Extension.FIRST, COUNTING_LOGICAL, "counting");
    assertThat(plan.toBytes(all)).isEqualTo(plan.toBytes(alone));
    assertThatThrownBy(() -> plan.toBytes(silent))
        .isInstanceOf(DataFusionException.class)
        .hasMessageContaining("refusing said: ")
        .hasMessageContaining("the refusing codec refuses")
        .hasMessageContaining("silent said: ")
        .hasMessageContaining("no opinion");
    Expr byName = Expr.fromBytes(all, call("triple").toBytes(silent));
    assertThat(byName.toString()).contains("triple");
  }

  @Test
  void physicalCodecsAreAskedInOrder() {
    registerAll(ctx, Extension.FIRST);
    SessionContext refusing = with(ctx, Extension.FIRST, REFUSING_PHYSICAL, "refusing");
    SessionContext silent = with(refusing, Extension.FIRST, SILENT_PHYSICAL, "silent");
    SessionContext all = with(silent, Extension.FIRST, COUNTING_PHYSICAL, "counting");
    ExecutionPlan plan = ctx.sql("SELECT triple(id) AS t FROM cities").executionPlan();
    SessionContext alone = with(ctx, Extension.FIRST, COUNTING_PHYSICAL, "counting");
    assertThat(all.physicalExtensionCodecIds()).containsExactly("refusing", "silent", "counting");
    assertThat(plan.toBytes(all)).isEqualTo(plan.toBytes(alone));
    assertThatThrownBy(() -> plan.toBytes(silent))
        .isInstanceOf(DataFusionException.class)
        .hasMessageContaining("the refusing codec refuses")
        .hasMessageContaining("silent said: ")
        .hasMessageContaining("no opinion");
  }

  private Expr call(String function) {
    return ctx.parseExpr(
        function + "(id)",
        new org.apache.arrow.vector.types.pojo.Schema(
            List.of(
                org.apache.arrow.vector.types.pojo.Field.nullable(
                    "id", new org.apache.arrow.vector.types.pojo.ArrowType.Int(64, true)))));
  }

  /** contract 5. */
  @Test
  void idsAreCheckedAndListed() {
    SessionContext one = with(ctx, Extension.FIRST, SILENT_LOGICAL, "one");
    for (String wrong : List.of("one", "", "anon:x", "session:1", "io.datafusion.inline", "a\nb")) {
      assertThatThrownBy(() -> with(one, Extension.FIRST, SILENT_LOGICAL, wrong))
          .as(wrong)
          .isInstanceOf(InvalidArgumentException.class);
    }
    try (Capsule capsule = Extension.FIRST.capsule(SILENT_LOGICAL, ctx)) {
      SessionContext anonymous = one.withLogicalExtensionCodec(capsule);
      List<String> ids = anonymous.logicalExtensionCodecIds();
      assertThat(ids).hasSize(2).startsWith("one");
      assertThat(ids.get(1)).matches("anon:[0-9a-f]{32}");
    }
    assertThat(one.logicalExtensionCodecIds()).containsExactly("one");
    assertThat(ctx.logicalExtensionCodecIds()).isEmpty();
    assertThat(one.withUdfInlining(UdfInlining.disabled()).logicalExtensionCodecIds())
        .containsExactly("one");
    assertThat(one.sessionId()).isEqualTo(ctx.sessionId());
  }

  /** Shows 4: a codec that inlines does not carry in what the session's policy keeps out. */
  @Test
  void aStrictSessionStaysStrictWithAnInliningCodec() {
    ScalarUdf plus = ScalarUdf.of("plus_one", Long.class, Long.class, n -> n + 1);
    try (SessionContext inlining = SessionContext.create();
        Capsule codec = inlining.logicalExtensionCodec()) {
      byte[] carried;
      try (SessionContext open = ctx.withLogicalExtensionCodec(codec, "lib")) {
        carried = plus.call(col("a")).toBytes(open);
      }
      SessionContext strict =
          ctx.withLogicalExtensionCodec(codec, "lib").withUdfInlining(UdfInlining.disabled());
      strict.register(plus);
      byte[] byName = plus.call(col("a")).toBytes(strict);
      assertThat(byName).hasSizeLessThan(64);
      assertThatThrownBy(() -> Expr.fromBytes(strict, carried))
          .isInstanceOf(InliningRefusedException.class)
          .hasMessageContaining("plus_one");
      assertThat(Expr.fromBytes(strict, byName)).isEqualTo(plus.call(col("a")));
    }
  }

  /** contract 3: bare for the other library, which marks it by the id that it chose. */
  @Test
  void framesGoOutBareThroughACapsule() {
    ScalarUdf plus = ScalarUdf.of("plus_one", Long.class, Long.class, n -> n + 1);
    Expr call = plus.call(col("a"));
    String own = new String(call.toBytes(ctx), StandardCharsets.ISO_8859_1);
    assertThat(own).contains("DFPYCHN\u0001\u0014\0\0\0io.datafusion.inlineDFJVUDF");
    try (Capsule codec = ctx.logicalExtensionCodec();
        SessionContext host = SessionContext.create();
        SessionContext both =
            host.withUdfInlining(UdfInlining.disabled()).withLogicalExtensionCodec(codec, "java")) {
      assertThat(codec.name()).isEqualTo(Capsule.LOGICAL_EXTENSION_CODEC);
      assertThat(both.logicalExtensionCodecIds()).containsExactly("java");
      assertThat(new String(call.toBytes(both), StandardCharsets.ISO_8859_1))
          .as("the stricter policy")
          .doesNotContain("DFJVUDF");
    }
    try (Capsule codec = ctx.logicalExtensionCodec();
        SessionContext host = SessionContext.create();
        SessionContext both = host.withLogicalExtensionCodec(codec, "java")) {
      assertThat(Expr.fromBytes(both, call.toBytes(both))).isEqualTo(call);
    }
  }
}

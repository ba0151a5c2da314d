package user;

import static io.datafusion.Expr.col;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crossing.capsule.JavaSide;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.InliningRefusedException;
import io.datafusion.InvalidArgumentException;
import io.datafusion.LogicalPlan;
import io.datafusion.MalformedPayloadException;
import io.datafusion.MissingCodecException;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.UnserializableFunctionException;
import io.datafusion.capsule.Capsule;
import io.datafusion.catalog.TableProvider;
import io.datafusion.codec.CodecTrace;
import io.datafusion.codec.LogicalExtensionCodec;
import io.datafusion.codec.PhysicalExtensionCodec;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.UserDefinedFunction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** contract 1 to 5 and 18: codecs that users write in Java. */
@ExtendWith(ReleasedFixtures.class)
class JavaCodecTest {
  private static final ScalarUdf HALF = ScalarUdf.of("half", Long.class, Long.class, n -> n / 2);

  /** Knows those tables, and one function. */
  static class Codec implements LogicalExtensionCodec, PhysicalExtensionCodec {
    final List<String> asked = new ArrayList<>();

    @Override
    public Optional<byte[]> encode(TableProvider table) {
      asked.add("encode table");
      return table instanceof LocalTables.Local local
          ? Optional.of(ByteBuffer.allocate(8).putLong(local.numbers.count()).array())
          : Optional.empty();
    }

    @Override
    public Optional<TableProvider> decodeTable(byte[] bytes, Schema schema) {
      asked.add("decode table of " + schema.getFields().size());
      return Optional.of(new LocalTables.Local(ByteBuffer.wrap(bytes).getLong()));
    }

    @Override
    public Optional<byte[]> encode(UserDefinedFunction function) {
      asked.add("encode " + function.name());
      return function.name().equals("half") ? Optional.of(new byte[] {2}) : Optional.empty();
    }

    @Override
    public <F extends UserDefinedFunction> Optional<F> decodeFunction(
        Class<F> kind, String name, byte[] bytes) {
      asked.add("decode " + kind.getSimpleName() + " " + name + " of " + bytes.length);
      return name.equals("half") ? Optional.of(kind.cast(HALF)) : Optional.empty();
    }
  }

  private static final String QUERY = "SELECT sum(n) AS s FROM local WHERE n > 7 AND n % 2 = 0";

  private final Codec codec = new Codec();
  private SessionContext ctx;

  @BeforeEach
  void open() {
    ctx = SessionContext.create(SessionConfig.of().withTargetPartitions(2));
    ctx.register("local", new LocalTables.Local(10));
  }

  @AfterEach
  void close() {
    ctx.close();
  }

  private static SessionContext with(SessionContext session, Codec codec, String id) {
    return session.withLogicalExtensionCodec(codec, id).withPhysicalExtensionCodec(codec, id);
  }

  @Test
  void aTableTravelsThroughItsCodecInLogicalPlans() {
    SessionContext sender = with(ctx, codec, "numbers");
    assertThat(sender.logicalExtensionCodecIds()).containsExactly("numbers");
    LogicalPlan made = sender.sql(QUERY).optimizedPlan();
    byte[] bytes = made.toBytes(sender);
    try (SessionContext receiver = with(SessionContext.create(), codec, "numbers")) {
      LogicalPlan plan = LogicalPlan.fromBytes(receiver, bytes);
      assertThat(plan.toBytes(receiver)).isEqualTo(bytes);
      assertThat(TableProviderTest.rows(receiver.dataFrame(plan))).containsExactly("| 8 |");
    }
    assertThat(codec.asked).containsExactly("encode table", "decode table of 2", "encode table");
  }

  @Test
  void aScanTravelsThroughItsCodecInPhysicalPlans() {
    SessionContext sender = with(ctx, codec, "numbers");
    sender.register(HALF);
    ExecutionPlan made = sender.sql(QUERY + " AND half(n) > 0").executionPlan();
    byte[] bytes = made.toBytes(sender);
    try (SessionContext receiver = with(SessionContext.create(), codec, "numbers")) {
      ExecutionPlan plan = ExecutionPlan.fromBytes(receiver, bytes);
      assertThat(plan.toBytes(receiver)).isEqualTo(bytes);
      assertThat(plan.display()).contains("partitions=2, filters=[n > Int64(7)]");
      assertThat(VectorRows.longs(receiver, plan)).containsExactly(8L);
    }
  }

  /**
   * A table that is another one there does less: the rows are right all the same, or it is an
   * error.
   */
  @Test
  void filtersThatTheReceiversTableDoesNotApplyAreNotLost() {
    var plain =
        new Codec() {
          @Override
          public Optional<TableProvider> decodeTable(byte[] bytes, Schema schema) {
            return Optional.of(new LocalTables.Plain(ByteBuffer.wrap(bytes).getLong()));
          }
        };
    SessionContext sender = with(ctx, codec, "numbers");
    String query = "SELECT text FROM local WHERE n > 7 ORDER BY n LIMIT 5";
    byte[] logical = sender.sql(query).optimizedPlan().toBytes(sender);
    byte[] physical = sender.sql(query).executionPlan().toBytes(sender);
    byte[] ordered = sender.sql("SELECT n FROM local ORDER BY n").executionPlan().toBytes(sender);
    try (SessionContext receiver = with(SessionContext.create(), plain, "numbers")) {
      LogicalPlan plan = LogicalPlan.fromBytes(receiver, logical);
      assertThat(TableProviderTest.rows(receiver.dataFrame(plan)))
          .containsExactly("| 8    |", "|      |");
      assertThatThrownBy(
              () -> VectorRows.longs(receiver, ExecutionPlan.fromBytes(receiver, physical)))
          .hasMessageContaining("it does not apply n > Int64(7) exactly");
      assertThatThrownBy(
              () -> VectorRows.longs(receiver, ExecutionPlan.fromBytes(receiver, ordered)))
          .hasMessageContaining("in another order");
    }
  }

  /** Changes of a copy would be lost without a word. */
  @Test
  void changesOfTablesInMemoryDoNotTravel() {
    ctx.sql("CREATE TABLE m AS VALUES (1)");
    for (String change : List.of("INSERT INTO m VALUES (2)", "DELETE FROM m")) {
      assertThatThrownBy(() -> ctx.sql(change).logicalPlan().toBytes(ctx))
          .as(change)
          .hasMessageContaining("table 'm'")
          .hasMessageContaining("would change a copy of it");
    }
  }

  @Test
  void withoutTheCodecTheIdIsNamed() {
    byte[] logical = ctx.sql(QUERY).logicalPlan().toBytes(with(ctx, codec, "numbers"));
    byte[] physical = ctx.sql(QUERY).executionPlan().toBytes(with(ctx, codec, "numbers"));
    try (SessionContext other = with(SessionContext.create(), codec, "others")) {
      assertThatThrownBy(() -> LogicalPlan.fromBytes(other, logical))
          .isInstanceOf(MissingCodecException.class)
          .hasMessageContaining("'numbers'")
          .hasMessageContaining("others");
      assertThatThrownBy(() -> ExecutionPlan.fromBytes(other, physical))
          .isInstanceOf(MissingCodecException.class)
          .hasMessageContaining("'numbers'");
    }
  }

  @Test
  void aTableThatNobodyWritesSaysWhyItDoesNotTravel() {
    for (SessionContext session : List.of(ctx, ctx.withUdfInlining(UdfInlining.disabled()))) {
      assertThatThrownBy(() -> ctx.sql(QUERY).logicalPlan().toBytes(session))
          .isInstanceOf(UnserializableFunctionException.class)
          .hasMessageContaining("local");
      assertThatThrownBy(() -> ctx.sql(QUERY).executionPlan().toBytes(session))
          .isInstanceOf(UnserializableFunctionException.class)
          .hasMessageContaining("local");
    }
    assertThatThrownBy(() -> ctx.sql(QUERY).logicalPlan().toBytes(ctx))
        .hasMessageContaining("the table (user.LocalTables$Local) is not Serializable");
  }

  @Test
  void whatACodecThrowsIsTheCause() {
    var thrown = new IllegalStateException("the codec is tired");
    var tired =
        new Codec() {
          @Override
          public Optional<byte[]> encode(TableProvider table) {
            throw thrown;
          }

          @Override
          public Optional<TableProvider> decodeTable(byte[] bytes, Schema schema) {
            throw thrown;
          }
        };
    assertThatThrownBy(() -> ctx.sql(QUERY).logicalPlan().toBytes(with(ctx, tired, "tired")))
        .hasMessageContaining("tired said: ")
        .hasMessageContaining("the codec is tired")
        .hasCause(thrown);
    byte[] bytes = ctx.sql(QUERY).logicalPlan().toBytes(with(ctx, codec, "tired"));
    assertThatThrownBy(() -> LogicalPlan.fromBytes(with(ctx, tired, "tired"), bytes))
        .hasCause(thrown);
    SessionContext both = with(with(ctx, tired, "tired"), codec, "numbers");
    assertThat(ctx.sql(QUERY).logicalPlan().toBytes(both)).as("the next one is asked").isNotEmpty();
  }

  @Test
  void answersThatAreNoneAreErrors() {
    var empty =
        new Codec() {
          @Override
          public Optional<byte[]> encode(TableProvider table) {
            return Optional.of(new byte[0]);
          }

          @Override
          public Optional<TableProvider> decodeTable(byte[] bytes, Schema schema) {
            return Optional.of(new LocalTables.Narrow());
          }
        };
    assertThatThrownBy(() -> ctx.sql(QUERY).logicalPlan().toBytes(with(ctx, empty, "empty")))
        .hasMessageContaining("codec 'empty' answered no bytes");
    byte[] bytes = ctx.sql(QUERY).logicalPlan().toBytes(with(ctx, codec, "empty"));
    assertThatThrownBy(() -> LogicalPlan.fromBytes(with(ctx, empty, "empty"), bytes))
        .hasMessageContaining("it answered a table of (n Int64 not null)");
  }

  @Test
  void aFunctionThatWasNotAskedForIsAnErrorOfTheCodec() {
    var third = ScalarUdf.of("third", Long.class, Long.class, n -> n / 3);
    var total = JavaSide.total("half");
    SessionContext strict = with(ctx, codec, "mixed").withUdfInlining(UdfInlining.disabled());
    byte[] bytes = HALF.call(col("n")).toBytes(strict);
    Map.of("ScalarUdf 'third'", third, "AggregateUdf 'half'", total, "a java.lang.String", "")
        .forEach(
            (text, answer) -> {
              var mixed =
                  new Codec() {
                    @Override
                    @SuppressWarnings("unchecked")
                    public <F extends UserDefinedFunction> Optional<F> decodeFunction(
                        Class<F> kind, String name, byte[] bytes) {
                      return (Optional<F>) (Optional<?>) Optional.of(answer);
                    }
                  };
              assertThatThrownBy(() -> Expr.fromBytes(with(ctx, mixed, "mixed"), bytes))
                  .hasMessageContaining(
                      "codec 'mixed' was asked for ScalarUdf 'half', and answered " + text);
            });
  }

  /** contract 17: under a strict policy functions travel through codecs, or by name. */
  @Test
  void aStrictSessionsFunctionsGoThroughItsCodec() {
    SessionContext strict = with(ctx, codec, "numbers").withUdfInlining(UdfInlining.disabled());
    Expr call = HALF.call(col("n"));
    byte[] bytes = call.toBytes(strict);
    try (SessionContext receiver =
        with(SessionContext.create(), codec, "numbers").withUdfInlining(UdfInlining.disabled())) {
      assertThat(Expr.fromBytes(receiver, bytes)).isEqualTo(call);
      Expr other = ScalarUdf.of("other", Long.class, Long.class, n -> n).call(col("n"));
      byte[] byName = other.toBytes(strict);
      assertThatThrownBy(() -> Expr.fromBytes(receiver, byName))
          .isInstanceOf(UnresolvedFunctionException.class)
          .hasMessageContaining("other");
    }
    assertThat(codec.asked)
        .containsExactly(
            "encode half",
            "decode ScalarUdf half of 1",
            "encode other",
            "decode ScalarUdf other of 0");
  }

  /** contract 18: a codec does not carry in what the policy keeps out. */
  @Test
  void aCodecOfAStrictSessionInlinesNothing() {
    byte[] inlined = HALF.call(col("n")).toBytes(ctx);
    int frame = new String(inlined, ISO_8859_1).indexOf("DFJVUDF");
    byte[] bare = java.util.Arrays.copyOfRange(inlined, frame, inlined.length);
    var smuggling =
        new Codec() {
          @Override
          public Optional<byte[]> encode(UserDefinedFunction function) {
            return Optional.of(bare);
          }
        };
    SessionContext strict =
        with(ctx, smuggling, "smuggler").withUdfInlining(UdfInlining.disabled());
    assertThat(new String(HALF.call(col("n")).toBytes(strict), UTF_8)).doesNotContain("DFJVUDF");
    byte[] carried = HALF.call(col("n")).toBytes(with(ctx, smuggling, "smuggler"));
    assertThatThrownBy(() -> Expr.fromBytes(strict, carried))
        .isInstanceOf(InliningRefusedException.class);
  }

  /** Shows 3: two libraries and Java in one session. */
  @Test
  void codecsOfThreeKindsKeepTheirBytesApart() {
    try (Capsule cities = Extension.FIRST.capsule(Extension.Fixture.CITIES, ctx)) {
      ctx.register("cities", cities);
    }
    SessionContext sender = in(ctx, List.of("first", "second", "java"));
    String query = "SELECT count(*) AS c FROM cities, local WHERE n > 4";
    byte[] bytes = ctx.sql(query).logicalPlan().toBytes(sender);
    for (List<String> order : ORDERS) {
      try (SessionContext receiver = in(SessionContext.create(), order)) {
        LogicalPlan plan = LogicalPlan.fromBytes(receiver, bytes);
        assertThat(TableProviderTest.rows(receiver.dataFrame(plan))).containsExactly("| 15 |");
        assertThat(receiver.logicalExtensionCodecIds()).isEqualTo(order);
      }
      String last = order.getLast();
      if (!last.equals("second")) { // the first library's twin wrote nothing
        try (SessionContext lacking = in(SessionContext.create(), order.subList(0, 2))) {
          assertThatThrownBy(() -> LogicalPlan.fromBytes(lacking, bytes))
              .isInstanceOf(MissingCodecException.class)
              .hasMessageContaining("'" + last + "'");
        }
      }
    }
  }

  private static final List<List<String>> ORDERS =
      List.of(
          List.of("first", "second", "java"),
          List.of("first", "java", "second"),
          List.of("second", "first", "java"),
          List.of("second", "java", "first"),
          List.of("java", "first", "second"),
          List.of("java", "second", "first"));

  private SessionContext in(SessionContext session, List<String> ids) {
    SessionContext all = session;
    for (String id : ids) {
      if (id.equals("java")) {
        all = all.withLogicalExtensionCodec(codec, id);
        continue;
      }
      Extension library = id.equals("first") ? Extension.FIRST : Extension.SECOND;
      try (Capsule capsule = library.capsule(Extension.Fixture.COUNTING_LOGICAL, session)) {
        all = all.withLogicalExtensionCodec(capsule, id);
      }
    }
    return all;
  }

  /** contract 5. */
  @Test
  void aTraceTellsWhichCodecTookWhat() {
    var events = new ArrayList<CodecTrace.Event>();
    SessionContext traced = with(ctx, codec, "numbers").withCodecTrace(events::add);
    traced.register(HALF);
    byte[] bytes = ctx.sql("SELECT half(abs(n)) AS h FROM local").logicalPlan().toBytes(traced);
    assertThat(events)
        .extracting(event -> event.written() + " " + event.codec() + " " + event.subject())
        .containsExactlyInAnyOrder(
            "true io.datafusion.inline scalar function 'half'",
            "true numbers table provider 'local'");
    events.clear();
    LogicalPlan.fromBytes(traced, bytes);
    assertThat(events)
        .extracting(event -> event.written() + " " + event.codec() + " " + event.byteCount())
        .contains("false numbers 8");
  }

  @Test
  void idsAreChecked() {
    SessionContext one = ctx.withLogicalExtensionCodec(codec, "one");
    for (String wrong : List.of("one", "", "anon:1", "io.datafusion.x")) {
      assertThatThrownBy(() -> one.withLogicalExtensionCodec(codec, wrong))
          .isInstanceOf(InvalidArgumentException.class);
    }
    assertThat(ctx.withPhysicalExtensionCodec(codec, "one").physicalExtensionCodecIds())
        .containsExactly("one");
  }

  @Test
  void bytesThatAreNoScanAreMalformed() {
    byte[] bytes = ctx.sql(QUERY).executionPlan().toBytes(with(ctx, codec, "numbers"));
    int at = new String(bytes, ISO_8859_1).indexOf("numbers") + 7;
    bytes[at] = 0x7f;
    assertThatThrownBy(() -> ExecutionPlan.fromBytes(with(ctx, codec, "numbers"), bytes))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("scan of a table");
  }
}

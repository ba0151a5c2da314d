package crossing;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;
import static org.junit.jupiter.params.provider.EnumSource.Mode.INCLUDE;

import crossing.capsule.JavaSide;
import io.datafusion.DataFrame;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.InliningRefusedException;
import io.datafusion.LogicalPlan;
import io.datafusion.MalformedPayloadException;
import io.datafusion.MissingCodecException;
import io.datafusion.PlanException;
import io.datafusion.SessionContext;
import io.datafusion.UnresolvedFunctionException;
import io.datafusion.capsule.Capsule;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** contract 3, 4, 7, 9, 18: bytes that the released Python package wrote, read here. */
class PythonWritesTest {
  @TempDir static Path folder;

  private SessionContext session;

  @BeforeAll
  static void write() throws IOException {
    MatrixTables.make(folder);
    PythonPeer.open().run(MatrixTables.script("write.py"), folder.toString());
  }

  @BeforeEach
  void open() {
    session = MatrixTables.open(folder);
  }

  @AfterEach
  void close() {
    session.close();
  }

  private static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }

  private static String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private Expr expression(String name) throws IOException {
    return Expr.fromBytes(session, bytes(name));
  }

  private LogicalPlan logical(String name) throws IOException {
    return LogicalPlan.fromBytes(session, bytes(name));
  }

  private ExecutionPlan physical(String name) throws IOException {
    return ExecutionPlan.fromBytes(session, bytes(name));
  }

  private String run(LogicalPlan plan) {
    return Rows.of(session.dataFrame(plan).execute());
  }

  @ParameterizedTest
  @EnumSource(
      mode = EXCLUDE,
      names = {"EXISTS", "NOT_IN"})
  void logicalPlansAnswerAsInPython(MatrixQuery query) throws IOException {
    LogicalPlan plan = logical(query + ".logical");
    assertThat(run(plan)).isEqualTo(text(query + ".rows")).isNotEmpty();
    assertThat(plan.toBytes(session)).isEqualTo(bytes(query + ".logical"));
  }

  @ParameterizedTest
  @EnumSource
  void optimizedPlansAnswerAsInPython(MatrixQuery query) throws IOException {
    LogicalPlan plan = logical(query + ".optimized");
    assertThat(run(plan)).isEqualTo(text(query + ".rows"));
    assertThat(plan.toBytes(session)).isEqualTo(bytes(query + ".optimized"));
  }

  /** Reading a UNION adds a projection; Python's bytes of what it read have it, too. */
  @ParameterizedTest
  @EnumSource
  void executionPlansAnswerAsInPython(MatrixQuery query) throws IOException {
    ExecutionPlan plan = physical(query + ".physical");
    assertThat(Rows.of(session.execute(plan))).isEqualTo(text(query + ".rows"));
    if (query != MatrixQuery.VALUES) {
      assertThat(plan.toBytes(session)).isEqualTo(bytes(query + ".again"));
    }
  }

  /** The engine has no bytes for these before the optimiser makes joins of them. */
  @ParameterizedTest
  @EnumSource(
      mode = INCLUDE,
      names = {"EXISTS", "NOT_IN"})
  void subqueriesAreRefusedAsInPython(MatrixQuery query) throws IOException {
    LogicalPlan plan = session.sql(query.sql).logicalPlan();
    assertThatThrownBy(() -> plan.toBytes(session))
        .isInstanceOf(PlanException.class)
        .hasMessageContaining("(<subquery>) is not yet supported");
    assertThat(text(query + ".refused")).contains("(<subquery>) is not yet supported");
  }

  /** Nothing in the bytes says who wrote them. */
  @ParameterizedTest
  @EnumSource(
      mode = EXCLUDE,
      names = {"EXISTS", "NOT_IN"})
  void logicalPlansOfAQueryAreTheSameBytes(MatrixQuery query) throws IOException {
    assertThat(session.sql(query.sql).logicalPlan().toBytes(session))
        .isEqualTo(bytes(query + ".logical"));
    assertThat(session.sql(query.sql).optimizedPlan().toBytes(session))
        .isEqualTo(bytes(query + ".optimized"));
  }

  /**
   * Except for the number in a dynamic filter, which a process counts up, and for rows in memory,
   * where Python's Arrow writes a bitmap for a column without nulls.
   */
  @ParameterizedTest
  @EnumSource(
      mode = EXCLUDE,
      names = {"INNER_JOIN", "SEMI_JOIN", "ANTI_JOIN", "EXISTS", "NOT_IN", "LIMIT", "VALUES"})
  void executionPlansOfAQueryAreTheSameBytes(MatrixQuery query) throws IOException {
    assertThat(session.sql(query.sql).executionPlan().toBytes(session))
        .isEqualTo(bytes(query + ".physical"));
  }

  /** X1. */
  @Test
  void builtInExpressionsAreTheSameBytes() throws IOException {
    byte[] abs = bytes("abs.expr");
    assertThat(HexFormat.of().formatHex(abs))
        .isEqualTo("221d0a0fa2010c0a0361627312050a030a01610a041a0238011a04506c7573");
    assertThat(expression("abs.expr").toBytes(session)).isEqualTo(abs);
    assertThat(Functions.abs(col("a")).plus(lit(1L)).toBytes(session)).isEqualTo(abs);
    assertThat(Rows.of(session.sql("SELECT -3 AS a").select(expression("abs.expr")).execute()))
        .isEqualTo("4\n");
  }

  /** X12. */
  @Test
  void lambdasAreTheSameBytes() throws IOException {
    byte[] transform = bytes("transform.expr");
    assertThat(transform).startsWith(0xaa, 0x02);
    assertThat(expression("transform.expr").toBytes(session)).isEqualTo(transform);
    assertThat(expression("transform.expr").canonicalName())
        .isEqualTo("array_transform(l,(x) -> x + Int64(1))");
    DataFrame lists = session.sql("SELECT [1, 2] AS l");
    assertThat(Rows.of(lists.select(expression("transform.expr").alias("m")).execute()))
        .isEqualTo(Rows.of(session.sql("SELECT [2, 3] AS m").execute()));
  }

  /** X2. */
  @Test
  void namesAreReadWhereAFunctionHasThem() throws IOException {
    byte[] named = bytes("named.expr");
    assertThat(HexFormat.of().formatHex(named)).isEqualTo("a2010f0a06646f75626c6512050a030a0161");
    assertThatThrownBy(() -> expression("named.expr"))
        .isInstanceOf(UnresolvedFunctionException.class)
        .hasMessageContaining("double");
    session.register(ScalarUdf.of("double", Long.class, Long.class, n -> n * 2));
    assertThat(expression("named.expr").toBytes(session.withUdfInlining(UdfInlining.disabled())))
        .isEqualTo(named);
    assertThat(run(logical("named-double.logical"))).isEqualTo(text("named-double.rows"));
    assertThat(Rows.of(session.execute(physical("named-double.physical"))))
        .isEqualTo(text("named-double.rows"));
  }

  @Test
  void namesOfAggregatesAreReadWhereAFunctionHasThem() throws IOException {
    assertThatThrownBy(() -> logical("named-py_total.logical"))
        .isInstanceOf(UnresolvedFunctionException.class)
        .hasMessageContaining("py_total");
    session.register(JavaSide.total("py_total"));
    for (String name : List.of("named-py_total", "named-py_total_over")) {
      assertThat(run(logical(name + ".logical"))).isEqualTo(text(name + ".rows"));
      assertThat(Rows.of(session.execute(physical(name + ".physical"))))
          .isEqualTo(text(name + ".rows"));
    }
  }

  @Test
  void namesOfWindowFunctionsAreReadWhereAFunctionHasThem() throws IOException {
    assertThatThrownBy(() -> logical("named-py_position.logical"))
        .isInstanceOf(UnresolvedFunctionException.class)
        .hasMessageContaining("py_position");
    session.register(JavaSide.positions("py_position"));
    assertThat(run(logical("named-py_position.logical"))).isEqualTo(text("named-py_position.rows"));
    assertThat(Rows.of(session.execute(physical("named-py_position.physical"))))
        .isEqualTo(text("named-py_position.rows"));
  }

  /** X3: with no opinion on whose the bytes are, a session would hand Python's code on. */
  @ParameterizedTest
  @ValueSource(strings = {"double", "py_total", "py_position", "py_total_over"})
  void pythonsFunctionsAreRefusedByName(String function) throws IOException {
    SessionContext strict = session.withUdfInlining(UdfInlining.disabled());
    for (SessionContext reader : List.of(session, strict)) {
      for (String form : List.of("logical", "optimized", "physical")) {
        byte[] bytes = bytes("inline-" + function + "." + form);
        assertThat(new String(bytes, ISO_8859_1)).contains("DFPYUD").doesNotContain("DFPYCHN");
        assertRefused(() -> read(reader, form, bytes), function.replace("_over", ""));
      }
    }
  }

  private static Object read(SessionContext reader, String form, byte[] bytes) {
    return form.equals("physical")
        ? ExecutionPlan.fromBytes(reader, bytes)
        : LogicalPlan.fromBytes(reader, bytes);
  }

  private static void assertRefused(ThrowingCallable decode, String function) {
    assertThatThrownBy(decode)
        .isInstanceOf(InliningRefusedException.class)
        .hasMessageContaining("'" + function + "'")
        .hasMessageContaining("DFPYUD")
        .hasMessageContaining("functions of the Python package are read by Python only")
        .hasMessageNotContaining("this session allows");
  }

  /** A name that is there is no way around the refusal, and neither is a registered function. */
  @Test
  void pythonsExpressionsAreRefusedThoughTheNameIsThere() throws IOException {
    session.register(ScalarUdf.of("double", Long.class, Long.class, n -> n * 2));
    assertRefused(() -> expression("inline.expr"), "double");
  }

  /** X4. */
  @Test
  void aCodecThatIsNotThereIsNamed() throws IOException {
    session.register(ScalarUdf.of("double", Long.class, Long.class, n -> n * 2));
    assertThatThrownBy(() -> expression("unknown.expr"))
        .isInstanceOf(MissingCodecException.class)
        .hasMessageContaining("'lib.C'")
        .hasMessageContaining("double");
    assertRefused(() -> expression("tagged.expr"), "double");
  }

  /** X5, X8: in Python an installed session unpickles what a strict one was given. */
  @ParameterizedTest
  @ValueSource(strings = {"double", "py_total", "py_position", "py_total_over"})
  void anEnvelopeCarriesNoPythonFunctionPastThePolicy(String function) throws IOException {
    String name = function.replace("_over", "");
    try (SessionContext other = SessionContext.create();
        Capsule logical = other.logicalExtensionCodec();
        Capsule physical = other.physicalExtensionCodec()) {
      SessionContext both =
          session
              .withLogicalExtensionCodec(logical, "lib.C")
              .withPhysicalExtensionCodec(physical, "lib.C");
      SessionContext strict = both.withUdfInlining(UdfInlining.disabled());
      for (SessionContext reader : List.of(both, strict)) {
        for (String form : List.of("logical", "physical")) {
          byte[] bytes = bytes("tagged-" + function + "." + form);
          assertThat(new String(bytes, ISO_8859_1)).contains("lib.CDFPYUD");
          assertRefused(() -> read(reader, form, bytes), name);
        }
      }
    }
  }

  @Test
  void envelopesInEnvelopesCarryNoneEither() throws IOException {
    try (SessionContext other = SessionContext.create();
        Capsule codec = other.logicalExtensionCodec()) {
      SessionContext both =
          session
              .withLogicalExtensionCodec(codec, "lib.A")
              .withLogicalExtensionCodec(codec, "lib.B");
      byte[] twice = bytes("twice-tagged.expr");
      assertRefused(() -> Expr.fromBytes(both, twice), "double");
      assertRefused(
          () -> Expr.fromBytes(both.withUdfInlining(UdfInlining.disabled()), twice), "double");
    }
    assertRefused(() -> expression("io.datafusion.inline.expr"), "double");
  }

  /** X7. */
  @ParameterizedTest
  @CsvSource({
    "0, ends before its version",
    "1, version 2",
    "2, ends before the length of its codec id",
    "3, its codec id has 5 bytes",
    "4, not UTF-8",
  })
  void brokenEnvelopesAreMalformed(int number, String reason) {
    assertThatThrownBy(() -> expression("broken-" + number + ".expr"))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining(reason);
  }

  /** X9, X10. */
  @Test
  void tablesInMemoryTravelInPhysicalPlansOnly() throws IOException {
    assertThat(bytes("memory.physical")).startsWith(0x9a, 0x02);
    assertThat(Rows.of(session.execute(physical("memory.physical")))).isEqualTo("1\n2\n3\n");
    assertThat(text("memory.refused")).contains("Codec is not provided");
  }

  /** What a scan is told of the sort above it has no place in the engine's bytes: the rows are. */
  @Test
  void aHintForSortingStaysBehind() throws IOException {
    assertThat(session.sql(MatrixQuery.LIMIT.sql).executionPlan().display())
        .contains("sort_order_for_reorder");
    ExecutionPlan plan = physical("LIMIT.physical");
    assertThat(plan.display()).contains("SortExec: TopK").doesNotContain("sort_order_for_reorder");
    assertThat(Rows.of(session.execute(plan))).isEqualTo(text("LIMIT.rows"));
  }

  /** X11. */
  @Test
  void copiesAreCarriedOut() throws IOException {
    LogicalPlan plan = logical("copy.logical");
    assertThat(bytes("copy.logical")).startsWith(0xea, 0x01);
    assertThat(plan.toBytes(session)).isEqualTo(bytes("copy.again"));
    assertThat(run(plan)).isEqualTo("3\n");
    assertThat(text("copied.csv")).isEqualTo(text("copied-by-python.csv")).contains("3");
    assertThatThrownBy(() -> logical("tagged-copy.logical"))
        .isInstanceOf(MissingCodecException.class)
        .hasMessageContaining("'L'")
        .hasMessageContaining("File format");
  }
}

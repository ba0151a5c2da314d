package crossing;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE;

import crossing.capsule.JavaSide;
import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.Parquet;
import io.datafusion.SessionContext;
import io.datafusion.codec.UdfInlining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** contract 3, 7, 9: bytes written here, read by the released Python package. */
class PythonReadsTest {
  @TempDir static Path folder;

  private static SessionContext session;
  private static SessionContext strict;

  @BeforeAll
  static void write() throws IOException {
    MatrixTables.make(folder);
    session = MatrixTables.open(folder);
    strict = session.withUdfInlining(UdfInlining.disabled());
    for (MatrixQuery query : MatrixQuery.values()) {
      DataFrame frame = session.sql(query.sql);
      if (query != MatrixQuery.EXISTS && query != MatrixQuery.NOT_IN) {
        put(query + ".logical", frame.logicalPlan().toBytes(session));
      }
      put(query + ".optimized", frame.optimizedPlan().toBytes(session));
      put(query + ".physical", frame.executionPlan().toBytes(session));
    }
    put("abs.expr", Functions.abs(col("a")).plus(lit(1L)).toBytes(session));
    var columns = session.table("u").schema();
    put(
        "transform.expr",
        session.parseExpr("array_transform(l, x -> x + 1)", columns).toBytes(session));
    writeFunctions();
    session.sql("CREATE TABLE m AS SELECT * FROM (VALUES (1), (2), (3)) AS v(a)");
    put("memory.physical", session.table("m").executionPlan().toBytes(session));
    String copy = "COPY (SELECT a FROM t) TO '%s' STORED AS PARQUET";
    put(
        "copy.logical",
        session.sql(copy.formatted(folder.resolve("o.parquet"))).logicalPlan().toBytes(session));
    PythonPeer.open().run(MatrixTables.script("read.py"), folder.toString());
  }

  private static void writeFunctions() throws IOException {
    session.register(JavaSide.plusOne());
    session.register(JavaSide.total());
    session.register(JavaSide.lengths());
    Expr call = JavaSide.plusOne().call(col("a"));
    put("inline-plus_one.expr", call.toBytes(session));
    put("named-plus_one.expr", call.toBytes(strict));
    for (Function function : Function.values()) {
      DataFrame frame = session.sql(function.sql);
      put("inline-" + function + ".logical", frame.logicalPlan().toBytes(session));
      put("inline-" + function + ".optimized", frame.optimizedPlan().toBytes(session));
      put("inline-" + function + ".physical", frame.executionPlan().toBytes(session));
      put("named-" + function + ".logical", frame.logicalPlan().toBytes(strict));
      put("named-" + function + ".physical", frame.executionPlan().toBytes(strict));
    }
  }

  /** Functions of Java's, in a query each. */
  enum Function {
    plus_one("SELECT plus_one(a) AS x FROM p ORDER BY a"),
    java_total("SELECT java_total(a) AS x FROM p"),
    java_total_over("SELECT java_total(a) OVER (PARTITION BY b ORDER BY a) AS x FROM p"),
    frame_length("SELECT frame_length(a) OVER (ORDER BY a) AS x FROM p");

    final String sql;

    Function(String sql) {
      this.sql = sql;
    }
  }

  @AfterAll
  static void close() {
    strict.close();
    session.close();
  }

  private static void put(String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }

  private static byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }

  private static String text(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  private static void assertReadAs(String name, String rows) throws IOException {
    Path error = folder.resolve(name + ".error");
    assertThat(error).as(() -> contents(error)).doesNotExist();
    assertThat(text(name + ".rows")).isEqualTo(rows).isNotEmpty();
  }

  private static String contents(Path error) {
    try {
      return Files.exists(error) ? Files.readString(error) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String rows(String query) {
    return Rows.of(session.sql(query).execute());
  }

  @ParameterizedTest
  @EnumSource(
      mode = EXCLUDE,
      names = {"EXISTS", "NOT_IN"})
  void logicalPlansAnswerAsHere(MatrixQuery query) throws IOException {
    assertReadAs(query + ".logical", rows(query.sql));
    assertThat(bytes(query + ".logical.back")).isEqualTo(bytes(query + ".logical"));
  }

  @ParameterizedTest
  @EnumSource
  void optimizedPlansAnswerAsHere(MatrixQuery query) throws IOException {
    assertReadAs(query + ".optimized", rows(query.sql));
    assertThat(bytes(query + ".optimized.back")).isEqualTo(bytes(query + ".optimized"));
  }

  @ParameterizedTest
  @EnumSource
  void executionPlansAnswerAsHere(MatrixQuery query) throws IOException {
    assertReadAs(query + ".physical", rows(query.sql));
  }

  /** Python's Arrow writes rows in memory otherwise, and reading a UNION adds a projection. */
  @ParameterizedTest
  @EnumSource(
      mode = EXCLUDE,
      names = {"VALUES", "UNION"})
  void executionPlansComeBackUnchanged(MatrixQuery query) throws IOException {
    assertThat(bytes(query + ".physical.back")).isEqualTo(bytes(query + ".physical"));
  }

  /** X1, X12. */
  @ParameterizedTest
  @CsvSource({"abs, 2", "transform, '[2,3]'"})
  void expressionsAreTheSameBytes(String name, String answer) throws IOException {
    assertReadAs(name + ".expr", answer + "\n");
    assertThat(bytes(name + ".expr.back")).isEqualTo(bytes(name + ".expr"));
  }

  /** X2: a strict session's names find Python's functions of those names. */
  @ParameterizedTest
  @EnumSource
  void namesAreReadWhereAFunctionHasThem(Function function) throws IOException {
    for (String form : List.of("logical", "physical")) {
      String name = "named-" + function + "." + form;
      assertThat(new String(bytes(name), ISO_8859_1)).doesNotContain("DFJV", "DFPYCHN");
      assertReadAs(name, rows(function.sql));
      assertThat(bytes(name + ".back")).isEqualTo(bytes(name));
    }
  }

  @Test
  void namesInExpressionsAreRead() throws IOException {
    assertReadAs("named-plus_one.expr", "2\n");
  }

  /** X3, X4: Python is told which codec it lacks. */
  @ParameterizedTest
  @EnumSource
  void javaFunctionsAreMissingTheirCodec(Function function) throws IOException {
    for (String form : List.of("logical", "optimized", "physical")) {
      String name = "inline-" + function + "." + form;
      assertThat(new String(bytes(name), ISO_8859_1)).contains("io.datafusion.inlineDFJVUD");
      assertThat(text(name + ".error"))
          .contains("'io.datafusion.inline'", "which is not installed on this session");
    }
  }

  @Test
  void expressionsWithJavaFunctionsAreMissingTheirCodec() throws IOException {
    assertThat(text("inline-plus_one.expr.error"))
        .contains("'io.datafusion.inline'", "which is not installed on this session");
  }

  /** X5, X6: the function is named by what cannot read it. */
  @ParameterizedTest
  @ValueSource(strings = {"bare", "other"})
  void framesThatNobodyReadsAreRefusedByName(String name) throws IOException {
    assertThat(text(name + ".error")).contains("not provided for scalar function plus_one");
  }

  /** X10. */
  @Test
  void tablesInMemoryTravelInPhysicalPlans() throws IOException {
    assertThat(bytes("memory.physical")).startsWith(0x9a, 0x02);
    assertReadAs("memory.physical", "1\n2\n3\n");
  }

  /** X11. */
  @Test
  void copiesAreCarriedOut() throws IOException {
    assertThat(bytes("copy.logical")).startsWith(0xea, 0x01);
    assertReadAs("copy.logical", "3\n");
    var copied = session.read(Parquet.of(folder.resolve("o.parquet").toString()));
    assertThat(Rows.of(copied.execute())).isEqualTo("1\n2\n3\n");
  }
}

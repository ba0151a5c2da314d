package crossing;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;

import io.datafusion.BatchStream;
import io.datafusion.DataFrame;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.LogicalPlan;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes exchanged with the released Python package datafusion 55.0.0 (contract 3, 7). */
class PythonExchangeTest {
  private static final String QUERY =
      "SELECT zone, sum(fare) AS total, count(*) AS n FROM fares WHERE fare > 2 GROUP BY zone ORDER"
          + " BY zone";

  @TempDir Path folder;
  private PythonPeer python;
  private SessionContext session;
  private String script;

  @BeforeEach
  void open() throws IOException, URISyntaxException {
    python = PythonPeer.open();
    script = Path.of(getClass().getResource("exchange.py").toURI()).toString();
    session = SessionContext.create();
    String data = folder.resolve("fares.parquet").toString();
    session
        .sql(
            "SELECT column1 AS zone, column2 AS fare FROM (VALUES"
                + " ('east', 1.5), ('west', 2.5), ('east', 4.0), ('west', NULL), ('north', 7.25))")
        .write(ParquetSink.of(data));
    session.register("fares", Parquet.of(data));
  }

  @AfterEach
  void close() {
    session.close();
  }

  private static Expr expression() {
    return Functions.abs(col("fare").minus(lit(5.0))).times(lit(2.0)).alias("d");
  }

  private static String rows(BatchStream stream) throws IOException {
    StringBuilder text = new StringBuilder();
    try (stream;
        RootAllocator allocator = new RootAllocator();
        ArrowReader reader = stream.reader(allocator)) {
      while (reader.loadNextBatch()) {
        for (int row = 0; row < reader.getVectorSchemaRoot().getRowCount(); row++) {
          StringJoiner line = new StringJoiner("\t");
          for (FieldVector vector : reader.getVectorSchemaRoot().getFieldVectors()) {
            line.add(String.valueOf(vector.getObject(row)));
          }
          text.append(line).append('\n');
        }
      }
    }
    return text.toString();
  }

  private byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(folder.resolve(name));
  }

  @Test
  void pythonsBytesGiveTheSameRowsHere() throws IOException {
    String[] expected = python.run(script, "write", folder.toString()).split("--\n");
    LogicalPlan logical = LogicalPlan.fromBytes(session, bytes("python-logical.bin"));
    ExecutionPlan physical = ExecutionPlan.fromBytes(session, bytes("python-physical.bin"));
    Expr expression = Expr.fromBytes(session, bytes("python-expression.bin"));

    assertThat(rows(session.dataFrame(logical).execute())).isEqualTo(expected[0]);
    assertThat(rows(session.execute(physical))).isEqualTo(expected[0]);
    assertThat(rows(session.table("fares").select(expression).execute())).isEqualTo(expected[1]);
  }

  @Test
  void pythonsBuiltInExpressionBytesComeBackUnchanged() throws IOException {
    python.run(script, "write", folder.toString());
    byte[] theirs = bytes("python-expression.bin");
    assertThat(Expr.fromBytes(session, theirs).toBytes(session)).isEqualTo(theirs);
    assertThat(expression().toBytes(session)).isEqualTo(theirs);
  }

  @Test
  void ourBytesGiveTheSameRowsInPython() throws IOException {
    DataFrame query = session.sql(QUERY);
    DataFrame selected = session.table("fares").select(expression());
    Files.write(folder.resolve("java-logical.bin"), query.logicalPlan().toBytes(session));
    Files.write(folder.resolve("java-physical.bin"), query.executionPlan().toBytes(session));
    Files.write(folder.resolve("java-expression.bin"), expression().toBytes(session));

    String[] theirs = python.run(script, "read", folder.toString()).split("--\n");
    assertThat(theirs[0]).isEqualTo(rows(query.execute()));
    assertThat(theirs[1]).isEqualTo(rows(query.execute()));
    assertThat(theirs[2]).isEqualTo(rows(selected.execute()));
  }

  /** contract 3: a receiver without our codec is told which one is missing. */
  @Test
  void pythonNamesTheCodecThatAJavaFunctionNeeds() throws IOException {
    ScalarUdf half = ScalarUdf.of("half", Double.class, Double.class, x -> x / 2);
    Files.write(folder.resolve("java-inlined.bin"), half.call(col("fare")).toBytes(session));
    assertThat(python.run(script, "read-inlined", folder.toString()))
        .contains("io.datafusion.inline")
        .contains("not installed");
  }
}

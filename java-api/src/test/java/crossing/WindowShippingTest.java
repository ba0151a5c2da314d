package crossing;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;

import crossing.worker.Worker;
import io.datafusion.BatchStream;
import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.Operator.NullTreatment;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.Window;
import io.datafusion.WindowFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import user.Windows;

/** Every kind of window function in the three forms of bytes, run by a JVM without its classes. */
class WindowShippingTest {
  private static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  private static final String QUERY =
      """
      SELECT id,
        my_row_number(x) OVER (PARTITION BY g ORDER BY id) a,
        my_sum(x) OVER (PARTITION BY g ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING) b,
        my_dense_rank() OVER (PARTITION BY g ORDER BY k) c,
        my_rank() OVER (PARTITION BY g ORDER BY k) d,
        my_lag(x) OVER (PARTITION BY k ORDER BY id) e,
        my_lead(x) OVER (PARTITION BY k ORDER BY id) f,
        my_first_value(x) IGNORE NULLS OVER (PARTITION BY k ORDER BY id ROWS UNBOUNDED PRECEDING) h,
        my_first_value(x) OVER (PARTITION BY k ORDER BY id ROWS UNBOUNDED PRECEDING) i,
        my_shift(x, 2) OVER (ORDER BY id) j,
        my_shift(x, 2) OVER (ORDER BY id DESC) l
      FROM t ORDER BY id\
      """;

  /** The same by functions of the engine. */
  private static final String THEIRS =
      QUERY
          .replace(
              "my_row_number(x)",
              "CAST(row_number() OVER (PARTITION BY g ORDER BY id) AS BIGINT) + 0 * rank()")
          .replace("my_shift", "lag")
          .replace("my_", "");

  @TempDir Path folder;
  private SessionContext session;
  private String data;
  private ChildJvm worker;

  @BeforeEach
  void open() throws IOException {
    session = SessionContext.create();
    List.of(
            Windows.rowNumber(),
            Windows.sum(),
            Windows.denseRank(),
            Windows.rank(),
            Windows.lag(),
            Windows.lead(),
            Windows.firstValue(),
            Windows.shift())
        .forEach(session::register);
    data = folder.resolve("rows.parquet").toString();
    session
        .sql(
            "SELECT value AS id, value % 3 AS g, (value * 37) % 5 AS k, CASE WHEN value % 4 > 0"
                + " THEN (value * 13) % 17 END AS x FROM range(0, 60)")
        .write(ParquetSink.of(data));
    session.register("t", Parquet.of(data));
    worker = ChildJvm.of(Worker.class, Files.createDirectory(folder.resolve("worker")));
  }

  @AfterEach
  void close() {
    session.close();
  }

  private String ship(String kind, byte[] bytes) throws IOException {
    Path message = Files.write(folder.resolve(kind + ".bin"), bytes);
    ChildJvm.Outcome outcome =
        worker.run(FLAGS, Worker.class, kind, message.toString(), data, "enabled");
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return outcome.output();
  }

  /** As the worker prints it. */
  private static String printed(DataFrame frame) throws IOException {
    var text = new StringBuilder();
    try (BatchStream stream = frame.execute();
        RootAllocator allocator = new RootAllocator();
        ArrowReader reader = stream.reader(allocator)) {
      while (reader.loadNextBatch()) {
        for (int row = 0; row < reader.getVectorSchemaRoot().getRowCount(); row++) {
          String separator = "";
          for (FieldVector vector : reader.getVectorSchemaRoot().getFieldVectors()) {
            text.append(separator).append(vector.getObject(row));
            separator = "\t";
          }
          text.append('\n');
        }
      }
    }
    return text.toString();
  }

  @Test
  void theSenderAnswersAsTheEngineDoes() throws IOException {
    assertThat(printed(session.sql(QUERY))).isEqualTo(printed(session.sql(THEIRS)));
    assertThat(session.sql(QUERY).executionPlan().display())
        .contains("BoundedWindowAggExec", " WindowAggExec");
  }

  @Test
  void logicalPlansRunWhereTheClassesAreUnknown() throws IOException {
    assertThat(ship("logical", session.sql(QUERY).logicalPlan().toBytes(session)))
        .isEqualTo(printed(session.sql(QUERY)));
  }

  @Test
  void executionPlansRunWhereTheClassesAreUnknown() throws IOException {
    assertThat(ship("physical", session.sql(QUERY).executionPlan().toBytes(session)))
        .isEqualTo(printed(session.sql(QUERY)));
  }

  @Test
  void expressionsRunWhereTheClassesAreUnknown() throws IOException {
    Window ordered = Window.of().withOrderBy(col("id").asc());
    Expr first =
        Windows.firstValue()
            .call(col("x"))
            .over(ordered.withFrame(WindowFrame.running()))
            .nulls(NullTreatment.IGNORE);
    Expr sum = Windows.sum().call(col("x")).over(ordered.withFrame(WindowFrame.rows(2, 1)));
    Expr lag = Windows.lag().call(col("x")).over(ordered);
    Expr all = first.plus(sum.times(lit(100L))).plus(lag.times(lit(10_000L)));
    DataFrame here = session.table("t").select(all);
    assertThat(ship("expression", all.toBytes(session)))
        .isEqualTo(printed(here))
        .contains("\n", "null");
  }
}

package crossing;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;

import crossing.worker.StreamWorker;
import io.datafusion.Expr;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.VectorArguments;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Python package tests with pools of processes, in a worker JVM; docs/peer-tests.md. */
class PoolCasesTest {
  private static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  private static final Field LONG = Field.nullable("n", new ArrowType.Int(64, true));

  @TempDir static Path folder;
  private static Expr builtIn;
  private static List<String> answers;

  @BeforeAll
  static void send() throws IOException {
    String data = folder.resolve("t.parquet").toString();
    builtIn = col("a").plus(lit(1L));
    long add = 7;
    List<Expr> tasks =
        List.of(
            builtIn,
            ScalarUdf.of("twice", Long.class, Long.class, n -> n * 2).call(col("a")),
            ScalarUdf.of("shift", Long.class, Long.class, n -> n + add).call(col("a")),
            ScalarUdf.vectorized("negated", List.of(LONG), LONG, batch -> negated(batch, add))
                .call(col("a")),
            ScalarUdf.async(
                    "later",
                    List.of(LONG),
                    LONG,
                    batch -> CompletableFuture.completedStage(negated(batch, -add)))
                .call(col("a")));
    Path stream = folder.resolve("tasks");
    try (SessionContext session = SessionContext.create();
        var out = new ObjectOutputStream(Files.newOutputStream(stream))) {
      session.sql("SELECT * FROM (VALUES (10), (20)) AS t(a)").write(ParquetSink.of(data));
      for (Expr task : tasks) {
        out.writeObject(task);
      }
    }
    ChildJvm worker =
        ChildJvm.of(StreamWorker.class, Files.createDirectory(folder.resolve("worker")));
    ChildJvm.Outcome outcome =
        worker.run(FLAGS, StreamWorker.class, stream.toString(), data, "enabled", "5");
    assertThat(outcome.status()).as(outcome.output()).isZero();
    answers = List.of(outcome.output().split("READ .*\n"));
    assertThat(answers).hasSize(6);
  }

  @Test
  void aBuiltInExpressionHasTheSameNameInAWorker() {
    assertThat(answers.get(1))
        .startsWith("NAME " + builtIn.canonicalName() + "\n")
        .contains("| 11 ", "| 21 ");
  }

  @Test
  void aFunctionRunsInAWorker() {
    assertThat(answers.get(2)).contains("| 20 ", "| 40 ");
  }

  @Test
  void whatAFunctionCapturedIsThereInAWorker() {
    assertThat(answers.get(3)).contains("| 17 ", "| 27 ");
  }

  /** Not a case of the peer's, whose functions all are over vectors. */
  @Test
  void aFunctionOverVectorsRunsInAWorker() {
    assertThat(answers.get(4)).contains("| -3 ", "| -13 ");
  }

  @Test
  void anAsynchronousFunctionRunsInAWorker() {
    assertThat(answers.get(5)).contains("| -17 ", "| -27 ");
  }

  private static FieldVector negated(VectorArguments batch, long add) {
    var in = batch.vector(0, BigIntVector.class);
    var out = new BigIntVector("r", batch.allocator());
    out.allocateNew(batch.rowCount());
    for (int row = 0; row < batch.rowCount(); row++) {
      out.set(row, add - in.get(batch.index(0, row)));
    }
    out.setValueCount(batch.rowCount());
    return out;
  }
}

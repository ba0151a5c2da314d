package crossing;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;

import crossing.worker.Worker;
import io.datafusion.Expr;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarFunction1;
import io.datafusion.udf.ScalarUdf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stays with the sender without an error: docs/what-travels.md says each. */
class LeftBehindTest {
  private static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  @TempDir Path folder;
  private SessionContext session;
  private String data;

  @BeforeEach
  void open() {
    session = SessionContext.create();
    data = folder.resolve("t.parquet").toString();
    session.sql("SELECT 0.5 AS x").write(ParquetSink.of(data));
  }

  @AfterEach
  void close() {
    session.close();
  }

  private static Expr call(ScalarFunction1<Double, Double> function) {
    return ScalarUdf.of("f", Double.class, Double.class, function).call(col("x"));
  }

  private String here(Expr expr) {
    String table = session.read(Parquet.of(data)).select(expr.alias("r")).toText(1);
    return table.lines().skip(3).findFirst().orElseThrow().replaceAll("[| ]", "");
  }

  private String there(Expr expr) throws IOException {
    Path message = Files.write(folder.resolve("message"), expr.toBytes(session));
    ChildJvm worker = ChildJvm.of(Worker.class, Files.createTempDirectory(folder, "worker"));
    ChildJvm.Outcome outcome =
        worker.run(FLAGS, Worker.class, "expression", message.toString(), data, "enabled");
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return outcome.output().strip();
  }

  private static final class Counter {
    static double value = 1;
  }

  @Test
  void aStaticFieldBeginsAsItsClassSays() throws IOException {
    Counter.value = 42;
    Expr expr = call(x -> x + Counter.value);
    assertThat(here(expr)).isEqualTo("42.5");
    assertThat(there(expr)).isEqualTo("1.5");
  }

  /** contract 14. */
  @Test
  void whatIsChangedAfterTheDefinitionStays() throws IOException {
    List<Double> sum = new ArrayList<>(List.of(1.0));
    Expr expr = call(x -> x + sum.size());
    sum.add(2.0);
    assertThat(here(expr)).isEqualTo("2.5");
    assertThat(there(expr)).isEqualTo("1.5");
  }

  @Test
  void resourcesStay() throws IOException {
    Expr expr = call(x -> Counter.class.getResource("exchange.py") == null ? x : x + 1);
    assertThat(here(expr)).isEqualTo("1.5");
    assertThat(there(expr)).isEqualTo("0.5");
  }

  /** Named in a text only, so that nothing says that it is needed. */
  static final class Named {}

  @Test
  void classesThatOnlyATextNamesStay() throws IOException {
    Expr expr =
        call(
            x -> {
              try {
                return x + Class.forName("crossing.LeftBehindTest$Named").getSimpleName().length();
              } catch (ClassNotFoundException e) {
                return x;
              }
            });
    assertThat(here(expr)).isEqualTo("5.5");
    assertThat(there(expr)).isEqualTo("0.5");
  }

  static final class Bean {
    double used() {
      return 1;
    }

    double other() {
      return 2;
    }
  }

  private static int methods(Object object) {
    return object.getClass().getDeclaredMethods().length;
  }

  @Test
  void reflectionFindsWhatTravelled() throws IOException {
    Expr expr = call(x -> x + new Bean().used() + methods(new Bean()));
    assertThat(here(expr)).isEqualTo("3.5");
    assertThat(there(expr)).isEqualTo("2.5");
    Expr named = call(x -> x + Bean.class.getDeclaredMethods().length);
    assertThat(here(named)).isEqualTo("2.5");
    assertThat(there(named)).isEqualTo("2.5");
  }

  private static double copied(ScalarFunction1<Double, Double> lambda) {
    var bytes = new ByteArrayOutputStream();
    try {
      new ObjectOutputStream(bytes).writeObject(lambda);
      Object copy =
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
      return copy instanceof ScalarFunction1<?, ?> ? 1 : 0;
    } catch (IOException | ClassNotFoundException e) {
      return -1;
    }
  }

  @Test
  void serializedLambdasAreNotReadThere() throws IOException {
    Expr expr = call(x -> x + copied(y -> y));
    assertThat(here(expr)).isEqualTo("1.5");
    assertThat(there(expr)).isEqualTo("-0.5");
  }

  record Marked(String text) {
    Marked {
      text += "!";
    }
  }

  /** contract 13: a record is made by its canonical constructor. */
  @Test
  void theConstructorOfARecordRunsAnew() throws IOException {
    Marked marked = new Marked("a");
    Expr expr = call(x -> x + marked.text().length());
    assertThat(here(expr)).isEqualTo("2.5");
    assertThat(there(expr)).isEqualTo("3.5");
  }
}

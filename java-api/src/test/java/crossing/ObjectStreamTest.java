package crossing;

import static io.datafusion.Expr.col;
import static io.datafusion.Expr.lit;
import static org.assertj.core.api.Assertions.assertThat;

import crossing.worker.StreamWorker;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.codec.UdfInlining;
import io.datafusion.exchange.SenderContext;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * contract 21, 22: an object stream that a second JVM reads, which lacks the functions' classes.
 */
class ObjectStreamTest {
  private static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  @TempDir Path folder;
  private SessionContext session;
  private ScalarUdf tip;
  private String data;
  private ChildJvm worker;

  @BeforeEach
  void open() throws IOException {
    session = SessionContext.create();
    double rate = 0.25;
    tip = ScalarUdf.of("tip", Double.class, Double.class, fare -> Rounding.cents(fare * rate));
    session.register(tip);
    data = folder.resolve("fares.parquet").toString();
    session
        .sql("SELECT * FROM (VALUES (1, 4.0), (2, 8.0), (3, 10.0)) AS t(id, fare)")
        .write(ParquetSink.of(data));
    session.register("fares", Parquet.of(data));
    worker = ChildJvm.of(StreamWorker.class, Files.createDirectory(folder.resolve("worker")));
  }

  @AfterEach
  void close() {
    session.close();
  }

  /** A class that the function reaches, and the worker does not have. */
  private static final class Rounding {
    static double cents(double value) {
      return Math.round(value * 100) / 100.0;
    }
  }

  private String ship(List<String> flags, String policy, SessionContext sender) throws IOException {
    Path file = folder.resolve("objects");
    try (var out = new ObjectOutputStream(Files.newOutputStream(file))) {
      List<Object> objects =
          List.of(
              tip,
              tip.call(col("fare")).plus(lit(1.0)),
              session.sql("SELECT id, tip(fare) AS t FROM fares WHERE id = 3").logicalPlan());
      for (Object object : objects) {
        SenderContext.call(
            sender,
            () -> {
              out.writeObject(object);
              return object;
            });
      }
    }
    ChildJvm.Outcome outcome =
        worker.run(flags, StreamWorker.class, file.toString(), data, policy, "3");
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return outcome.output();
  }

  @Test
  void functionExpressionAndPlanRunWhereTheClassesAreUnknown() throws IOException {
    assertThat(ship(FLAGS, "enabled", session).lines())
        .filteredOn(line -> line.startsWith("READ") || line.matches("\\| [0-9].*"))
        .extracting(String::strip)
        .map(line -> line.replaceAll("[| ]+", " ").strip())
        .containsExactly(
            "READ NativeScalarUdf",
            "1.0",
            "2.0",
            "2.5",
            "READ Operation",
            "2.0",
            "3.0",
            "3.5",
            "READ LogicalPlan",
            "3 2.5");
  }

  /** contract 16, 20: the sender's class is defined when a batch needs it, not by reading. */
  @Test
  void readingDefinesNoClass() throws IOException {
    List<String> flags = new ArrayList<>(FLAGS);
    flags.add("-Xlog:class+load:stdout");
    List<String> lines = ship(flags, "enabled", session).lines().toList();
    int read = lines.indexOf("READ NativeScalarUdf");
    int defined = 0;
    while (!lines.get(defined).contains(" crossing.ObjectStreamTest")) {
      defined++;
    }
    assertThat(read).isPositive();
    assertThat(defined).isGreaterThan(read);
  }

  /** contract 18, 20. */
  @Test
  void aStrictWorkerRefusesAllThree() throws IOException {
    assertThat(ship(FLAGS, "disabled", session).lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("ERROR InliningRefusedException: "))
        .allMatch(line -> line.contains("tip"));
  }

  /** contract 9, 17: a strict sender's names mean nothing to a worker that has none of them. */
  @Test
  void aStrictSendersNamesNeedTheName() throws IOException {
    try (SessionContext strict = session.withUdfInlining(UdfInlining.disabled())) {
      assertThat(ship(FLAGS, "enabled", strict).lines())
          .hasSize(3)
          .allMatch(line -> line.startsWith("ERROR UnresolvedFunctionException: "))
          .allMatch(line -> line.contains("tip"));
    }
  }
}

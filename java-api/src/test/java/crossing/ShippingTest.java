package crossing;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;

import crossing.worker.Worker;
import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.codec.UdfInlining;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.TableFunction;
import io.datafusion.udf.Udf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import user.Numbers;

/** A Java function in expression, logical-plan and physical-plan bytes, run by a second JVM. */
class ShippingTest {
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
    tip = ScalarUdf.of("tip", Double.class, Double.class, fare -> round(fare * rate));
    session.register(tip);
    data = folder.resolve("fares.parquet").toString();
    session
        .sql("SELECT * FROM (VALUES (1, 4.0), (2, NULL), (3, 10.0)) AS t(id, fare)")
        .write(ParquetSink.of(data));
    session.register("fares", Parquet.of(data));
    worker = ChildJvm.of(Worker.class, Files.createDirectory(folder.resolve("worker")));
  }

  @AfterEach
  void close() {
    session.close();
  }

  private static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }

  private DataFrame query() {
    return session.sql("SELECT id, tip(fare) AS tip FROM fares WHERE tip(fare) > 0.5 ORDER BY id");
  }

  private Expr expression() {
    return tip.call(col("fare")).plus(Expr.lit(1.0)).alias("total");
  }

  private String ship(String kind, byte[] bytes, String policy) throws IOException {
    Path message = Files.write(folder.resolve(kind + ".bin"), bytes);
    ChildJvm.Outcome outcome =
        worker.run(FLAGS, Worker.class, kind, message.toString(), data, policy);
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return outcome.output();
  }

  /** contract 12, of a table: its class and the values of its fields travel. */
  @Test
  void aTableOfJavasIsReadWhereItsClassIsUnknown() throws IOException {
    session.register("numbers", new Numbers(10, 3));
    DataFrame query =
        session.sql(
            "SELECT n AS id, CAST(n AS DOUBLE) AS tip FROM numbers WHERE n > 7 AND n % 1 = 0"
                + " ORDER BY id");
    assertThat(ship("logical", query.logicalPlan().toBytes(session), "enabled"))
        .isEqualTo("8\t8.0\n9\t9.0\n");
    assertThat(ship("physical", query.executionPlan().toBytes(session), "enabled"))
        .isEqualTo("8\t8.0\n9\t9.0\n");
  }

  /** contract 7, 12. */
  @Test
  void logicalPlanRunsWhereTheClassIsUnknown() throws IOException {
    assertThat(ship("logical", query().logicalPlan().toBytes(session), "enabled"))
        .isEqualTo("1\t1.0\n3\t2.5\n");
  }

  /** contract 7, 12. */
  @Test
  void executionPlanRunsWhereTheClassIsUnknown() throws IOException {
    assertThat(ship("physical", query().executionPlan().toBytes(session), "enabled"))
        .isEqualTo("1\t1.0\n3\t2.5\n");
  }

  /** contract 7, 12. */
  @Test
  void expressionRunsWhereTheClassIsUnknown() throws IOException {
    assertThat(ship("expression", expression().toBytes(session), "enabled"))
        .isEqualTo("2.0\nnull\n3.5\n");
  }

  /** Methods with annotations, and what they call, by the same bytes as lambdas. */
  @Test
  void annotatedMethodsRunWhereTheirClassIsUnknown() throws IOException {
    session.register(Fees.class);
    DataFrame query =
        session.sql(
            "SELECT id, service_fee(fare, rate => 0.5) AS fee FROM fares"
                + " WHERE service_fee(fare, 1.0) IS NOT NULL ORDER BY id");
    String rows = "1\t2.0\n3\t5.0\n";
    assertThat(ship("logical", query.logicalPlan().toBytes(session), "enabled")).isEqualTo(rows);
    assertThat(ship("physical", query.executionPlan().toBytes(session), "enabled")).isEqualTo(rows);
    Expr call = ScalarUdf.allOf(Fees.class).get(0).call(col("fare"), Expr.lit(2.0));
    assertThat(ship("expression", call.toBytes(session), "enabled")).isEqualTo("8.0\nnull\n20.0\n");
    assertThat(ship("expression", call.toBytes(session), "reference:crossing"))
        .startsWith("ERROR InliningRefusedException: ");
  }

  /** A class that the worker lacks. */
  public static final class Fees {
    @Udf
    public static double serviceFee(double fare, Double rate) {
      return round(fare * rate);
    }
  }

  /** contract 17, 18. */
  @Test
  void strictReceiverRefusesAllThreeNamingTheFunction() throws IOException {
    for (var message :
        List.of(
            new Shipment("logical", query().logicalPlan().toBytes(session)),
            new Shipment("physical", query().executionPlan().toBytes(session)),
            new Shipment("expression", expression().toBytes(session)))) {
      assertThat(ship(message.kind(), message.bytes(), "disabled"))
          .startsWith("ERROR InliningRefusedException: ")
          .contains("tip");
    }
  }

  /** contract 12: the call travels, and is made in the receiver's session. */
  @Test
  void tableFunctionRunsWhereTheClassIsUnknown() throws IOException {
    String file = data;
    double least = 3.0;
    session.register(
        TableFunction.of(
            "fares_over",
            (receiver, arguments) ->
                receiver
                    .read(Parquet.of(file))
                    .filter(col("fare").gt(Expr.lit(least + arguments.value(0, Double.class))))));
    byte[] plan =
        session
            .sql("SELECT id, tip(fare) AS tip FROM fares_over(0.5) ORDER BY id")
            .logicalPlan()
            .toBytes(session);
    assertThat(ship("logical", plan, "enabled")).isEqualTo("1\t1.0\n3\t2.5\n");
    assertThat(ship("logical", plan, "disabled"))
        .startsWith("ERROR InliningRefusedException: ")
        .contains("table function");
  }

  private record Shipment(String kind, byte[] bytes) {}

  /** contract 9, 19. */
  @Test
  void byNameBytesNeedTheName() throws IOException {
    try (SessionContext strict = session.withUdfInlining(UdfInlining.disabled())) {
      byte[] bytes = query().logicalPlan().toBytes(strict);
      assertThat(ship("logical", bytes, "enabled"))
          .startsWith("ERROR UnresolvedFunctionException: ")
          .contains("tip");
      assertThat(io.datafusion.LogicalPlan.fromBytes(strict, bytes).toBytes(strict))
          .isEqualTo(bytes);
    }
  }

  /**
   * The product needs no flag but native access; only the JDK's own warning about Unsafe may
   * appear.
   */
  @Test
  void runsWithNativeAccessAlone() throws IOException {
    Path message = Files.write(folder.resolve("plain.bin"), query().logicalPlan().toBytes(session));
    ChildJvm.Outcome outcome =
        worker.run(
            List.of("--enable-native-access=ALL-UNNAMED"),
            Worker.class,
            "logical",
            message.toString(),
            data,
            "enabled");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.output().lines().filter(line -> !line.startsWith("WARNING: ")))
        .containsExactly("1\t1.0", "3\t2.5");
    assertThat(outcome.output().lines().filter(line -> line.startsWith("WARNING: ")))
        .allMatch(
            line ->
                line.contains("sun.misc.Unsafe")
                    || line.contains("org.apache.arrow.memory")
                    || line.contains("terminally deprecated"));
  }
}

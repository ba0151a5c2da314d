package crossing;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;

import crossing.worker.Worker;
import io.datafusion.DataFrame;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.codec.UdfInlining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import user.Aggregates;
import user.Aggregates.Way;

/** Aggregate functions in the three forms of bytes, run by a second JVM without their classes. */
class AggregateShippingTest {
  private static final List<String> FLAGS =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  @TempDir Path folder;
  private SessionContext session;
  private ChildJvm worker;
  private String data;

  @BeforeEach
  void open() throws IOException {
    session = SessionContext.create(SessionConfig.of().withTargetPartitions(4));
    data = folder.resolve("data.parquet").toString();
    session
        .sql("SELECT value % 5 AS k, CAST(value AS DOUBLE) AS x FROM range(0, 100000)")
        .write(ParquetSink.of(data));
    worker = ChildJvm.of(Worker.class, Files.createDirectory(folder.resolve("worker")));
  }

  @AfterEach
  void close() {
    session.close();
  }

  private DataFrame means(Way way) {
    return session
        .read(Parquet.of(data))
        .repartition(4)
        .aggregate(List.of(col("k")), List.of(way.mean("own_mean").call(col("x")).alias("m")))
        .sort(col("k").asc());
  }

  private String ship(String kind, byte[] bytes, String policy) throws IOException {
    Path message = Files.write(folder.resolve(kind + ".bin"), bytes);
    ChildJvm.Outcome outcome =
        worker.run(FLAGS, Worker.class, kind, message.toString(), data, policy);
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return outcome.output();
  }

  /** Issue 4, Shows 1. */
  @ParameterizedTest
  @EnumSource
  void eachWayRunsWhereItsClassesAreUnknown(Way way) throws IOException {
    String expected = "0\t49997.5\n1\t49998.5\n2\t49999.5\n3\t50000.5\n4\t50001.5\n";
    DataFrame frame = means(way);
    assertThat(frame.executionPlan().display()).contains("mode=Partial", "mode=FinalPartitioned");
    assertThat(ship("logical", frame.logicalPlan().toBytes(session), "enabled"))
        .isEqualTo(expected);
    assertThat(ship("physical", frame.executionPlan().toBytes(session), "enabled"))
        .isEqualTo(expected);
    byte[] call =
        way.mean("own_mean").call(col("x")).over(io.datafusion.Window.of()).toBytes(session);
    assertThat(ship("expression", call, "enabled").lines().distinct()).containsExactly("49999.5");
  }

  /** contract 18. */
  @Test
  void strictReceiverRefusesAllThreeNamingTheFunction() throws IOException {
    DataFrame frame = means(Way.RECORD);
    byte[] call =
        Way.RECORD.mean("own_mean").call(col("x")).over(io.datafusion.Window.of()).toBytes(session);
    for (String answer :
        List.of(
            ship("logical", frame.logicalPlan().toBytes(session), "disabled"),
            ship("physical", frame.executionPlan().toBytes(session), "disabled"),
            ship("expression", call, "disabled"))) {
      assertThat(answer)
          .startsWith("ERROR InliningRefusedException: aggregate function 'own_mean'");
    }
  }

  /** contract 9. */
  @Test
  void byNameBytesNeedTheName() throws IOException {
    try (SessionContext strict = session.withUdfInlining(UdfInlining.disabled())) {
      byte[] bytes = means(Way.OBJECT).logicalPlan().toBytes(strict);
      assertThat(ship("logical", bytes, "enabled"))
          .startsWith("ERROR UnresolvedFunctionException: aggregate function 'own_mean'");
    }
  }

  /** contract 12: by reference the receiver must have the class. */
  @Test
  void whatStaysBehindIsAskedForByName() throws IOException {
    byte[] bytes =
        session
            .read(Parquet.of(data))
            .aggregate(
                List.of(),
                List.of(Way.GROUPS.mean("own_mean").withShared("user").call(col("x")).alias("m")))
            .logicalPlan()
            .toBytes(session);
    assertThat(ship("logical", bytes, "enabled"))
        .startsWith("ERROR UnresolvedFunctionException: ")
        .contains(Aggregates.class.getName());
  }
}

package exchange.scheduler;

import exchange.worker.Jvm;
import exchange.worker.Scheduler;
import io.datafusion.DataFrame;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A plan with Java functions goes through a scheduler that never loads a class of them, and runs on
 * a worker. The JVM's own logs say which classes were loaded where.
 *
 * <p>Argument: a work folder.
 */
public final class ClasslessScheduler {
  private static final String QUERY =
      """
      SELECT zone, count(*) AS trips, sum(price) AS total, label(99) AS depot
      FROM (SELECT zone, fare, price(fare) AS price, label(zone) AS name FROM trips)
      WHERE name <> 'Zone 3' AND fare > 10
      GROUP BY zone ORDER BY zone
      """;

  private ClasslessScheduler() {}

  /** A captured value of a class of its own, so that one travels. */
  private record Tariff(double base, double rate) {
    /** In quarters, whose sums do not depend on their order. */
    double price(double fare) {
      return Math.round((base + rate * fare) * 4) / 4.0;
    }
  }

  /**
   * Sends the plan off; exits with 1 when the rows that come back differ from those here.
   *
   * @param arguments a work folder
   * @throws Exception when something fails
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Path schedulersClasses = folder.resolve("scheduler-classes.log");
    Path workersClasses = folder.resolve("worker-classes.log");
    Path message = folder.resolve("plan.bin");
    String expected;
    try (SessionContext session = SessionContext.create()) {
      DataFrame query = query(session, folder.resolve("trips.parquet"));
      Files.write(message, query.logicalPlan().toBytes(session));
      expected = query.toText(20).strip();
    }
    String output =
        Jvm.run(
            List.of("-Xlog:class+load:file=" + schedulersClasses),
            Scheduler.class,
            message.toString(),
            folder.resolve("scheduled.bin").toString(),
            workersClasses.toString());
    System.out.print(output);
    System.out.println("scheduler: loaded " + loaded(schedulersClasses) + " classes of the sender");
    System.out.println("worker: loaded " + loaded(workersClasses) + " classes of the sender");
    boolean same = output.contains(expected);
    System.out.println("the worker's rows " + (same ? "equal" : "DIFFER FROM") + " the sender's");
    System.exit(same ? 0 : 1);
  }

  private static DataFrame query(SessionContext session, Path file) {
    session
        .sql(
            """
            SELECT value % 5 AS zone, 2.5 + CAST(value * 7919 % 4000 AS DOUBLE) / 100 AS fare
            FROM generate_series(1, 10000)
            """)
        .write(ParquetSink.of(file));
    session.register("trips", Parquet.of(file));
    Tariff tariff = new Tariff(1.5, 1.1);
    session.register(ScalarUdf.of("price", Double.class, Double.class, tariff::price));
    session.register(ScalarUdf.of("label", Long.class, String.class, zone -> "Zone " + zone));
    return session.sql(QUERY);
  }

  private static long loaded(Path log) throws IOException {
    try (Stream<String> lines = Files.lines(log)) {
      String ours = " " + ClasslessScheduler.class.getPackageName() + ".";
      return lines.filter(line -> line.contains(ours)).count();
    }
  }
}

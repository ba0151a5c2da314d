package shipaplan.driver;

import static io.datafusion.Expr.col;

import io.datafusion.Csv;
import io.datafusion.DataFrame;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.Parquet;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import shipaplan.worker.Rows;

/**
 * The sender: makes two Java functions, plans a query with them, writes the plan's bytes to files,
 * and starts a worker JVM that has none of these classes.
 *
 * <p>Arguments: a work folder, the worker's class path.
 */
public final class Driver {
  private static final String QUERY =
      """
      SELECT z.borough, payment_label(t.payment) AS payment, count(*) AS trips, sum(tip(t.fare)) AS tips
      FROM trips t JOIN zones z ON t.zone_id = z.zone_id
      WHERE tip(t.fare) > 1.0
      GROUP BY z.borough, payment_label(t.payment)
      ORDER BY z.borough, payment
      """;

  private Driver() {}

  /**
   * Runs the main job; exits with 1 when a worker's rows differ from the driver's.
   *
   * @param arguments a work folder, the worker's class path
   * @throws Exception when something fails
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    try (SessionContext session = SessionContext.create()) {
      TripData.write(session, folder);
      session.register("trips", Parquet.of(folder.resolve("trips.parquet").toString()));
      session.register("zones", Csv.of(folder.resolve("zones.csv").toString()));

      double rate = Double.parseDouble(System.getProperty("rate", "0.18"));
      ScalarUdf tip = ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * rate);
      ScalarUdf label = ScalarUdf.of("payment_label", String.class, String.class, Driver::label);
      session.register(tip);
      session.register(label);

      DataFrame query = session.sql(QUERY);
      Expr expression = tip.call(col("fare")).plus(Expr.lit(0.5)).alias("tip_and_fee");
      Map<String, byte[]> messages =
          Map.of(
              "logical", query.optimizedPlan().toBytes(session),
              "physical", query.executionPlan().toBytes(session),
              "expression", expression.toBytes(session));

      long start = System.nanoTime();
      List<String> expected = Rows.of(query.execute());
      System.out.printf(
          Locale.ROOT,
          "driver: pid %d, %d groups of 1,000,000 trips in %d ms%n%n",
          ProcessHandle.current().pid(),
          expected.size() - 1,
          (System.nanoTime() - start) / 1_000_000);
      Picture.print(messages);

      DataFrame local =
          session
              .read(Parquet.of(folder.resolve("trips.parquet").toString()))
              .select(expression)
              .aggregate(List.of(), List.of(Functions.sum(col("tip_and_fee"))));
      boolean same = true;
      for (String kind : List.of("logical", "physical", "expression")) {
        Path file = folder.resolve(kind + ".bin");
        Files.write(file, messages.get(kind));
        List<String> rows = work(arguments[1], kind, file, folder);
        same &= agree(kind, kind.equals("expression") ? Rows.of(local.execute()) : expected, rows);
      }
      if (!same) {
        System.exit(1);
      }
    }
  }

  private static boolean agree(String kind, List<String> expected, List<String> rows) {
    boolean same = expected.equals(rows);
    System.out.printf(
        "%s bytes: the worker's rows %s the driver's%n%n", kind, same ? "equal" : "DIFFER FROM");
    if (!same) {
      System.out.println(Rows.table(expected));
    }
    return same;
  }

  private static String label(String payment) {
    return payment.isEmpty()
        ? "?"
        : payment.substring(0, 1).toUpperCase(Locale.ROOT) + payment.substring(1).replace('_', ' ');
  }

  /** Starts a worker JVM, shows what it prints, and returns the rows it wrote. */
  private static List<String> work(String classPath, String kind, Path file, Path folder)
      throws IOException, InterruptedException {
    Path rows = folder.resolve(kind + ".rows");
    Files.deleteIfExists(rows);
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", classPath, "shipaplan.worker.Worker"));
    command.addAll(List.of(kind, file.toString(), folder.toString(), rows.toString()));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException("the worker for the " + kind + " bytes ended with status " + status);
    }
    return Files.readAllLines(rows);
  }
}

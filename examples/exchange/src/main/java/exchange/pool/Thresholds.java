package exchange.pool;

import static io.datafusion.Expr.col;

import exchange.pool.WorkerPool.Answer;
import exchange.worker.PoolWorker;
import exchange.worker.Task;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleBinaryOperator;

/**
 * A pool of worker JVMs: each gets an expression with a Java function in it and the partition that
 * it shall read, and answers a partial result; the partial results are combined here.
 *
 * <p>Three functions have the same name and code, and differ in the threshold that they captured; a
 * fourth is an aggregate with a record as state.
 *
 * <p>Argument: a work folder.
 */
public final class Thresholds {
  private static final int WORKERS = 2;
  private static final int PARTITIONS = 4;
  private static final String TRIPS =
      """
      SELECT 2.5 + CAST(value * 104729 % 6000 AS DOUBLE) / 100 AS fare
      FROM generate_series(1, 200000) WHERE value % {partitions} = {partition}
      """;

  private Thresholds() {}

  /**
   * The state of the aggregate.
   *
   * @param fare the largest so far
   */
  public record Largest(double fare) {}

  /**
   * What is asked.
   *
   * @param partial of one partition
   * @param combine makes one result of two
   */
  private record Measure(String name, Expr partial, DoubleBinaryOperator combine) {}

  /**
   * Asks the pool; exits with 1 when its results differ from those of this process.
   *
   * @param arguments a work folder
   * @throws Exception when something fails
   */
  public static void main(String[] arguments) throws Exception {
    System.out.println("driver: pid " + ProcessHandle.current().pid());
    boolean same = true;
    try (SessionContext session = SessionContext.create();
        WorkerPool pool = WorkerPool.start(WORKERS);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<String> files = write(session, Path.of(arguments[0]));
      Map<Measure, List<Future<Answer>>> asked = new LinkedHashMap<>();
      for (Measure measure : measures()) {
        var answers = new ArrayList<Future<Answer>>();
        for (String file : files) {
          answers.add(threads.submit(() -> pool.run(new Task(file, measure.partial()))));
        }
        asked.put(measure, answers);
      }
      for (var entry : asked.entrySet()) {
        same &= show(entry.getKey(), entry.getValue(), here(session, files, entry.getKey()));
      }
    }
    System.exit(same ? 0 : 1);
  }

  private static List<Measure> measures() {
    var measures = new ArrayList<Measure>();
    for (double threshold : new double[] {10, 25, 50}) {
      ScalarUdf above =
          ScalarUdf.of("above", Double.class, Long.class, fare -> fare > threshold ? 1L : 0L);
      Expr partial = Functions.sum(above.call(col("fare")));
      measures.add(new Measure("fares above " + threshold, partial, Double::sum));
    }
    AggregateUdf largest =
        AggregateUdf.of(
            "largest",
            Double.class,
            Double.class,
            new Largest(Double.NEGATIVE_INFINITY),
            (Largest state, Double fare) -> new Largest(Math.max(state.fare, fare)),
            (a, b) -> new Largest(Math.max(a.fare, b.fare)),
            Largest::fare);
    measures.add(new Measure("largest fare", largest.call(col("fare")), Math::max));
    return measures;
  }

  private static List<String> write(SessionContext session, Path folder) throws Exception {
    Files.createDirectories(folder);
    var files = new ArrayList<String>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      String file = folder.resolve("trips-" + partition + ".parquet").toString();
      String sql = TRIPS.replace("{partitions}", "" + PARTITIONS);
      session.sql(sql.replace("{partition}", "" + partition)).write(ParquetSink.of(file));
      files.add(file);
    }
    return files;
  }

  /** What this process makes of all partitions at once. */
  private static double here(SessionContext session, List<String> files, Measure measure)
      throws Exception {
    return PoolWorker.number(
        session
            .read(Parquet.of(files.toArray(String[]::new)))
            .aggregate(List.of(), List.of(measure.partial())));
  }

  private static boolean show(Measure measure, List<Future<Answer>> answers, double here)
      throws Exception {
    var parts = new ArrayList<String>();
    double result = answers.getFirst().get().number();
    for (int i = 0; i < answers.size(); i++) {
      Answer answer = answers.get(i).get();
      result = i == 0 ? result : measure.combine().applyAsDouble(result, answer.number());
      parts.add(String.format(Locale.ROOT, "%.2f by %d", answer.number(), answer.pid()));
    }
    boolean same = result == here;
    System.out.printf(
        Locale.ROOT,
        "%s: %.2f (%s), which %s the driver's own%n",
        measure.name(),
        result,
        String.join(", ", parts),
        same ? "equals" : "DIFFERS FROM");
    return same;
  }
}

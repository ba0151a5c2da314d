package benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same work side by side: a table and a chart of ratios. */
public final class Compare {
  private static final int THREADS = 2;

  /** Makes the tables of a work when its turn comes. */
  private interface Making {
    List<Work> works() throws Exception;
  }

  private long rows = 40_000_000;
  private int rounds = 7;
  private Path out = Path.of(System.getenv("BENCHMARKS"), "results");
  private final List<String> chosen = new ArrayList<>();

  private Compare(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--rows" -> rows = Long.parseLong(arguments[++i]);
        case "--rounds" -> rounds = Integer.parseInt(arguments[++i]);
        case "--out" -> out = Path.of(arguments[++i]);
        default -> chosen.add(arguments[i]);
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    new Compare(arguments).run();
  }

  private void run() throws Exception {
    long start = System.nanoTime();
    List<Measured> all = new ArrayList<>();
    Path folder = Files.createTempDirectory("benchmarks");
    Report report = new Report(rows, rounds, THREADS);
    try (Engines engines = new Engines(THREADS)) {
      Scalars.register(engines);
      Groups.register(engines);
      Map<String, Making> makings = makings(engines, folder);
      if (!makings.keySet().containsAll(chosen)) {
        throw new IllegalArgumentException(chosen + " are not all known: " + makings.keySet());
      }
      for (var making : makings.entrySet()) {
        if (chosen.isEmpty() || chosen.contains(making.getKey())) {
          for (Work work : making.getValue().works()) {
            Measured measured = work.measured(rounds);
            System.out.println(Report.table(measured));
            all.add(measured);
          }
          engines.drop("t");
        }
      }
      report.memory(engines.python.processId());
    } finally {
      delete(folder);
    }
    Files.createDirectories(out);
    Files.writeString(out.resolve("compare.md"), report.of(all));
    Chart.write(all, out.resolve("compare.svg"));
    System.out.printf("%d s; %s%n", (System.nanoTime() - start) / 1_000_000_000, out);
  }

  private Map<String, Making> makings(Engines engines, Path folder) {
    Map<String, Making> makings = new LinkedHashMap<>();
    makings.put("double", () -> List.of(Scalars.doubles(engines, rows)));
    makings.put("nulls", () -> List.of(Scalars.nulls(engines, rows)));
    makings.put("longs", () -> List.of(Scalars.longs(engines, rows)));
    makings.put(
        "texts",
        () -> List.of(Scalars.texts(engines, rows / 4), Scalars.lengths(engines, rows / 4)));
    makings.put("decimals", () -> List.of(Scalars.decimals(engines, rows / 4)));
    makings.put("timestamps", () -> List.of(Scalars.timestamps(engines, rows / 4)));
    makings.put("groups-10", () -> List.of(Groups.of(engines, rows, 10, 2)));
    makings.put("groups-100k", () -> List.of(Groups.of(engines, rows, 100_000, 2)));
    makings.put("groups-10m", () -> List.of(Groups.of(engines, rows, 10_000_000, 3)));
    makings.put("window", () -> List.of(Windows.movingAverage(engines, rows / 4)));
    makings.put("parquet", () -> List.of(Tables.parquet(engines, rows, folder)));
    makings.put("results", () -> List.of(Results.reading(engines, rows / 4)));
    makings.put("provider", () -> List.of(Tables.provider(engines, rows)));
    makings.put("start", () -> List.of(StartUp.of(engines, folder)));
    makings.put("plans", () -> Plans.works(engines, rounds));
    return makings;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}

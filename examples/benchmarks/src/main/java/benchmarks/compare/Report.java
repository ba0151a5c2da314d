package benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;

/** The figures as a page. */
final class Report {
  private final StringBuilder head = new StringBuilder();

  Report(long rows, int rounds, int threads) throws IOException {
    head.append("# The same work side by side\n\n");
    line("Date: %s.", LocalDate.now());
    line(
        "Machine: %s, %d processors, %s, %s.",
        processor(),
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"));
    line(
        "Versions: Java %s, DataFusion 55.2, Python package 55.0.0, DuckDB JDBC 2.0.0.1.",
        Runtime.version());
    line(
        "Tables of %,d rows (a quarter for texts, decimals, timestamps, windows, results), in"
            + " memory in batches of %,d; %d threads each.",
        rows, Engines.BATCH, threads);
    line(
        "%d rounds after two of warming up, all contestants of a work in turn in each; the median"
            + " time a row (plans: an expression), and the median of the rounds' ratios with their"
            + " quartiles in brackets.",
        rounds);
  }

  private void line(String format, Object... values) {
    head.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String processor() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.exists(file)) {
      return "processor unknown";
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("processor unknown");
  }

  /** Adds what the processes hold now and held at most. */
  void memory(long python) throws IOException {
    String peer = Long.toString(python);
    line(
        "Memory in MB at the end and at peak: this JVM, with DuckDB in it, %,d and %,d; Python %,d"
            + " and %,d.",
        Memory.now("self"), Memory.peak("self"), Memory.now(peer), Memory.peak(peer));
  }

  String of(List<Measured> all) {
    StringBuilder page = new StringBuilder(head).append("\n## Goals\n\n");
    page.append("| work | ratio | measured | goal | |\n|---|---|---|---|---|\n");
    for (Measured measured : all) {
      for (Goal goal : measured.work().goals) {
        double ratio = measured.ratio(goal.of(), goal.against());
        page.append(
            String.format(
                Locale.ROOT,
                "| %s | %s : %s | %s | at most %.2f | %s |%n",
                measured.work().name,
                goal.of(),
                goal.against(),
                ratio(measured, goal.of(), goal.against()),
                goal.most(),
                goal.verdict(ratio)));
      }
    }
    page.append("\n## All\n");
    for (Measured measured : all) {
      page.append('\n').append(table(measured));
    }
    return page.toString();
  }

  static String table(Measured measured) {
    String first = measured.work().contestants.getFirst().name();
    StringBuilder table = new StringBuilder();
    table.append("### ").append(measured.work().name).append("\n\n");
    table.append("| | ns each | : ").append(first).append(" |\n|---|---|---|\n");
    for (Contestant contestant : measured.work().contestants) {
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %.3f | %s |%n",
              contestant.name(),
              measured.median(contestant.name()),
              ratio(measured, contestant.name(), first)));
    }
    if (!measured.work().note.isEmpty()) {
      table.append('\n').append(measured.work().note).append('\n');
    }
    return table.toString();
  }

  private static String ratio(Measured measured, String of, String against) {
    double[] spread = measured.spread(of, against);
    return String.format(
        Locale.ROOT, "%.3f (%.3f to %.3f)", measured.ratio(of, against), spread[0], spread[1]);
  }
}

package benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A worker process from nothing to its first result: a plan with a function that it has never heard
 * of.
 */
final class StartUp {
  private static final String QUERY =
      "SELECT sum(linear(x)) AS s FROM (VALUES (CAST(1 AS DOUBLE)), (CAST(2 AS DOUBLE))) AS t(x)";

  private StartUp() {}

  static Work of(Engines engines, Path folder) throws Exception {
    Path ours = folder.resolve("plan");
    Files.write(ours, engines.ours.sql(QUERY).logicalPlan().toBytes(engines.ours));
    Path python = folder.resolve("plan.python");
    engines.python.order("plan", QUERY, python);
    List<String> jvm =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Worker.class.getName(),
            ours.toString());
    List<String> peer =
        List.of(
            System.getenv("BENCHMARKS_PYTHON"),
            Path.of(System.getenv("BENCHMARKS"), "worker.py").toString(),
            python.toString());
    return new Work("worker from nothing to its first result")
        .by("JVM", 1, () -> answer(jvm))
        .by("Python", 1, () -> answer(peer))
        .note("Most memory in MB: JVM %s, Python %s.".formatted(memory(jvm), memory(peer)));
  }

  private static String answer(List<String> command) throws IOException {
    return said(command).split(" ")[0];
  }

  private static String memory(List<String> command) throws IOException {
    return said(command).split(" ")[1].strip();
  }

  private static String said(List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

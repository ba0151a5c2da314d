package crossing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The released Python package {@code datafusion}, in the environment that {@code .ci} makes. */
final class PythonPeer {
  private final Path python;

  private PythonPeer(Path python) {
    this.python = python;
  }

  static PythonPeer open() throws IOException {
    String root = System.getProperty("io.datafusion.test.root");
    // whatever pip says comes before the path
    String printed = must(root + "/.ci/python-peer");
    return new PythonPeer(Path.of(printed.lines().toList().getLast()));
  }

  /** Runs a script from the test resources; its output, or an error holding it. */
  String run(String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(python.toString(), script));
    command.addAll(List.of(arguments));
    return must(command.toArray(String[]::new));
  }

  /**
   * Runs a script that starts a JVM of this release in its process, and answers what it said by
   * label.
   */
  static Map<String, String> inOneProcess(Path script, Path folder) throws IOException {
    Path jvm = Path.of(System.getProperty("java.home"), "lib", "server");
    String library = jvm.resolve(System.mapLibraryName("jvm")).toString();
    String output =
        open()
            .run(
                script.toString(),
                library,
                System.getProperty("java.class.path"),
                folder.toString());
    Map<String, String> said = new LinkedHashMap<>();
    output
        .lines()
        .filter(line -> line.contains(": "))
        .forEach(line -> said.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
    return said;
  }

  /** Leaves the tables of TPC-H in a folder, a Parquet file each. */
  void tpch(Path folder, String scaleFactor) throws IOException {
    must(
        python.resolveSibling("tpchgen-cli").toString(),
        "parquet",
        "--scale-factor=" + scaleFactor,
        "--output-dir=" + folder);
  }

  private static String must(String... command) throws IOException {
    ChildJvm.Outcome outcome = ChildJvm.finish(new ProcessBuilder(command));
    if (outcome.status() != 0) {
      throw new IOException(
          String.join(" ", command) + " ended with " + outcome.status() + ":\n" + outcome.output());
    }
    return outcome.output();
  }
}

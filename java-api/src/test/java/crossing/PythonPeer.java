package crossing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The released Python package {@code datafusion} in a virtual environment of its own, made on first
 * use.
 */
final class PythonPeer {
  private static final String VERSION = "55.0.0";
  private static final String JPYPE = "1.7.1";
  private static final String TPCHGEN = "4.0.0";

  private final Path python;

  private PythonPeer(Path python) {
    this.python = python;
  }

  static PythonPeer open() throws IOException {
    Path cache =
        Files.createDirectories(
            Path.of(System.getProperty("user.home"), ".cache", "datafusion-panama"));
    Path environment =
        cache.resolve("venv-datafusion-" + VERSION + "-jpype-" + JPYPE + "-tpchgen-" + TPCHGEN);
    Path python = environment.resolve("bin/python");
    try (FileChannel channel =
            FileChannel.open(
                cache.resolve("venv.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      Path ready = environment.resolve("ready");
      if (lock.isValid() && !Files.exists(ready)) {
        must("python3", "-m", "venv", "--clear", environment.toString());
        must(
            python.toString(),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "datafusion==" + VERSION,
            "pyarrow==26.0.1",
            // starts a JVM in the process of the program
            "jpype1==" + JPYPE,
            // the data of TPC-H
            "tpchgen-cli==" + TPCHGEN);
        Files.createFile(ready);
      }
    }
    return new PythonPeer(python);
  }

  /** Runs a script from the test resources; its output, or an error holding it. */
  String run(String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(python.toString(), script));
    command.addAll(List.of(arguments));
    return must(command.toArray(String[]::new));
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

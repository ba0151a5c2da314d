package benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs run, with few rows: what they measure here means nothing. */
class CompareTest {
  private static final Path RUN = Path.of("run").toAbsolutePath();

  @TempDir private Path folder;

  /** All contestants of a work answer the same, or it ends with an error. */
  @Test
  void everyWorkIsDoneByAll() throws Exception {
    String said = said("compare", "--rows", "100000", "--rounds", "1", "--out", folder.toString());
    assertThat(Files.readString(folder.resolve("compare.md")))
        .as(said)
        .contains("| sum(f(x)), double | row lambda : native |")
        .contains("own sum, 10,000,000 groups", "result of 8 columns, read in Java")
        .contains("decode 1,000 expressions of 100 functions", "from nothing to its first result");
    assertThat(Files.readString(folder.resolve("compare.svg")))
        .startsWith("<svg")
        .contains("</svg>");
  }

  @Test
  void anUnknownWorkIsRefused() throws Exception {
    assertThat(said("compare", "--out", folder.toString(), "juggling"))
        .contains("juggling", "groups-10m");
    assertThat(folder).isEmptyDirectory();
  }

  /** Each part once, in this process's time. */
  @Test
  void everyPartRuns() throws Exception {
    String said =
        said(
            "parts", "-f", "0", "-wi", "0", "-i", "1", "-bm", "ss", "-foe", "true", "-p", "rows=1");
    assertThat(said)
        .contains("downcallWithOneUpcall", "lambda_timestamp(timestamp)", "batchIn")
        .contains("functionMadeAndWritten", "Benchmark")
        .doesNotContain("<failure>");
  }

  private String said(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 2];
    command[0] = RUN.toString();
    command[1] = "--built";
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said;
  }
}

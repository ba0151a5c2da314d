package passedon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The three processes as their user runs them, judged by what they print. */
class PassedOnTest {
  private static String output;

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Path.of("run").toAbsolutePath().toString(), "--built")
            .redirectErrorStream(true)
            .start();
    try (InputStream stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
    }
  }

  @Test
  void rustReadsAndOptimisesThePlan() {
    String[] plans = output.split("optimised\n");
    assertThat(plans[0]).contains("scalar function tip", "sum(tip(", "rows of the scan: 4");
    assertThat(plans[0]).doesNotContain("full_filters", "partial_filters");
    assertThat(plans[1]).contains("sum(tip(", "Utf8View(\"west\")").contains("TableScan");
  }

  @Test
  void withoutAJvmTheFunctionIsNotCalled() {
    assertThat(output).containsPattern("run here: .*tip");
  }

  @Test
  void theFunctionIsHandedOnUnchanged() {
    assertThat(output).contains("handed on: 1 function, byte for byte");
  }

  @Test
  void anotherJvmRunsWhatRustHandedOn() {
    assertThat(output)
        .contains("receiver: does not know the class of the function")
        .containsPattern("\\| east +\\| 7\\.\\d+ +\\|\n\\| north +\\| 7\\.\\d+ +\\|\n\\+")
        .doesNotContain("| west");
  }
}

package fares;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Python program as its user runs it, judged by what it prints. */
class InProcessTest {
  private static final Map<String, String> SAID = new HashMap<>();

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Path.of("run").toAbsolutePath().toString(), "--built")
            .redirectErrorStream(true)
            .start();
    try (InputStream stream = process.getInputStream()) {
      String output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      for (String line : output.lines().filter(text -> text.contains(": ")).toList()) {
        SAID.put(line.split(": ", 2)[0], line.split(": ", 2)[1]);
      }
    }
  }

  @Test
  void aJavaFunctionRunsInAPythonQuery() {
    assertThat(SAID).containsEntry("Java's function", "{'tip': [1.8, 3.6, None]}");
  }

  @Test
  void aJavaTableIsReadByAPythonQuery() {
    assertThat(SAID)
        .containsEntry("Java's table", "{'zone': ['east', 'north', 'west'], 'n': [1, 1, 1]}")
        .containsEntry("After Java's session was closed", "{'n': [4]}");
  }

  @Test
  void aPlanWithAJavaFunctionRunsInPythonWithTheCodec() {
    assertThat(SAID.get("Without the codec")).contains("io.datafusion.inline", "not installed");
    assertThat(SAID)
        .containsEntry("Java's plan", "{'tips': [10.8]}")
        .containsEntry("Written again, the same bytes", "True");
  }

  @Test
  void aPlanOfPythonsRunsInJava() {
    assertThat(SAID).containsEntry("Python's plan", "| 30.0 |");
  }

  @Test
  void pythonsCodecInAJavaSessionBringsNoPythonIn() {
    assertThat(SAID).containsEntry("Codecs of the Java session", "['python']");
    assertThat(SAID.get("Python's function"))
        .contains("InliningRefusedException", "'double'", "DFPYUDF");
  }
}

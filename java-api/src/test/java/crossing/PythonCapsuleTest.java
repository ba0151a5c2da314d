package crossing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * contract 18 to 20 and 23 to 25: capsules exchanged with the released Python package, whose
 * process starts a JVM.
 */
class PythonCapsuleTest {
  @TempDir Path folder;

  @Test
  void functionsTablesCodecsAndPlansCrossInOneProcess() throws IOException, URISyntaxException {
    Path script = Path.of(getClass().getResource("capsules.py").toURI());
    Map<String, String> said = PythonPeer.inOneProcess(script, folder);

    assertThat(said)
        .containsEntry("scalar", "{'s': [500500]}")
        .containsEntry("aggregate", "{'g': [0, 1, 2], 's': [166833, 166167, 166500]}")
        .containsEntry("window", "{'s': [2997]}")
        .containsEntry("after", "{'one': [2]}")
        .containsEntry("deep", "{'s': [900500]}")
        .containsEntry("nested", "{'s': [519500]}")
        .containsEntry("table", "{'c': [10], 'm': ['name 9']}")
        .containsEntry("filter", "{'name': ['name 42']}")
        .containsEntry("table function", "{'s': [10]}")
        .containsEntry("ids", "['io.datafusion.inline']")
        .containsEntry("decoded", "{'m': [2, 3, 4]}")
        .containsEntry("again", "True")
        .containsEntry("plan from java", "{'s': [55]}")
        .containsEntry("every kind in a logical plan", "{'s': [37]}")
        .containsEntry("every kind in a physical plan", "[{'s': [37]}]")
        .containsEntry("plan to java", "| 9 |")
        .containsEntry("python's id", "['python']")
        .containsEntry("tagged", "True")
        .containsEntry("closed", "{'c': [50]}")
        .containsEntry("still", "{'n': [42]}")
        .containsEntry("native goes on", "{'one': [1]}");
    assertThat(said.get("exception")).contains("java says no");
    assertThat(said.get("ended")).contains("virtual machine").contains("has ended");
    assertThat(said.get("without")).contains("io.datafusion.inline").contains("not installed");
    assertThat(said.get("python's function")).contains("double").contains("DFPYUDF");
    assertThat(said.get("strict")).contains("InliningRefusedException").contains("double");
    for (String form :
        List.of("Logical, bare", "Logical, tagged", "Execution, bare", "Execution, tagged")) {
      assertThat(said.get("strict, " + form)).contains("InliningRefusedException", "'double'");
    }
    assertThat(said).containsEntry("strict, out", "[True, False]");
    assertThat(said.get("old version")).contains("DataFusion 54", "DataFusion 55");
    assertThat(said.get("wrong name"))
        .contains("datafusion_physical_extension_codec")
        .contains("datafusion_logical_extension_codec");
  }
}

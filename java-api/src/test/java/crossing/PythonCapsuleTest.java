package crossing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * contract 18 to 20 and 23 to 25: capsules exchanged with the released Python package, whose
 * process starts a JVM.
 */
class PythonCapsuleTest {
  @TempDir static Path folder;

  private static Map<String, String> said;

  @BeforeAll
  static void run() throws IOException, URISyntaxException {
    Path script = Path.of(PythonCapsuleTest.class.getResource("capsules.py").toURI());
    said = PythonPeer.inOneProcess(script, folder);
  }

  @Test
  void functionsOfEachKindRunInPythonsQueries() {
    assertThat(said)
        .containsEntry("scalar", "{'s': [500500]}")
        .containsEntry("aggregate", "{'g': [0, 1, 2], 's': [166833, 166167, 166500]}")
        .containsEntry("window", "{'s': [2997]}")
        .containsEntry("table function", "{'s': [10]}");
  }

  @Test
  void whatAFunctionThrowsIsAnErrorOfTheQuery() {
    assertThat(said.get("exception")).contains("java says no");
    assertThat(said).containsEntry("after", "{'one': [2]}");
  }

  /** Python's engine grows its stack by switching to another, where Java must not run. */
  @Test
  void functionsRunFarBelowManyOperators() {
    assertThat(said)
        .containsEntry("deep", "{'s': [900500]}")
        .containsEntry("nested", "{'s': [519500]}");
  }

  @Test
  void tablesAreReadAndTakeFilters() {
    assertThat(said)
        .containsEntry("table", "{'c': [10], 'm': ['name 9']}")
        .containsEntry("filter", "{'name': ['name 42']}");
  }

  /** Rows of all partitions go in, though Python's planner does not see that they have to meet. */
  @Test
  void tablesThatJavaReadsAndWritesItselfServePythonsQueries() {
    assertThat(said)
        .containsEntry("java's rows", "{'s': [49975], 'c': [3]}")
        .containsEntry("java's order", "{'n': [9999, 9998]}")
        .containsEntry("joined", "{'c': [9999]}")
        .containsEntry("inserted", "{'count': [11000]}")
        .containsEntry("sum", "50494500");
    assertThat(said.get("unreadable")).contains("it is written only");
  }

  @Test
  void withJavasCodecPythonReadsJavasFunctions() {
    assertThat(said.get("without")).contains("io.datafusion.inline", "not installed");
    assertThat(said)
        .containsEntry("ids", "['io.datafusion.inline']")
        .containsEntry("decoded", "{'m': [2, 3, 4]}")
        .containsEntry("again", "True")
        .containsEntry("plan from java", "{'s': [55]}")
        .containsEntry("every kind in a logical plan", "{'s': [37]}")
        .containsEntry("every kind in a physical plan", "[{'s': [37]}]");
  }

  @Test
  void javaRunsPythonsPlans() {
    assertThat(said).containsEntry("plan to java", "| 9 |");
  }

  @Test
  void pythonsCodecIsInstalledByItsId() {
    assertThat(said).containsEntry("python's id", "['python']").containsEntry("tagged", "True");
    assertThat(said.get("python's function")).contains("double", "DFPYUDF");
  }

  /** contract 18: the peer lets an inlining session in a strict one unpickle what comes. */
  @Test
  void aStrictSessionStaysStrictWithAnInliningPythonSession() {
    assertThat(said.get("strict")).contains("InliningRefusedException", "'double'");
    for (String form : List.of("Logical", "Execution")) {
      for (String envelope : List.of("bare", "tagged")) {
        assertThat(said.get("strict, " + form + ", " + envelope))
            .contains("InliningRefusedException", "'double'");
      }
    }
    assertThat(said).containsEntry("strict, out", "[True, False]");
  }

  @Test
  void capsulesOfAnotherNameOrVersionAreRefused() {
    assertThat(said.get("old version")).contains("DataFusion 54", "DataFusion 55");
    assertThat(said.get("wrong name"))
        .contains("datafusion_physical_extension_codec", "datafusion_logical_extension_codec");
  }

  @Test
  void pythonGoesOnWhenTheSessionAndTheMachineHaveEnded() {
    assertThat(said)
        .containsEntry("closed", "{'c': [50]}")
        .containsEntry("still", "{'n': [42]}")
        .containsEntry("native goes on", "{'one': [1]}");
    assertThat(said.get("ended")).contains("virtual machine", "has ended");
  }
}

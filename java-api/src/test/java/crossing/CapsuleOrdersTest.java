package crossing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * contract 25: each kind of capsule between Java and the released Python package, in one process:
 * as an object with a getter and bare, and closed in every order.
 */
class CapsuleOrdersTest {
  @TempDir static Path folder;

  private static final Map<String, String> SAID = new LinkedHashMap<>();

  @BeforeAll
  static void run() throws IOException, URISyntaxException {
    Path script = Path.of(CapsuleOrdersTest.class.getResource("orders.py").toURI());
    SAID.putAll(PythonPeer.inOneProcess(script, folder));
    assertThat(SAID).containsEntry("end", "reached");
  }

  /** What is said of a kind, by the order in which the four were closed. */
  private static Map<List<String>, String> orders(String kind) {
    Map<List<String>, String> orders =
        SAID.entrySet().stream()
            .filter(said -> said.getKey().matches(kind + ", \\w+ \\w+ \\w+ \\w+"))
            .collect(
                Collectors.toMap(
                    said -> Arrays.asList(said.getKey().split(", ")[1].split(" ")),
                    Map.Entry::getValue));
    assertThat(orders).as("all permutations of four").hasSize(24);
    return orders;
  }

  /** {@return as many answers as there were steps with Python's session, and one before} */
  private static List<String> right(List<String> order) {
    return Collections.nCopies(1 + order.indexOf("python"), "True");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "scalar",
        "aggregate",
        "window",
        "table function",
        "table",
        "logical codec",
        "physical codec"
      })
  void pythonTakesItAsAnObject(String kind) {
    assertThat(SAID.get(kind + ", as an object")).isEqualTo("no failure, but True");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scalar", "aggregate", "window", "table", "logical codec", "physical codec"})
  void pythonTakesItBare(String kind) {
    assertThat(SAID.get(kind + ", bare")).isEqualTo("no failure, but True");
  }

  /** The peer's own door for table functions has no place for a capsule. */
  @Test
  void pythonTakesNoBareTableFunction() {
    assertThat(SAID.get("table function, bare")).contains("takes 1 positional argument");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"scalar", "aggregate", "window", "table", "logical codec", "physical codec"})
  void everyOrderLeavesItUsable(String kind) {
    orders(kind)
        .forEach(
            (order, answers) ->
                assertThat(answers.split(", "))
                    .as("%s, closed in the order %s", kind, order)
                    .containsExactlyElementsOf(right(order)));
  }

  /** It is called in the name of Java's session, so it says that this is gone. */
  @Test
  void aTableFunctionNamesTheSessionThatIsGone() {
    orders("table function")
        .forEach(
            (order, answers) -> {
              var expected = new ArrayList<>(right(order));
              int java = order.indexOf("java");
              for (int answer = java + 1; answer < expected.size(); answer++) {
                expected.set(answer, "gone");
              }
              String said = answers.replaceAll("FFI error: [^,]*(is closed|is gone)", "gone");
              assertThat(said.split(", "))
                  .as("order %s", order)
                  .containsExactlyElementsOf(expected);
            });
  }

  /** Java reads and writes on, and still names what Python's codec does not know. */
  @ParameterizedTest
  @ValueSource(strings = {"logical", "physical"})
  void everyOrderLeavesPythonsCodecUsable(String layer) {
    orders("python's " + layer + " codec")
        .forEach(
            (order, answers) ->
                assertThat(answers.split(", "))
                    .as("order %s", order)
                    .containsExactlyElementsOf(Collections.nCopies(5, "True")));
  }

  @Test
  void aClosedCapsuleIsNotTaken() {
    assertThat(SAID.get("closed before")).contains("IllegalStateException", "closed");
  }
}

package user;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages in docs name tests; those exist, and each row says what it rests on. */
class DocumentedTestsTest {
  private static final Path ROOT = Path.of(System.getProperty("io.datafusion.test.root"));
  private static final List<String> SOURCES =
      List.of(
          "java-api/src/test/java",
          "java-api/inspect/src/test/java",
          "examples/exchange/src/test/java",
          "examples/ray/src/test/java");
  private static final Pattern JAVA =
      Pattern.compile("`([a-z][\\w.]*\\.[A-Z]\\w*Test)(?:#(\\w+))?`");
  private static final Pattern RUST = Pattern.compile("`(native/[\\w/]+\\.rs)::(\\w+)`");

  private static String page(String name) throws IOException {
    return Files.readString(ROOT.resolve("docs").resolve(name));
  }

  /** The cells of the tables' rows, their heads and rules left out. */
  private static List<String[]> rows(String page) {
    var rows = new ArrayList<String[]>();
    boolean inside = false;
    for (String line : page.lines().toList()) {
      if (line.matches("\\|[-|]+\\|")) {
        inside = true;
      } else if (!line.startsWith("|")) {
        inside = false;
      } else if (inside) {
        rows.add(line.substring(1, line.length() - 1).split("\\|"));
      }
    }
    return rows;
  }

  private static int citations(String text) throws IOException {
    int count = 0;
    for (Matcher java = JAVA.matcher(text); java.find(); count++) {
      String type = java.group(1);
      Path file = null;
      for (String source : SOURCES) {
        Path candidate = ROOT.resolve(source).resolve(type.replace('.', '/') + ".java");
        file = Files.exists(candidate) ? candidate : file;
      }
      assertThat(file).as("the source of " + type).isNotNull();
      if (java.group(2) != null) {
        assertThat(Files.readString(file))
            .as(java.group())
            .containsPattern(
                "@(Test|ParameterizedTest)\\b((?!\n\n)[\\s\\S])*?\\bvoid " + java.group(2) + "\\(");
      }
    }
    for (Matcher rust = RUST.matcher(text); rust.find(); count++) {
      assertThat(Files.readString(ROOT.resolve(rust.group(1))))
          .as(rust.group())
          .containsPattern("#\\[test\\]\\s+fn " + rust.group(2) + "\\(");
    }
    return count;
  }

  @ParameterizedTest
  @CsvSource({"peer-tests.md, 20", "what-travels.md, 20", "cost-of-a-call.md, 3"})
  void theTestsThatAreNamedExist(String name, int least) throws IOException {
    assertThat(citations(page(name))).isGreaterThan(least);
  }

  @Test
  void everyCaseOfThePeerHasATestOrAReason() throws IOException {
    List<String[]> rows = rows(page("peer-tests.md"));
    assertThat(rows).hasSizeGreaterThan(100);
    for (String[] row : rows) {
      assertThat(row).as(row[0]).hasSize(2);
      assertThat(citations(row[1]) > 0 || row[1].matches(" does not apply[^:]*: .+"))
          .as(row[0])
          .isTrue();
    }
  }

  @Test
  void everyClaimAboutWhatTravelsNamesItsTest() throws IOException {
    List<String[]> rows = rows(page("what-travels.md"));
    assertThat(rows).hasSizeGreaterThan(60);
    for (String[] row : rows) {
      String last = row[row.length - 1];
      assertThat(citations(last)).as(row[0]).isPositive();
    }
  }

  @Test
  void everySampleThatIsNamedExists() throws IOException {
    var samples = new StringBuilder();
    Path folder = ROOT.resolve("java-api/src/test/resources/callable/samples");
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        samples.append(Files.readString(file));
      }
    }
    var named = new TreeSet<String>();
    for (String[] row : rows(page("what-travels.md"))) {
      Pattern.compile("\"[^\"]+\"")
          .matcher(String.join("|", row))
          .results()
          .forEach(match -> named.add(match.group()));
    }
    assertThat(named).hasSizeGreaterThan(60);
    assertThat(samples).contains(named);
  }

  /** The proof that a name of no test would be seen. */
  @Test
  void aTestThatIsNotThereIsSeen() {
    for (String name :
        List.of(
            "`user.NoSuchTest`", "`user.TutorialTest#noSuchMethod`", "`user.TutorialTest#page`")) {
      assertThat(JAVA.matcher(name).find()).isTrue();
      org.assertj.core.api.Assertions.assertThatThrownBy(() -> citations(name))
          .isInstanceOf(AssertionError.class);
    }
  }
}

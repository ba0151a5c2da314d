package user;

import static org.assertj.core.api.Assertions.assertThat;

import crossing.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * design.md, section 3: a user's named module on the module path, with native access for bindings
 * alone.
 */
class ModulePathTest {
  private static final Pattern TESTS =
      Pattern.compile("test-classes|/t$|junit|assertj|opentest4j|apiguardian|byte-buddy|c-data");

  @TempDir Path folder;

  @Test
  void namedModulesNeedNoOpens() throws Exception {
    List<String> lines = run(compiled(), List.of(), List.of());
    assertThat(lines).contains("2.5").allMatch(line -> line.equals("2.5") || aboutArrow(line));
  }

  /** contract 12: a lambda that travels by reference is bound by its class, in its package. */
  @Test
  void lambdasByReferenceNeedTheirPackageOpened() throws Exception {
    String modules = compiled();
    assertThat(run(modules, List.of(), List.of("shared")))
        .anyMatch(line -> line.contains("add 'opens app to io.datafusion;' to the module user.app"))
        .doesNotContain("2.5");
    List<String> opened = List.of("--add-opens", "user.app/app=io.datafusion");
    assertThat(run(modules, opened, List.of("shared"))).contains("2.5");
  }

  /** What is annotated is called by this module, so its package must be open to it. */
  @Test
  void annotatedMethodsNeedTheirPackageOpened() throws Exception {
    String modules = compiled();
    assertThat(run(modules, List.of(), List.of("annotated")))
        .anyMatch(line -> line.contains("add 'opens app to io.datafusion;' to the module user.app"))
        .doesNotContain("2.5");
    List<String> opened = List.of("--add-opens", "user.app/app=io.datafusion");
    assertThat(run(modules, opened, List.of("annotated"))).contains("2.5");
    assertThat(run(modules, opened, List.of("annotated", "shared"))).contains("2.5");
  }

  /** The record of a state is made and read by its own constructor and accessors. */
  @Test
  void recordsAsStateNeedTheirPackageOpened() throws Exception {
    String modules = compiled();
    assertThat(run(modules, List.of(), List.of("aggregate")))
        .anyMatch(
            line -> line.contains("add 'opens app to io.datafusion;' to the module user.app"));
    List<String> opened = List.of("--add-opens", "user.app/app=io.datafusion");
    assertThat(run(modules, opened, List.of("aggregate")))
        .anyMatch(line -> line.contains("| 3.5 "));
  }

  private String compiled() throws Exception {
    String modules =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !TESTS.matcher(entry).find())
            .collect(Collectors.joining(File.pathSeparator));
    Path source =
        Path.of(getClass().getResource("/module-path/user.app/module-info.java").toURI())
            .getParent();
    int compiled =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-p",
                modules,
                "-d",
                folder.toString(),
                source.resolve("module-info.java").toString(),
                source.resolve("app/Main.java").toString());
    assertThat(compiled).isZero();
    return modules + File.pathSeparator + folder;
  }

  /** The JDK's own about Arrow Java's use of Unsafe, and SLF4J's about its missing provider. */
  private static boolean aboutArrow(String line) {
    return line.startsWith("SLF4J")
        || line.contains("sun.misc.Unsafe")
        || line.contains("org.apache.arrow.memory");
  }

  private static List<String> run(String modules, List<String> flags, List<String> options)
      throws IOException {
    var arguments = new ArrayList<>(flags);
    arguments.add("--enable-native-access=io.datafusion.bindings");
    String library = System.getProperty("io.datafusion.library.path");
    if (library != null) {
      arguments.add("-Dio.datafusion.library.path=" + library);
    }
    arguments.addAll(List.of("-p", modules, "-m", "user.app/app.Main"));
    arguments.addAll(options);
    ChildJvm.Outcome outcome = ChildJvm.finish(ChildJvm.java(arguments));
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return outcome.output().lines().toList();
  }
}

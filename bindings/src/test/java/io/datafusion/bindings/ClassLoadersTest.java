package io.datafusion.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** design.md section 6: several class loaders may load the library. */
class ClassLoadersTest {
  private static final String PATH = "io.datafusion.library.path";
  private static final String ANSWER = String.valueOf(SmallLibrary.ANSWER);

  @TempDir Path folder;
  private Path home;
  private Path library;
  private Path bindings;

  @BeforeEach
  void makeBindings() throws Exception {
    home = Files.createDirectory(folder.resolve("home"));
    library = SmallLibrary.matching(folder.resolve("named"));
    bindings = BindingsClasses.alone().inFolder(folder.resolve("classes"));
  }

  private ChildJvm jvm() {
    return new ChildJvm(home).on(bindings);
  }

  @Test
  void twoLoadersShareOneCopyOfTheLibrary() throws Exception {
    var result =
        jvm()
            .property(PATH, library)
            .run(
                "call",
                "new-loader",
                "new-loader",
                "loader-calls=0",
                "loader-calls=1",
                "loader-address=0",
                "loader-address=1");
    assertThat(result.steps().subList(0, 5))
        .containsExactly(ANSWER, "loader 0", "loader 1", ANSWER, ANSWER);
    assertThat(result.step(5)).isEqualTo(result.step(6));
  }

  @Test
  void aSecondLoaderWorksBesideTheApplicationsOwnLoad() throws Exception {
    // System.load of the same file from there would be an UnsatisfiedLinkError.
    var result =
        jvm()
            .property(PATH, library)
            .run(
                "application-loads=" + library,
                "load",
                "call",
                "new-loader",
                "loader-loads=0",
                "loader-calls=0");
    assertThat(result.steps())
        .containsExactly(
            "loaded", "loaded by the application", ANSWER, "loader 0", library.toString(), ANSWER);
  }

  @Test
  void theApplicationsLoadIsNotSeenFromAnotherLoaderButCanBeHandedOver() throws Exception {
    var result =
        jvm()
            .run(
                "application-loads=" + library,
                "new-loader",
                "loader-loads=0",
                "loader-uses=0",
                "loader-loads=0",
                "loader-calls=0");
    assertThat(result.step(2)).startsWith("UnsatisfiedLinkError: ").contains("was not found");
    assertThat(result.steps().subList(3, 6))
        .containsExactly("used", "handed over by the application", ANSWER);
  }

  @Test
  void symbolsAreNotTakenOverFromALibraryThatIsInUse() throws Exception {
    var result = jvm().property(PATH, library).run("load", "use", "call");
    assertThat(result.steps())
        .containsExactly(
            library.toString(),
            "IllegalStateException: The native library is loaded already, from " + library,
            ANSWER);
  }

  @Test
  void symbolsOfAnotherLibraryAreNotTaken() throws Exception {
    var result = jvm().property(PATH, library).run("use-nothing", "load", "call");
    assertThat(result.step(0))
        .startsWith(
            "UnsatisfiedLinkError: The native library handed over by the application has no"
                + " symbol df_abi_version");
    assertThat(result.steps().subList(1, 3)).containsExactly(library.toString(), ANSWER);
  }
}

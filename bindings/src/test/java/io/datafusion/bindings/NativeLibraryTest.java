package io.datafusion.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** design.md section 6: where the library comes from, and in which order. */
class NativeLibraryTest {
  private static final String PATH = "io.datafusion.library.path";
  private static final String ANSWER = String.valueOf(SmallLibrary.ANSWER);

  @TempDir Path folder;
  private Path home;
  private Path bindings;

  @BeforeEach
  void makeBindings() throws Exception {
    home = Files.createDirectory(folder.resolve("home"));
    bindings = BindingsClasses.alone().inFolder(folder.resolve("classes"));
  }

  private ChildJvm jvm() {
    return new ChildJvm(home).on(bindings);
  }

  @Test
  void theSystemPropertyNamesTheFile() throws Exception {
    Path library = SmallLibrary.matching(folder.resolve("named"));
    var result = jvm().property(PATH, library).run("load", "call");
    assertThat(result.steps()).containsExactly(library.toString(), ANSWER);
    assertThat(result.errors()).isEmpty();
  }

  @Test
  void theSystemPropertyNamesTheFolder() throws Exception {
    Path library = SmallLibrary.matching(folder.resolve("named"));
    var result = jvm().property(PATH, library.getParent()).run("load", "call");
    assertThat(result.steps()).containsExactly(library.toString(), ANSWER);
  }

  @Test
  void javaLibraryPathIsSearchedInItsOrder() throws Exception {
    Path library = SmallLibrary.matching(folder.resolve("second"));
    Path third = SmallLibrary.matching(folder.resolve("third"));
    String path = folder.resolve("first") + ":" + library.getParent() + ":" + third.getParent();
    var result = jvm().property("java.library.path", path).run("load", "call");
    assertThat(result.steps()).containsExactly(library.toString(), ANSWER);
  }

  @Test
  void theApplicationsOwnLoadLibraryComesFirst() throws Exception {
    Path own = SmallLibrary.matching(folder.resolve("own"));
    Path named = SmallLibrary.matching(folder.resolve("named"));
    var result =
        jvm()
            .property("java.library.path", own.getParent())
            .property(PATH, named)
            .run("application-loads-library=datafusion_c", "load", "call");
    assertThat(result.steps()).containsExactly("loaded", "loaded by the application", ANSWER);
  }

  @Test
  void theApplicationsOwnLoadOfAFileComesFirstToo() throws Exception {
    Path own = SmallLibrary.matching(folder.resolve("own"));
    var result = jvm().run("application-loads=" + own, "load", "call");
    assertThat(result.steps()).containsExactly("loaded", "loaded by the application", ANSWER);
  }

  @Test
  void thePropertyComesBeforeThePackedLibraryAndThatBeforeTheLibraryPath() throws Exception {
    Path packed = SmallLibrary.matching(folder.resolve("packed"));
    Path named = SmallLibrary.matching(folder.resolve("named"));
    Path onPath = SmallLibrary.matching(folder.resolve("path"));
    bindings =
        BindingsClasses.alone()
            .with(packed, SmallLibrary.FILE)
            .inFolder(folder.resolve("with-library"));
    var both =
        jvm().property(PATH, named).property("java.library.path", onPath.getParent()).run("load");
    assertThat(both.step(0)).isEqualTo(named.toString());
    var without = jvm().property("java.library.path", onPath.getParent()).run("load", "call");
    // A folder of classes: the library is used where it lies.
    assertThat(without.step(0)).startsWith(bindings.toString()).endsWith(SmallLibrary.FILE);
    assertThat(without.step(1)).isEqualTo(ANSWER);
    assertThat(Files.exists(home.resolve(".cache"))).isFalse();
  }

  @Test
  void constantsAndSymbolNamesAreFreeOfTheLibrary() throws Exception {
    assertThat(jvm().run("constant").step(0)).isEqualTo("201");
    Path library = SmallLibrary.matching(folder.resolve("named"));
    assertThat(jvm().property(PATH, library).run("find=df_error_code", "find=df_none").steps())
        .containsExactly("true", "false");
  }

  @Test
  void aLoadThatFailedIsTriedAnew() throws Exception {
    Path library = SmallLibrary.matching(folder.resolve("named"));
    var result = jvm().run("load", "set-path=" + library, "load", "call");
    assertThat(result.step(0)).startsWith("UnsatisfiedLinkError: The native library");
    assertThat(result.steps().subList(2, 4)).containsExactly(library.toString(), ANSWER);
  }
}

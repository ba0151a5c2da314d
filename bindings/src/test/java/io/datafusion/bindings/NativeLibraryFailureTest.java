package io.datafusion.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each failure of loading is one error that says what was found and what to do; the JVM lives. */
class NativeLibraryFailureTest {
  private static final String PATH = "io.datafusion.library.path";
  private static final String REMEDY = ": use the library and the jars of one release.";

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

  private String load(Path library) throws Exception {
    return jvm().property(PATH, library).run("load").step(0);
  }

  @Test
  void aMissingLibraryNamesAllThatWasTriedAndTheRemedy() throws Exception {
    String path = folder.resolve("a") + ":" + folder.resolve("b");
    String message = jvm().property("java.library.path", path).run("load").step(0);
    assertThat(message)
        .isEqualTo(
            "UnsatisfiedLinkError: The native library "
                + SmallLibrary.FILE
                + " was not found: the system property io.datafusion.library.path is not set;"
                + (" no library for " + Platform.current() + " is packed with ")
                + (bindings.toUri().toURL()
                    + "; there is no "
                    + folder.resolve("a/" + SmallLibrary.FILE))
                + ("; there is no " + folder.resolve("b/" + SmallLibrary.FILE))
                + ". Put the jar that holds the library for this platform on the class path or"
                + " module path, or set the system property io.datafusion.library.path to the"
                + " library or its folder.");
  }

  @Test
  void aPropertyThatNamesNothingIsAnErrorEvenIfAnotherLibraryIsThere() throws Exception {
    Path onPath = SmallLibrary.matching(folder.resolve("path"));
    Path gone = folder.resolve("gone");
    String message =
        jvm()
            .property("java.library.path", onPath.getParent())
            .property(PATH, gone)
            .run("load")
            .step(0);
    assertThat(message)
        .isEqualTo(
            "UnsatisfiedLinkError: There is no file %s, which the system property %s=%s names: set it to %s or its folder."
                .formatted(gone, PATH, gone, SmallLibrary.FILE));
  }

  @Test
  void aFileThatIsNoLibraryGivesTheSystemsReason() throws Exception {
    Path text = Files.writeString(folder.resolve(SmallLibrary.FILE), "not a library");
    assertThat(load(text))
        .startsWith("UnsatisfiedLinkError: The native library " + text + " cannot be opened on ")
        .containsAnyOf("invalid ELF header", "file too short", "not a mach-o")
        .contains("set the system property io.datafusion.library.path");
  }

  @Test
  void aLibraryThatNeedsAnotherThatIsMissingGivesTheSystemsReason() throws Exception {
    Path needed = CSource.compile(folder.resolve("libneeded.so"), "int needed(void) { return 1; }");
    Path library = SmallLibrary.matching(folder.resolve("named"));
    var linker =
        new ProcessBuilder(
            "cc", "-shared", "-Wl,--no-as-needed", "-o", library.toString(), needed.toString());
    assertThat(linker.inheritIO().start().waitFor()).isZero();
    Files.delete(needed);
    assertThat(load(library)).contains("libneeded.so: cannot open shared object file");
  }

  @Test
  void anotherAbiVersionIsOneSentenceThatNamesBoth() throws Exception {
    Path library = SmallLibrary.of(folder.resolve("v"), 4_000_000_000L, "(const char *) 1");
    assertThat(load(library))
        .isEqualTo(
            "UnsatisfiedLinkError: The native library %s has ABI version 4000000000, but these bindings were made for ABI version %d"
                    .formatted(library, HeaderHash.ABI_VERSION)
                + REMEDY);
  }

  @Test
  void anotherHeaderHashIsOneSentenceThatNamesBoth() throws Exception {
    String other = "0123456789abcdef".repeat(4);
    Path library = SmallLibrary.of(folder.resolve("h"), HeaderHash.ABI_VERSION, '"' + other + '"');
    assertThat(load(library))
        .isEqualTo(
            "UnsatisfiedLinkError: The native library %s has header hash %s, but these bindings were made for header hash %s"
                    .formatted(library, other, HeaderHash.SHA_256)
                + REMEDY);
  }

  @Test
  void aHeaderHashThatIsNoneDoesNotCrash() throws Exception {
    Path none = SmallLibrary.of(folder.resolve("none"), HeaderHash.ABI_VERSION, "0");
    assertThat(load(none)).contains(" has no header hash, but these bindings were made for ");
    Path brief = SmallLibrary.of(folder.resolve("brief"), HeaderHash.ABI_VERSION, "\"abc\"");
    assertThat(load(brief)).contains(" has an unreadable header hash, but ");
    String endless = '"' + "a".repeat(500) + '"';
    Path long_ = SmallLibrary.of(folder.resolve("long"), HeaderHash.ABI_VERSION, endless);
    assertThat(load(long_)).contains(" has an unreadable header hash, but ");
  }

  @Test
  void aMismatchOfTheApplicationsOwnLibraryIsFoundToo() throws Exception {
    Path own = SmallLibrary.of(folder.resolve("own"), 77, "0");
    assertThat(jvm().run("application-loads=" + own, "load").step(1))
        .startsWith(
            "UnsatisfiedLinkError: The native library loaded by the application has ABI version"
                + " 77,");
  }

  @Test
  void anotherLibraryOfTheSameNameLacksASymbol() throws Exception {
    Path other = SmallLibrary.other(folder.resolve("other"));
    assertThat(load(other))
        .isEqualTo(
            "UnsatisfiedLinkError: The native library %s has no symbol df_abi_version, which these bindings call"
                    .formatted(other)
                + REMEDY);
  }

  @Test
  void aMissingSymbolNamesItselfAndTheLibraryWhenItIsCalled() throws Exception {
    Path library = SmallLibrary.lacking(folder.resolve("lacking"));
    var result = jvm().property(PATH, library).run("load", "call", "find=df_abi_version");
    assertThat(result.steps())
        .containsExactly(
            library.toString(),
            "UnsatisfiedLinkError: The native library %s has no symbol df_error_code, which these bindings call"
                    .formatted(library)
                + REMEDY,
            "true");
  }

  @Test
  void aCallWithoutLibraryGivesTheSameErrorAsALoad() throws Exception {
    var result = jvm().run("load", "call");
    assertThat(result.step(1)).isEqualTo(result.step(0)).contains("was not found");
  }
}

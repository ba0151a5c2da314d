package io.datafusion.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library in the jar is unpacked once per content into a folder of this user only. */
class PackedLibraryTest {
  private static final String ANSWER = String.valueOf(SmallLibrary.ANSWER);
  private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir Path folder;
  private Path home;
  private Path library;
  private String sha256;
  private Path unpacked;
  private Path jar;

  @BeforeEach
  void makeJar() throws Exception {
    home = Files.createDirectory(folder.resolve("home"));
    library = SmallLibrary.matching(folder.resolve("built"));
    sha256 = sha256(library);
    unpacked = inCache(home.resolve(".cache"));
    jar = jarSaying(sha256);
  }

  private Path inCache(Path base) {
    return base.resolve("datafusion-panama-libraries").resolve(sha256).resolve(SmallLibrary.FILE);
  }

  private Path jarSaying(String hash) throws IOException {
    Path beside = Files.writeString(folder.resolve("said"), hash);
    return BindingsClasses.alone()
        .with(library, SmallLibrary.FILE)
        .with(beside, SmallLibrary.FILE + ".sha256")
        .inJar(folder.resolve("bindings.jar"));
  }

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }

  private List<String> start() throws Exception {
    return new ChildJvm(home).on(jar).run("load", "call").steps();
  }

  @Test
  void interruptedThreadUnpacksItToo() throws Exception {
    assertThat(new ChildJvm(home).on(jar).run("interrupt", "load", "call").steps())
        .containsExactly("interrupted", unpacked.toString(), ANSWER);
  }

  private void assertUnpacked() throws Exception {
    assertThat(start()).containsExactly(unpacked.toString(), ANSWER);
    assertThat(sha256(unpacked)).isEqualTo(sha256);
    try (Stream<Path> files = Files.list(unpacked.getParent())) {
      assertThat(files)
          .containsExactlyInAnyOrder(
              unpacked, unpacked.resolveSibling(SmallLibrary.FILE + ".verified"));
    }
  }

  @Test
  void itIsUnpackedForThisUserOnlyAndOnce() throws Exception {
    assertUnpacked();
    for (Path level : List.of(unpacked.getParent(), unpacked.getParent().getParent())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(level)))
          .isEqualTo("rwx------");
    }
    Object first = Files.getAttribute(unpacked, "unix:ino");
    assertUnpacked();
    assertThat(Files.getAttribute(unpacked, "unix:ino")).isEqualTo(first);
  }

  @Test
  void aStartReadsNeitherTheFileNorTheResourceToTheEnd() throws Exception {
    assertUnpacked();
    // Same size, same time: only a look at the content could tell.
    FileTime time = Files.getLastModifiedTime(unpacked);
    byte[] bytes = Files.readAllBytes(unpacked);
    bytes[bytes.length - 1] ^= 1;
    Files.write(unpacked, bytes);
    Files.setLastModifiedTime(unpacked, time);
    assertThat(start()).containsExactly(unpacked.toString(), ANSWER);
    assertThat(sha256(unpacked)).isNotEqualTo(sha256);
  }

  @Test
  void aFileThatLostBytesIsReplaced() throws Exception {
    assertUnpacked();
    Files.write(unpacked, new byte[] {1, 2, 3});
    assertUnpacked();
  }

  @Test
  void aFileThatWasChangedInPlaceIsReplaced() throws Exception {
    assertUnpacked();
    byte[] bytes = Files.readAllBytes(unpacked);
    bytes[bytes.length / 2] ^= 1;
    Files.write(unpacked, bytes);
    Files.setLastModifiedTime(unpacked, LONG_AGO);
    assertUnpacked();
  }

  @Test
  void aFileThatWasOnlyTouchedIsKept() throws Exception {
    assertUnpacked();
    Object first = Files.getAttribute(unpacked, "unix:ino");
    Files.setLastModifiedTime(unpacked, LONG_AGO);
    assertUnpacked();
    assertThat(Files.getAttribute(unpacked, "unix:ino")).isEqualTo(first);
    assertThat(Files.getLastModifiedTime(unpacked)).isEqualTo(LONG_AGO);
  }

  @Test
  void anotherContentGetsAnotherFolder() throws Exception {
    assertUnpacked();
    Path before = unpacked;
    library = SmallLibrary.lacking(folder.resolve("other"));
    sha256 = sha256(library);
    unpacked = inCache(home.resolve(".cache"));
    jar = jarSaying(sha256);
    assertThat(start().getFirst()).isEqualTo(unpacked.toString());
    assertThat(before).exists();
  }

  @Test
  void withoutTheHashBesideItTheContentIsHashed() throws Exception {
    jar =
        BindingsClasses.alone()
            .with(library, SmallLibrary.FILE)
            .inJar(folder.resolve("no-hash.jar"));
    assertUnpacked();
    assertUnpacked();
  }

  @Test
  void aHashThatIsNotThatOfTheContentIsAnErrorAndNothingIsLoaded() throws Exception {
    String other = "0123456789abcdef".repeat(4);
    jar = jarSaying(other);
    assertThat(start().getFirst())
        .startsWith("UnsatisfiedLinkError: The native library could not be unpacked")
        .contains("has the SHA-256 " + sha256 + ", not " + other)
        .contains("set the system property io.datafusion.library.path");
    try (Stream<Path> files =
        Files.list(home.resolve(".cache/datafusion-panama-libraries").resolve(other))) {
      assertThat(files).isEmpty();
    }
    jar = jarSaying("../../elsewhere");
    assertThat(start().getFirst()).contains("does not hold a SHA-256 in hexadecimal");
  }

  @Test
  void xdgCacheHomeIsHonoured() throws Exception {
    Path cache = folder.resolve("xdg");
    var result =
        new ChildJvm(home).environment("XDG_CACHE_HOME", cache).on(jar).run("load", "call");
    assertThat(result.steps()).containsExactly(inCache(cache).toString(), ANSWER);
  }

  @Test
  void aFolderThatOthersCanUseIsNotTrusted() throws Exception {
    Path shared =
        Files.createDirectories(home.resolve(".cache").resolve("datafusion-panama-libraries"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    var jvm = new ChildJvm(home).property("java.io.tmpdir", temporary).on(jar);
    assertThat(jvm.run("load").step(0)).startsWith(temporary.toString());
    assertThat(shared).isEmptyDirectory();
  }

  @Test
  void aLinkInPlaceOfTheFolderIsNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    Files.createDirectories(home.resolve(".cache"));
    Files.createSymbolicLink(
        home.resolve(".cache").resolve("datafusion-panama-libraries"), elsewhere);
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    var jvm = new ChildJvm(home).property("java.io.tmpdir", temporary).on(jar);
    assertThat(jvm.run("load").step(0)).startsWith(temporary.toString());
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void noFolderAtAllIsAnErrorThatSaysWhyAndTheRemedy() throws Exception {
    Files.writeString(home.resolve(".cache"), "a file");
    Path file = Files.writeString(folder.resolve("also-a-file"), "");
    var jvm = new ChildJvm(home).property("java.io.tmpdir", file).on(jar);
    assertThat(jvm.run("load").step(0))
        .startsWith("UnsatisfiedLinkError: The native library could not be unpacked")
        .contains(file.toString())
        .contains("set the system property io.datafusion.library.path");
  }

  @Test
  void jvmsThatUnpackAtTheSameMomentAllWork() throws Exception {
    var first = new ChildJvm(home).on(jar).start("load", "call");
    var second = new ChildJvm(home).on(jar).start("load", "call");
    var third = new ChildJvm(home).on(jar).start("load", "call");
    for (var started : List.of(first, second, third)) {
      assertThat(started.end().steps()).containsExactly(unpacked.toString(), ANSWER);
    }
    assertThat(Files.isRegularFile(unpacked, LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertUnpacked();
  }
}

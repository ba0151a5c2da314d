package io.datafusion.bindings.generator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as the build runs it: in a JVM of its own. */
class GenerateBindingsTest {
  private static final String HEADER =
      """
      #define DF_ABI_VERSION 1
      typedef struct point { int x; } point;
      int get(point p);
      """;

  private record Run(int exit, String errors) {}

  @TempDir Path folder;
  private Path header;
  private Path output;

  @BeforeEach
  void writeHeader() throws IOException {
    header = Files.writeString(folder.resolve("small.h"), HEADER);
    output = folder.resolve("out");
  }

  private Run run(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-cp");
    command.add(
        Path.of(
                GenerateBindings.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath())
            .toString());
    command.add(GenerateBindings.class.getName());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String errors = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), errors);
  }

  private Path generated(String name) {
    return output.resolve("io/datafusion/bindings").resolve(name);
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> paths = Files.list(generated(""))) {
      for (Path path : paths.toList()) {
        texts.put(path.getFileName().toString(), Files.readString(path));
      }
    }
    return texts;
  }

  @Test
  void theSameHeaderGivesTheSameFilesAndNoDrift() throws Exception {
    assertThat(run(header, output)).isEqualTo(new Run(0, ""));
    Map<String, String> first = files();
    assertThat(first)
        .containsOnlyKeys("HeaderHash.java", "point.java", "small_h$shared.java", "small_h.java");
    assertThat(run(header, output)).isEqualTo(new Run(0, ""));
    assertThat(files()).isEqualTo(first);
    assertThat(run(header, output, "--check")).isEqualTo(new Run(0, ""));
  }

  @Test
  void classesFindTheirSymbolsThroughTheLoaderInOneLine() throws Exception {
    run(header, output);
    assertThat(files().get("small_h.java"))
        .containsOnlyOnce("NativeLibrary")
        .contains("static final SymbolLookup SYMBOL_LOOKUP = NativeLibrary.lookup();");
  }

  @Test
  void checkNamesEveryFileThatDriftedAndWritesNothing() throws Exception {
    run(header, output);
    Files.writeString(header, HEADER.replace("int x", "double x"));
    Files.writeString(generated("point.java"), "touched");
    Files.delete(generated("small_h$shared.java"));
    Map<String, String> before = files();
    Run check = run(header, output, "--check");
    assertThat(check.exit()).isEqualTo(1);
    assertThat(check.errors().lines())
        .containsExactly(
            generated("small_h$shared.java") + " is not what " + header + " says",
            generated("HeaderHash.java") + " is not what " + header + " says",
            generated("point.java") + " is not what " + header + " says");
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void aClassThatTheHeaderHasNoUseForIsNamedAndRemoved() throws Exception {
    run(header, output);
    Path byHand = Files.writeString(generated("ByHand.java"), "class ByHand {}");
    Files.writeString(header, HEADER.replace("point", "place"));
    Run check = run(header, output, "--check");
    assertThat(check.exit()).isEqualTo(1);
    assertThat(check.errors()).contains(generated("point.java") + " is not of " + header);
    assertThat(run(header, output)).isEqualTo(new Run(0, ""));
    assertThat(generated("point.java")).doesNotExist();
    assertThat(generated("place.java")).exists();
    assertThat(byHand).exists();
  }

  @Test
  void aFileWrittenByHandIsNeverOverwritten() throws Exception {
    Files.createDirectories(generated(""));
    Path byHand = Files.writeString(generated("point.java"), "class point {}");
    Run run = run(header, output);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.errors()).contains(byHand + " was written by hand");
    assertThat(byHand).hasContent("class point {}");
  }

  @Test
  void anUnknownConstructEndsTheRunBeforeAnythingIsWritten() throws Exception {
    Files.writeString(header, HEADER + "union u { int x; };\n");
    Run run = run(header, output);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.errors()).startsWith("small.h:4: a union\n    union u { int x; };\nsupported:");
    assertThat(output).doesNotExist();
  }

  @Test
  void wrongArgumentsAreAnsweredWithTheUsage() throws Exception {
    String usage = "usage: GenerateBindings <header> <output dir> [--check]\n";
    assertThat(run()).isEqualTo(new Run(2, usage));
    assertThat(run(header, output, "--chekc")).isEqualTo(new Run(2, usage));
    assertThat(run(folder.resolve("none.h"), output).exit()).isEqualTo(1);
  }
}

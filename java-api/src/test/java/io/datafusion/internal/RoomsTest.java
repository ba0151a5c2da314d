package io.datafusion.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** conventions.md, Rooms and Budgets: what may know what, and how big a file is. */
class RoomsTest {
  private static final Path SOURCES = Path.of("src/main/java/io/datafusion");

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  @Test
  void onlyInternalsTouchNativeMemoryAndTheBindings() throws IOException {
    for (Path file : sources()) {
      if (!file.startsWith(SOURCES.resolve("internal"))) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContain("java.lang.foreign", "io.datafusion.bindings");
      }
    }
  }

  /** Arena.global() and native access stay where the design puts them. */
  @Test
  void nativeAccessStaysWithTheBindings() throws IOException {
    for (Path file : sources()) {
      assertThat(Files.readString(file))
          .as(file.toString())
          .doesNotContain(
              "Linker.nativeLinker", "System.load", "withTargetLayout", ".reinterpret(");
    }
  }

  @Test
  void receivedBytesNeverMeetJavaSerialization() throws IOException {
    for (Path file : sources()) {
      assertThat(Files.readString(file))
          .as(file.toString())
          .doesNotContain("new ObjectInputStream", "extends ObjectInputStream");
    }
  }

  /** Arrow Java's own way goes through channels, which an interrupted thread cannot use. */
  @Test
  void schemasBecomeBytesInOnePlace() throws IOException {
    for (Path file : sources()) {
      assertThat(Files.readString(file))
          .as(file.toString())
          .doesNotContain("serializeAsMessage(", "deserializeMessage(", "channels.Channels");
    }
  }

  @Test
  void filesStayWithinTheBudget() throws IOException {
    for (Path file : sources()) {
      assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(400);
    }
  }
}

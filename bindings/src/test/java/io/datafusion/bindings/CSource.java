package io.datafusion.bindings;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** C compiled by the machine's own compiler. */
public final class CSource {
  private CSource() {}

  /** {@return that shared library, compiled from that text} */
  public static Path compile(Path library, String text) throws IOException, InterruptedException {
    Files.createDirectories(library.getParent());
    Path source = Files.createTempFile(library.getParent(), "source", ".c");
    Files.writeString(source, text);
    List<String> command =
        List.of(
            "cc",
            "-shared",
            "-fPIC",
            "-Wall",
            "-Werror",
            "-I",
            library.getParent().toString(),
            "-o",
            library.toString(),
            source.toString());
    Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (compiler.waitFor() != 0) {
      throw new IllegalStateException(output);
    }
    Files.delete(source);
    return library;
  }
}

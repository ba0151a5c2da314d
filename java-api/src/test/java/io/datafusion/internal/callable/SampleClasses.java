package io.datafusion.internal.callable;

import static org.assertj.core.api.Assertions.assertThat;

import crossing.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/** Sample classes compiled into a directory, and JVMs that have them or lack them. */
final class SampleClasses {
  private SampleClasses() {}

  /** Compiles the sample sources, which are resources, into a directory. */
  static void compile(Path classes) throws IOException, URISyntaxException {
    Path sources = Path.of(SampleClasses.class.getResource("/callable/samples").toURI());
    var arguments =
        new ArrayList<>(List.of("-g", "-d", classes.toString(), "-cp", classPath(), "-nowarn"));
    try (Stream<Path> files = Files.list(sources)) {
      files.map(Path::toString).forEach(arguments::add);
    }
    int exit =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(exit).isZero();
  }

  static String classPath() {
    return System.getProperty("java.class.path");
  }

  /** Runs a main class; {@return what it printed: lines of name, tab, text} */
  static Map<String, String> run(String classPath, Class<?> main, String... args)
      throws IOException {
    File errors = File.createTempFile("child", ".err");
    var arguments = new ArrayList<>(List.of("-cp", classPath, main.getName()));
    arguments.addAll(List.of(args));
    ChildJvm.Outcome outcome = ChildJvm.finish(ChildJvm.java(arguments).redirectError(errors));
    assertThat(outcome.status()).as(Files.readString(errors.toPath())).isZero();
    Files.delete(errors.toPath());
    var lines = new LinkedHashMap<String, String>();
    for (String line : outcome.output().split("\n")) {
      String[] parts = line.split("\t", 2);
      lines.put(parts[0], parts.length == 1 ? "" : parts[1]);
    }
    return lines;
  }
}

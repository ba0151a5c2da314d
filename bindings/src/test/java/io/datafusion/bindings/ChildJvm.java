package io.datafusion.bindings;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A JVM of its own that runs {@link LoaderProbe}, or another main class, on chosen classes. */
final class ChildJvm {
  /**
   * What a JVM left behind.
   *
   * @param lines of its output, one for each step of the probe
   */
  record Result(int exit, List<String> lines, String errors) {
    /** {@return the output, after a look at the exit code: whatever failed, the JVM must live} */
    List<String> steps() {
      if (exit != 0) {
        throw new AssertionError("exit code " + exit + "\n" + lines + "\n" + errors);
      }
      return lines;
    }

    String step(int index) {
      return steps().get(index);
    }
  }

  private final Map<String, String> environment = new TreeMap<>();
  private final List<String> options = new ArrayList<>();
  private final List<Path> classPath = new ArrayList<>();
  private final Path home;
  private String main = LoaderProbe.class.getName();

  /** A JVM whose user has that folder as home. */
  ChildJvm(Path home) {
    this.home = home;
    option("-Duser.home=" + home);
    option("-Djava.library.path=" + home.resolve("no-libraries"));
    option("-Djava.io.tmpdir=" + home);
  }

  ChildJvm option(String option) {
    options.add(option);
    return this;
  }

  ChildJvm property(String name, Object value) {
    return option("-D" + name + "=" + value);
  }

  ChildJvm environment(String name, Object value) {
    environment.put(name, value.toString());
    return this;
  }

  /** Puts the bindings on the class path, and the probe beside them. */
  ChildJvm on(Path bindings) {
    classPath.add(bindings);
    classPath.add(BindingsClasses.classPathEntry(LoaderProbe.class));
    return option("--enable-native-access=ALL-UNNAMED");
  }

  ChildJvm onlyClassPath(Path bindings) {
    classPath.add(bindings);
    classPath.add(BindingsClasses.classPathEntry(LoaderProbe.class));
    return this;
  }

  /** Runs that module on a module path in place of the probe. */
  ChildJvm module(String module, Path... path) {
    option("--module-path");
    option(Stream.of(path).map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    option("--module");
    main = module;
    return this;
  }

  Result run(String... steps) throws IOException, InterruptedException {
    return start(steps).end();
  }

  /** A JVM that runs. */
  record Started(Process process, Path errors) {
    Result end() throws IOException, InterruptedException {
      List<String> lines =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList();
      return new Result(process.waitFor(), lines, Files.readString(errors));
    }
  }

  Started start(String... steps) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-Xshare:auto", "-Dstdout.encoding=UTF-8"));
    if (!classPath.isEmpty()) {
      command.add("-cp");
      command.add(
          classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    }
    command.addAll(options);
    command.add(main);
    command.addAll(List.of(steps));
    Path errors = Files.createTempFile(home, "errors", ".txt");
    var builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.directory(home.toFile());
    builder.environment().remove("XDG_CACHE_HOME");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.environment().remove("JDK_JAVA_OPTIONS");
    builder.environment().putAll(environment);
    return new Started(builder.start(), errors);
  }
}

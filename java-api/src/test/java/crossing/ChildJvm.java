package crossing;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A second JVM; one that ships functions has the library and one package of workers on its class
 * path, but no other test class.
 */
public final class ChildJvm {
  private final Path workerClasses;

  private ChildJvm(Path workerClasses) {
    this.workerClasses = workerClasses;
  }

  /** Copies the compiled package of {@code worker} into {@code folder}, alone. */
  static ChildJvm of(Class<?> worker, Path folder) throws IOException {
    String packagePath = worker.getPackageName().replace('.', '/');
    Path target = Files.createDirectories(folder.resolve(packagePath));
    Path source = Path.of(worker.getProtectionDomain().getCodeSource().getLocation().getPath());
    try (Stream<Path> files = Files.list(source.resolve(packagePath))) {
      for (Path file : files.toList()) {
        if (file.toString().endsWith(".class")) {
          Files.copy(file, target.resolve(file.getFileName().toString()));
        }
      }
    }
    return new ChildJvm(folder);
  }

  /** How a JVM ended, and what it printed. */
  public record Outcome(int status, String output) {}

  Outcome run(List<String> flags, Class<?> main, String... arguments) throws IOException {
    var all = new ArrayList<>(flags);
    all.addAll(library(workerClasses + File.pathSeparator));
    all.add(main.getName());
    all.addAll(List.of(arguments));
    return finish(java(all));
  }

  /**
   * {@return the arguments that give a JVM the library, behind other classes, without the tests}
   */
  static List<String> library(String classesBefore) {
    var arguments = new ArrayList<String>();
    String library = System.getProperty("io.datafusion.library.path");
    if (library != null) {
      arguments.add("-Dio.datafusion.library.path=" + library);
    }
    String libraries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.endsWith("test-classes"))
            .collect(Collectors.joining(File.pathSeparator));
    arguments.addAll(List.of("-cp", classesBefore + libraries));
    return arguments;
  }

  /** {@return a JVM of this release, with arguments} */
  public static ProcessBuilder java(List<String> arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  /** Runs a process to its end; errors it prints are in its output, unless they go elsewhere. */
  public static Outcome finish(ProcessBuilder builder) throws IOException {
    boolean together = builder.redirectError().equals(ProcessBuilder.Redirect.PIPE);
    Process process = builder.redirectErrorStream(together).start();
    try (InputStream stream = process.getInputStream()) {
      String output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new UncheckedIOException(new IOException("no end after 10 minutes: " + output));
      }
      return new Outcome(process.exitValue(), output);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new IllegalStateException(e);
    }
  }
}

package exchange.worker;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Further JVMs. Each has this package and the libraries on its class path, and no sender's class.
 */
public final class Jvm {
  private Jvm() {}

  /**
   * {@return a JVM that runs a program of this package} What it prints as errors goes where ours
   * do.
   *
   * @param flags of the JVM besides those that the library needs
   */
  public static ProcessBuilder of(List<String> flags, Class<?> main, String... arguments) {
    var command = new ArrayList<String>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), main.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }

  /**
   * {@return what a program of this package printed, which has ended}
   *
   * @throws IOException if it did not end well
   */
  public static String run(List<String> flags, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    Process process = of(flags, main, arguments).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      throw new IOException(main.getName() + " ended with status " + status + ": " + output);
    }
    return output;
  }

  private static String classPath() {
    try {
      Path jar = Path.of(Jvm.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return jar + File.pathSeparator + jar.resolveSibling("lib").resolve("*");
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

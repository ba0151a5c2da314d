package io.datafusion.internal.callable;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** The sending JVM of {@link CallableCrossingTest}: writes every sample function to a file. */
final class EncodingDriver {
  private EncodingDriver() {}

  /**
   * Arguments: a directory, the classes that have the samples. Prints a line a sample: name,
   * result.
   */
  @SuppressWarnings("unchecked")
  public static void main(String[] args) throws Exception {
    var out = new PrintStream(System.out, true, "UTF-8");
    for (String type : Arrays.asList(args).subList(1, args.length)) {
      var cases = (Map<String, Object[]>) Class.forName(type).getMethod("cases").invoke(null);
      send(cases, args[0], out);
    }
  }

  private static void send(Map<String, Object[]> cases, String directory, PrintStream out)
      throws Exception {
    for (var entry : cases.entrySet()) {
      Object[] sample = entry.getValue();
      String result;
      try {
        Encoded encoded = CallableEncoder.encode(sample[0], Set.of());
        Path file = Path.of(directory, entry.getKey() + ".callable");
        Files.write(file, encoded.toMessage().toByteArray());
        Object[] arguments = Arrays.copyOfRange(sample, 1, sample.length);
        write(Path.of(directory, entry.getKey() + ".arguments"), arguments);
        result = DecodingWorker.call(sample[0], arguments);
      } catch (NotShippable e) {
        result = "not shippable: " + e.getMessage();
      }
      out.println(entry.getKey() + "\t" + result);
    }
  }

  private static void write(Path file, Object[] arguments) throws IOException {
    try (var out = new ObjectOutputStream(Files.newOutputStream(file))) {
      out.writeObject(arguments);
    }
  }
}

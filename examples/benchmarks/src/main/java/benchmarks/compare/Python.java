package benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The released Python package in a process of its own (peer.py), which is told what to do. */
final class Python implements AutoCloseable {
  private final Process process;
  private final Writer orders;
  private final BufferedReader answers;

  Python(int partitions) throws IOException {
    String python = System.getenv("BENCHMARKS_PYTHON");
    Path peer = Path.of(System.getenv("BENCHMARKS"), "peer.py");
    ProcessBuilder builder = new ProcessBuilder(python, peer.toString());
    builder.environment().put("PARTITIONS", Integer.toString(partitions));
    process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  String query(String sql) throws IOException {
    return order("query", sql);
  }

  void tables(List<String> statements) throws IOException {
    write("tables", "[" + quoted(statements) + "]");
  }

  String order(String verb, Object... with) throws IOException {
    return write(verb, quoted(Arrays.asList(with)));
  }

  long processId() {
    return process.pid();
  }

  private String write(String verb, String arguments) throws IOException {
    orders.write("{\"do\": \"%s\", \"with\": [%s]}\n".formatted(verb, arguments));
    orders.flush();
    String answer = answers.readLine();
    if (answer == null || answer.charAt(0) != '=') {
      throw new IOException("Python does not " + verb + " " + arguments + ": " + answer);
    }
    return answer.substring(2);
  }

  /** Of numbers, and of texts without quotes and line ends, which JSON has as they are. */
  private static String quoted(List<?> values) {
    return values.stream()
        .map(value -> value instanceof Number ? value.toString() : "\"" + value + "\"")
        .collect(Collectors.joining(", "));
  }

  @Override
  public void close() throws IOException {
    orders.close();
    process.destroy();
  }
}

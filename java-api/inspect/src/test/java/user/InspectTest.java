package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Volatility;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The command in a process of its own, on the module path, where neither the native library nor any
 * class of the sender is.
 */
class InspectTest {
  private static final Pattern OTHERS =
      Pattern.compile(
          "test-classes|/inspect/target/classes|junit|assertj|opentest4j|apiguardian|byte-buddy");

  @TempDir static Path folder;

  private static String modules;

  private record Outcome(int status, String out, String err) {}

  @BeforeAll
  static void pack() throws Exception {
    Path classes =
        Path.of(
            Class.forName("io.datafusion.inspect.Main")
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    String jar = folder.resolve("inspect.jar").toString();
    if (Files.isDirectory(classes)) {
      int status =
          ToolProvider.findFirst("jar")
              .orElseThrow()
              .run(
                  System.out,
                  System.err,
                  "--create",
                  "--file=" + jar,
                  "--main-class=io.datafusion.inspect.Main",
                  "-C",
                  classes.toString(),
                  ".");
      assertThat(status).isZero();
    } else {
      jar = classes.toString();
    }
    modules =
        jar
            + File.pathSeparator
            + Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !OTHERS.matcher(entry).find() && !entry.equals(classes.toString()))
                .collect(Collectors.joining(File.pathSeparator));
    write();
  }

  private static void write() throws IOException {
    try (SessionContext session = SessionContext.create()) {
      double rate = 0.5;
      // volatile, or the planner computes the only call
      ScalarUdf half =
          ScalarUdf.of("half", Double.class, Double.class, x -> x * rate)
              .withVolatility(Volatility.VOLATILE);
      var query = session.sql("SELECT 1.0 AS x").select(half.call(col("x")));
      Files.write(folder.resolve("expr"), half.call(col("x")).toBytes(session));
      Files.write(folder.resolve("plan"), query.logicalPlan().toBytes(session));
      Files.write(folder.resolve("physical"), query.executionPlan().toBytes(session));
    }
  }

  private static Outcome run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-Dio.datafusion.library.path=/no/such/library");
    command.addAll(List.of("-p", modules, "-m", "io.datafusion.inspect"));
    command.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", "");
    Path err = Files.createTempFile(folder, "err", "");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return new Outcome(process.exitValue(), read(out), read(err));
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }

  @Test
  void filesOfEachKindAreShownAsText() throws Exception {
    for (var kind : List.of("expr", "plan", "physical")) {
      Outcome found = run(kind);
      assertThat(found.err()).isEmpty();
      assertThat(found.status()).isZero();
      assertThat(found.out())
          .contains("half (scalar): inlined DFJVUDF", "carries user.InspectTest", "verified")
          .startsWith(
              switch (kind) {
                case "expr" -> "expression, ";
                case "plan" -> "logical plan, ";
                default -> "execution plan, ";
              })
          .endsWith("\n");
      assertThat(run(kind, "--kind", kind)).isEqualTo(found);
    }
  }

  @Test
  void jsonIsJson() throws Exception {
    Outcome found = run("--json", "plan");
    assertThat(found.err()).isEmpty();
    assertThat(found.status()).isZero();
    var json = new com.fasterxml.jackson.databind.ObjectMapper().readTree(found.out());
    assertThat(json.get("message").textValue()).isEqualTo("logical_plan");
    assertThat(json.get("functions").get(0).get("name").textValue()).isEqualTo("half");
  }

  @Test
  void malformedBytesAreStatus1() throws Exception {
    byte[] plan = Files.readAllBytes(folder.resolve("plan"));
    Files.write(folder.resolve("cut"), Arrays.copyOf(plan, plan.length - 10));
    Files.writeString(folder.resolve("text"), "hello, this is no plan");
    Files.write(folder.resolve("none"), new byte[0]);
    for (String file : List.of("cut", "text", "none")) {
      Outcome found = run(file);
      assertThat(found.status()).as(file).isEqualTo(1);
      assertThat(found.out()).isEmpty();
      assertThat(found.err()).contains("logical plan: ").doesNotContain("\tat ");
    }
    Outcome cut = run("cut", "--kind", "plan");
    assertThat(cut.status()).isEqualTo(1);
    assertThat(cut.err()).startsWith("logical plan: ").contains(" at byte ");
    assertThat(run("plan", "--kind", "expr").status()).isEqualTo(1);
  }

  /** In a heap of 256 MB, as all of these. */
  @Test
  void hugeFilesAreStatus1() throws Exception {
    Path huge = folder.resolve("huge");
    try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
      file.setLength(3L << 30);
    }
    Outcome tooBig = run("huge", "--kind", "plan");
    assertThat(tooBig.status()).isEqualTo(1);
    assertThat(tooBig.err()).contains("more than 67108864 bytes");
    // A chain of 30,000,000 operands without a byte in them.
    byte[] wide = new byte[60_000_006];
    wide[0] = 0x22;
    CodedOutputStream head = CodedOutputStream.newInstance(wide, 1, 5);
    head.writeUInt32NoTag(60_000_000);
    int start = 1 + head.getTotalBytesWritten();
    for (int i = start; i < start + 60_000_000; i += 2) {
      wide[i] = 0x0a;
    }
    Files.write(huge, Arrays.copyOf(wide, start + 60_000_000));
    Outcome tooWide = run("huge");
    assertThat(tooWide.status()).isEqualTo(1);
    assertThat(tooWide.err()).contains("expression: more than 1000000 fields");
    Files.delete(huge);
  }

  @Test
  void wrongCommandsAreStatus2() throws Exception {
    // An empty relation without rows is also a CASE without branches.
    Files.write(folder.resolve("both"), new byte[] {0x52, 0});
    List<List<String>> wrong =
        List.of(
            List.of(),
            List.of("plan", "expr"),
            List.of("plan", "--yaml"),
            List.of("plan", "--kind"),
            List.of("plan", "--kind", "sql"),
            List.of("plan", "--kind", "plan", "--kind", "expr"),
            List.of("no-such-file"),
            List.of("both"));
    for (List<String> arguments : wrong) {
      Outcome found = run(arguments.toArray(String[]::new));
      assertThat(found.status()).as("%s %s", arguments, found).isEqualTo(2);
      assertThat(found.out()).isEmpty();
      assertThat(found.err()).isNotBlank().doesNotContain("\tat ");
    }
    assertThat(run("both", "--kind", "plan").status()).isZero();
  }
}

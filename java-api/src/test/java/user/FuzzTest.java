package user;

import static io.datafusion.Expr.col;
import static org.assertj.core.api.Assertions.assertThat;

import crossing.ChildJvm;
import io.datafusion.DataFrame;
import io.datafusion.SessionContext;
import io.datafusion.codec.PlanInspector;
import io.datafusion.internal.message.Callable;
import io.datafusion.internal.message.FunctionKind;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import user.FuzzedMessage.Layer;

/**
 * Issue 4, Shows 4: Jazzer mutates frames, messages and captured values, so many inputs with a
 * fixed seed, in a JVM of its own. It ends at the first exception that is none of ours, at a class
 * that is defined too early, and at memory beyond the limits.
 */
class FuzzTest {
  /** What libFuzzer's own process may hold, by the operating system's count; the heap is part. */
  private static final String MEMORY = "-rss_limit_mb=1500";

  private static final int FOUND = 77;
  private static final Pattern DONE = Pattern.compile("#(\\d+)\\s+DONE\\s+cov: (\\d+)");

  @TempDir Path folder;
  private int seeds;

  private void seed(byte[]... parts) throws IOException {
    Path file = Files.createDirectories(folder.resolve("corpus")).resolve("seed-" + seeds++);
    var out = new java.io.ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    Files.write(file, out.toByteArray());
  }

  /** Real messages, and of each their definitions, frames and bodies. */
  private void seedMessages(byte[] before) throws IOException {
    try (SessionContext ctx = SessionContext.create()) {
      DataFrame row = ctx.sql("SELECT 1.5 AS a");
      for (var function : FuzzSamples.functions()) {
        ScalarUdf udf = ScalarUdf.of(FuzzedMessage.NAME, Double.class, Double.class, function);
        byte[] expression = udf.call(col("a")).toBytes(ctx);
        DataFrame frame = row.select(udf.call(col("a")));
        seed(before, message(PlanInspector.Message.EXPRESSION, Layer.MESSAGE, expression));
        byte[] logical = frame.logicalPlan().toBytes(ctx);
        seed(before, message(PlanInspector.Message.LOGICAL_PLAN, Layer.MESSAGE, logical));
        byte[] physical = frame.executionPlan().toBytes(ctx);
        seed(before, message(PlanInspector.Message.EXECUTION_PLAN, Layer.MESSAGE, physical));
        var call = new InlinedCall(expression);
        for (var kind : PlanInspector.Message.values()) {
          byte[] definition = InlinedCall.envelope("io.datafusion.inline", call.frame());
          seed(before, message(kind, Layer.DEFINITION, definition));
          seed(before, message(kind, Layer.FRAME, call.message().toByteArray()));
          seed(before, message(kind, Layer.BODY, call.body().toByteArray()));
        }
      }
      byte[] small =
          Messages.function(FuzzedMessage.NAME, FunctionKind.FUNCTION_KIND_SCALAR)
              .build()
              .toByteArray();
      for (var kind : PlanInspector.Message.values()) {
        seed(before, message(kind, Layer.BODY, small));
      }
    }
  }

  private static byte[] message(PlanInspector.Message kind, Layer layer, byte[] rest) {
    return FuzzedMessage.input(kind, layer, rest);
  }

  private ChildJvm.Outcome fuzz(Class<?> target, int runs) throws IOException {
    var arguments = new ArrayList<String>();
    String library = System.getProperty("io.datafusion.library.path");
    if (library != null) {
      arguments.add("-Dio.datafusion.library.path=" + library);
    }
    arguments.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+EnableDynamicAgentLoading",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            "com.code_intelligence.jazzer.Jazzer",
            "--target_class=" + target.getName(),
            "--instrumentation_includes=io.datafusion.**",
            "--instrumentation_excludes=io.datafusion.bindings.**:io.datafusion.internal.message.**",
            "--custom_hook_includes=io.datafusion.**",
            "--reproducer_path=" + folder,
            "-artifact_prefix=" + folder + "/",
            "-runs=" + runs,
            "-seed=4",
            "-max_len=65536",
            MEMORY,
            folder.resolve("corpus").toString()));
    return ChildJvm.finish(forked(ChildJvm.java(arguments)));
  }

  /**
   * A process that takes the place of a copy of this JVM would begin with the peak of its memory,
   * by the operating system's count; one that a shell forks begins with none.
   */
  private static ProcessBuilder forked(ProcessBuilder program) {
    var command = new ArrayList<>(List.of("sh", "-c", "\"$@\"; exit $?", "sh"));
    command.addAll(program.command());
    return program.command(command);
  }

  /** What the fuzzer said, and the input that it found, if any. */
  private String report(ChildJvm.Outcome outcome) throws IOException {
    var report = new StringBuilder(outcome.output());
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> !f.toString().endsWith(".java")).toList()) {
        if (Files.isRegularFile(file)) {
          byte[] found = Files.readAllBytes(file);
          report.append("\nfound: ").append(Base64.getEncoder().encodeToString(found));
        }
      }
    }
    return report.toString();
  }

  /** That many inputs went through code that was watched, and nothing was found. */
  private void assertNothingFound(ChildJvm.Outcome outcome, int runs) throws IOException {
    assertThat(outcome.status()).as(report(outcome)).isZero();
    Matcher done = DONE.matcher(outcome.output());
    assertThat(done.find()).as(report(outcome)).isTrue();
    assertThat(Integer.parseInt(done.group(1))).isGreaterThanOrEqualTo(runs);
    assertThat(Integer.parseInt(done.group(2))).as("branches seen").isGreaterThan(200);
    System.out.println(done.group());
  }

  @Test
  void decodingIsAnErrorOfOursUnderEachPolicy() throws Exception {
    for (byte policy = 0; policy < 4; policy++) {
      seedMessages(new byte[] {policy});
    }
    assertNothingFound(fuzz(FuzzDecoding.class, 10_000), 10_000);
  }

  @Test
  void inspectionReadsOrRefuses() throws Exception {
    seedMessages(new byte[0]);
    assertNothingFound(fuzz(FuzzInspection.class, 10_000), 10_000);
  }

  @Test
  void capturedValuesAreReadOrRefused() throws Exception {
    byte index = 0;
    for (Callable callable : FuzzSamples.callables()) {
      seed(new byte[] {index++}, callable.getPayload().toByteArray());
    }
    assertNothingFound(fuzz(FuzzPayloads.class, 20_000), 20_000);
  }

  /** The proof that the others would fail. */
  @Test
  void aPlantedDefectIsFound() throws Exception {
    seedMessages(new byte[0]);
    ChildJvm.Outcome outcome = fuzz(FuzzPlanted.class, 10_000);
    assertThat(outcome.status()).as(report(outcome)).isEqualTo(FOUND);
    assertThat(report(outcome)).contains("the planted defect", "found: ");
  }
}

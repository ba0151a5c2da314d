package exchange;

import static org.assertj.core.api.Assertions.assertThat;

import exchange.worker.Jvm;
import exchange.worker.PoolWorker;
import exchange.worker.Task;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The examples as their users run them: processes of their own, judged by what they print. */
class ExamplesTest {
  private static final long TRIPS = 200_000;

  private static String run(String example) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Path.of("run").toAbsolutePath().toString(), "--built", example)
            .redirectErrorStream(true)
            .start();
    try (InputStream stream = process.getInputStream()) {
      String output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      return output;
    }
  }

  private static Set<String> all(String pattern, String text) {
    var found = new TreeSet<String>();
    Pattern.compile(pattern).matcher(text).results().forEach(match -> found.add(match.group(1)));
    return found;
  }

  /** Else the workers would not show that functions travel. */
  @Test
  void workersHaveNoClassOfASender() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      Path jar = files.filter(file -> file.toString().endsWith("-worker.jar")).findFirst().get();
      try (JarFile worker = new JarFile(jar.toFile())) {
        assertThat(worker.stream().map(entry -> entry.getName()))
            .filteredOn(name -> name.endsWith(".class"))
            .isNotEmpty()
            .allMatch(name -> name.startsWith("exchange/worker/"));
      }
    }
  }

  @Test
  void workersOfAPoolAnswerPartsThatTheDriverCombines() throws Exception {
    String output = run("pool");
    Set<String> workers = all("worker: pid (\\d+), does not know the class", output);
    assertThat(workers).hasSize(2).doesNotContainAnyElementsOf(all("driver: pid (\\d+)", output));
    assertThat(all("[(,] ?[0-9.]+ by (\\d+)", output)).isEqualTo(workers);
    for (double threshold : new double[] {10, 25, 50}) {
      long above = fares().filter(cents -> cents > threshold * 100).count();
      assertThat(output)
          .containsPattern(
              String.format(Locale.ROOT, "fares above %.1f: %d\\.00 \\(", threshold, above));
    }
    assertThat(output)
        .containsPattern(
            String.format(Locale.ROOT, "largest fare: %.2f \\(", fares().max().getAsLong() / 100.0))
        .doesNotContain("DIFFERS", "KNOWS");
    assertThat(output.lines().filter(line -> line.endsWith("equals the driver's own"))).hasSize(4);
  }

  private static void send(DataOutputStream tasks, byte[] bytes) throws IOException {
    tasks.writeInt(bytes.length);
    tasks.write(bytes);
    tasks.flush();
  }

  private static byte[] written(Object object) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var stream = new ObjectOutputStream(bytes)) {
      stream.writeObject(object);
    }
    return bytes.toByteArray();
  }

  @Test
  void aWorkerOutlivesATaskThatItRefuses() throws Exception {
    Process process = Jvm.of(List.of(), PoolWorker.class, "no.such.Class").start();
    try (BufferedReader answers = process.inputReader();
        var tasks = new DataOutputStream(process.getOutputStream())) {
      assertThat(answers.readLine()).endsWith("false");
      byte[] task = written(new Task("nowhere.parquet", null));
      send(tasks, new byte[] {1, 2, 3, 4, 5});
      assertThat(answers.readLine()).startsWith("failed: java.io.StreamCorruptedException");
      send(tasks, written(new ArrayList<>(List.of("task"))));
      assertThat(answers.readLine()).startsWith("failed: java.io.InvalidClassException");
      send(tasks, Arrays.copyOf(task, task.length / 2));
      assertThat(answers.readLine()).startsWith("failed: java.io.EOFException");
      send(tasks, task);
      assertThat(answers.readLine()).startsWith("failed: ").contains("nowhere.parquet");
    }
    assertThat(process.waitFor()).isZero();
  }

  private static LongStream fares() {
    return LongStream.rangeClosed(1, TRIPS).map(value -> 250 + value * 104_729 % 6_000);
  }

  @Test
  void aStrictReceiverRefusesCodeAndBothRemediesHelp() throws Exception {
    List<String> parts = List.of(run("strict").split("\n\n"));
    assertThat(parts).hasSize(5);
    assertThat(parts.get(1))
        .contains("inlined.bin:\nInliningRefusedException: ", "scalar function 'tip'")
        .contains("by-name.bin:\nUnresolvedFunctionException: ");
    assertThat(parts.get(2)).contains("first remedy", "| 20.0 |").doesNotContain("Exception");
    assertThat(parts.get(3)).contains("second remedy", "| 18.0 |").doesNotContain("Exception");
    assertThat(parts.get(4)).contains("inlined.bin:\nInliningRefusedException: ");
  }

  @Test
  void onlyWhatTheTrustedKeySignedRuns() throws Exception {
    String output = run("signed");
    assertThat(output).containsPattern("(?s)signed.bin:\n\\+.*\\| 18.0 \\|.*altered.bin:");
    assertThat(output.split("\\| 18.0 \\|", -1)).hasSize(2);
    assertThat(output)
        .containsPattern("altered.bin:\nMalformedPayloadException: .*the digest over")
        .containsPattern("wrong-key.bin:\nInliningRefusedException: .*not signed by the key")
        .containsPattern("unknown-key.bin:\nInliningRefusedException: .*no key 'guest' is known")
        .containsPattern("unsigned.bin:\nInliningRefusedException: .*it is not signed");
  }

  @Test
  void aSchedulerHandsFunctionsOnWithoutLoadingAClass() throws Exception {
    String output = run("scheduler");
    assertThat(output)
        .contains("scheduler: received price", "scheduler: received label")
        .contains("ClasslessScheduler$Tariff")
        .contains("scheduler: sends 2 functions, byte for byte as they came")
        .contains("scheduler: loaded 0 classes of the sender")
        .containsPattern("worker: loaded [1-9]\\d* classes of the sender")
        .contains("the worker's rows equal the sender's");
    String[] plans = output.split("scheduler: after\n");
    assertThat(plans[0]).contains("Filter: name !=").doesNotContain("projection=[");
    assertThat(plans[1]).contains("projection=[zone, fare]");
  }
}

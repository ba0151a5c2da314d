package onspark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import onspark.executor.Evaluated;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The program as its user runs it, judged by what it prints. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClusterTest {
  private static final Path TARGET = Path.of("target");
  private static final long SECONDS = 240;
  private static final int PARTITIONS = 4;
  private static final long TRIPS = 64_000;
  private static final String ANSWER =
      ": partition (\\d) by pid (\\d+), which does not know onspark.driver.Fares \\(reads:"
          + " (\\d+)\\)";

  private static final Set<ProcessHandle> STARTED = new HashSet<>();
  private static String output;

  @BeforeAll
  static void run() throws Exception {
    Path file = TARGET.resolve("output.txt");
    Process driver = start(file);
    boolean ended = driver.waitFor(SECONDS, TimeUnit.SECONDS);
    output = Files.readString(file);
    if (!ended || driver.exitValue() != 0) {
      fail((ended ? "failed: " : "hangs: ") + output + "\nand the log of Spark:\n" + log());
    }
  }

  @AfterAll
  static void end() {
    new ArrayList<>(STARTED).forEach(process -> process.descendants().forEach(STARTED::add));
    STARTED.forEach(ProcessHandle::destroyForcibly);
  }

  private static Process start(Path output) throws IOException {
    Process driver =
        new ProcessBuilder(Path.of("run").toAbsolutePath().toString(), "--built")
            .redirectErrorStream(true)
            .redirectOutput(Redirect.to(output.toFile()))
            .start();
    STARTED.add(driver.toHandle());
    return driver;
  }

  private static String log() throws IOException {
    Path log = TARGET.resolve("work/driver.log");
    if (Files.notExists(log)) {
      return "none";
    }
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }

  private static List<MatchResult> all(String pattern) {
    return Pattern.compile(pattern).matcher(output).results().toList();
  }

  private static Set<Long> pids(List<MatchResult> matches, int group) {
    var pids = new HashSet<Long>();
    matches.forEach(match -> pids.add(Long.parseLong(match.group(group))));
    return pids;
  }

  private static long cents(long trip) {
    return 250 + trip * 104_729 % 6_000;
  }

  private static long tip(long trip) {
    return cents(trip) * 18 / 100;
  }

  private static void assertTips(String step) {
    long tips = LongStream.rangeClosed(1, TRIPS).map(ClusterTest::tip).sum();
    assertThat(output)
        .contains("%s: %d tips, %d cents, equal to the driver's own".formatted(step, TRIPS, tips));
  }

  private static Set<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      var names = new HashSet<String>();
      file.stream().forEach(entry -> names.add(entry.getName()));
      return names;
    }
  }

  private static Path jar(String classifier) throws IOException {
    try (Stream<Path> files = Files.list(TARGET)) {
      return files.filter(file -> file.toString().endsWith(classifier + ".jar")).findFirst().get();
    }
  }

  /** Else the executors would not show that functions travel. */
  @Test
  void executorsHaveNoClassOfTheDriver() throws IOException {
    String defining = Evaluated.DRIVER.replace('.', '/') + ".class";
    assertThat(entries(jar("-driver"))).contains(defining);
    assertThat(entries(jar("-executor")))
        .filteredOn(name -> name.endsWith(".class"))
        .isNotEmpty()
        .allMatch(name -> name.startsWith("onspark/executor/"));
    for (String folder : List.of("spark/jars", "datafusion")) {
      try (Stream<Path> jars = Files.list(TARGET.resolve(folder))) {
        for (Path jar : jars.toList()) {
          assertThat(entries(jar)).as(jar.toString()).isNotEmpty().doesNotContain(defining);
        }
      }
    }
    assertThat(output)
        .containsPattern("driver: pid \\d+, which knows onspark.driver.Fares")
        .doesNotContain("KNOW");
  }

  @Test
  void anExpressionIsReadOnceByEachOfTwoExecutors() {
    List<MatchResult> answers = all("expression" + ANSWER);
    assertThat(answers).extracting(answer -> answer.group(1)).containsExactlyElementsOf(twice());
    assertThat(answers).extracting(answer -> answer.group(3)).containsOnly("1");
    assertThat(pids(answers, 2)).hasSize(2).doesNotContainAnyElementsOf(driver());
    assertTips("expression");
  }

  @Test
  void plansGivePartsThatTheDriverCombines() {
    List<MatchResult> answers = all("plan" + ANSWER);
    assertThat(answers).extracting(answer -> answer.group(1)).containsExactly("0", "1", "2", "3");
    assertThat(pids(answers, 2)).isNotEmpty().isSubsetOf(executors());
    for (int zone = 0; zone < 3; zone++) {
      int remainder = zone;
      long[] trips =
          LongStream.rangeClosed(1, TRIPS).filter(trip -> trip % 3 == remainder).toArray();
      long tips = LongStream.of(trips).map(ClusterTest::tip).sum();
      long largest = LongStream.of(trips).map(ClusterTest::cents).max().getAsLong();
      assertThat(output)
          .contains(
              "plan: zone %d: %d trips, %d cents, largest %d\n"
                  .formatted(zone, trips.length, tips, largest));
    }
    assertThat(output).contains("plan: the rows, equal to the driver's own");
  }

  @Test
  void anotherExecutorTakesOverFromOneThatIsKilled() {
    List<MatchResult> begun = all("loss: partition (\\d) begun by pid (\\d+)");
    assertThat(pids(begun, 2)).isEqualTo(executors());
    MatchResult death =
        all("loss: pid (\\d+) is dead, killed inside the function of partition (\\d)").getFirst();
    long victim = Long.parseLong(death.group(1));
    assertThat(executors()).contains(victim);
    assertThat(begun)
        .anyMatch(at -> at.group(1).equals(death.group(2)) && at.group(2).equals(death.group(1)));

    List<MatchResult> answers = all("loss" + ANSWER);
    assertThat(answers).extracting(answer -> answer.group(1)).containsExactlyElementsOf(twice());
    assertThat(pids(answers, 2)).isNotEmpty().doesNotContain(victim);
    assertThat(all("loss: pid (\\d+) took over partition (\\d) of pid (\\d+)"))
        .singleElement()
        .satisfies(
            taken -> {
              assertThat(pids(answers, 2)).contains(Long.parseLong(taken.group(1)));
              assertThat(taken.group(2)).isEqualTo(death.group(2));
              assertThat(taken.group(3)).isEqualTo(death.group(1));
            });
    assertTips("loss");
  }

  @Test
  void noExecutorIsLeft() throws InterruptedException {
    for (long pid : pids(all("pid (\\d+)"), 1)) {
      assertWithin(60, "pid " + pid + " is gone", () -> !runs(pid));
    }
  }

  /** The last: its driver clears away what the first one left in its folders. */
  @Test
  @Order(Integer.MAX_VALUE)
  void executorsEndWithADriverThatIsKilled() throws Exception {
    Path file = TARGET.resolve("killed.txt");
    Process driver = start(file);
    assertWithin(120, "an answer in " + file, () -> holds(file, "expression: partition"));
    List<ProcessHandle> executors = driver.descendants().toList();
    STARTED.addAll(executors);
    assertThat(executors).hasSizeGreaterThanOrEqualTo(2);
    driver.destroyForcibly();
    for (ProcessHandle executor : executors) {
      assertWithin(60, executor + " ends with its driver", () -> !runs(executor.pid()));
    }
  }

  private static Set<Long> driver() {
    return pids(all("driver: pid (\\d+)"), 1);
  }

  private static Set<Long> executors() {
    return pids(all("expression" + ANSWER), 2);
  }

  /** Each partition, for each of its two messages. */
  private static List<String> twice() {
    return IntStream.range(0, 2 * PARTITIONS).mapToObj(i -> "" + i / 2).toList();
  }

  /** A process that nobody waits for keeps its id after its end, but no program. */
  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).flatMap(process -> process.info().command()).isPresent();
  }

  private static boolean holds(Path file, String text) {
    try {
      return Files.readString(file).contains(text);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void assertWithin(int seconds, String what, BooleanSupplier condition)
      throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("not within %d s: %s", seconds, what).isLessThan(end);
      Thread.sleep(50);
    }
  }
}

package ray;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The program as its user runs it, judged by what it prints and by what it leaves. */
class RayTest {
  private static final int PARTITIONS = 4;
  private static final int ROWS = 10_000;
  private static final String EQUAL = ", equal to the driver's own";

  private static String output = "";
  private static long driver;
  private static List<Long> actors = List.of();

  /** The program, whose output goes to a file, so that nothing waits for whoever holds a pipe. */
  private record Run(Process process, Path log) {
    static Run start(String log) throws IOException {
      Path file = Path.of("target", log).toAbsolutePath();
      Files.deleteIfExists(file);
      String program = Path.of("run").toAbsolutePath().toString();
      var builder = new ProcessBuilder(program, "--built").redirectErrorStream(true);
      return new Run(builder.redirectOutput(file.toFile()).start(), file);
    }

    String output() {
      try {
        return Files.readString(log);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** All processes of this run's cluster: their command lines name its folder. */
    List<ProcessHandle> cluster() {
      Optional<String> session = first("ray: session in (\\S+)", output());
      return session.stream()
          .flatMap(
              folder ->
                  ProcessHandle.allProcesses()
                      .filter(p -> p.info().commandLine().orElse("").contains(folder)))
          .toList();
    }

    /** Ends what is left, whatever happened before. */
    void end() throws InterruptedException {
      List<ProcessHandle> children = process.descendants().toList();
      process.destroy();
      process.waitFor(60, TimeUnit.SECONDS);
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
      cluster().forEach(ProcessHandle::destroyForcibly);
    }

    void assertNothingIsLeft() throws InterruptedException {
      Path session = Path.of(first("ray: session in (\\S+)", output()).orElseThrow());
      within(60, () -> cluster().isEmpty() && !Files.exists(session));
      assertThat(cluster()).extracting(ProcessHandle::info).isEmpty();
      assertThat(session).doesNotExist();
    }
  }

  private static void within(int seconds, BooleanSupplier condition) throws InterruptedException {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()
        && System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
      Thread.sleep(100);
    }
  }

  private static Optional<String> first(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(m -> m.group(1)).findFirst();
  }

  private static List<Long> pids(String pattern, String text) {
    var matches = Pattern.compile(pattern).matcher(text).results();
    return matches.map(match -> Long.valueOf(match.group(1))).toList();
  }

  private static String line(String beginning) {
    List<String> lines = output.lines().filter(text -> text.startsWith(beginning)).toList();
    assertThat(lines).as(output).hasSize(1);
    return lines.getFirst();
  }

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    Run run = Run.start("run.log");
    try {
      boolean ended = run.process().waitFor(5, TimeUnit.MINUTES);
      output = run.output();
      assertThat(ended).as(output).isTrue();
      assertThat(run.process().exitValue()).as(output).isZero();
      run.assertNothingIsLeft();
    } finally {
      run.end();
    }
    driver = pids("driver: pid (\\d+)", output).getFirst();
    actors = pids("actor: pid (\\d+), Java 25,", output);
  }

  /** Else the actors would not show that functions travel. */
  @Test
  void actorsHaveNoClassOfTheDriver() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      Path jar = files.filter(file -> file.toString().endsWith("-actor.jar")).findFirst().get();
      try (JarFile actor = new JarFile(jar.toFile())) {
        assertThat(actor.stream().map(entry -> entry.getName()))
            .filteredOn(name -> name.endsWith(".class"))
            .isNotEmpty()
            .allMatch(name -> name.startsWith("ray/actor/"));
      }
    }
    assertThat(new TreeSet<>(actors)).hasSize(2).doesNotContain(driver);
    assertThat(output.lines().filter(text -> text.startsWith("actor: ")))
        .hasSize(2)
        .allMatch(text -> text.endsWith("Class.forName(\"ray.driver.Shipped\") fails"));
    assertThat(output).doesNotContain("FINDS", "DIFFERENT", "ANSWERED", "NOTHING");
  }

  private static DoubleStream fares(int partition) {
    return fares(partition, IntStream.of(0, 1, 2).boxed().toList());
  }

  /** Trips go to partitions, and to zones, in turn. */
  private static DoubleStream fares(int partition, List<Integer> zones) {
    return IntStream.range(0, ROWS)
        .map(row -> row * PARTITIONS + partition)
        .filter(trip -> zones.contains(trip % 3))
        .mapToDouble(trip -> 2.5 + trip * 104_729L % (160 + 40 * (trip % 3)) / 4.0);
  }

  private static void assertParts(String text, DoubleUnaryOperator function) {
    List<MatchResult> parts =
        Pattern.compile("([0-9.]+) by (\\d+)").matcher(text).results().toList();
    var expected = new ArrayList<String>();
    for (int i = 0; i < PARTITIONS; i++) {
      expected.add(String.format(Locale.ROOT, "%.2f", fares(i).map(function).sum()));
    }
    assertThat(parts).as(text).extracting(part -> part.group(1)).isEqualTo(expected);
    assertThat(parts).extracting(part -> Long.valueOf(part.group(2))).hasSameElementsAs(actors);
    assertThat(text).endsWith(EQUAL);
  }

  @Test
  void bothActorsEvaluateALambdaThatCapturedAValue() {
    assertParts(line("tips at 0.18: "), fare -> fare * 0.18);
  }

  @Test
  void functionsOfOneNameAreToldApartByWhatTheyCaptured() {
    for (double threshold : new double[] {10, 25, 50}) {
      assertParts(line("fares above " + threshold + ": "), fare -> fare > threshold ? 1 : 0);
    }
  }

  @Test
  void aPlanRunsWithAnAggregateOfTheDrivers() {
    for (int partition = 0; partition < actors.size(); partition++) {
      var zones = new ArrayList<String>();
      for (int zone = 0; zone < 3; zone++) {
        double least = 10 + partition;
        var fares =
            fares(partition, List.of(zone)).filter(fare -> fare > least).summaryStatistics();
        double spread = fares.getMax() - fares.getMin();
        zones.add("[" + List.of("east", "north", "west").get(zone) + ", " + spread + "]");
      }
      assertThat(line("spread in partition " + partition + ": "))
          .contains(zones + " by " + actors.get(partition))
          .endsWith(EQUAL);
    }
  }

  @Test
  void anActorThatIsKilledIsAnErrorAndItsSuccessorAnswers() {
    assertThat(line("killed: "))
        .startsWith("killed: pid " + actors.getFirst() + " while it evaluated 'patient'; ")
        .contains("RayActorException");
    String again = line("asked again, halves: ");
    assertThat(again)
        .contains(String.format(Locale.ROOT, "%.2f by ", fares(0).map(fare -> fare / 2).sum()))
        .endsWith(EQUAL);
    assertThat(pids(" by (\\d+)", again))
        .hasSize(1)
        .doesNotContain(driver)
        .doesNotContainAnyElementsOf(actors);
  }

  @Test
  void aFunctionThatThrowsIsAnErrorAndItsActorGoesOn() {
    assertThat(line("failed: "))
        .startsWith("failed: pid " + actors.get(1) + ": strict(fare): ")
        .endsWith("java.lang.IllegalArgumentException: a fare of 2.5, which is below 2.51");
    String next = line("after that, tips at 0.2: ");
    assertThat(next)
        .contains(String.format(Locale.ROOT, "%.2f by ", fares(0).map(fare -> fare * 0.2).sum()))
        .endsWith(EQUAL);
    assertThat(pids(" by (\\d+)", next)).containsExactly(actors.get(1));
  }

  @Test
  void nothingIsLeftOfAProgramThatIsKilled() throws Exception {
    Run run = Run.start("killed.log");
    try {
      within(180, () -> pids("actor: pid (\\d+)", run.output()).size() == 2);
      String before = run.output();
      assertThat(run.cluster())
          .as(before)
          .extracting(ProcessHandle::pid)
          .hasSizeGreaterThan(4)
          .containsAll(pids("actor: pid (\\d+)", before));
      run.process().destroyForcibly().waitFor();
      run.assertNothingIsLeft();
    } finally {
      run.end();
    }
  }
}

package ray.driver;

import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/** Functions that the actors have never heard of. */
final class Shipped {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Shipped() {}

  static ScalarUdf tip(double rate) {
    return ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * rate);
  }

  static ScalarUdf above(double threshold) {
    return ScalarUdf.of("above", Double.class, Long.class, fare -> fare > threshold ? 1L : 0L);
  }

  /**
   * The state of {@link #spread}.
   *
   * @param least fare so far
   * @param most so far
   */
  record Range(double least, double most) {}

  static AggregateUdf spread() {
    return AggregateUdf.of(
        "spread",
        Double.class,
        Double.class,
        new Range(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
        (Range range, Double fare) ->
            new Range(Math.min(range.least, fare), Math.max(range.most, fare)),
        (a, b) -> new Range(Math.min(a.least, b.least), Math.max(a.most, b.most)),
        range -> range.most - range.least);
  }

  static ScalarUdf strict(double least) {
    return ScalarUdf.of(
        "strict",
        Double.class,
        Double.class,
        fare -> {
          if (fare < least) {
            throw new IllegalArgumentException("a fare of " + fare + ", which is below " + least);
          }
          return fare;
        });
  }

  /**
   * A function that says in the file {@code pid} of a folder which process it works in, and waits
   * until there is a file {@code go}.
   */
  static ScalarUdf patient(String folder, double rate) {
    return ScalarUdf.of(
        "patient",
        Double.class,
        Double.class,
        fare -> {
          waitIn(Path.of(folder));
          return fare * rate;
        });
  }

  private static void waitIn(Path folder) throws IOException, InterruptedException {
    if (Files.exists(folder.resolve("go"))) {
      return;
    }
    Path written = folder.resolve("written");
    Files.writeString(written, "" + ProcessHandle.current().pid());
    Files.move(written, folder.resolve("pid"), StandardCopyOption.ATOMIC_MOVE);
    waitFor(folder.resolve("go"));
  }

  static void waitFor(Path file) throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!Files.exists(file)) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IOException("no " + file + " after " + PATIENCE);
      }
      Thread.sleep(20);
    }
  }
}

package onspark.driver;

import io.datafusion.udf.AggregateUdf;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The functions that travel. No executor has this class. */
final class Fares {
  private static final Field LONG = Field.nullable("n", new ArrowType.Int(64, true));
  private static final long PATIENCE_MILLIS = 60_000;

  private Fares() {}

  /**
   * The state of the aggregate.
   *
   * @param cents the largest so far
   */
  record Largest(long cents) {}

  /** {@return a percentage of a fare} */
  static ScalarUdf tip(long percent) {
    return ScalarUdf.of("tip", Long.class, Long.class, cents -> cents * percent / 100);
  }

  /** {@return an aggregate of its own} Of the largest of partitions it gives the largest of all. */
  static AggregateUdf largest() {
    return AggregateUdf.of(
        "largest",
        Long.class,
        Long.class,
        new Largest(Long.MIN_VALUE),
        (Largest state, Long cents) -> new Largest(Math.max(state.cents, cents)),
        (a, b) -> new Largest(Math.max(a.cents, b.cents)),
        Largest::cents);
  }

  /**
   * {@return {@link #tip} of the first argument, which for each batch says in a folder that it has
   * begun with it, and waits there for the file {@code go}} The second argument is the partition.
   */
  static ScalarUdf gatedTip(long percent, String folder) {
    return ScalarUdf.vectorized(
        "tip",
        List.of(LONG, LONG),
        LONG,
        batch -> {
          BigIntVector cents = batch.vector(0, BigIntVector.class);
          begin(Path.of(folder), batch.vector(1, BigIntVector.class).get(0));
          var tips = new BigIntVector("tip", batch.allocator());
          tips.allocateNew(batch.rowCount());
          for (int row = 0; row < batch.rowCount(); row++) {
            tips.set(row, cents.get(row) * percent / 100);
          }
          tips.setValueCount(batch.rowCount());
          return tips;
        });
  }

  private static void begin(Path folder, long partition) throws IOException, InterruptedException {
    Path begun = folder.resolve(partition + "-" + ProcessHandle.current().pid());
    if (Files.notExists(begun)) {
      Files.createFile(begun);
    }
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
    while (Files.notExists(folder.resolve("go"))) {
      if (System.nanoTime() > end) {
        throw new IOException("nobody said go");
      }
      Thread.sleep(20);
    }
  }
}

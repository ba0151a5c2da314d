package onspark.driver;

import io.datafusion.DataFrame;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import onspark.executor.Ipc;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The data, in partitions, twice.
 *
 * @param messages each partition as {@link #MESSAGES} Arrow messages
 * @param files each partition as a Parquet file
 */
record Trips(List<byte[]> messages, List<Path> files) {
  static final int PARTITIONS = 4;

  /** Of each partition. */
  static final int MESSAGES = 2;

  private static final int ROWS_OF_A_MESSAGE = 8_000;

  static Trips make(SessionContext session, BufferAllocator allocator, Path folder)
      throws IOException {
    List<byte[]> messages = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (int i = 0; i < MESSAGES; i++) {
        messages.add(Ipc.write(trips(session, partition, partition * MESSAGES + i, 1), allocator));
      }
      Path file = Files.createDirectories(folder).resolve("trips-" + partition + ".parquet");
      trips(session, partition, partition * MESSAGES, MESSAGES).write(ParquetSink.of(file));
      files.add(file);
    }
    return new Trips(messages, files);
  }

  private static DataFrame trips(SessionContext session, int partition, int first, int messages) {
    return session.sql(
        """
        SELECT value %% 3 AS zone, 250 + value * 104729 %% 6000 AS cents, %d AS partition
        FROM generate_series(%d, %d)
        """
            .formatted(
                partition, first * ROWS_OF_A_MESSAGE + 1, (first + messages) * ROWS_OF_A_MESSAGE));
  }
}

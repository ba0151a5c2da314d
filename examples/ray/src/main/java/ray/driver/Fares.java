package ray.driver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.util.Text;

/** Rows of {@code zone} and {@code fare} in partitions, each of two batches of Arrow IPC. */
final class Fares {
  private static final int ROWS = 5_000;
  private static final String[] ZONES = {"east", "north", "west"};

  private Fares() {}

  static byte[] partition(int partition, int partitions) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var allocator = new RootAllocator();
        var zone = new VarCharVector("zone", allocator);
        var fare = new Float8Vector("fare", allocator);
        var batch = VectorSchemaRoot.of(zone, fare);
        var writer = new ArrowStreamWriter(batch, null, bytes)) {
      for (int first = 0; first < 2 * ROWS; first += ROWS) {
        for (int row = 0; row < ROWS; row++) {
          long trip = (first + row) * (long) partitions + partition;
          int place = (int) (trip % ZONES.length);
          zone.setSafe(row, new Text(ZONES[place]));
          fare.setSafe(row, 2.5 + trip * 104_729 % (160 + 40 * place) / 4.0);
        }
        batch.setRowCount(ROWS);
        writer.writeBatch();
      }
      writer.end();
    }
    return bytes.toByteArray();
  }
}

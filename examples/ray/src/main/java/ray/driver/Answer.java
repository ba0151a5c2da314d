package ray.driver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowStreamReader;

/**
 * What a process answered.
 *
 * @param rows texts and numbers, row by row
 */
record Answer(long pid, List<List<Object>> rows) {
  /** What the first column adds up to. */
  double sum() {
    return rows.stream().mapToDouble(row -> ((Number) row.getFirst()).doubleValue()).sum();
  }

  static Answer of(long pid, byte[] batches) throws IOException {
    var rows = new ArrayList<List<Object>>();
    try (var allocator = new RootAllocator();
        var reader = new ArrowStreamReader(new ByteArrayInputStream(batches), allocator)) {
      while (reader.loadNextBatch()) {
        for (int row = 0; row < reader.getVectorSchemaRoot().getRowCount(); row++) {
          var values = new ArrayList<Object>();
          for (FieldVector column : reader.getVectorSchemaRoot().getFieldVectors()) {
            Object value = column.getObject(row);
            values.add(value instanceof Number ? value : String.valueOf(value));
          }
          rows.add(values);
        }
      }
    }
    return new Answer(pid, rows);
  }
}

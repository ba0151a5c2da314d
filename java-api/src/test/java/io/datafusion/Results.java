package io.datafusion;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowReader;

/** Rows of a result as Java objects, read through the public reader. */
final class Results {
  private Results() {}

  static List<List<Object>> of(DataFrame frame) {
    return of(frame.execute());
  }

  static List<List<Object>> of(BatchStream stream) {
    var rows = new ArrayList<List<Object>>();
    try (stream;
        var allocator = new RootAllocator();
        ArrowReader reader = stream.reader(allocator)) {
      while (reader.loadNextBatch()) {
        var root = reader.getVectorSchemaRoot();
        for (int row = 0; row < root.getRowCount(); row++) {
          var cells = new ArrayList<Object>();
          for (FieldVector vector : root.getFieldVectors()) {
            cells.add(cell(vector.getObject(row)));
          }
          rows.add(cells);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  /** The only cell of the only row. */
  static Object one(DataFrame frame) {
    var rows = of(frame);
    if (rows.size() != 1 || rows.get(0).size() != 1) {
      throw new AssertionError("not one cell: " + rows);
    }
    return rows.get(0).get(0);
  }

  private static Object cell(Object value) {
    return switch (value) {
      case null -> "null";
      case byte[] bytes -> Arrays.toString(bytes);
      case org.apache.arrow.vector.util.Text text -> text.toString();
      default -> value;
    };
  }
}

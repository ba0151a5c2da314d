package onspark.driver;

import io.datafusion.BatchStream;
import io.datafusion.DataFrame;
import io.datafusion.SessionContext;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import onspark.executor.Ipc;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;

/** What the driver does with messages and rows. */
record Rows(SessionContext session, BufferAllocator allocator) {

  /** {@return the rows of a message} */
  DataFrame frame(byte[] message) throws IOException {
    try (ArrowReader reader = Ipc.read(message, allocator)) {
      return session.read(reader);
    }
  }

  /** {@return the values of a message, row by row} */
  List<List<Object>> values(byte[] message) throws IOException {
    try (ArrowReader reader = Ipc.read(message, allocator)) {
      return values(reader);
    }
  }

  /** {@return the values of a query, row by row} */
  List<List<Object>> values(DataFrame query) throws IOException {
    try (BatchStream stream = query.execute();
        ArrowReader reader = stream.reader(allocator)) {
      return values(reader);
    }
  }

  private static List<List<Object>> values(ArrowReader reader) throws IOException {
    List<List<Object>> rows = new ArrayList<>();
    VectorSchemaRoot root = reader.getVectorSchemaRoot();
    while (reader.loadNextBatch()) {
      for (int row = 0; row < root.getRowCount(); row++) {
        List<Object> values = new ArrayList<>();
        for (FieldVector vector : root.getFieldVectors()) {
          values.add(vector.getObject(row));
        }
        rows.add(values);
      }
    }
    return rows;
  }
}

package user;

import io.datafusion.ExecutionPlan;
import io.datafusion.SessionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;

/** The rows of physical plans. */
final class VectorRows {
  private VectorRows() {}

  /** {@return the first column of all batches} */
  static List<Long> longs(SessionContext session, ExecutionPlan plan) {
    var all = new ArrayList<Long>();
    try (var stream = session.execute(plan);
        var allocator = new RootAllocator();
        var reader = stream.reader(allocator)) {
      while (reader.loadNextBatch()) {
        FieldVector column = reader.getVectorSchemaRoot().getVector(0);
        for (int i = 0; i < column.getValueCount(); i++) {
          all.add(((Number) column.getObject(i)).longValue());
        }
      }
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

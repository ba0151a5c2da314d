package ray.actor;

import io.datafusion.BatchStream;
import io.datafusion.Expr;
import io.datafusion.LogicalPlan;
import io.datafusion.PhysicalExpr;
import io.datafusion.SessionContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** Batches out of expressions and plans, as Arrow IPC. */
public final class Batches {
  private Batches() {}

  /**
   * {@return what an expression is for each row}
   *
   * @param batches the rows
   * @throws IOException if those are no batches
   */
  public static byte[] evaluate(SessionContext session, Expr expression, byte[] batches)
      throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var allocator = new RootAllocator();
        var reader = new ArrowStreamReader(new ByteArrayInputStream(batches), allocator)) {
      VectorSchemaRoot rows = reader.getVectorSchemaRoot();
      PhysicalExpr ready = PhysicalExpr.of(session, expression, rows.getSchema());
      try (var answer = VectorSchemaRoot.create(new Schema(List.of(ready.field())), allocator);
          var writer = new ArrowStreamWriter(answer, null, bytes)) {
        var loader = new VectorLoader(answer);
        while (reader.loadNextBatch()) {
          try (VectorSchemaRoot made = ready.evaluate(rows, allocator);
              ArrowRecordBatch batch = new VectorUnloader(made).getRecordBatch()) {
            loader.load(batch);
          }
          writer.writeBatch();
        }
        writer.end();
      }
    }
    return bytes.toByteArray();
  }

  /**
   * {@return the rows of a plan}
   *
   * @throws IOException if it fails while it runs
   */
  public static byte[] run(SessionContext session, LogicalPlan plan) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (BatchStream stream = session.dataFrame(plan).execute();
        var allocator = new RootAllocator();
        ArrowReader rows = stream.reader(allocator);
        var writer = new ArrowStreamWriter(rows.getVectorSchemaRoot(), null, bytes)) {
      while (rows.loadNextBatch()) {
        writer.writeBatch();
      }
      writer.end();
    }
    return bytes.toByteArray();
  }
}

package benchmarks.compare;

import io.datafusion.LogicalPlan;
import io.datafusion.SessionContext;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;

/**
 * A worker: reads a plan, runs it, and says what came out and the most memory that it held, in MB.
 */
final class Worker {
  private Worker() {}

  public static void main(String[] arguments) throws Exception {
    byte[] bytes = Files.readAllBytes(Path.of(arguments[0]));
    try (SessionContext session = SessionContext.create();
        BufferAllocator allocator = new RootAllocator();
        ArrowReader reader =
            session.dataFrame(LogicalPlan.fromBytes(session, bytes)).execute().reader(allocator)) {
      reader.loadNextBatch();
      Object answer = reader.getVectorSchemaRoot().getVector(0).getObject(0);
      System.out.println(answer + " " + Memory.peak("self"));
    }
  }
}

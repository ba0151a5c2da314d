package benchmarks.parts;

import io.datafusion.BatchStream;
import io.datafusion.DataFrame;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Batches out of the engine into Arrow Java, and from there into the engine, by type. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Exchange {
  private static final int BATCHES = 1_000;
  private static final int ROWS = 1_024;

  @Param({
    "value",
    "CAST(value AS VARCHAR)",
    "CAST(value AS DECIMAL(18, 2))",
    "make_array(value, value)",
    "struct(value, value)"
  })
  public String column;

  private SessionContext session;
  private BufferAllocator allocator;
  private DataFrame rows;
  private BatchStream stream;
  private ArrowReader reader;
  private VectorSchemaRoot batch;

  @Setup(Level.Trial)
  public void open() throws IOException {
    session = SessionContext.create(SessionConfig.of().withTargetPartitions(1).withBatchSize(ROWS));
    allocator = new RootAllocator();
    rows =
        session
            .sql("SELECT " + column + " AS c FROM range(0, " + (long) BATCHES * ROWS + ")")
            .cache();
    stream = rows.execute();
    reader = stream.reader(allocator);
    reader.loadNextBatch();
    batch = reader.getVectorSchemaRoot();
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    reader.close();
    stream.close();
    allocator.close();
    session.close();
  }

  /** One batch of a result. */
  @Benchmark
  @OperationsPerInvocation(BATCHES)
  public long batchOut() throws IOException {
    long count = 0;
    try (BatchStream all = rows.execute();
        ArrowReader one = all.reader(allocator)) {
      while (one.loadNextBatch()) {
        count += one.getVectorSchemaRoot().getRowCount();
      }
    }
    return count;
  }

  /** One batch that becomes a table. */
  @Benchmark
  public DataFrame batchIn() {
    return session.read(batch);
  }
}

package benchmarks.compare;

import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.catalog.ScanRequest;
import io.datafusion.catalog.TableProvider;
import io.datafusion.catalog.TableScan;
import io.datafusion.udf.ScalarUdf;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Scans. */
final class Tables {
  private Tables() {}

  /** Filters that Java applies to a Parquet file. */
  static Work parquet(Engines engines, long rows, Path folder) throws Exception {
    engines.ours.register(ScalarUdf.of("wanted", Double.class, Boolean.class, x -> x % 7 < 3));
    String file = folder.resolve("numbers.parquet").toString();
    String made = "SELECT CAST(value AS DOUBLE) AS x FROM range(0, %d) AS r(value)";
    engines.ours.sql(made.formatted(rows)).write(ParquetSink.of(file));
    engines.ours.register("numbers", Parquet.of(file));
    String query = "SELECT count(*) FROM %s WHERE %s";
    return new Work("Parquet scan with a filter")
        .by("native", rows, engines.ours(query.formatted("numbers", "x % 7 < 3")))
        .by("row lambda", rows, engines.ours(query.formatted("numbers", "wanted(x)")))
        .by("DuckDB, native", rows, engines.duck(query.formatted("'" + file + "'", "x % 7 < 3")));
  }

  /** A table whose batches are there already, so that what is measured is how they come in. */
  static Work provider(Engines engines, long rows) throws Exception {
    engines.table("t", "SELECT CAST(1 AS DOUBLE) AS x FROM range(0, " + rows + ") AS r(value)");
    engines.ours.register("ones", new Ones(rows));
    return new Work("scan of a table of Java's")
        .by("native memory table", rows, engines.ours("SELECT sum(x) FROM t"))
        .by("provider", rows, engines.ours("SELECT sum(x) FROM ones"))
        .goal(
            "provider",
            "native memory table",
            1 / 0.7,
            "a reader may write its next batch over the last one, so each is copied; the engine's"
                + " own table moves no byte");
  }

  private record Ones(long rows) implements TableProvider {
    private static final int PARTITIONS = 2;

    @Override
    public Schema schema() {
      ArrowType type = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      return new Schema(List.of(Field.nullable("x", type)));
    }

    @Override
    public TableScan scan(ScanRequest request) {
      long each = rows / PARTITIONS;
      return new TableScan() {
        @Override
        public int partitionCount() {
          return PARTITIONS;
        }

        @Override
        public ArrowReader open(int partition, BufferAllocator allocator) {
          return new Reader(allocator, schema(), each);
        }
      };
    }
  }

  /** Answers one batch again and again. */
  private static final class Reader extends ArrowReader {
    private final Schema schema;
    private final VectorSchemaRoot batch;
    private long left;

    Reader(BufferAllocator allocator, Schema schema, long rows) {
      super(allocator);
      this.schema = schema;
      this.batch = VectorSchemaRoot.create(schema, allocator);
      this.left = rows;
      Float8Vector x = (Float8Vector) batch.getVector(0);
      x.allocateNew(Engines.BATCH);
      for (int row = 0; row < Engines.BATCH; row++) {
        x.set(row, 1);
      }
      batch.setRowCount(Engines.BATCH);
    }

    @Override
    public boolean loadNextBatch() {
      int rows = (int) Math.min(left, Engines.BATCH);
      if (rows > 0 && rows < Engines.BATCH) {
        batch.setRowCount(rows);
      }
      left -= rows;
      return rows > 0;
    }

    @Override
    public VectorSchemaRoot getVectorSchemaRoot() {
      return batch;
    }

    @Override
    public long bytesRead() {
      return 0;
    }

    @Override
    protected Schema readSchema() {
      return schema;
    }

    @Override
    protected void closeReadSource() {
      batch.close();
    }
  }
}

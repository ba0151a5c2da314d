package benchmarks.compare;

import io.datafusion.BatchStream;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.Statement;
import org.apache.arrow.c.ArrowArray;
import org.apache.arrow.c.ArrowArrayStream;
import org.apache.arrow.c.Data;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBResultSet;

/** A result of eight columns, read to the end in Java, batch by batch. */
final class Results {
  private static final String ALL = "SELECT * FROM t";

  /** Rows that DuckDB puts into one batch: what it stores together. */
  private static final long DUCK_BATCH = 122_880;

  private Results() {}

  static Work reading(Engines engines, long rows) throws Exception {
    engines.table(
        "t",
        "SELECT value AS id, CAST(value % 1000 AS INT) AS i, CAST(value AS DOUBLE) AS x, value % 3"
            + " = 0 AS b, concat('customer ', CAST(value % 1000 AS VARCHAR)) AS s,"
            + " CAST(timestamp_of(value * 1000000) AS DATE) AS d, timestamp_of(value * 1000000) AS"
            + " t, CAST(value % 100000 AS DECIMAL(18, 2)) AS n FROM range(0, "
            + rows
            + ") AS r(value)");
    return new Work("result of 8 columns, read in Java")
        .by("pulled natively", rows, () -> pulled(engines))
        .by("reader", rows, () -> read(engines.ours.sql(ALL).execute(), engines))
        .by("arrow-c-data", rows, () -> imported(engines))
        .by("Python, to pyarrow", rows, () -> engines.python.order("read", ALL))
        .by("DuckDB, JDBC as Arrow", rows, () -> duck(engines))
        .goal(
            "reader",
            "pulled natively",
            1.2,
            "natively the query only hands out memory that it has, 2 to 3 ns a row; importing 8"
                + " vectors takes 11 to 19 us a batch, a quarter of it waking producers")
        .goal("reader", "DuckDB, JDBC as Arrow", 1);
  }

  private static long read(BatchStream stream, Engines engines) throws IOException {
    try (stream;
        ArrowReader reader = stream.reader(engines.allocator)) {
      return rows(reader);
    }
  }

  private static long rows(ArrowReader reader) throws IOException {
    long rows = 0;
    while (reader.loadNextBatch()) {
      rows += reader.getVectorSchemaRoot().getRowCount();
    }
    return rows;
  }

  /** Each batch is taken over the C stream interface and released, and no vector made of it. */
  private static long pulled(Engines engines) throws IOException {
    long rows = 0;
    try (BatchStream stream = engines.ours.sql(ALL).execute();
        ArrowArrayStream taken = ArrowArrayStream.allocateNew(engines.allocator)) {
      stream.exportTo(taken.memoryAddress());
      while (true) {
        try (ArrowArray batch = ArrowArray.allocateNew(engines.allocator)) {
          taken.getNext(batch);
          ArrowArray.Snapshot snapshot = batch.snapshot();
          if (snapshot.release == 0) {
            break;
          }
          rows += snapshot.length;
          batch.release();
        }
      }
      taken.release();
    }
    return rows;
  }

  private static long imported(Engines engines) throws IOException {
    try (BatchStream stream = engines.ours.sql(ALL).execute();
        ArrowArrayStream taken = ArrowArrayStream.allocateNew(engines.allocator)) {
      stream.exportTo(taken.memoryAddress());
      try (ArrowReader reader = Data.importArrayStream(engines.allocator, taken)) {
        return rows(reader);
      }
    }
  }

  private static long duck(Engines engines) throws Exception {
    try (Statement statement = engines.duck.createStatement();
        ResultSet result = statement.executeQuery(ALL);
        ArrowReader reader =
            (ArrowReader)
                result
                    .unwrap(DuckDBResultSet.class)
                    .arrowExportStream(engines.allocator, DUCK_BATCH)) {
      return rows(reader);
    }
  }
}

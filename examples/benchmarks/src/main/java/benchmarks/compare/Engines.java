package benchmarks.compare;

import io.datafusion.BatchStream;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBConnection;

/** The three that are compared, with as many threads each, and the same tables in memory. */
final class Engines implements AutoCloseable {
  static final int BATCH = 8192;

  final SessionContext ours;

  /** Runs all in one partition. */
  final SessionContext single;

  final Python python;
  final DuckDBConnection duck;
  final BufferAllocator allocator = new RootAllocator();

  Engines(int threads) throws IOException, SQLException {
    SessionConfig config = SessionConfig.of().withTargetPartitions(threads).withBatchSize(BATCH);
    ours = SessionContext.create(config);
    single = SessionContext.create(config.withTargetPartitions(1));
    python = new Python(threads);
    duck = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:");
    try (Statement statement = duck.createStatement()) {
      statement.execute("SET threads = " + threads);
    }
  }

  /**
   * Makes a table anew, in each of them. The SQL is what the three have in common, and {@code
   * timestamp_of}, which makes one of microseconds.
   */
  void table(String name, String query) throws IOException, SQLException {
    everywhere(dropped(name), "CREATE TABLE " + name + " AS " + query);
  }

  void drop(String name) throws IOException, SQLException {
    single.sql(dropped(name)).count();
    everywhere(dropped(name));
  }

  private static String dropped(String name) {
    return "DROP TABLE IF EXISTS " + name;
  }

  private void everywhere(String... statements) throws IOException, SQLException {
    List<String> here =
        Stream.of(statements)
            .map(sql -> sql.replace("timestamp_of", "to_timestamp_micros"))
            .toList();
    here.forEach(sql -> ours.sql(sql).count());
    python.tables(here);
    try (Statement statement = duck.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql.replace("timestamp_of", "make_timestamp"));
      }
    }
  }

  /** {@return the first value of a query here} */
  Contestant.Run ours(String sql) {
    return ours(ours, sql);
  }

  Contestant.Run ours(SessionContext session, String sql) {
    return () -> {
      try (BatchStream stream = session.sql(sql).execute();
          ArrowReader reader = stream.reader(allocator)) {
        Object first = null;
        while (reader.loadNextBatch()) {
          if (first == null) {
            first = reader.getVectorSchemaRoot().getVector(0).getObject(0);
          }
        }
        return first;
      }
    };
  }

  Contestant.Run python(String sql) {
    return () -> python.query(sql);
  }

  Contestant.Run duck(String sql) {
    return () -> {
      try (Statement statement = duck.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        rows.next();
        return rows.getObject(1);
      }
    };
  }

  @Override
  public void close() throws IOException, SQLException {
    ours.close();
    single.close();
    python.close();
    duck.close();
    allocator.close();
  }
}

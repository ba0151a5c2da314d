package crossing;

import io.datafusion.Csv;
import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The files of the byte matrix, and a session with them as tables, as {@code tables.py} has it. */
final class MatrixTables {
  private MatrixTables() {}

  /** Leaves the files and the text of each query in a folder. */
  static void make(Path folder) throws IOException {
    Files.writeString(folder.resolve("t.csv"), "a,b\n1,x\n2,y\n3,\n");
    try (SessionContext session = SessionContext.create()) {
      write(
          session,
          folder.resolve("p.parquet"),
          "SELECT column1 AS a, column2 AS b, column3 AS f FROM (VALUES (1, 'x', 1.5), (2, 'y',"
              + " 2.25), (3, 'x', NULL), (4, NULL, -0.5))");
      write(
          session,
          folder.resolve("u.parquet"),
          "SELECT column1 AS b, column2 AS c, column3 AS l FROM (VALUES ('x', 10, [1, 2]),"
              + " ('x', 20, [3]), ('w', 30, [4, NULL]), (NULL, 40, []))");
    }
    for (MatrixQuery query : MatrixQuery.values()) {
      Files.writeString(folder.resolve(query + ".sql"), query.sql);
    }
  }

  private static void write(SessionContext session, Path file, String query) {
    session.sql(query).write(ParquetSink.of(file.toString()));
  }

  /** {@return a session that parses lambdas, with the tables} */
  static SessionContext open(Path folder) {
    SessionContext session =
        SessionContext.create(SessionConfig.of().with("datafusion.sql_parser.dialect", "duckdb"));
    // what Python says of a file, and leaves to the engine here, is in the bytes of a scan
    Csv csv =
        Csv.of(folder.resolve("t.csv"))
            .withFileExtension(".csv")
            .withHeader(true)
            .withNewlinesInValues(false)
            .withInferenceRows(1000)
            .withOption("truncated_rows", "false");
    session.register("t", csv);
    for (String name : List.of("p", "u")) {
      String file = folder.resolve(name + ".parquet").toString();
      session.register(name, Parquet.of(file).withFileExtension(".parquet"));
    }
    return session;
  }

  /** {@return the path of a script of the matrix} */
  static String script(String name) {
    try {
      return Path.of(MatrixTables.class.getResource("matrix/" + name).toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}

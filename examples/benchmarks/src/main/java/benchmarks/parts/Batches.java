package benchmarks.parts;

import benchmarks.compare.Groups;
import benchmarks.compare.Windows;
import io.datafusion.SessionConfig;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.VectorFunction;
import io.datafusion.udf.WindowUdf;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.TransferPair;

/**
 * A table of batches of one size, and functions over each of its columns that do next to nothing.
 */
final class Batches implements AutoCloseable {
  private final SessionContext session;

  /** Makes the table; each batch is one for the functions, too. */
  Batches(long batches, int rows) {
    session = SessionContext.create(SessionConfig.of().withTargetPartitions(1).withBatchSize(rows));
    session
        .sql(
            "CREATE TABLE t AS SELECT value AS long, value AS long2, value AS long3, value AS"
                + " long4, CAST(value AS DOUBLE) AS double, concat('customer ', value % 1000) AS"
                + " text, CAST(value % 1000 AS DECIMAL(18, 2)) AS decimal,"
                + " to_timestamp_micros(value) AS timestamp FROM range(0, "
                + batches * rows
                + ")")
        .count();
    session.register(ScalarUdf.of("lambda_long", Long.class, Long.class, x -> x + 1));
    session.register(ScalarUdf.of("lambda_double", Double.class, Double.class, x -> x + 1));
    session.register(
        ScalarUdf.of("lambda_text", String.class, String.class, x -> x.toUpperCase(Locale.ROOT)));
    session.register(
        ScalarUdf.of(
            "lambda_decimal", field("decimal"), field("decimal"), (BigDecimal x) -> x.negate()));
    session.register(
        ScalarUdf.of(
            "lambda_timestamp",
            field("timestamp"),
            field("timestamp"),
            (LocalDateTime x) -> x.plusSeconds(1)));
    session.register(
        ScalarUdf.of("lambda_longs2", Long.class, Long.class, Long.class, (a, b) -> a + b));
    session.register(
        ScalarUdf.of(
            "lambda_longs4",
            Long.class,
            Long.class,
            Long.class,
            Long.class,
            Long.class,
            (a, b, c, d) -> a + b + c + d));
    VectorFunction first =
        arguments -> {
          TransferPair copy = arguments.vector(0).getTransferPair(arguments.allocator());
          copy.splitAndTransfer(0, arguments.rowCount());
          return (FieldVector) copy.getTo();
        };
    Field real = field("double");
    session.register(Groups.sum("state_sum"));
    session.register(WindowUdf.overFrame("frame_avg", List.of(real), real, Windows::averages));
    for (int columns : new int[] {1, 2, 4}) {
      Field wide = field("long");
      session.register(
          ScalarUdf.vectorized(
              "vectors_" + columns, Collections.nCopies(columns, wide), wide, first));
    }
  }

  private Field field(String column) {
    return session.table("t").schema().findField(column);
  }

  /** {@return what a query answers in its one row} It is said from its SELECT list on. */
  Object run(String query) {
    return session.sql("SELECT " + query).toText(1);
  }

  @Override
  public void close() {
    session.close();
  }
}

package shipaplan.worker;

import static io.datafusion.Expr.col;

import io.datafusion.BatchStream;
import io.datafusion.ExecutionPlan;
import io.datafusion.Expr;
import io.datafusion.Functions;
import io.datafusion.LogicalPlan;
import io.datafusion.Parquet;
import io.datafusion.SessionContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The receiver: reads the bytes of a logical plan, a physical plan or an expression, runs them and
 * shows the rows.
 *
 * <p>Arguments: the kind of bytes, their file, the data folder, the file for the rows.
 */
public final class Worker {
  private Worker() {}

  /**
   * Runs one message.
   *
   * @param arguments kind (logical, physical, expression), message file, data folder, rows file
   * @throws Exception when the message cannot be read or run
   */
  public static void main(String[] arguments) throws Exception {
    byte[] message = Files.readAllBytes(Path.of(arguments[1]));
    try {
      Class.forName("shipaplan.driver.Driver");
      throw new IllegalStateException("the driver's classes are on this worker's class path");
    } catch (ClassNotFoundException expected) {
      // as it should be: the functions come out of the message
    }
    long start = System.nanoTime();
    List<String> rows;
    try (SessionContext session = SessionContext.create()) {
      rows = Rows.of(run(session, arguments[0], message, Path.of(arguments[2])));
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    System.out.printf(
        "worker: pid %d, %s bytes, %d rows in %d ms (JVM start not counted)%n",
        ProcessHandle.current().pid(), arguments[0], rows.size() - 1, millis);
    System.out.println(Rows.table(rows));
    Files.write(Path.of(arguments[3]), rows);
  }

  private static BatchStream run(SessionContext session, String kind, byte[] message, Path data) {
    return switch (kind) {
      case "logical" -> session.dataFrame(LogicalPlan.fromBytes(session, message)).execute();
      case "physical" -> session.execute(ExecutionPlan.fromBytes(session, message));
      case "expression" ->
          session
              .read(Parquet.of(data.resolve("trips.parquet").toString()))
              .select(Expr.fromBytes(session, message))
              .aggregate(List.of(), List.of(Functions.sum(col("tip_and_fee"))))
              .execute();
      default -> throw new IllegalArgumentException("unknown kind of message: " + kind);
    };
  }
}

package passedon.sender;

import io.datafusion.Parquet;
import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The first JVM: writes a plan whose function is a lambda, and what it answers itself. */
public final class Sender {
  private Sender() {}

  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    String trips = folder.resolve("trips.parquet").toString();
    try (SessionContext session = SessionContext.create()) {
      session
          .sql("VALUES ('east', 10.0), ('west', 20.0), ('east', 30.0), ('north', 40.0)")
          .write(ParquetSink.of(trips));
      session.register("trips", Parquet.of(trips));
      double rate = 0.18;
      session.register(ScalarUdf.of("tip", Double.class, Double.class, fare -> fare * rate));
      byte[] plan =
          session
              .sql(
                  "SELECT column1 AS zone, sum(tip(column2)) AS tips FROM trips"
                      + " GROUP BY column1")
              .logicalPlan()
              .toBytes(session);
      Files.write(folder.resolve("plan.bin"), plan);
      System.out.println("sender: wrote " + plan.length + " bytes");
    }
  }
}

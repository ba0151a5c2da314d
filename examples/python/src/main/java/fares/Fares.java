package fares;

import io.datafusion.SessionContext;
import io.datafusion.udf.ScalarUdf;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.Text;

/** What Java has that the Python program wants: a function and a table. */
public final class Fares {
  private static final String[] ZONES = {"east", "west", "east", "north"};
  private static final double[] CENTS = {1050, 725, 400, 1900};

  private Fares() {}

  /** {@return a function that has captured a number} */
  public static ScalarUdf tip(double rate) {
    return ScalarUdf.of("tip", Double.class, Double.class, fare -> Math.round(fare * rate) / 100.0);
  }

  /** {@return a session with the table {@code fares(zone, cents)}, rows that Java made} */
  public static SessionContext session() {
    SessionContext session = SessionContext.create();
    try (var allocator = new RootAllocator();
        var zone = new VarCharVector("zone", allocator);
        var cents = new Float8Vector("cents", allocator)) {
      for (int row = 0; row < ZONES.length; row++) {
        zone.setSafe(row, new Text(ZONES[row]));
        cents.setSafe(row, CENTS[row]);
      }
      try (var batch = VectorSchemaRoot.of(zone, cents)) {
        batch.setRowCount(ZONES.length);
        session.register("fares", batch);
      }
    }
    return session;
  }
}

package shipaplan.driver;

import io.datafusion.ParquetSink;
import io.datafusion.SessionContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A million taxi trips as Parquet and the zones they start in as CSV, the same in every run. */
final class TripData {
  private static final String TRIPS =
      """
      SELECT value AS trip_id,
             CAST(value * 7919 % 40 AS INT) AS zone_id,
             2.5 + CAST(value * 104729 % 6000 AS DOUBLE) / 100 AS fare,
             CASE value * 31 % 7 WHEN 0 THEN 'cash' WHEN 1 THEN NULL WHEN 2 THEN 'no_charge' ELSE 'credit_card' END
               AS payment
      FROM generate_series(1, 1000000)
      """;
  private static final List<String> BOROUGHS =
      List.of("Bronx", "Brooklyn", "Manhattan", "Queens", "Staten Island");

  private TripData() {}

  static void write(SessionContext session, Path folder) throws IOException {
    session.sql(TRIPS).write(ParquetSink.of(folder.resolve("trips.parquet").toString()));
    List<String> lines = new ArrayList<>(List.of("zone_id,borough"));
    for (int zone = 0; zone < 40; zone++) {
      lines.add(zone + "," + BOROUGHS.get(zone % BOROUGHS.size()));
    }
    Files.write(folder.resolve("zones.csv"), lines);
  }
}

package io.datafusion.catalog;

import java.util.List;
import java.util.Objects;

/**
 * What is known of the rows of a scan, all partitions together.
 *
 * @param rowCount how many there are
 * @param byteSize how many bytes they take
 * @param columns a column of the scan each, or none at all
 */
public record Statistics(
    Precision<Long> rowCount, Precision<Long> byteSize, List<ColumnStatistics> columns) {
  /** Checks for null. */
  public Statistics {
    Objects.requireNonNull(rowCount, "rowCount");
    Objects.requireNonNull(byteSize, "byteSize");
    columns = List.copyOf(columns);
  }

  /** {@return statistics that say the number of rows only} */
  public static Statistics ofRows(Precision<Long> rowCount) {
    return new Statistics(rowCount, Precision.absent(), List.of());
  }
}

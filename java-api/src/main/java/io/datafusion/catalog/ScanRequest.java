package io.datafusion.catalog;

import io.datafusion.Expr;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a scan is asked for.
 *
 * @param schema the columns of its batches, in this order
 * @param projection where each of them stands among all columns of the table
 * @param filters those that the provider said it would apply; a row passes where all are true. They
 *     may name columns that are not in {@code schema}
 * @param limit how many rows are enough, if not all are needed; more do no harm
 * @param targetPartitions how many partitions would be read at once
 * @param batchSize how many rows a batch has best
 */
public record ScanRequest(
    Schema schema,
    List<Integer> projection,
    List<Expr> filters,
    OptionalLong limit,
    int targetPartitions,
    int batchSize) {
  /** Checks for null. */
  public ScanRequest {
    Objects.requireNonNull(schema, "schema");
    projection = List.copyOf(projection);
    filters = List.copyOf(filters);
    Objects.requireNonNull(limit, "limit");
  }
}

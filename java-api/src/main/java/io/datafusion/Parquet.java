package io.datafusion;

import io.datafusion.internal.Locations;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Parquet files to be read.
 *
 * @param settings what all formats have in common
 */
public record Parquet(FileSettings settings) implements FileSource {
  /** Checks for null. */
  public Parquet {
    Objects.requireNonNull(settings, "settings");
  }

  /**
   * {@return files to be read}
   *
   * @param paths files, folders (with a slash at the end), patterns or URLs, as {@link FileSource}
   *     says
   */
  public static Parquet of(String... paths) {
    return new Parquet(FileSettings.of(paths));
  }

  /** {@return one file or folder to be read, of exactly this name} */
  public static Parquet of(Path path) {
    return of(Locations.of(path));
  }

  /**
   * {@return the source with statistics used to leave row groups out, or not; they are by default}
   */
  public Parquet withPruning(boolean pruning) {
    return withOption("pruning", String.valueOf(pruning));
  }

  /** {@return the source with page statistics read, or not; they are by default} */
  public Parquet withPageIndex(boolean index) {
    return withOption("enable_page_index", String.valueOf(index));
  }

  /** {@return the source with filters evaluated while rows are decoded, or after} */
  public Parquet withFilterPushdown(boolean pushdown) {
    return withOption("pushdown_filters", String.valueOf(pushdown));
  }

  /** {@return the source with the metadata of the schema left out, or kept} */
  public Parquet withMetadataSkipped(boolean skipped) {
    return withOption("skip_metadata", String.valueOf(skipped));
  }

  /** {@return the source with a number of bytes read at once from the end of a file} */
  public Parquet withMetadataSizeHint(long bytes) {
    return withOption("metadata_size_hint", String.valueOf(bytes));
  }

  /**
   * {@return the source with an option of the engine's, by its own name}
   *
   * @param key the name without the {@code format.} prefix
   */
  public Parquet withOption(String key, String value) {
    return new Parquet(settings.withOption(key, value));
  }

  /** {@return the source with columns that are given, not found out} */
  public Parquet withSchema(Schema schema) {
    return new Parquet(settings.withSchema(schema));
  }

  /** {@return the source with columns out of the names of folders, as {@code year=2025/}} */
  public Parquet withPartitionColumns(Field... columns) {
    return new Parquet(settings.withPartitionColumns(columns));
  }

  /** {@return the source with the ending that files of a folder must have to count} */
  public Parquet withFileExtension(String extension) {
    return new Parquet(settings.withFileExtension(extension));
  }

  /** {@return the source with an order in which the rows of each file are known to be} */
  public Parquet withOrdering(SortExpr... keys) {
    return new Parquet(settings.withOrdering(keys));
  }
}

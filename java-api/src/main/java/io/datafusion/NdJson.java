package io.datafusion;

import io.datafusion.internal.Locations;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Text files of one JSON object a line to be read.
 *
 * @param settings what all formats have in common
 */
public record NdJson(FileSettings settings) implements FileSource {
  /** Checks for null. */
  public NdJson {
    Objects.requireNonNull(settings, "settings");
  }

  /**
   * {@return files to be read}
   *
   * @param paths files, folders (with a slash at the end), patterns or URLs, as {@link FileSource}
   *     says
   */
  public static NdJson of(String... paths) {
    return new NdJson(FileSettings.of(paths));
  }

  /** {@return one file or folder to be read, of exactly this name} */
  public static NdJson of(Path path) {
    return of(Locations.of(path));
  }

  /**
   * {@return the source with a number of rows from which types are found out}
   *
   * @throws IllegalArgumentException for fewer than none
   */
  public NdJson withInferenceRows(long rows) {
    if (rows < 0) {
      throw new IllegalArgumentException("rows is " + rows);
    }
    return withOption("schema_infer_max_rec", String.valueOf(rows));
  }

  /** {@return the source with a compression} */
  public NdJson withCompression(Compression compression) {
    return withOption("compression", compression.name());
  }

  /**
   * {@return the source with an option of the engine's, by its own name}
   *
   * @param key the name without the {@code format.} prefix
   */
  public NdJson withOption(String key, String value) {
    return new NdJson(settings.withOption(key, value));
  }

  /** {@return the source with columns that are given, not found out} */
  public NdJson withSchema(Schema schema) {
    return new NdJson(settings.withSchema(schema));
  }

  /** {@return the source with columns out of the names of folders, as {@code year=2025/}} */
  public NdJson withPartitionColumns(Field... columns) {
    return new NdJson(settings.withPartitionColumns(columns));
  }

  /** {@return the source with the ending that files of a folder must have to count} */
  public NdJson withFileExtension(String extension) {
    return new NdJson(settings.withFileExtension(extension));
  }

  /** {@return the source with an order in which the rows of each file are known to be} */
  public NdJson withOrdering(SortExpr... keys) {
    return new NdJson(settings.withOrdering(keys));
  }
}

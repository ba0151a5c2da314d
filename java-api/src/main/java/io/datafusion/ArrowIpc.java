package io.datafusion;

import io.datafusion.internal.Locations;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Arrow IPC files to be read.
 *
 * @param settings what all formats have in common
 */
public record ArrowIpc(FileSettings settings) implements FileSource {
  /** Checks for null. */
  public ArrowIpc {
    Objects.requireNonNull(settings, "settings");
  }

  /**
   * {@return files to be read}
   *
   * @param paths files, folders (with a slash at the end), patterns or URLs, as {@link FileSource}
   *     says
   */
  public static ArrowIpc of(String... paths) {
    return new ArrowIpc(FileSettings.of(paths));
  }

  /** {@return one file or folder to be read, of exactly this name} */
  public static ArrowIpc of(Path path) {
    return of(Locations.of(path));
  }

  /**
   * {@return the source with an option of the engine's, by its own name}
   *
   * @param key the name without the {@code format.} prefix
   */
  public ArrowIpc withOption(String key, String value) {
    return new ArrowIpc(settings.withOption(key, value));
  }

  /** {@return the source with columns that are given, not found out} */
  public ArrowIpc withSchema(Schema schema) {
    return new ArrowIpc(settings.withSchema(schema));
  }

  /** {@return the source with columns out of the names of folders, as {@code year=2025/}} */
  public ArrowIpc withPartitionColumns(Field... columns) {
    return new ArrowIpc(settings.withPartitionColumns(columns));
  }

  /** {@return the source with the ending that files of a folder must have to count} */
  public ArrowIpc withFileExtension(String extension) {
    return new ArrowIpc(settings.withFileExtension(extension));
  }

  /** {@return the source with an order in which the rows of each file are known to be} */
  public ArrowIpc withOrdering(SortExpr... keys) {
    return new ArrowIpc(settings.withOrdering(keys));
  }
}

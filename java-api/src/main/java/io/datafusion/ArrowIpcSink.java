package io.datafusion;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Arrow IPC files to be written.
 *
 * @param settings what all formats have in common
 */
public record ArrowIpcSink(SinkSettings settings) implements FileSink {
  /** Checks for null. */
  public ArrowIpcSink {
    Objects.requireNonNull(settings, "settings");
  }

  /**
   * {@return where rows are to be written}
   *
   * @param path a file (its name has an extension), a folder (with a slash at the end) or a URL
   * @throws IllegalArgumentException for a path with {@code *}, {@code ?} or {@code [}, which is a
   *     pattern
   */
  public static ArrowIpcSink of(String path) {
    return new ArrowIpcSink(SinkSettings.of(path));
  }

  /**
   * {@return where rows are to be written}
   *
   * @param path one file of exactly this name, or a folder if there is one
   */
  public static ArrowIpcSink of(Path path) {
    return new ArrowIpcSink(SinkSettings.of(path));
  }

  /**
   * {@return the sink with an option of the engine's, by its own name}
   *
   * @param key the name without the {@code format.} prefix
   */
  public ArrowIpcSink withOption(String key, String value) {
    return new ArrowIpcSink(settings.withOption(key, value));
  }

  /** {@return the sink with columns that become names of folders, as {@code year=2025/}} */
  public ArrowIpcSink withPartitionBy(String... columns) {
    return new ArrowIpcSink(settings.withPartitionBy(columns));
  }

  /**
   * {@return the sink with everything in one file}
   *
   * @param single false: in one file if its name has an extension, else several in a folder
   */
  public ArrowIpcSink withSingleFile(boolean single) {
    return new ArrowIpcSink(settings.withSingleFile(single));
  }
}

package io.datafusion;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Text files of comma-separated values to be written.
 *
 * @param settings what all formats have in common
 */
public record CsvSink(SinkSettings settings) implements FileSink {
  /** Checks for null. */
  public CsvSink {
    Objects.requireNonNull(settings, "settings");
  }

  /**
   * {@return where rows are to be written}
   *
   * @param path a file (its name has an extension), a folder (with a slash at the end) or a URL
   * @throws IllegalArgumentException for a path with {@code *}, {@code ?} or {@code [}, which is a
   *     pattern
   */
  public static CsvSink of(String path) {
    return new CsvSink(SinkSettings.of(path));
  }

  /**
   * {@return where rows are to be written}
   *
   * @param path one file of exactly this name, or a folder if there is one
   */
  public static CsvSink of(Path path) {
    return new CsvSink(SinkSettings.of(path));
  }

  /** {@return the sink with a first line of names, or without} */
  public CsvSink withHeader(boolean header) {
    return withOption("has_header", String.valueOf(header));
  }

  /** {@return the sink with a character between values} */
  public CsvSink withDelimiter(char delimiter) {
    return withOption("delimiter", String.valueOf(delimiter));
  }

  /** {@return the sink with a text for null} */
  public CsvSink withNullValue(String text) {
    return withOption("null_value", text);
  }

  /** {@return the sink with a compression} */
  public CsvSink withCompression(Compression compression) {
    return withOption("compression", compression.name());
  }

  /**
   * {@return the sink with an option of the engine's, by its own name}
   *
   * @param key the name without the {@code format.} prefix
   */
  public CsvSink withOption(String key, String value) {
    return new CsvSink(settings.withOption(key, value));
  }

  /** {@return the sink with columns that become names of folders, as {@code year=2025/}} */
  public CsvSink withPartitionBy(String... columns) {
    return new CsvSink(settings.withPartitionBy(columns));
  }

  /**
   * {@return the sink with everything in one file}
   *
   * @param single false: in one file if its name has an extension, else several in a folder
   */
  public CsvSink withSingleFile(boolean single) {
    return new CsvSink(settings.withSingleFile(single));
  }
}

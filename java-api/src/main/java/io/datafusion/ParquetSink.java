package io.datafusion;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Parquet files to be written.
 *
 * @param settings what all formats have in common
 */
public record ParquetSink(SinkSettings settings) implements FileSink {
  /** Checks for null. */
  public ParquetSink {
    Objects.requireNonNull(settings, "settings");
  }

  /**
   * {@return where rows are to be written}
   *
   * @param path a file (its name has an extension), a folder (with a slash at the end) or a URL
   * @throws IllegalArgumentException for a path with {@code *}, {@code ?} or {@code [}, which is a
   *     pattern
   */
  public static ParquetSink of(String path) {
    return new ParquetSink(SinkSettings.of(path));
  }

  /**
   * {@return where rows are to be written}
   *
   * @param path one file of exactly this name, or a folder if there is one
   */
  public static ParquetSink of(Path path) {
    return new ParquetSink(SinkSettings.of(path));
  }

  /** {@return the sink with a codec: uncompressed, snappy, gzip(6), lz4, zstd(3)} */
  public ParquetSink withCompression(String codec) {
    return withOption("compression", codec);
  }

  /** {@return the sink with a largest number of rows in a row group} */
  public ParquetSink withMaxRowGroupSize(long rows) {
    return withOption("max_row_group_size", String.valueOf(rows));
  }

  /** {@return the sink with dictionaries, or without} */
  public ParquetSink withDictionary(boolean dictionary) {
    return withOption("dictionary_enabled", String.valueOf(dictionary));
  }

  /**
   * {@return the sink with an option of the engine's, by its own name}
   *
   * @param key the name without the {@code format.} prefix
   */
  public ParquetSink withOption(String key, String value) {
    return new ParquetSink(settings.withOption(key, value));
  }

  /** {@return the sink with columns that become names of folders, as {@code year=2025/}} */
  public ParquetSink withPartitionBy(String... columns) {
    return new ParquetSink(settings.withPartitionBy(columns));
  }

  /**
   * {@return the sink with everything in one file}
   *
   * @param single false: in one file if its name has an extension, else several in a folder
   */
  public ParquetSink withSingleFile(boolean single) {
    return new ParquetSink(settings.withSingleFile(single));
  }
}

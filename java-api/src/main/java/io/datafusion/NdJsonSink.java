package io.datafusion;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Text files of one JSON object a line to be written.
 *
 * @param settings what all formats have in common
 */
public record NdJsonSink(SinkSettings settings) implements FileSink {
  /** Checks for null. */
  public NdJsonSink {
    Objects.requireNonNull(settings, "settings");
  }

  /**
   * {@return where rows are to be written}
   *
   * @param path a file (its name has an extension), a folder (with a slash at the end) or a URL
   * @throws IllegalArgumentException for a path with {@code *}, {@code ?} or {@code [}, which is a
   *     pattern
   */
  public static NdJsonSink of(String path) {
    return new NdJsonSink(SinkSettings.of(path));
  }

  /**
   * {@return where rows are to be written}
   *
   * @param path one file of exactly this name, or a folder if there is one
   */
  public static NdJsonSink of(Path path) {
    return new NdJsonSink(SinkSettings.of(path));
  }

  /** {@return the sink with a compression} */
  public NdJsonSink withCompression(Compression compression) {
    return withOption("compression", compression.name());
  }

  /**
   * {@return the sink with an option of the engine's, by its own name}
   *
   * @param key the name without the {@code format.} prefix
   */
  public NdJsonSink withOption(String key, String value) {
    return new NdJsonSink(settings.withOption(key, value));
  }

  /** {@return the sink with columns that become names of folders, as {@code year=2025/}} */
  public NdJsonSink withPartitionBy(String... columns) {
    return new NdJsonSink(settings.withPartitionBy(columns));
  }

  /**
   * {@return the sink with everything in one file}
   *
   * @param single false: in one file if its name has an extension, else several in a folder
   */
  public NdJsonSink withSingleFile(boolean single) {
    return new NdJsonSink(settings.withSingleFile(single));
  }
}

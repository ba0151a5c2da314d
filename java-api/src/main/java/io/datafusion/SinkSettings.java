package io.datafusion;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What files of every format may be told before they are written.
 *
 * @param path a file, a folder (with a slash at the end) or a URL
 * @param options the engine's format options, without their {@code format.} prefix
 * @param partitionBy columns that become names of folders, in order
 * @param singleFile whether everything goes into one file
 */
public record SinkSettings(
    String path, Map<String, String> options, List<String> partitionBy, boolean singleFile) {
  /** Copies the collections. */
  public SinkSettings {
    Objects.requireNonNull(path, "path");
    options = Map.copyOf(options);
    partitionBy = List.copyOf(partitionBy);
  }

  static SinkSettings of(String path) {
    return new SinkSettings(path, Map.of(), List.of(), false);
  }

  SinkSettings withOption(String key, String value) {
    var more = new LinkedHashMap<>(options);
    more.put(key, value);
    return new SinkSettings(path, more, partitionBy, singleFile);
  }

  SinkSettings withPartitionBy(String... columns) {
    return new SinkSettings(path, options, List.of(columns), singleFile);
  }

  SinkSettings withSingleFile(boolean single) {
    return new SinkSettings(path, options, partitionBy, single);
  }
}

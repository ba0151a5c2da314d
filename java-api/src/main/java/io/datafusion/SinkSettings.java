package io.datafusion;

import io.datafusion.internal.Locations;
import io.datafusion.internal.Texts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What files of every format may be told before they are written.
 *
 * @param path a file, a folder (with a slash at the end) or a URL; no pattern
 * @param options the engine's format options, without their {@code format.} prefix
 * @param partitionBy columns that become names of folders, in order
 * @param singleFile whether everything goes into one file; else it does where the file's name has
 *     an extension
 */
public record SinkSettings(
    String path, Map<String, String> options, List<String> partitionBy, boolean singleFile) {
  /** Copies the collections. */
  public SinkSettings {
    Texts.check(path, "a path");
    if (Locations.isPattern(path)) {
      throw new IllegalArgumentException(
          path + " is a pattern, and no place to write to; a java.nio.file.Path is none");
    }
    options = Texts.check(Map.copyOf(options), "the option");
    partitionBy = Texts.check(List.copyOf(partitionBy), "the name of a column");
  }

  static SinkSettings of(String path) {
    return new SinkSettings(path, Map.of(), List.of(), false);
  }

  static SinkSettings of(Path path) {
    String location = Locations.of(path);
    return new SinkSettings(location, Map.of(), List.of(), !location.endsWith("/"));
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

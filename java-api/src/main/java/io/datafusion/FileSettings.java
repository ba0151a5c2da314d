package io.datafusion;

import io.datafusion.internal.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What files of every format may be told before they are read.
 *
 * @param paths files, folders, patterns or URLs, as {@link FileSource} says
 * @param options the engine's format options, without their {@code format.} prefix
 * @param schema the columns; none: they are found out from the files
 * @param partitionColumns columns in the names of folders ({@code year=2025/}), in order
 * @param fileExtension which files of a folder count; none: the format's own
 * @param orderings orders in which the rows of each file are known to be
 */
public record FileSettings(
    List<String> paths,
    Map<String, String> options,
    Optional<Schema> schema,
    List<Field> partitionColumns,
    Optional<String> fileExtension,
    List<List<SortExpr>> orderings) {

  /** Copies the collections. */
  public FileSettings {
    paths = Texts.check(List.copyOf(paths), "a path");
    if (paths.isEmpty()) {
      throw new IllegalArgumentException("no path");
    }
    options = Texts.check(Map.copyOf(options), "the option");
    Objects.requireNonNull(schema, "schema");
    partitionColumns = List.copyOf(partitionColumns);
    fileExtension.ifPresent(extension -> Texts.check(extension, "a file extension"));
    orderings = orderings.stream().map(List::copyOf).toList();
  }

  static FileSettings of(String... paths) {
    return new FileSettings(
        List.of(paths), Map.of(), Optional.empty(), List.of(), Optional.empty(), List.of());
  }

  FileSettings withOption(String key, String value) {
    var more = new LinkedHashMap<>(options);
    more.put(key, value);
    return new FileSettings(paths, more, schema, partitionColumns, fileExtension, orderings);
  }

  FileSettings withSchema(Schema columns) {
    return new FileSettings(
        paths, options, Optional.of(columns), partitionColumns, fileExtension, orderings);
  }

  FileSettings withPartitionColumns(Field... columns) {
    return new FileSettings(paths, options, schema, List.of(columns), fileExtension, orderings);
  }

  FileSettings withFileExtension(String extension) {
    return new FileSettings(
        paths, options, schema, partitionColumns, Optional.of(extension), orderings);
  }

  FileSettings withOrdering(SortExpr... keys) {
    var more = new ArrayList<>(orderings);
    more.add(List.of(keys));
    return new FileSettings(paths, options, schema, partitionColumns, fileExtension, more);
  }
}

package io.datafusion;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files to be read, of one format. Immutable: each {@code with} makes another one. */
public sealed interface FileSource permits Parquet, Csv, NdJson, ArrowIpc, Avro {
  /** {@return what all formats have in common} */
  FileSettings settings();

  /** {@return the path as the engine reads it: a folder ends in a slash} */
  static String location(Path path) {
    String text = path.toString();
    return Files.isDirectory(path) && !text.endsWith("/") ? text + "/" : text;
  }
}

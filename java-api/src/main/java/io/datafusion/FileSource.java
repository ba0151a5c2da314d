package io.datafusion;

/**
 * Files to be read, of one format. Immutable: each {@code with} makes another one.
 *
 * <p>A {@link java.nio.file.Path} is that one file or folder, whatever characters are in its name.
 * A text is read by the engine: {@code *}, {@code ?} and {@code [} make a path a pattern of several
 * files; with a scheme, as {@code file:} or {@code s3:}, it is a percent-encoded URL without
 * patterns; a slash at its end makes it a folder.
 */
public sealed interface FileSource permits Parquet, Csv, NdJson, ArrowIpc, Avro {
  /** {@return what all formats have in common} */
  FileSettings settings();
}

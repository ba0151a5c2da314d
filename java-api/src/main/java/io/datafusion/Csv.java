package io.datafusion;

import io.datafusion.internal.Locations;
import java.nio.file.Path;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Text files of comma-separated values to be read.
 *
 * @param settings what all formats have in common
 */
public record Csv(FileSettings settings) implements FileSource {
  /** Checks for null. */
  public Csv {
    Objects.requireNonNull(settings, "settings");
  }

  /**
   * {@return files to be read}
   *
   * @param paths files, folders (with a slash at the end), patterns or URLs, as {@link FileSource}
   *     says
   */
  public static Csv of(String... paths) {
    return new Csv(FileSettings.of(paths));
  }

  /** {@return one file or folder to be read, of exactly this name} */
  public static Csv of(Path path) {
    return of(Locations.of(path));
  }

  /** {@return the source with a first line of names, or without; with one by default} */
  public Csv withHeader(boolean header) {
    return withOption("has_header", String.valueOf(header));
  }

  /** {@return the source with a character between values; a comma by default} */
  public Csv withDelimiter(char delimiter) {
    return withOption("delimiter", String.valueOf(delimiter));
  }

  /** {@return the source with a character around values; a double quote by default} */
  public Csv withQuote(char quote) {
    return withOption("quote", String.valueOf(quote));
  }

  /** {@return the source with a character that takes the meaning of a quote away} */
  public Csv withEscape(char escape) {
    return withOption("escape", String.valueOf(escape));
  }

  /** {@return the source with a character that begins a line to be left out} */
  public Csv withComment(char comment) {
    return withOption("comment", String.valueOf(comment));
  }

  /**
   * {@return the source with a character that ends a row; any end of line by default}
   *
   * <p>The engine finds columns and types out by lines, whatever this says. So a source with
   * another end of rows needs {@link #withSchema}, or it is refused with IllegalArgumentException
   * where it is read.
   */
  public Csv withTerminator(char terminator) {
    return withOption("terminator", String.valueOf(terminator));
  }

  /** {@return the source with quoted values that may hold ends of lines, or not} */
  public Csv withNewlinesInValues(boolean newlines) {
    return withOption("newlines_in_values", String.valueOf(newlines));
  }

  /**
   * {@return the source with a number of rows from which types are found out}
   *
   * @throws IllegalArgumentException for fewer than none
   */
  public Csv withInferenceRows(long rows) {
    if (rows < 0) {
      throw new IllegalArgumentException("rows is " + rows);
    }
    return withOption("schema_infer_max_rec", String.valueOf(rows));
  }

  /** {@return the source with a compression} */
  public Csv withCompression(Compression compression) {
    return withOption("compression", compression.name());
  }

  /**
   * {@return the source with an option of the engine's, by its own name}
   *
   * @param key the name without the {@code format.} prefix
   */
  public Csv withOption(String key, String value) {
    return new Csv(settings.withOption(key, value));
  }

  /** {@return the source with columns that are given, not found out} */
  public Csv withSchema(Schema schema) {
    return new Csv(settings.withSchema(schema));
  }

  /** {@return the source with columns out of the names of folders, as {@code year=2025/}} */
  public Csv withPartitionColumns(Field... columns) {
    return new Csv(settings.withPartitionColumns(columns));
  }

  /** {@return the source with the ending that files of a folder must have to count} */
  public Csv withFileExtension(String extension) {
    return new Csv(settings.withFileExtension(extension));
  }

  /** {@return the source with an order in which the rows of each file are known to be} */
  public Csv withOrdering(SortExpr... keys) {
    return new Csv(settings.withOrdering(keys));
  }
}

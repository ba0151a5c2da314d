package io.datafusion.internal;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Places of files as the engine reads them. */
public final class Locations {
  /** What the engine takes for a URL; one letter is a drive. */
  private static final Pattern URL = Pattern.compile("\\p{Alpha}[\\p{Alnum}+.-]+:.*");

  private static final Pattern WILDCARD = Pattern.compile("[*?\\[]");

  private Locations() {}

  /**
   * {@return the one file or folder as a URL} In a URL every character stands for itself, while the
   * engine takes a path with wildcards for a pattern. A folder that exists ends in a slash.
   *
   * @throws IllegalArgumentException if it is not in the file system that the engine sees
   */
  public static String of(Path path) {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw new IllegalArgumentException(
          path + " is in another file system than the default one, which the engine does not see");
    }
    return path.toUri().toString().replace("*", "%2A");
  }

  /** {@return whether the engine would take it for a pattern of several files} */
  public static boolean isPattern(String location) {
    return WILDCARD.matcher(location).find() && !URL.matcher(location).matches();
  }
}

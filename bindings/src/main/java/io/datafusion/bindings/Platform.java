package io.datafusion.bindings;

import java.util.Locale;

/**
 * The platform of this JVM in the words that the build uses for the folders of packed libraries.
 *
 * @param os {@code linux}, {@code macos}, {@code windows}, or what the JVM says
 * @param arch {@code x86_64}, {@code aarch64}, or what the JVM says
 */
record Platform(String os, String arch) {

  static Platform current() {
    return of(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
  }

  /** {@return the platform for those values of {@code os.name} and {@code os.arch}} */
  static Platform of(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String arch = osArch.toLowerCase(Locale.ROOT);
    return new Platform(
        os.startsWith("mac") || os.startsWith("darwin")
            ? "macos"
            : os.startsWith("windows") ? "windows" : os.replaceAll("\\W", ""),
        switch (arch) {
          case "amd64", "x86_64", "x64" -> "x86_64";
          case "aarch64", "arm64" -> "aarch64";
          default -> arch;
        });
  }

  @Override
  public String toString() {
    return os + '-' + arch;
  }
}

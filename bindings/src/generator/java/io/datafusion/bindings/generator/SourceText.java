package io.datafusion.bindings.generator;

import java.nio.charset.StandardCharsets;

/**
 * A header as it was read.
 *
 * @param name the file name, as messages and generated files show it
 * @param bytes the very bytes of the file, which the header hash is made of
 */
record SourceText(String name, byte[] bytes) {
  static SourceText of(String name, String text) {
    return new SourceText(name, text.getBytes(StandardCharsets.UTF_8));
  }

  String text() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** {@return the line of that number (from 1), without surrounding blanks} */
  String line(int number) {
    return text().lines().skip(number - 1L).findFirst().orElse("").strip();
  }
}

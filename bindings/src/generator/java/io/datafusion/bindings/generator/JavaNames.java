package io.datafusion.bindings.generator;

import javax.lang.model.SourceVersion;

/** C names as Java names. */
final class JavaNames {
  private JavaNames() {}

  /** {@return the name itself, or with an underscore where Java has the word for itself} */
  static String of(String name) {
    return SourceVersion.isKeyword(name) ? name + "_" : name;
  }
}

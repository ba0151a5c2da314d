package io.datafusion.bindings.generator;

/**
 * Where the generated classes live and how they find the library's symbols.
 *
 * @param packageName their package
 * @param headerClass the class that holds functions and constants
 * @param symbolLookup a Java expression; the only thing in which the classes differ from jextract's
 */
record Target(String packageName, String headerClass, String symbolLookup) {

  /** The classes of this product for that header: symbols come from its loader. */
  static Target of(SourceText source) {
    return new Target("io.datafusion.bindings", headerClass(source), "NativeLibrary.lookup()");
  }

  /**
   * {@return the name that jextract gives the class of a header: {@code x.h} becomes {@code x_h}}
   */
  static String headerClass(SourceText source) {
    return source.name().replaceAll("\\W", "_");
  }

  String sharedClass() {
    return headerClass + "$shared";
  }

  GeneratedFile file(SourceText source, String className, String body) {
    String head =
        "%s from %s; do not edit.\n\npackage %s;\n\n"
            .formatted(GeneratedFile.MARK, source.name(), packageName);
    String path = packageName.replace('.', '/') + '/' + className + ".java";
    return new GeneratedFile(path, (head + body).replaceAll("(?m)[ \\t]+$", ""));
  }
}

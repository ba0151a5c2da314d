package io.datafusion.bindings.generator;

/** Says where a header leaves the C that the generator knows, and what to write instead. */
final class UnsupportedHeaderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final String SUPPORTED =
      "supported: opaque and plain structs, enums, functions, function pointers as struct members"
          + " or typedefs, typedefs of scalars and pointers, #define of an integer or a string";

  UnsupportedHeaderException(SourceText source, int line, String reason) {
    super(
        "%s:%d: %s%n    %s%n%s"
            .formatted(source.name(), line, reason, source.line(line), SUPPORTED));
  }
}

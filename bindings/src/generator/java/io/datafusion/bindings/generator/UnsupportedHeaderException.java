package io.datafusion.bindings.generator;

/** Says where a header leaves the C that the generator knows, and what to write instead. */
final class UnsupportedHeaderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedHeaderException(SourceText source, int line, String reason) {
    super(
        "%s:%d: %s\n    %s\nsupported: opaque and plain structs, enums, functions, function pointers as struct members or typedefs, typedefs of scalars, #define of an integer or a string"
            .formatted(source.name(), line, reason, source.line(line)));
  }
}

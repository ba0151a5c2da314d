package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.Header.Signature;

/**
 * A type of C, as far as it matters to the layout of values and to the Java types that stand for
 * them.
 */
sealed interface CType {

  /** Only as a result, or behind a pointer. */
  record Void() implements CType {}

  /**
   * The scalar types whose size is the same on all supported platforms (so {@code long} is not
   * among them). Signedness does not show in Java.
   */
  enum Scalar implements CType {
    BOOL("C_BOOL", "boolean", "OfBoolean", 1),
    CHAR("C_CHAR", "byte", "OfByte", 1),
    SHORT("C_SHORT", "short", "OfShort", 2),
    INT("C_INT", "int", "OfInt", 4),
    LONG_LONG("C_LONG_LONG", "long", "OfLong", 8),
    FLOAT("C_FLOAT", "float", "OfFloat", 4),
    DOUBLE("C_DOUBLE", "double", "OfDouble", 8);

    final String layout;
    final String javaType;
    final String layoutType;
    final int size;

    Scalar(String layout, String javaType, String layoutType, int size) {
      this.layout = layout;
      this.javaType = javaType;
      this.layoutType = layoutType;
      this.size = size;
    }
  }

  /** A pointer to anything; what it points to does not matter to Java. */
  record Pointer() implements CType {}

  /** A pointer to a function, written out where it is used (and not by the name of a typedef). */
  record FunctionPointer(Signature signature) implements CType {}

  /** A struct by its tag: by value where it is defined, behind a pointer in any case. */
  record StructName(String tag) implements CType {}
}

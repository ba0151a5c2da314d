package io.datafusion.bindings.generator;

import java.util.List;

/**
 * What a header declares, in the order of its appearance.
 *
 * @param source the header itself
 * @param constants of {@code #define} and of enums
 * @param structs that are defined (opaque ones need no class)
 * @param callbacks typedefs of function pointers
 * @param functions that the library exports
 */
record Header(
    SourceText source,
    List<Constant> constants,
    List<Struct> structs,
    List<Callback> callbacks,
    List<Function> functions) {

  sealed interface Constant {
    String name();

    String doc();
  }

  record IntegerConstant(String name, long value, boolean isInt, String doc) implements Constant {}

  record StringConstant(String name, String value, String doc) implements Constant {}

  /** A struct with its size and alignment. */
  record Struct(String name, List<Member> members, long size, long alignment, String doc) {}

  /** A member of a struct; {@code declaration} is its C text. */
  record Member(String name, CType type, long offset, String declaration, String doc) {}

  record Parameter(String name, CType type) {}

  record Signature(CType result, List<Parameter> parameters) {}

  record Callback(String name, Signature signature, String declaration, String doc) {}

  record Function(String name, Signature signature, String declaration, String doc) {}
}

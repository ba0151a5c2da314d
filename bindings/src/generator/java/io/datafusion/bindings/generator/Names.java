package io.datafusion.bindings.generator;

import io.datafusion.bindings.generator.CType.Scalar;
import io.datafusion.bindings.generator.Header.Struct;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The names that a header has given a meaning so far. */
final class Names {
  private static final Map<String, CType> STANDARD =
      Map.ofEntries(
          Map.entry("int8_t", Scalar.CHAR),
          Map.entry("uint8_t", Scalar.CHAR),
          Map.entry("int16_t", Scalar.SHORT),
          Map.entry("uint16_t", Scalar.SHORT),
          Map.entry("int32_t", Scalar.INT),
          Map.entry("uint32_t", Scalar.INT),
          Map.entry("int64_t", Scalar.LONG_LONG),
          Map.entry("uint64_t", Scalar.LONG_LONG),
          Map.entry("size_t", Scalar.LONG_LONG),
          Map.entry("intptr_t", Scalar.LONG_LONG),
          Map.entry("uintptr_t", Scalar.LONG_LONG),
          Map.entry("ptrdiff_t", Scalar.LONG_LONG));

  private final Map<String, CType> typedefs = new HashMap<>(STANDARD);
  private final Map<String, Optional<Struct>> structs = new LinkedHashMap<>();
  private final Map<String, String> methods = new HashMap<>();
  private final Map<String, String> classes = new HashMap<>();

  Optional<CType> typedef(String name) {
    return Optional.ofNullable(typedefs.get(name));
  }

  /**
   * Names a type; naming the same type again is fine, as in C. {@return whether it was possible}
   */
  boolean typedef(String name, CType type) {
    CType before = typedefs.putIfAbsent(name, type);
    return before == null || before.equals(type);
  }

  void structDeclared(String tag) {
    structs.putIfAbsent(tag, Optional.empty());
  }

  /** {@return whether it was not defined before} */
  boolean structDefined(Struct struct) {
    Optional<Struct> before = structs.put(struct.name(), Optional.of(struct));
    return before == null || before.isEmpty();
  }

  boolean structKnown(String tag) {
    return structs.containsKey(tag);
  }

  /** {@return the struct of that tag, if it is defined and not only declared} */
  Optional<Struct> struct(String tag) {
    return structs.getOrDefault(tag, Optional.empty());
  }

  /** Takes a name that becomes a method. {@return the name that took the place before, if any} */
  Optional<String> takeMethod(String name) {
    return Optional.ofNullable(methods.putIfAbsent(name, name));
  }

  /**
   * Takes a name that becomes a class of that kind. Upper and lower case must not be the only
   * difference: class files of such names overwrite each other on some file systems.
   *
   * @return the name that took the place before, if any
   */
  Optional<String> takeClass(String kind, String name) {
    String key = kind + ' ' + name.toLowerCase(Locale.ROOT);
    return Optional.ofNullable(classes.putIfAbsent(key, name));
  }
}

package io.datafusion.internal.callable;

import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A class that travels by reference and mentions one that travels by value. The two would not meet:
 * the loader of the first knows nothing of what came along.
 *
 * @param shared internal name of the class that stays behind
 * @param mentioned internal name of the class that travels
 */
record SharedMention(String shared, String mentioned) {

  /**
   * {@return a mention, if there is one}
   *
   * @param code which classes are shared
   * @param referenced those that the function mentions, and the class files beside it
   * @param carried the classes that travel
   */
  static @Nullable SharedMention find(
      SharedCode code, Map<String, ClassFiles> referenced, Set<String> carried) {
    var seen = new HashSet<String>();
    for (Map.Entry<String, ClassFiles> start : referenced.entrySet()) {
      var open = new ArrayDeque<String>();
      open.add(start.getKey());
      while (!open.isEmpty()) {
        String name = open.remove();
        boolean looked = !code.isShared(name) || !seen.add(name);
        ClassModel model = looked ? null : start.getValue().find(name);
        for (String mentioned : model == null ? Set.<String>of() : mentions(model)) {
          if (carried.contains(mentioned)) {
            return new SharedMention(name, mentioned);
          }
          open.add(mentioned);
        }
      }
    }
    return null;
  }

  private static Set<String> mentions(ClassModel model) {
    var names = new HashSet<String>();
    for (PoolEntry entry : model.constantPool()) {
      switch (entry) {
        case ClassEntry type -> names.add(InternalName.of(type.asSymbol()));
        case NameAndTypeEntry member -> add(member.type().stringValue(), names);
        case MethodTypeEntry type -> add(type.descriptor().stringValue(), names);
        default -> {}
      }
    }
    model.fields().forEach(field -> add(field.fieldType().stringValue(), names));
    model.methods().forEach(method -> add(method.methodType().stringValue(), names));
    return names;
  }

  private static void add(String descriptor, Set<String> names) {
    if (descriptor.startsWith("(")) {
      names.addAll(InternalName.in(MethodTypeDesc.ofDescriptor(descriptor)));
    } else {
      names.add(InternalName.of(ClassDesc.ofDescriptor(descriptor)));
    }
  }
}

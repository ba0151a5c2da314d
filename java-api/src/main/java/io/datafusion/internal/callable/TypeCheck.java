package io.datafusion.internal.callable;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Questions about classes that are answered from their class files, so that none is defined. */
final class TypeCheck {
  private static final Map<String, String> BOXES =
      Map.of(
          "Z", "java/lang/Boolean",
          "B", "java/lang/Byte",
          "S", "java/lang/Short",
          "C", "java/lang/Character",
          "I", "java/lang/Integer",
          "J", "java/lang/Long",
          "F", "java/lang/Float",
          "D", "java/lang/Double");

  /** Between the names of the types that a value has all of; no name of a class contains it. */
  static final String AND = ";";

  private final ClassFiles files;

  TypeCheck(ClassFiles files) {
    this.files = files;
  }

  /** {@return the class file of a class that is needed} */
  ClassModel model(String binaryName) throws MissingCode {
    ClassModel model = files.find(InternalName.ofBinary(binaryName));
    if (model == null) {
      throw new MissingCode(
          "The function needs the class " + binaryName + ", which is neither here nor came along");
    }
    return model;
  }

  /** Requires that the class of a type is there. */
  void exists(ClassDesc type) throws MissingCode {
    String name = InternalName.of(type);
    if (!name.isEmpty()) {
      model(InternalName.toBinary(name));
    }
  }

  /** {@return the method, in the class or above it} */
  Optional<MethodModel> method(ClassModel type, String name, String descriptor) {
    return hierarchy(type.thisClass().asInternalName()).stream()
        .flatMap(above -> Stream.ofNullable(files.find(above)))
        .flatMap(model -> model.methods().stream())
        .filter(method -> method.methodName().equalsString(name))
        .filter(method -> method.methodType().equalsString(descriptor))
        .findFirst();
  }

  /** {@return whether the class has this field, not static and of this type} */
  boolean hasField(ClassModel type, String name, String descriptor) {
    return type.fields().stream()
        .anyMatch(
            field ->
                field.fieldName().equalsString(name)
                    && field.fieldType().equalsString(descriptor)
                    && !field.flags().has(AccessFlag.STATIC));
  }

  /** {@return whether the enum has this constant, and what {@code Enum.valueOf} finds it by} */
  boolean hasConstant(ClassModel type, String name) {
    String all = "()[L" + type.thisClass().asInternalName() + ";";
    return type.flags().has(AccessFlag.ENUM)
        && type.methods().stream()
            .anyMatch(
                method ->
                    method.methodName().equalsString("values")
                        && method.methodType().equalsString(all))
        && type.fields().stream()
            .anyMatch(
                field ->
                    field.fieldName().equalsString(name) && field.flags().has(AccessFlag.ENUM));
  }

  /** {@return whether the class is there and is an enum} */
  boolean isEnum(String internalName) {
    ClassModel model = files.find(internalName);
    return model != null && model.flags().has(AccessFlag.ENUM);
  }

  /** {@return the components of a record as name and descriptor, or nothing for another class} */
  Optional<List<String>> components(ClassModel type) {
    return type.findAttribute(Attributes.record())
        .map(
            record ->
                record.components().stream()
                    .map(c -> c.name().stringValue() + c.descriptor().stringValue())
                    .toList());
  }

  /**
   * {@return whether a value fits a variable}
   *
   * @param value the internal name of its class, or several with {@link #AND} between them, an
   *     array's descriptor, or null for null
   * @param descriptor of the variable
   */
  boolean fits(@Nullable String value, String descriptor) {
    if (BOXES.containsKey(descriptor)) {
      return BOXES.get(descriptor).equals(value);
    }
    if (value == null || descriptor.equals("Ljava/lang/Object;")) {
      return true;
    }
    if (descriptor.startsWith("[")) {
      return value.startsWith("[") && arrayFits(value.substring(1), descriptor.substring(1));
    }
    String target = InternalName.ofDescriptor(descriptor);
    return value.startsWith("[")
        ? target.equals("java/lang/Cloneable") || target.equals("java/io/Serializable")
        : isA(value, target);
  }

  private boolean arrayFits(String component, String target) {
    if (component.length() == 1 || target.length() == 1) {
      return component.equals(target);
    }
    return component.startsWith("[")
        ? fits(component, target)
        : fits(InternalName.ofDescriptor(component), target);
  }

  /** {@return whether a class is, extends or implements another; one without a class file may} */
  boolean isA(String internalName, String target) {
    Set<String> hierarchy = hierarchy(internalName);
    return hierarchy.contains(target)
        || hierarchy.stream().anyMatch(t -> !SharedCode.isJdk(t) && files.find(t) == null);
  }

  /**
   * {@return the class, or the several, and all above; hostile class files may well be above
   * themselves}
   */
  private Set<String> hierarchy(String internalName) {
    var names = new LinkedHashSet<String>();
    var open = new ArrayDeque<>(List.of(internalName.split(AND)));
    while (!open.isEmpty()) {
      String name = open.remove();
      ClassModel model = names.add(name) ? files.find(name) : null;
      if (model != null) {
        model.superclass().map(ClassEntry::asInternalName).ifPresent(open::add);
        model.interfaces().forEach(type -> open.add(type.asInternalName()));
      }
    }
    return names;
  }
}

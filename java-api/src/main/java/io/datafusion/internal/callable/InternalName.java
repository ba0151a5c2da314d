package io.datafusion.internal.callable;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;

/** Class names as class files have them: slashes, no {@code L;}. */
final class InternalName {
  private InternalName() {}

  static String of(Class<?> type) {
    return type.getName().replace('.', '/');
  }

  static String ofBinary(String binaryName) {
    return binaryName.replace('.', '/');
  }

  static String toBinary(String internalName) {
    return internalName.replace('/', '.');
  }

  /** {@return the class of a type, of the elements for an array; empty for primitive types} */
  static String of(ClassDesc type) {
    ClassDesc element = type;
    while (element.isArray()) {
      element = element.componentType();
    }
    String descriptor = element.descriptorString();
    return element.isPrimitive() ? "" : descriptor.substring(1, descriptor.length() - 1);
  }

  /** {@return the class that a field's descriptor names, of the elements for an array} */
  static String ofDescriptor(String descriptor) {
    return of(ClassDesc.ofDescriptor(descriptor));
  }

  /** {@return the classes in a descriptor of a method} */
  static List<String> in(MethodTypeDesc type) {
    var names = new ArrayList<String>();
    names.add(of(type.returnType()));
    type.parameterList().forEach(parameter -> names.add(of(parameter)));
    names.removeIf(String::isEmpty);
    return names;
  }

  /** {@return the package, empty for the unnamed one} */
  static String packageOf(String internalName) {
    int end = internalName.lastIndexOf('/');
    return end < 0 ? "" : toBinary(internalName.substring(0, end));
  }
}

package io.datafusion.internal.callable;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether all that a variable of some type can hold never changes, told from class files alone. */
final class Changeability {
  private static final Set<String> CONSTANT =
      Set.of(
          "java/lang/String",
          "java/lang/Boolean",
          "java/lang/Byte",
          "java/lang/Short",
          "java/lang/Character",
          "java/lang/Integer",
          "java/lang/Long",
          "java/lang/Float",
          "java/lang/Double",
          "java/lang/Class",
          "java/math/MathContext",
          "java/nio/charset/Charset",
          "java/time/format/DateTimeFormatter",
          "java/util/Locale",
          "java/util/OptionalDouble",
          "java/util/OptionalInt",
          "java/util/OptionalLong",
          "java/util/regex/Pattern");

  private static final List<String> ROOTS =
      List.of("java/lang/Object", "java/lang/Record", "java/lang/Enum");

  private final ClassFiles files;
  private final Set<String> seen = new HashSet<>();

  Changeability(ClassFiles files) {
    this.files = files;
  }

  /** {@return whether the field is state: it may change, or hold what may} */
  boolean isState(FieldModel field) {
    // such as the table of a switch, or the constants of an enum
    boolean compilers =
        field.flags().has(AccessFlag.SYNTHETIC) && field.flags().has(AccessFlag.STATIC);
    return !compilers
        && (!field.flags().has(AccessFlag.FINAL)
            || field.flags().has(AccessFlag.TRANSIENT)
            || !isConstant(field.fieldTypeSymbol()));
  }

  private boolean isConstant(ClassDesc type) {
    return type.isPrimitive() || (!type.isArray() && isConstant(InternalName.of(type)));
  }

  /** {@return whether objects of the class and of those below it never change} */
  boolean isConstant(String internalName) {
    if (CONSTANT.contains(internalName)
        || TextForm.classOf(InternalName.toBinary(internalName)) != null
        || !seen.add(internalName)) {
      return true;
    }
    ClassModel model = files.find(internalName);
    if (model == null) {
      return false;
    }
    if (SharedCode.isJdk(internalName)) {
      return model.flags().has(AccessFlag.ENUM);
    }
    return isClosed(model) && fieldsAreConstant(model);
  }

  /** Whether all classes below it are known, and are constant. */
  private boolean isClosed(ClassModel model) {
    return model.flags().has(AccessFlag.FINAL)
        || model
            .findAttribute(Attributes.permittedSubclasses())
            .filter(
                below ->
                    below.permittedSubclasses().stream()
                        .allMatch(type -> isConstant(type.asInternalName())))
            .isPresent();
  }

  private boolean fieldsAreConstant(ClassModel model) {
    boolean constant =
        model.fields().stream()
            .filter(field -> !field.flags().has(AccessFlag.STATIC))
            .noneMatch(this::isState);
    String above = model.superclass().map(ClassEntry::asInternalName).orElse("java/lang/Object");
    ClassModel next = ROOTS.contains(above) ? null : files.find(above);
    return constant && (ROOTS.contains(above) || (next != null && fieldsAreConstant(next)));
  }
}

package io.datafusion.internal.callable;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A user class that travels, and the members of it that a function can reach. */
final class ReachedClass {
  final ClassModel model;
  final ClassFiles files;
  final String name;

  /** An object of this very class exists on the receiver. */
  boolean instantiated;

  /** The JVM would run its static initialiser. */
  boolean initialised;

  private final Set<Object> kept = new HashSet<>();
  private final Set<FieldModel> used = new HashSet<>();
  private final Set<ClassFiles> compared = new HashSet<>();
  private boolean aboveSeen;

  ReachedClass(ClassModel model, ClassFiles files) {
    this.model = model;
    this.files = files;
    this.name = model.thisClass().asInternalName();
  }

  /** {@return whether this is the class that other class files have by its name, if any} */
  boolean isOf(ClassFiles others) {
    if (others == files || !compared.add(others)) {
      return true;
    }
    byte[] theirs = others.read(name);
    return theirs == null || Arrays.equals(theirs, files.read(name));
  }

  /** {@return whether this is the first question for what is above an interface} */
  boolean openAbove() {
    boolean first = !aboveSeen;
    aboveSeen = true;
    return first;
  }

  /** {@return whether the member was not kept before} */
  boolean keep(MethodModel method) {
    return kept.add(method);
  }

  /** {@return whether the member was not kept before} */
  boolean keep(FieldModel field) {
    return kept.add(field);
  }

  /** A field that the function itself uses, not only an initialiser. */
  void use(FieldModel field) {
    used.add(field);
  }

  /** {@return whether a static field that the function uses may change, or hold what may} */
  boolean hasState() {
    var changeability = new Changeability(files);
    return used.stream()
        .filter(field -> field.flags().has(AccessFlag.STATIC))
        .anyMatch(changeability::isState);
  }

  Optional<MethodModel> method(String methodName, String descriptor) {
    return methods(
            m -> m.methodName().equalsString(methodName) && m.methodType().equalsString(descriptor))
        .stream()
        .findFirst();
  }

  Set<MethodModel> methods(Predicate<MethodModel> wanted) {
    var found = new LinkedHashSet<MethodModel>();
    model.methods().stream().filter(wanted).forEach(found::add);
    return found;
  }

  Optional<FieldModel> field(String fieldName) {
    return model.fields().stream().filter(f -> f.fieldName().equalsString(fieldName)).findFirst();
  }

  boolean is(AccessFlag flag) {
    return model.flags().has(flag);
  }

  boolean isRecord() {
    return model.findAttribute(Attributes.record()).isPresent();
  }

  /**
   * {@return the classes that the JVM or {@code Class.getSimpleName} may load along with this one}
   */
  Set<String> companions() {
    var names = new LinkedHashSet<String>();
    model.superclass().ifPresent(type -> names.add(type.asInternalName()));
    model.interfaces().forEach(type -> names.add(type.asInternalName()));
    model
        .findAttribute(Attributes.nestHost())
        .ifPresent(host -> names.add(host.nestHost().asInternalName()));
    model
        .findAttribute(Attributes.enclosingMethod())
        .ifPresent(method -> names.add(method.enclosingClass().asInternalName()));
    model
        .findAttribute(Attributes.innerClasses())
        .ifPresent(inner -> inner.classes().forEach(info -> outerOf(info).ifPresent(names::add)));
    return names;
  }

  private Optional<String> outerOf(InnerClassInfo info) {
    return info.innerClass().asInternalName().equals(name)
        ? info.outerClass().map(ClassEntry::asInternalName)
        : Optional.empty();
  }

  /** {@return the class file without the members that cannot be reached} */
  byte[] code() {
    boolean whole = model.methods().stream().allMatch(kept::contains);
    whole &= model.fields().stream().allMatch(kept::contains);
    if (whole) {
      return Optional.ofNullable(files.read(name)).orElseThrow();
    }
    ClassTransform trimming = ClassTransform.dropping(this::isLeftOut);
    try {
      return anew().transformClass(model, trimming);
    } catch (IllegalArgumentException e) { // its code names a class that is not here
      return ClassFile.of().transformClass(model, trimming);
    }
  }

  /** With a constant pool of its own: names and texts of what is left out are no part of it. */
  private ClassFile anew() {
    ClassHierarchyResolver hierarchy =
        ClassHierarchyResolver.ofResourceParsing(this::read)
            .orElse(ClassHierarchyResolver.defaultResolver());
    return ClassFile.of(
        ClassFile.ConstantPoolSharingOption.NEW_POOL,
        ClassFile.AttributesProcessingOption.DROP_UNKNOWN_ATTRIBUTES,
        ClassFile.ClassHierarchyResolverOption.of(hierarchy));
  }

  private @Nullable InputStream read(ClassDesc type) {
    byte[] code = files.read(InternalName.of(type));
    return code == null ? null : new ByteArrayInputStream(code);
  }

  private boolean isLeftOut(ClassElement element) {
    return (element instanceof MethodModel || element instanceof FieldModel)
        && !kept.contains(element);
  }
}

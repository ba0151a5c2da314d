package io.datafusion.internal.callable;

import com.google.protobuf.ByteString;
import io.datafusion.internal.message.CodeUnit;
import java.lang.classfile.ClassFile;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The code that travels with a function: the class files its values and lambdas reach. */
final class CodeClosure {
  static final int CLASS_LIMIT = 500;
  static final int BYTE_LIMIT = 1 << 20;
  private static final int LISTED_PACKAGES = 5;

  private final SharedCode shared;
  private final Reachability reach;
  private final IdentityHashMap<@Nullable ClassLoader, ClassFiles> files = new IdentityHashMap<>();

  CodeClosure(SharedCode shared) {
    this.shared = shared;
    this.reach = new Reachability(shared);
  }

  /** {@return the class files that a class's loader gives out} */
  ClassFiles filesOf(Class<?> type) {
    return files.computeIfAbsent(type.getClassLoader(), ClassFiles::new);
  }

  /** A class that is only named: the components of an array. */
  void name(Part part, Class<?> type) throws NotShippable {
    reach.type(named(part, type), filesOf(type));
  }

  /** A class of which an object travels field by field. */
  void data(Part part, Class<?> type) throws NotShippable {
    reach.data(named(part, type), filesOf(type));
  }

  /** An enum of which a constant travels by name. */
  void constants(Part part, Class<?> type) throws NotShippable {
    reach.constants(named(part, type), filesOf(type));
  }

  /** A class that travels as a value, so that reflection may use any member. */
  void literal(Part part, Class<?> type) throws NotShippable {
    reach.literal(named(part, type), filesOf(type));
  }

  /** The interface and the body of a lambda. */
  void lambda(Part part, SerializedLambda form, Object lambda) throws NotShippable {
    ClassFiles loaded = filesOf(LambdaForm.home(lambda));
    require(part, form.getImplClass(), loaded);
    require(part, form.getFunctionalInterfaceClass(), loaded);
    for (Class<?> implemented : LambdaForm.interfaces(lambda)) {
      reach.lambda(named(part, implemented), filesOf(implemented));
    }
    reach.types(MethodTypeDesc.ofDescriptor(form.getFunctionalInterfaceMethodSignature()), loaded);
    reach.types(MethodTypeDesc.ofDescriptor(form.getInstantiatedMethodType()), loaded);
    new MethodScan(reach, loaded, false)
        .implementation(
            form.getImplMethodKind(),
            form.getImplClass(),
            form.getImplMethodName(),
            form.getImplMethodSignature());
  }

  private String named(Part part, Class<?> type) throws NotShippable {
    Class<?> element = type;
    while (element.isArray()) {
      element = element.componentType();
    }
    if (element.isPrimitive()) {
      return "";
    }
    String name = InternalName.of(element);
    require(part, name, filesOf(element));
    return name;
  }

  private void require(Part part, String name, ClassFiles loaded) throws NotShippable {
    if (!shared.covers(name) && loaded.find(name) == null) {
      throw new NotShippable(
          part,
          InternalName.toBinary(name),
          "is of a class whose class file its class loader does not give out (it was made at run"
              + " time); use a class of a jar or a folder");
    }
  }

  /** {@return the class files without what is not reached, ordered by name} */
  List<CodeUnit> carried() throws NotShippable {
    SortedMap<String, ReachedClass> reached = reach.reached();
    if (!reach.natives().isEmpty()) {
      throw new NotShippable(
          "the native method", reach.natives().first(), "does not travel; only Java code does");
    }
    if (!reach.ambiguous().isEmpty()) {
      throw new NotShippable(
          "the class",
          InternalName.toBinary(reach.ambiguous().first()),
          "comes from two class loaders with different class files; only one class of a name"
              + " travels");
    }
    if (!reached.isEmpty()) {
      refuseMentions(reached.keySet());
    }
    var units = new ArrayList<CodeUnit>();
    long bytes = 0;
    for (ReachedClass type : reached.values()) {
      refusePreview(type);
      byte[] code = type.code();
      bytes += code.length;
      units.add(
          CodeUnit.newBuilder()
              .setName(InternalName.toBinary(type.name))
              .setSha256(ShippedCode.digest(code))
              .setCode(ByteString.copyFrom(code))
              .build());
    }
    if (units.size() > CLASS_LIMIT || bytes > BYTE_LIMIT) {
      throw tooLarge(units, bytes);
    }
    return units;
  }

  private void refuseMentions(Set<String> carried) throws NotShippable {
    SharedMention found = SharedMention.find(shared, reach.referenced(), carried);
    if (found != null) {
      String mentioned = InternalName.toBinary(found.mentioned());
      throw new NotShippable(
          "the shared class",
          InternalName.toBinary(found.shared()),
          "does not travel, but mentions "
              + mentioned
              + ", which does: there, it would mean another class of that name, or none. Share"
              + " the package of that class, too, or neither of the two");
    }
  }

  private static void refusePreview(ReachedClass type) throws NotShippable {
    if (type.model.minorVersion() == ClassFile.PREVIEW_MINOR_VERSION) {
      throw new NotShippable(
          "the class",
          InternalName.toBinary(type.name),
          "uses preview features of Java "
              + (type.model.majorVersion() - ClassFiles.MAJOR_OF_RELEASE_0)
              + ", with which code does not travel");
    }
  }

  /** {@return the classes that the receiver must have, ordered by name} */
  List<CodeUnit> referenced() {
    return reach.referenced().keySet().stream()
        .map(name -> CodeUnit.newBuilder().setName(InternalName.toBinary(name)).build())
        .toList();
  }

  /** {@return whether the function uses static fields of the carried classes that are state} */
  boolean hasState() {
    return reach.reached().values().stream().anyMatch(ReachedClass::hasState);
  }

  /** {@return the Java release that the class files need, 0 where there are none} */
  int release() {
    return reach.reached().values().stream()
        .mapToInt(type -> type.model.majorVersion() - ClassFiles.MAJOR_OF_RELEASE_0)
        .max()
        .orElse(0);
  }

  private static NotShippable tooLarge(List<CodeUnit> units, long bytes) {
    var sizes = new TreeMap<String, Integer>();
    for (CodeUnit unit : units) {
      String name = unit.getName();
      String parent = name.substring(0, Math.max(0, name.lastIndexOf('.')));
      sizes.merge(parent, unit.getCode().size(), Integer::sum);
    }
    List<String> largest =
        sizes.entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
            .limit(LISTED_PACKAGES)
            .map(entry -> entry.getKey() + " (" + entry.getValue() + " bytes)")
            .toList();
    return new NotShippable(
        "the code of the function",
        units.size() + " classes, " + bytes + " bytes",
        "is more than "
            + CLASS_LIMIT
            + " classes or 1 MiB; the largest packages: "
            + String.join(", ", largest)
            + ". Share packages that the receiver has, or make the function reach less: static"
            + " initialisers of the classes it uses, and of the class around a lambda, count");
  }
}

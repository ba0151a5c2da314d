package io.datafusion.internal.callable;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which code a function reaches: user classes, and the members of them that can run.
 *
 * <p>The analysis errs on the side of more. A virtual call keeps every method of that name and
 * descriptor in every reached class; an object keeps all methods by which classes that do not
 * travel (the JDK) may call it, Java serialization among them; an enum keeps what the JDK asks all
 * enums for; a class literal keeps the whole class, since reflection may follow. A static
 * initialiser is kept wherever the JVM would run it: for a static method or field that is used, an
 * object that is made or comes as data, a subclass that is initialised, a class literal. Beyond
 * that, reflection by name is not seen.
 */
final class Reachability {
  /** So many classes are refused anyway. */
  private static final int ENOUGH = 5_000;

  /** What Java serialization calls, and this library refuses in what is captured. */
  private static final Set<String> SERIALIZATION =
      Set.of(
          "writeObject(Ljava/io/ObjectOutputStream;)V",
          "readObject(Ljava/io/ObjectInputStream;)V",
          "readObjectNoData()V",
          "writeReplace()Ljava/lang/Object;",
          "readResolve()Ljava/lang/Object;");

  private static final List<String> SERIALIZATION_FIELDS =
      List.of("serialVersionUID", "serialPersistentFields");

  private final SharedCode shared;
  private final SortedMap<String, ReachedClass> reached = new TreeMap<>();
  private final SortedMap<String, ClassFiles> referenced = new TreeMap<>();
  private final Set<String> calledSignatures = new HashSet<>();
  private final Map<String, List<Member>> membersBySignature = new HashMap<>();
  private final Map<String, Set<String>> sharedSignatures = new HashMap<>();
  private final Deque<Runnable> pending = new ArrayDeque<>();
  private final SortedSet<String> natives = new TreeSet<>();
  private final SortedSet<String> ambiguous = new TreeSet<>();

  /** A method of a class that is reached. */
  private record Member(ReachedClass type, MethodModel method) {}

  Reachability(SharedCode shared) {
    this.shared = shared;
  }

  /** {@return the user classes reached so far, by internal name} */
  SortedMap<String, ReachedClass> reached() {
    while (!pending.isEmpty()) {
      pending.pop().run();
    }
    return reached;
  }

  /**
   * {@return the classes outside java.base that the receiver must have, by internal name, with the
   * class files among which they were mentioned}
   */
  SortedMap<String, ClassFiles> referenced() {
    reached();
    return referenced;
  }

  /** {@return the native methods that the function calls, which cannot travel} */
  SortedSet<String> natives() {
    reached();
    return natives;
  }

  /** {@return the classes of which two loaders give different class files, by internal name} */
  SortedSet<String> ambiguous() {
    reached();
    return ambiguous;
  }

  /** A class that is named; nothing of it runs because of that. */
  Optional<ReachedClass> type(String name, ClassFiles files) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    if (shared.covers(name)) {
      if (SharedCode.isRecorded(name)) {
        referenced.putIfAbsent(name, files);
      }
      return Optional.empty();
    }
    ReachedClass known = reached.get(name);
    ClassModel model = known != null ? known.model : files.find(name);
    if (known == null && model != null && reached.size() < ENOUGH) {
      known = new ReachedClass(model, files);
      reached.put(name, known);
      enter(known);
    } else if (known != null && !known.isOf(files)) {
      ambiguous.add(name);
    }
    return Optional.ofNullable(known);
  }

  private void enter(ReachedClass type) {
    type.companions().forEach(companion -> type(companion, type.files));
    for (MethodModel method : type.model.methods()) {
      String signature = signature(method);
      membersBySignature
          .computeIfAbsent(signature, s -> new ArrayList<>())
          .add(new Member(type, method));
      if (method.flags().has(AccessFlag.ABSTRACT) || calledSignatures.contains(signature)) {
        keep(type, method);
      }
    }
    if (type.isRecord()) {
      keepFields(type);
      type.methods(
              m ->
                  m.methodType().stringValue().startsWith("()")
                      && type.field(m.methodName().stringValue()).isPresent())
          .forEach(accessor -> keep(type, accessor));
    }
  }

  /** A method that is called, or taken as a handle; looked for in supertypes, too. */
  void method(String owner, String name, String descriptor, ClassFiles files) {
    type(owner, files)
        .ifPresent(
            type ->
                type.method(name, descriptor)
                    .ifPresentOrElse(
                        method -> called(type, method),
                        () -> supertypes(type).forEach(s -> method(s, name, descriptor, files))));
  }

  private void called(ReachedClass type, MethodModel method) {
    keep(type, method);
    if (method.flags().has(AccessFlag.STATIC)) {
      initialise(type);
    }
  }

  /** A virtual call: any object of any reached class may be its receiver. */
  void call(String owner, String name, String descriptor, ClassFiles files) {
    Optional<ReachedClass> type = type(owner, files);
    if (type.isPresent() && calledSignatures.add(name + descriptor)) {
      for (Member member : membersBySignature.getOrDefault(name + descriptor, List.of())) {
        keep(member.type, member.method);
      }
    }
  }

  /**
   * A field that is read or written; a static one needs its class initialised.
   *
   * @param initialising whether only a static initialiser does so, as the receiver's does again
   */
  void field(String owner, String name, boolean initialising, ClassFiles files) {
    type(owner, files)
        .ifPresent(
            type ->
                type.field(name)
                    .ifPresentOrElse(
                        field -> used(type, field, initialising),
                        () -> supertypes(type).forEach(s -> field(s, name, initialising, files))));
  }

  private void used(ReachedClass type, FieldModel field, boolean initialising) {
    keep(type, field);
    if (!initialising) {
      type.use(field);
    }
  }

  /** An object of the class exists: what does not travel may call it by its own supertypes. */
  void instance(String name, ClassFiles files) {
    Optional<ReachedClass> type = type(name, files);
    type.ifPresent(this::initialise);
    callable(type);
  }

  /** A lambda exists whose class implements the interface. */
  void lambda(String name, ClassFiles files) {
    Optional<ReachedClass> type = type(name, files);
    type.filter(t -> t.is(AccessFlag.INTERFACE)).ifPresent(this::initialiseBySubclass);
    callable(type);
  }

  private void callable(Optional<ReachedClass> type) {
    if (type.isPresent() && !type.get().instantiated) {
      type.get().instantiated = true;
      var hierarchy = new HashSet<ReachedClass>();
      var signatures = new HashSet<String>();
      collect(type.get(), hierarchy, signatures);
      signatures.addAll(SERIALIZATION);
      for (ReachedClass member : hierarchy) {
        member
            .methods(m -> !m.flags().has(AccessFlag.STATIC) && signatures.contains(signature(m)))
            .forEach(method -> keep(member, method));
        SERIALIZATION_FIELDS.forEach(
            name -> member.field(name).ifPresent(field -> keep(member, field)));
      }
    }
  }

  /** What the JVM runs before a class is used first: its initialiser, and those above it. */
  private void initialise(ReachedClass type) {
    if (type.initialised) {
      return;
    }
    type.initialised = true;
    type.method(ConstantDescs.CLASS_INIT_NAME, "()V").ifPresent(method -> keep(type, method));
    if (type.is(AccessFlag.ENUM)) { // Enum.valueOf, switches, EnumSet and EnumMap call it
      type.method("values", "()[L" + type.name + ";").ifPresent(method -> keep(type, method));
    }
    if (!type.is(AccessFlag.INTERFACE)) {
      pending.push(
          () -> {
            for (String name : supertypes(type)) {
              type(name, type.files).ifPresent(this::initialiseBySubclass);
            }
          });
    }
  }

  /** Of the interfaces above a class, only those with default methods are initialised with it. */
  private void initialiseBySubclass(ReachedClass type) {
    if (!type.is(AccessFlag.INTERFACE)) {
      initialise(type);
      return;
    }
    Set<MethodModel> defaults =
        type.methods(m -> !m.flags().has(AccessFlag.STATIC) && !m.flags().has(AccessFlag.ABSTRACT));
    if (!defaults.isEmpty() && type.method(ConstantDescs.CLASS_INIT_NAME, "()V").isPresent()) {
      defaults.forEach(method -> keep(type, method));
      initialise(type);
    }
    if (type.openAbove()) {
      for (String name : supertypes(type)) {
        pending.push(() -> type(name, type.files).ifPresent(this::initialiseBySubclass));
      }
    }
  }

  /** An object that travels as data: its fields, and the constructor of a record. */
  void data(String name, ClassFiles files) {
    instance(name, files);
    type(name, files)
        .ifPresent(
            type -> {
              keepFields(type);
              if (type.isRecord()) {
                keepAll(type, m -> m.methodName().equalsString(ConstantDescs.INIT_NAME));
              }
              type.model.superclass().ifPresent(s -> data(s.asInternalName(), type.files));
            });
  }

  /** An enum whose constants are looked up by name. */
  void constants(String name, ClassFiles files) {
    instance(name, files);
  }

  /** A class literal: reflection may use any member. */
  void literal(String name, ClassFiles files) {
    instance(name, files);
    type(name, files)
        .ifPresent(
            type -> {
              keepAll(type, m -> true);
              type.model.fields().forEach(field -> used(type, field, false));
            });
  }

  /**
   * All but what the compiler makes for Java's own deserialization of lambdas, which is not used.
   */
  private void keepAll(ReachedClass type, Predicate<MethodModel> wanted) {
    type.methods(wanted).stream()
        .filter(method -> !method.methodName().equalsString("$deserializeLambda$"))
        .forEach(method -> keep(type, method));
  }

  private void keepFields(ReachedClass type) {
    type.model.fields().stream()
        .filter(field -> !field.flags().has(AccessFlag.STATIC))
        .forEach(field -> keep(type, field));
  }

  private void keep(ReachedClass type, FieldModel field) {
    if (!type.keep(field)) {
      return;
    }
    type(InternalName.of(field.fieldTypeSymbol()), type.files);
    if (field.flags().has(AccessFlag.STATIC)) {
      initialise(type);
    }
  }

  private void keep(ReachedClass type, MethodModel method) {
    if (type.keep(method)) {
      pending.push(() -> scan(type, method));
    }
  }

  private void scan(ReachedClass type, MethodModel method) {
    types(method.methodTypeSymbol(), type.files);
    if (method.flags().has(AccessFlag.NATIVE)) {
      natives.add(type.name + "." + method.methodName().stringValue());
    }
    method
        .findAttribute(Attributes.exceptions())
        .ifPresent(
            thrown -> thrown.exceptions().forEach(e -> type(e.asInternalName(), type.files)));
    Optional<CodeModel> code = method.code();
    boolean initialiser = method.methodName().equalsString(ConstantDescs.CLASS_INIT_NAME);
    code.ifPresent(model -> new MethodScan(this, type.files, initialiser).scan(model));
  }

  void types(MethodTypeDesc descriptor, ClassFiles files) {
    InternalName.in(descriptor).forEach(name -> type(name, files));
  }

  private Set<String> supertypes(ReachedClass type) {
    return supertypes(type.model);
  }

  private static Set<String> supertypes(ClassModel model) {
    var names = new HashSet<String>();
    model.superclass().ifPresent(s -> names.add(s.asInternalName()));
    model.interfaces().forEach(s -> names.add(s.asInternalName()));
    return names;
  }

  /** User classes above a class, itself included, and the methods of its other supertypes. */
  private void collect(ReachedClass type, Set<ReachedClass> hierarchy, Set<String> signatures) {
    if (!hierarchy.add(type)) {
      return;
    }
    for (String name : supertypes(type)) {
      type(name, type.files)
          .ifPresentOrElse(
              user -> collect(user, hierarchy, signatures),
              () -> signatures.addAll(sharedSignatures(name, type.files)));
    }
  }

  private Set<String> sharedSignatures(String name, ClassFiles files) {
    Set<String> known = sharedSignatures.get(name);
    if (known == null) {
      known = new HashSet<>();
      sharedSignatures.put(name, known);
      @Nullable ClassModel model = files.find(name);
      if (model != null) {
        for (MethodModel method : model.methods()) {
          if (!method.flags().has(AccessFlag.STATIC)
              && !method.methodName().equalsString(ConstantDescs.INIT_NAME)) {
            known.add(signature(method));
          }
        }
        for (String above : supertypes(model)) {
          known.addAll(sharedSignatures(above, files));
        }
      }
    }
    return known;
  }

  private static String signature(MethodModel method) {
    return method.methodName().stringValue() + method.methodType().stringValue();
  }
}

package io.datafusion.internal.callable;

import java.lang.module.ModuleFinder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which classes travel by reference: those that every receiver has, and those of shared packages.
 */
public final class SharedCode {
  private static final List<String> EVERYWHERE =
      List.of("io.datafusion", "org.apache.arrow", "com.google.protobuf", "org.jspecify");

  /** Only the JDK's packages have names below these. */
  private static final List<String> ONLY_JDK = List.of("java", "javax", "jdk");

  /** Packages of the JDK, and those of java.base among them. */
  private static final Set<String> JDK = packages(false);

  private static final Set<String> JAVA_BASE = packages(true);

  private final Set<String> shared;

  SharedCode(Set<String> shared) {
    this.shared = new HashSet<>(shared);
  }

  private static Set<String> packages(boolean onlyBase) {
    return ModuleFinder.ofSystem().findAll().stream()
        .filter(module -> isOfJdk(module.descriptor().name(), onlyBase))
        .flatMap(module -> module.descriptor().packages().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** An image made by jlink has the user's modules beside the JDK's. */
  private static boolean isOfJdk(String module, boolean onlyBase) {
    return onlyBase
        ? module.equals("java.base")
        : module.startsWith("java.") || module.startsWith("jdk.");
  }

  /** {@return packages that every receiver has, with those below them} */
  public static List<String> everywhere() {
    return Stream.concat(EVERYWHERE.stream(), ONLY_JDK.stream()).toList();
  }

  /** {@return packages that every receiver has, without those below them} */
  public static List<String> everywhereAlone() {
    return JDK.stream().filter(name -> !isBelow(ONLY_JDK, name + ".")).sorted().toList();
  }

  /** {@return whether the class belongs to the JDK, or has a name that only the JDK gives} */
  static boolean isJdk(String internalName) {
    return JDK.contains(InternalName.packageOf(internalName)) || isBelow(ONLY_JDK, internalName);
  }

  /** {@return whether no class that travels may have this name} */
  static boolean isReserved(String internalName) {
    return isJdk(internalName)
        || internalName.startsWith("io/datafusion/")
        || internalName.equals(InternalName.ofBinary(ShippedCode.ANCHOR));
  }

  /** {@return whether the receiver must have the class} */
  boolean covers(String internalName) {
    return isJdk(internalName) || isBelow(EVERYWHERE, internalName) || isShared(internalName);
  }

  /** {@return whether the class is of a package that the user shares} */
  boolean isShared(String internalName) {
    return isBelow(shared, internalName);
  }

  /** {@return whether objects of the class may travel, field by field} */
  boolean isUserCode(String internalName) {
    return !isJdk(internalName) && !isBelow(EVERYWHERE, internalName);
  }

  /** {@return whether a reference to the class is worth recording; java.base is everywhere} */
  static boolean isRecorded(String internalName) {
    return !JAVA_BASE.contains(InternalName.packageOf(internalName));
  }

  private static boolean isBelow(Iterable<String> packages, String internalName) {
    String binaryName = InternalName.toBinary(internalName);
    for (String parent : packages) {
      if (binaryName.startsWith(parent) && binaryName.startsWith(".", parent.length())) {
        return true;
      }
    }
    return false;
  }
}

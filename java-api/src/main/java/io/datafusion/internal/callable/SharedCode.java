package io.datafusion.internal.callable;

import java.lang.module.ModuleFinder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which classes travel by reference: those that every receiver has, and those of shared packages.
 */
final class SharedCode {
  private static final List<String> EVERYWHERE =
      List.of("io.datafusion", "org.apache.arrow", "com.google.protobuf", "org.jspecify");

  /** Packages of the JDK, and those of java.base among them. */
  private static final Set<String> JDK = packages(false);

  private static final Set<String> JAVA_BASE = packages(true);

  private final Set<String> shared;

  SharedCode(Set<String> shared) {
    this.shared = new HashSet<>(shared);
  }

  private static Set<String> packages(boolean onlyBase) {
    return ModuleFinder.ofSystem().findAll().stream()
        .filter(module -> !onlyBase || module.descriptor().name().equals("java.base"))
        .flatMap(module -> module.descriptor().packages().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** {@return whether the class belongs to the JDK, or has a name that only the JDK gives} */
  static boolean isJdk(String internalName) {
    return JDK.contains(InternalName.packageOf(internalName))
        || internalName.startsWith("java/")
        || internalName.startsWith("javax/")
        || internalName.startsWith("jdk/");
  }

  /** {@return whether no class that travels may have this name} */
  static boolean isReserved(String internalName) {
    return isJdk(internalName)
        || internalName.startsWith("io/datafusion/")
        || internalName.equals(InternalName.ofBinary(ShippedCode.ANCHOR));
  }

  /** {@return whether the receiver must have the class} */
  boolean covers(String internalName) {
    return isJdk(internalName)
        || isBelow(EVERYWHERE, internalName)
        || isBelow(shared, internalName);
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

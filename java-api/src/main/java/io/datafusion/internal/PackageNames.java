package io.datafusion.internal;

import java.util.List;

/** Names of packages that a user gives. */
public final class PackageNames {
  private PackageNames() {}

  /**
   * {@return a copy of the names}
   *
   * @throws IllegalArgumentException for what is no name of a package
   */
  public static List<String> of(List<String> names) {
    List<String> copy = List.copyOf(names);
    for (String name : copy) {
      for (String part : name.split("\\.", -1)) {
        if (part.isEmpty()
            || !Character.isJavaIdentifierStart(part.codePointAt(0))
            || !part.codePoints().allMatch(Character::isJavaIdentifierPart)) {
          throw new IllegalArgumentException("'" + name + "' is no name of a package");
        }
      }
    }
    return copy;
  }
}

package io.datafusion.internal.callable;

import io.datafusion.internal.message.CodeUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the classes are found that travel by reference: in the class loader of this library; else
 * in another one that this process has shown, if what all of these have is the same. Functions are
 * brought to life on the engine's threads, so that whoever reads the bytes cannot say where.
 */
public final class ReferenceLoaders {
  private static final int LISTED = 5;

  private static final ClassLoader OWN = ReferenceLoaders.class.getClassLoader();

  /** Of functions that were defined here with shared packages, and around sessions. */
  private static final Set<ClassLoader> SHOWN =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  private ReferenceLoaders() {}

  /** A session was made: the context class loader of the thread that did so is asked, too. */
  public static void sessionMade() {
    show(Thread.currentThread().getContextClassLoader());
  }

  /** A function was defined here with shared packages, whose classes its own loader has. */
  static void defined(Object callable) {
    Object part = callable instanceof List<?> parts ? parts.getFirst() : callable;
    show(part.getClass().getClassLoader());
  }

  private static void show(@Nullable ClassLoader loader) {
    if (loader != null && !loader.equals(OWN)) {
      SHOWN.add(loader);
    }
  }

  /**
   * {@return the loader that has all of the classes, or else this library's, which lacks some}
   *
   * @throws MissingCode if several loaders have them, each its own
   */
  public static ClassLoader of(List<CodeUnit> referenced) throws MissingCode {
    if (classes(OWN, referenced) != null) {
      return OWN;
    }
    Map<List<Class<?>>, ClassLoader> found = new HashMap<>();
    for (ClassLoader loader : shown()) {
      List<Class<?>> classes = classes(loader, referenced);
      if (classes != null) {
        found.put(classes, loader);
      }
    }
    if (found.size() > 1) {
      throw new MissingCode(
          "The function needs classes that "
              + found.size()
              + " class loaders of this process have, each its own: "
              + names(found.values())
              + "; put them where the class loader of this library finds them");
    }
    return found.isEmpty() ? OWN : found.values().iterator().next();
  }

  private static List<ClassLoader> shown() {
    synchronized (SHOWN) {
      return new ArrayList<>(SHOWN);
    }
  }

  private static @Nullable List<Class<?>> classes(ClassLoader loader, List<CodeUnit> names) {
    var classes = new ArrayList<Class<?>>();
    try {
      for (CodeUnit name : names) {
        classes.add(Class.forName(name.getName(), false, loader));
      }
      return classes;
    } catch (ClassNotFoundException | LinkageError e) {
      return null; // whoever needs the class says so, with its name
    }
  }

  /** {@return who was asked, for what is thrown} */
  static String asked() {
    List<ClassLoader> others = shown();
    return "asked were the class loader of this library, "
        + name(OWN)
        + (others.isEmpty() ? "" : ", and those of functions and sessions made here, ")
        + names(others);
  }

  private static String names(Collection<ClassLoader> loaders) {
    return loaders.stream()
        .map(ReferenceLoaders::name)
        .sorted()
        .limit(LISTED)
        .collect(Collectors.joining(" and "));
  }

  private static String name(ClassLoader loader) {
    return loader.getName() == null ? loader.toString() : "'" + loader.getName() + "'";
  }
}

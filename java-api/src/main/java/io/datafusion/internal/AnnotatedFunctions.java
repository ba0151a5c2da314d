package io.datafusion.internal;

import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Udf;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the functions that a class defines by {@link Udf}, all or none. */
public final class AnnotatedFunctions {
  private final Class<?> owner;
  private final List<String> problems = new ArrayList<>();

  private AnnotatedFunctions(Class<?> owner) {
    this.owner = owner;
  }

  /**
   * {@return the functions of a class, ordered by name}
   *
   * @throws IllegalArgumentException with all reasons why they cannot be defined
   */
  public static List<ScalarUdf> of(Class<?> owner) {
    return new AnnotatedFunctions(owner).read();
  }

  private List<ScalarUdf> read() {
    List<AnnotatedMethod> methods =
        Arrays.stream(owner.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Udf.class))
            .map(AnnotatedMethod::new)
            .sorted(
                Comparator.comparing(AnnotatedMethod::name)
                    .thenComparing(AnnotatedMethod::toString))
            .toList();
    if (methods.isEmpty()) {
      problems.add("no method of it has @Udf");
    }
    checkAccess();
    methods.forEach(method -> problems.addAll(method.problems()));
    checkNames(methods);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          owner.getTypeName() + " does not define functions:\n  " + String.join("\n  ", problems));
    }
    return methods.stream().map(AnnotatedMethod::define).toList();
  }

  private void checkAccess() {
    if (!Modifier.isPublic(owner.getModifiers())) {
      problems.add("it is not public");
    }
    Module module = owner.getModule();
    if (!module.isExported(owner.getPackageName(), AnnotatedFunctions.class.getModule())) {
      problems.add(
          "its package is not open: add 'opens "
              + owner.getPackageName()
              + " to io.datafusion;' to the module "
              + module.getName());
    }
  }

  private void checkNames(List<AnnotatedMethod> methods) {
    Map<String, AnnotatedMethod> known = new HashMap<>();
    for (AnnotatedMethod method : methods) {
      for (String name : method.names()) {
        AnnotatedMethod other = known.putIfAbsent(name, method);
        if (other != null) {
          problems.add(
              "'" + name + "' would be both " + other + " and " + method + ": give one a name");
        }
      }
    }
  }
}

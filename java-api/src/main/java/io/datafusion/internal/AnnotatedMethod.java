package io.datafusion.internal;

import io.datafusion.internal.callable.RowSignature;
import io.datafusion.internal.callable.RowType;
import io.datafusion.internal.callable.StaticMethod;
import io.datafusion.udf.Decimal;
import io.datafusion.udf.NullHandling;
import io.datafusion.udf.ScalarUdf;
import io.datafusion.udf.Udf;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A method with {@link Udf}, as the function that it defines. */
final class AnnotatedMethod {
  private final Method method;
  private final Udf udf;
  private final List<String> problems = new ArrayList<>();

  AnnotatedMethod(Method method) {
    this.method = method;
    this.udf = method.getAnnotation(Udf.class);
    checkShape();
    checkTypes();
    if (udf.nullHandling() == NullHandling.PASS) {
      checkNulls();
    }
  }

  /** {@return why it cannot be a function, nothing if it can} */
  List<String> problems() {
    return problems.stream().map(problem -> this + problem).toList();
  }

  String name() {
    return udf.name().isEmpty() ? snakeCase(method.getName()) : udf.name();
  }

  /** {@return its name and its aliases} */
  List<String> names() {
    return Stream.concat(Stream.of(name()), Arrays.stream(udf.aliases())).toList();
  }

  private static String snakeCase(String camelCase) {
    return camelCase
        .replaceAll("(\\p{Lu})(\\p{Lu}\\p{Ll})", "$1_$2")
        .replaceAll("([\\p{Ll}\\p{Nd}])(\\p{Lu})", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }

  private void checkShape() {
    int modifiers = method.getModifiers();
    require(Modifier.isPublic(modifiers), " is not public");
    require(Modifier.isStatic(modifiers), " is not static");
    require(method.getTypeParameters().length == 0, " is generic, so that its types are not known");
    require(!method.isVarArgs(), " takes any number of arguments; a function of rows does not");
    int count = method.getParameterCount();
    require(
        count >= 1 && count <= RowSignature.MOST_ARGUMENTS,
        " takes " + count + " arguments; a function of rows takes 1 to 4");
    require(!List.of(udf.aliases()).contains(""), " has an empty alias");
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      problems.add(otherwise);
    }
  }

  private void checkTypes() {
    Parameter[] parameters = method.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      Parameter parameter = parameters[i];
      String named = parameter.isNamePresent() ? " '" + parameter.getName() + "'" : "";
      check(
          "parameter " + (i + 1) + named,
          parameter.getType(),
          parameter.getAnnotation(Decimal.class));
    }
    if (method.getReturnType() == void.class) {
      problems.add(" gives no result");
    } else {
      check("the result", method.getReturnType(), method.getAnnotation(Decimal.class));
    }
  }

  private void check(String what, Class<?> type, @Nullable Decimal decimal) {
    try {
      rowType(type, decimal);
    } catch (IllegalArgumentException e) {
      problems.add(", " + what + ": " + e.getMessage());
    }
  }

  private void checkNulls() {
    for (Parameter parameter : method.getParameters()) {
      Class<?> type = parameter.getType();
      if (type.isPrimitive()) {
        String boxed = MethodType.methodType(type).wrap().returnType().getSimpleName();
        problems.add(" is passed nulls, which " + parameter + " cannot take: make it " + boxed);
      }
    }
  }

  private static RowType rowType(Class<?> type, @Nullable Decimal decimal) {
    if (type == BigDecimal.class && decimal == null) {
      throw new IllegalArgumentException("BigDecimal needs @Decimal(precision = ..., scale = ...)");
    }
    if (type != BigDecimal.class && decimal != null) {
      throw new IllegalArgumentException("@Decimal is for BigDecimal, not " + type.getTypeName());
    }
    return decimal == null
        ? RowType.of(MethodType.methodType(type).wrap().returnType())
        : RowType.decimal(decimal.precision(), decimal.scale());
  }

  /** {@return the function of a method without problems} */
  ScalarUdf define() {
    List<Field> arguments = arguments();
    boolean named = Arrays.stream(method.getParameters()).allMatch(Parameter::isNamePresent);
    boolean passed = udf.nullHandling() == NullHandling.PASS;
    boolean nullable = !(passed && method.getReturnType().isPrimitive());
    Field result =
        rowType(method.getReturnType(), method.getAnnotation(Decimal.class))
            .toField(name(), nullable);
    ArgumentForm form = named ? ArgumentForm.named(arguments) : ArgumentForm.exact(arguments);
    return NativeScalarUdf.rows(name(), form, arguments, result, function())
        .withVolatility(udf.volatility())
        .withNullHandling(udf.nullHandling())
        .withAliases(udf.aliases());
  }

  private List<Field> arguments() {
    var fields = new ArrayList<Field>();
    for (Parameter parameter : method.getParameters()) {
      RowType type = rowType(parameter.getType(), parameter.getAnnotation(Decimal.class));
      String name = parameter.isNamePresent() ? parameter.getName() : "arg" + (fields.size() + 1);
      fields.add(type.toField(name, true));
    }
    return fields;
  }

  private StaticMethod function() {
    try {
      return StaticMethod.of(method);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(this + " is not for io.datafusion to use", e);
    }
  }

  /** The method as a reader of its source knows it. */
  @Override
  public String toString() {
    String types =
        Arrays.stream(method.getParameterTypes())
            .map(Class::getSimpleName)
            .collect(Collectors.joining(", "));
    return method.getName() + "(" + types + ")";
  }
}

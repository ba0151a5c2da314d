package io.datafusion.internal.callable;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a serializable lambda or method reference says of itself.
 *
 * <p>Its private {@code writeReplace} is asked through an ObjectOutputStream that writes to
 * nowhere: a reflective call would need the user's package to be opened. Nothing is ever read this
 * way.
 */
final class LambdaForm extends ObjectOutputStream {
  private @Nullable SerializedLambda form;

  private LambdaForm() throws IOException {
    super(OutputStream.nullOutputStream());
    enableReplaceObject(true);
  }

  @Override
  protected @Nullable Object replaceObject(Object replaced) {
    if (replaced instanceof SerializedLambda lambda) {
      form = lambda;
    }
    return null;
  }

  /** {@return whether it is a lambda expression, or a reference to a method} */
  static boolean isLambda(Object value) {
    Class<?> type = value.getClass();
    return value instanceof StaticMethod || (type.isHidden() && type.isSynthetic());
  }

  /** {@return a class whose loader knows what the lambda uses} */
  static Class<?> home(Object lambda) {
    return lambda instanceof StaticMethod method
        ? method.method().getDeclaringClass()
        : lambda.getClass();
  }

  /** {@return what it implements} */
  static List<Class<?>> interfaces(Object lambda) {
    return lambda instanceof StaticMethod method
        ? List.of(method.functional())
        : List.of(lambda.getClass().getInterfaces());
  }

  /** {@return the form, or nothing if the lambda is not serializable} */
  static Optional<SerializedLambda> of(Object lambda) {
    if (lambda instanceof StaticMethod method) {
      return Optional.of(method.reference());
    }
    if (!(lambda instanceof Serializable)) {
      return Optional.empty();
    }
    try (var asking = new LambdaForm()) {
      asking.writeObject(lambda);
      return Optional.ofNullable(asking.form);
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}

package io.datafusion.internal.callable;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
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

  /** {@return whether the compiler and the JDK made the class for a lambda expression} */
  static boolean isLambda(Class<?> type) {
    return type.isHidden() && type.isSynthetic();
  }

  /** {@return the form, or nothing if the lambda is not serializable} */
  static Optional<SerializedLambda> of(Object lambda) {
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

package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A function that cannot travel inside bytes; the message names the function, the captured variable
 * and its class.
 */
public final class UnserializableFunctionException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public UnserializableFunctionException(String message, @Nullable Throwable cause) {
    super(304, message, cause);
  }
}

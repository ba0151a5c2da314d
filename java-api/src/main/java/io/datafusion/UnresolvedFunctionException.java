package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A function that bytes name and the receiver does not have. */
public final class UnresolvedFunctionException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public UnresolvedFunctionException(String message, @Nullable Throwable cause) {
    super(303, message, cause);
  }
}

package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A task of the engine's runtime that ended without an answer. */
public final class JoinException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public JoinException(String message, @Nullable Throwable cause) {
    super(216, message, cause);
  }
}

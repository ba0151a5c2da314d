package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An error at the engine's own foreign-function interface, between two native libraries. */
public final class FfiException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public FfiException(String message, @Nullable Throwable cause) {
    super(213, message, cause);
  }
}

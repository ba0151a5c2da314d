package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** An argument that the native library refused: it broke a rule that only the engine can check. */
public final class InvalidArgumentException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public InvalidArgumentException(String message, @Nullable Throwable cause) {
    super(101, message, cause);
  }
}

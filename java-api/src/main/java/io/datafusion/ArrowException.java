package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * An Arrow kernel refused its data: overflow, division by zero, a cast that does not fit, a broken
 * IPC file.
 */
public final class ArrowException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public ArrowException(String message, @Nullable Throwable cause) {
    super(208, message, cause);
  }
}

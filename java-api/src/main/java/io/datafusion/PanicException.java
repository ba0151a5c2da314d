package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * The engine, or native code called by it, panicked. The call is lost, the process is not: the next
 * call works.
 */
public final class PanicException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public PanicException(String message, @Nullable Throwable cause) {
    super(103, message, cause);
  }
}

package io.datafusion;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A call that ended before its work did: its thread was interrupted, or what it ran on was closed
 * by another thread. After an interruption the thread's interrupt flag is set again.
 */
public final class CancelledException extends DataFusionException {
  @Serial private static final long serialVersionUID = 1L;

  /** Makes one with a message and, where something was thrown in Java, that as its cause. */
  public CancelledException(String message, @Nullable Throwable cause) {
    super(104, message, cause);
  }
}
